"""The V3 style: the same operations as REST, with signed answers (facts alipay 1.11)."""

from __future__ import annotations

import json
import time
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from functools import partial
from typing import NamedTuple, NotRequired, TypedDict
from urllib.parse import parse_qsl

from starlette.types import Receive, Scope, Send

from harness.callbacks.attack import forger_key
from harness.levers.actions import Forgery, Signature
from harness.signing.alipay import (
    MalformedAuthorization,
    v3_answer_message,
    v3_authorization,
    v3_in_time,
    v3_request_message,
)
from harness.signing.wechat_v3 import sign, verifies
from harness.simulator.account.alipay_identity import AlipayIdentity
from harness.simulator.platform.identifiers import token
from harness.simulator.signatures.refused import DETAIL, ToldDiagnosis
from harness.simulator.wire.alipay import bills, fields
from harness.simulator.wire.alipay.answer import UNKNOWN_SN
from harness.simulator.wire.alipay.auth import Gatekeeper, check_certificates
from harness.simulator.wire.alipay.call import Call, Operation, order_named, read_json
from harness.simulator.wire.alipay.errors import AlipayRefusal, BadGateway, injected, invalid, missing
from harness.simulator.wire.alipay.forged import forged
from harness.simulator.wire.alipay.members import NOTIFY_URL, schema_of
from harness.simulator.wire.alipay.refused_signature import look_into
from harness.simulator.wire.kit.answered import said_by
from harness.simulator.wire.kit.body import Disconnected, TooLarge, TooSlow, read_body
from harness.simulator.wire.kit.described import JSON, Described, Parameter
from harness.simulator.wire.kit.errors import Refusal
from harness.simulator.wire.kit.faults import Hit, Hittable, hit_by
from harness.simulator.wire.kit.unknown import empty
from harness.simulator.wire.kit.wire import Merchant, WireContext

PREFIX = "/v3/alipay/"
READ = frozenset({bills.METHOD})
"""What V3 asks for by GET, its members in the query."""
REMEMBERED_S = 1200.0
"""How long a nonce must not come again: both sides of the window of its timestamp."""
LONG_AGO_S = 3600
_STATUS = {"20000": 500, "40005": 429, "40006": 403}
_WRONG_SIGNATURE = "验签出错，建议检查签名字符串或签名私钥与应用公钥是否匹配"
_LINK = "https://open.alipay.com/api/errCheck"


class AlipayHelp(TypedDict):
    """Where more is said of an error."""

    link: str
    desc: str


class AlipayV3Refusal(TypedDict):
    """An error."""

    code: str
    message: str
    links: list[AlipayHelp]
    golive_diagnosis: NotRequired[ToldDiagnosis]


class _Read(NamedTuple):
    """A request that has come whole, and what its answer calls it."""

    scope: Scope
    headers: Mapping[bytes, str]
    body: bytes
    trace_id: str


