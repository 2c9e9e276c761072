"""Server: reads one signed line, asks the platform, and answers with one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from starlette.types import Receive, Scope, Send

from harness.callbacks.callback import compact
from harness.core.clock import rfc3339
from harness.core.errors import SignatureInvalid
from harness.core.payment import Product
from harness.simulator.account.identity import Identity
from harness.simulator.platform.orders import OrderRequest, Refused
from harness.simulator.platform.parameters import order_parameters
from harness.simulator.wire.kit.body import Disconnected, TooLarge, TooSlow, read_body
from harness.simulator.wire.kit.errors import Refusal, business, unreadable
from harness.simulator.wire.kit.faults import Hittable, hit_by
from harness.simulator.wire.kit.schema import Integer, Object, Text, decode, moment, read_members
from harness.simulator.wire.kit.wire import Merchant, Wire, WireContext
from tests.echo.signing import HEADER, PATH, sign, verify

_ORDER = Object(
    "order",
    {
        "once": Text("once", 64, required=True),
        "amount": Integer("amount", required=True, least=1),
        "description": Text("description", 127, required=True),
        "notify_url": Text("notify_url", 255, required=True),
        "time_expire": Text("time_expire", 64, becomes=moment),
    },
)


def open_wire(context: WireContext) -> Wire:
    """The dialect as one simulator speaks it."""
    return EchoWire(context)


class EchoWire(Wire):
    """See `Wire`."""

    name = "echo"
    shown = f"{PATH}…"

    def __init__(self, context: WireContext) -> None:
        self._dialect = context.dialect
        self._merchants = context.merchants
        self._faults = context.faults
        self._operations: dict[str, Callable[[Merchant, dict[str, Any]], dict[str, object]]] = {
            "hello": lambda merchant, asked: {},
            "create": self._create,
            "query": self._query,
            "close": self._close,
        }

    def handles(self, path: str) -> bool:
        """Everything below its own path."""
        return path.startswith(PATH)

    def settings(self, identity: Identity, base_url: str, notify_url: str) -> dict[str, str]:
        """It reads what the others hand out."""
        return {}

    async def app(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        operation = scope["path"].removeprefix(PATH)
        try:
            line = await read_body(scope, receive)
            asked = decode(line)
        except Disconnected:
            return
        except Refusal as refusal:
            await _say(send, *_refusal(refusal), "")
            return
        except (TooLarge, TooSlow) as error:
            await _say(send, *_refusal(unreadable(error, too_large=413)), "")
            return
        number = str(asked.get("out_trade_no", ""))
        about = Hittable(operation, number or None, self._dialect)
        with hit_by(self._faults, about, receive, send) as hit:
            secret = ""
            try:
                if hit is not None:
                    if await hit.before():
                        return
                    send = hit.answer(send)
                merchant = self._admitted(scope, asked, line)
                told = self._operations.get(operation, _unknown)(merchant, asked)
                status, told = 200, {"out_trade_no": number, **told}
                if hit is not None:
                    hit.performed()
                    told |= {} if hit.state is None else {"state": hit.state}
                spoilt = hit is not None and hit.signature != "genuine"
                secret = "spoilt" if spoilt else merchant.identity.apiv3_key
            except Refused as refused:
                status, told = _refusal(business(refused))
            except Refusal as refusal:
                status, told = _refusal(refusal)
            if hit is not None:
                hit.spoils(None, None, signed=secret == "spoilt")
            await _say(send, status, told, secret)

    def _admitted(self, scope: Scope, asked: dict[str, Any], line: bytes) -> Merchant:
        merchant = self._merchants.get(str(asked.get("merchant")))
        if merchant is None:
            raise Refusal(401, "SIGN_ERROR", "no such merchant")
        headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]]
        try:
            verify(merchant.identity.apiv3_key, headers, line)
        except SignatureInvalid as error:
            raise Refusal(401, "SIGN_ERROR", error.what) from None
        return merchant

    def _create(self, merchant: Merchant, asked: dict[str, Any]) -> dict[str, object]:
        given = read_members(_ORDER, asked)
        ends: datetime | None = given.get("time_expire")
        request = OrderRequest(
            mchid=merchant.identity.mchid,
            appid=merchant.identity.appid,
            product=Product.NATIVE,
            out_trade_no=str(asked["out_trade_no"]),
            total=given["amount"],
            notify_url=given["notify_url"],
            parameters=order_parameters(
                description=given["description"], notify_url=given["notify_url"], time_expire=ends
            ),
            dialect=self._dialect,
            request_id=given["once"],
            time_expire=ends,
            description=given["description"],
        )
        handle = merchant.account.create(request, once=f"echo {given['once']}")
        told: dict[str, object] = {"code_url": handle.code_url}
        return told if handle.expire_time is None else {**told, "expire_time": rfc3339(handle.expire_time)}

    def _query(self, merchant: Merchant, asked: dict[str, Any]) -> dict[str, object]:
        order = merchant.account.query(str(asked["out_trade_no"]))
        told: dict[str, object] = {"state": order.state.value, "amount": int(order.total)}
        if order.success_time is not None:
            told |= {"transaction_id": order.transaction_id, "success_time": rfc3339(order.success_time)}
        return told

    def _close(self, merchant: Merchant, asked: dict[str, Any]) -> dict[str, object]:
        merchant.account.close(str(asked["out_trade_no"]))
        return {}


def _unknown(merchant: Merchant, asked: dict[str, Any]) -> dict[str, object]:
    raise Refusal(404, "NO_SUCH_OPERATION", "create, query, close, hello")


def _refusal(refusal: Refusal) -> tuple[int, dict[str, object]]:
    return refusal.status, {"code": refusal.code, "message": refusal.message}


async def _say(send: Send, status: int, told: dict[str, object], secret: str) -> None:
    answer = compact(told) + b"\n"
    fields = [
        (b"content-type", b"application/json"),
        (HEADER.lower().encode(), sign(secret, answer).encode()),
    ]
    await send({"type": "http.response.start", "status": status, "headers": fields})
    await send({"type": "http.response.body", "body": answer})
