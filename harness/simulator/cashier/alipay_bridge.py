"""What Alipay asks its platform when a page inside it calls `tradePay` (facts alipay 4.4).

The string of an app order goes to the gateway first, which judges it as any call and names the payment by a
token.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from harness.simulator.cashier.alipay_return import PlatformKey, app_result
from harness.simulator.cashier.alipay_words import BRIDGE, notice_of
from harness.simulator.cashier.payments import Button, Pay
from harness.simulator.platform.orders import Intent, PlatformOrder, Refused
from harness.simulator.platform.platform import Platform
from harness.simulator.wire.kit.body import TooLarge, read_body

BRIDGE_PATH = "/alipay/bridge"
LARGEST_BODY = 32 * 1024
PAID, PROCESSING, FAILED, CANCELLED, UNKNOWN = "9000", "8000", "4000", "6001", "6004"
Will = Literal["pay", "cancel", "fail", "processing", "unknown"]
_PRESSED: Mapping[Will, tuple[Button, str]] = {
    "pay": ("pay", PAID),
    "cancel": ("cancel", CANCELLED),
    "fail": ("fail", FAILED),
    "processing": ("pay", PROCESSING),
    "unknown": ("pay", UNKNOWN),
}
"""What the payer does, and what the page is told; of the last two it is not told that they paid."""


class _Nothing(Exception):
    """What the page named is nothing that could be paid; its text says so."""


class _Asked(BaseModel):
    """What the page gave, or the gateway made of it, and what the phone knows by itself."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    trade_no: str = Field(default="", alias="tradeNO", max_length=64)
    token: str = Field(default="", max_length=128)
    """Of a payment that the gateway was asked for; empty: the trade exists already."""
    buyer_id: str = Field(default="", max_length=128)
    """Empty: whoever the trade is for, or the test payer."""
    outcome: Will


def routes(platform: Platform, pay: Pay, *, platform_key: PlatformKey) -> list[Route]:
    """The one path, spoken to by Alipay's own browser alone."""
    return [Route(BRIDGE_PATH, _Bridge(platform, pay, platform_key).trade_pay, methods=["POST"])]


class _Bridge:
    def __init__(self, platform: Platform, pay: Pay, platform_key: PlatformKey) -> None:
        self._platform = platform
        self._pay = pay
        self._platform_key = platform_key

    async def trade_pay(self, request: Request) -> Response:
        """Answer `{resultCode, memo, result, callbackUrl, detail}`; HTTP errors are for what is no bridge.

        The body holds `tradeNO` as the page gave it or the gateway's `token`, `buyer_id` and `outcome`.
        """
        if "AlipayClient" not in request.headers.get("User-Agent", ""):
            return JSONResponse({"error": "only the browser inside Alipay has a bridge"}, status_code=403)
        try:
            body = await read_body(request.scope, request.receive, limit=LARGEST_BODY)
            asked = _Asked.model_validate_json(body)
        except TooLarge:
            return JSONResponse({"error": f"longer than {LARGEST_BODY} bytes"}, status_code=413)
        except ValidationError as error:
            members = sorted({".".join(str(part) for part in each["loc"]) for each in error.errors()})
            return JSONResponse({"error": f"not a bridge's call: {', '.join(members)}"}, status_code=400)
        button, code = _PRESSED[asked.outcome]
        try:
            order, intent = self._order(asked)
            await self._pay(order, openid=asked.buyer_id or None, outcome=button)
        except _Nothing as nothing:
            return _answer(FAILED, detail=str(nothing))
        except Refused as refused:
            notice = notice_of(refused.reason)
            return _answer(FAILED, detail=f"{notice.code}: {notice.text.en}")
        signed = app_result(intent, self._platform_key) if code == PAID and intent is not None else ""
        return _answer(code, result=signed)

    def _order(self, asked: _Asked) -> tuple[PlatformOrder, Intent | None]:
        """The trade to pay, and what it was made of where the gateway was asked for it."""
        if asked.token:
            intent = self._platform.intent(asked.token)
            if intent is None:
                raise _Nothing("the gateway was asked for no such payment")
            return self._platform.open_intent(intent, asked.buyer_id or None), intent
        for account in self._platform.alipay_accounts.values():
            if account.number_of_transaction(asked.trade_no) is not None:
                return account.trade(asked.trade_no, by_transaction=True), None
        raise _Nothing("there is no trade of this tradeNO")


def _answer(code: str, *, result: str = "", detail: str = "") -> Response:
    memo = BRIDGE[code].zh
    return JSONResponse(
        {"resultCode": code, "memo": memo, "result": result, "callbackUrl": "", "detail": detail}
    )