class V3:
    """The V3 paths of one simulator.

    Args:
        operations: the gateway's, by method: `alipay.trade.query` is POST /v3/alipay/trade/query.
    """

    def __init__(self, context: WireContext, gate: Gatekeeper, operations: Mapping[str, Operation]) -> None:
        self._context = context
        self._gate = gate
        self._operations = {
            f"/v3/{method.replace('.', '/')}": (method, operation)
            for method, operation in operations.items()
            if method.startswith("alipay.trade.") or method in READ
        }
        self._nonces: OrderedDict[tuple[str, str], float] = OrderedDict()

    def handles(self, path: str) -> bool:
        """Everything below its prefix."""
        return path.startswith(PREFIX)

    def described(self) -> Iterator[Described]:
        """Every operation of this style."""
        for path, (method, operation) in self._operations.items():
            reads = method in READ
            asked = [(each, True) for each in operation.demands] + [(each, False) for each in operation.takes]
            query = [Parameter(each.name, "query", each.schema, required=must) for each, must in asked]
            takes = (*operation.takes, NOTIFY_URL)
            yield Described(
                method="GET" if reads else "POST",
                path=path,
                summary=operation.summary,
                parameters=tuple(query) if reads else (),
                body={} if reads else {"application/json": schema_of(operation.demands, takes)},
                signed="alipay",
                answers={JSON: said_by(operation.perform)},
                refusals={JSON: AlipayV3Refusal},
            )

    async def app(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        method = headers.get(b"x-http-method-override", scope["method"])
        found = self._operations.get(scope["path"])
        if found is None or method != ("GET" if found[0] in READ else "POST"):
            await empty(send, 404 if found is None else 405)
            return
        trace_id = token(32).lower()
        try:
            body = await read_body(scope, receive)
        except (TooLarge, TooSlow):
            await _refuse(send, invalid("parameter"), trace_id)
            return
        except Disconnected:
            return
        if not self._context.faults.armed:
            await self._answer(_Read(scope, headers, body, trace_id), send, None)
            return
        merchant = self._merchant(headers)
        account = None if merchant is None else merchant.alipay.mchid
        asked = Hittable(found[1].fault, self._about(headers, body), self._context.dialect, account)
        with hit_by(self._context.faults, asked, receive, send) as hit:
            await self._answer(_Read(scope, headers, body, trace_id), send, hit)

    async def _answer(self, read: _Read, send: Send, hit: Hit | None) -> None:
        scope, headers, body, trace_id = read
        found = self._operations[scope["path"]]
        try:
            if hit is not None:
                if await hit.before():
                    return
                send = hit.answer(send)
            try:
                merchant = self._admit(scope, headers, body)
            except AlipayRefusal as error:
                owner, about = self._merchant(headers), partial(self._about, headers, body)
                owners = [] if owner is None else [owner]
                look_into(error, self._context, scope, body, owners=owners, about=about)
                raise
            if found[0] in READ:
                asked = dict(parse_qsl(scope["query_string"].decode("latin-1")))
                call = Call(merchant, method=found[0], biz=asked, request_id=trace_id)
            else:
                call = _call(merchant, found[0], body, trace_id)
            if hit is not None:
                call.refund_ends, call.state = hit.refund_ends, hit.state
                call.forged = hit.forgery is not None
            members = await found[1].perform(call)
            if hit is not None:
                hit.performed()
                if (late := hit.late_refusal) is not None:
                    raise late
            await self._say(send, call, members, hit)
        except AlipayRefusal as error:
            await _refuse(send, error, trace_id)
        except Refusal as refusal:
            await _refuse_as(send, refusal.status, trace_id)

    def _merchant(self, headers: Mapping[bytes, str]) -> Merchant | None:
        """Whose request it says it is, before anything is checked."""
        try:
            _, claim = v3_authorization(headers.get(b"authorization", ""))
        except MalformedAuthorization:
            return None
        return self._gate.merchant(claim.get("app_id", ""))

    def _about(self, headers: Mapping[bytes, str], body: bytes) -> str | None:
        """Which order it is about, before anything is checked."""
        try:
            return order_named(read_json(body), self._merchant(headers))
        except AlipayRefusal:
            return None

    def _admit(self, scope: Scope, headers: Mapping[bytes, str], body: bytes) -> Merchant:
        """Who asks.

        Raises:
            AlipayRefusal: nobody does, or somebody else.
        """
        if not headers.get(b"authorization"):
            raise missing("timestamp")
        try:
            signed, claim = v3_authorization(headers[b"authorization"])
        except MalformedAuthorization:
            raise invalid("parameter") from None
        if not claim.get("app_id"):
            raise missing("app-id")
        merchant = self._gate.merchant(claim["app_id"])
        if merchant is None:
            raise invalid("app-id")
        stamp, nonce = claim.get("timestamp", ""), claim.get("nonce", "")
        if not stamp:
            raise missing("timestamp")
        if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 16):
            raise invalid("timestamp")
        if not v3_in_time(int(stamp)):
            raise AlipayRefusal("40002", "isv.illegal-timestamp", "时间戳与当前时间相差超过10分钟")
        if not claim.get("sign"):
            raise missing("signature")
        identity = merchant.identity.alipay
        check_certificates(merchant, claim.get("app_cert_sn", ""), headers.get(b"alipay-root-cert-sn", ""))
        target = _target(scope)
        message = v3_request_message(
            signed, scope["method"], target, body, headers.get(b"alipay-app-auth-token", "")
        )
        if not verifies(identity.app_public_key, message, claim["sign"]):
            raise AlipayRefusal("40002", "isv.invalid-signature", _WRONG_SIGNATURE)
        if not nonce or self._came_before(claim["app_id"], nonce):
            raise AlipayRefusal("40002", "isv.invalid-parameter", "nonce为空或重复")
        return merchant

    def _came_before(self, app_id: str, nonce: str) -> bool:
        now = time.monotonic()
        while self._nonces and next(iter(self._nonces.values())) < now - REMEMBERED_S:
            self._nonces.popitem(last=False)
        return self._nonces.setdefault((app_id, nonce), now) != now

    async def _say(self, send: Send, call: Call, members: Mapping[str, object], hit: Hit | None) -> None:
        signature: Signature = "genuine"
        forgery: Forgery | None = None
        said = members
        if hit is not None:
            signature, forgery = hit.signature, hit.forgery
            if forgery is not None:
                said = forged(call, members, "tampered" if forgery == "stale" else forgery)
            said = hit.altered(said)
            hit.spoils(said, members, signed=hit.spoils_signature)
        body = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
        stamp = self._context.signing_clock() - (LONG_AGO_S if forgery == "stale" else 0)
        headers = [(b"alipay-trace-id", call.request_id.encode())]
        if "unsigned" not in (forgery, signature):
            headers += _signature(call.identity, body, stamp, signature, forgery)
        await _write(send, 200, headers, body)


def _signature(
    identity: AlipayIdentity, body: bytes, at: float, signature: Signature, forgery: Forgery | None
) -> list[tuple[bytes, bytes]]:
    stamp, nonce = str(int(at * 1000)), token(32)
    key = forger_key() if forgery == "another-key" else identity.platform_key
    spoilt = forgery == "tampered" or signature in ("wrong", "probe")
    over = b"not what was sent" if spoilt else body
    headers = [
        (b"alipay-timestamp", stamp.encode()),
        (b"alipay-nonce", nonce.encode()),
        (b"alipay-signature", sign(key, v3_answer_message(stamp, nonce, over)).encode()),
    ]
    if signature == "unknown-serial":
        headers.append((b"alipay-sn", UNKNOWN_SN))
    elif identity.certified:
        headers.append((b"alipay-sn", identity.certificates.alipay_sn.encode()))
    return headers


def _call(merchant: Merchant, method: str, body: bytes, trace_id: str) -> Call:
    biz = read_json(body)
    return Call(
        merchant,
        method=method,
        biz=biz,
        notify_url=fields.address(fields.text(biz, NOTIFY_URL), "notify_url"),
        request_id=trace_id,
    )


def _target(scope: Scope) -> str:
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    query: bytes = scope["query_string"]
    return (raw + b"?" + query if query else raw).decode("latin-1")


async def _refuse(send: Send, error: AlipayRefusal, trace_id: str) -> None:
    """An error, which nothing signs."""
    system = error.sub_code == "ACQ.SYSTEM_ERROR"
    status = 500 if system else _STATUS.get(error.code, 400)
    word = error.sub_code.removeprefix("isv.").removeprefix("isp.").removeprefix("aop.")
    told: AlipayV3Refusal = {
        "code": word,
        "message": error.sub_msg,
        "links": [{"link": f"{_LINK}?traceId={trace_id}&source=openapi", "desc": "解决方案"}],
    }
    if DETAIL in error.members:
        told[DETAIL] = error.members[DETAIL]
    body = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
    await _write(send, status, [(b"alipay-trace-id", trace_id.encode())], body)


async def _refuse_as(send: Send, status: int, trace_id: str) -> None:
    """What a fault asks for."""
    refusal = injected(status)
    if isinstance(refusal, AlipayRefusal):
        await _refuse(send, refusal, trace_id)
    elif isinstance(refusal, BadGateway):
        await empty(send, refusal.status)


async def _write(send: Send, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
    headers = [
        (b"content-type", b"application/json;charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        *headers,
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
