"""The payment callback: verify, decrypt, compare, change state once, answer at once (facts 5)."""

from __future__ import annotations

from dataclasses import dataclass

from harness.core.errors import SignatureInvalid, TargetFailure
from harness.core.payment import TradeState, Transaction
from harness.gateways.apiv3.mapping import transaction
from harness.gateways.wire_json import read_object, serialise
from harness.settings.model import Settings
from harness.shop.envelope_callback import EnvelopeVerifier, is_envelope, transaction_of
from harness.shop.logs import Log
from harness.shop.metrics import Metrics
from harness.shop.practices import Headers, Practices
from harness.shop.settlement import Effect, Settlement
from harness.signing.wechat_v3 import Verifier, decrypt_resource

LARGEST_BODY = 64 * 1024
"""A genuine callback is under 2 KB; more than this is refused before it is read to the end."""

_PAYMENT = "TRANSACTION.SUCCESS"
_SIGNATURE = "wechatpay-signature"


@dataclass(frozen=True, slots=True)
class Reply:
    """What the platform is answered."""

    status: int
    body: bytes


def accepted() -> Reply:
    """Taken over: the platform stops sending."""
    return Reply(200, serialise({"code": "SUCCESS", "message": "成功"}))


def failed(status: int, message: str) -> Reply:
    """Not taken over: the platform sends again (facts 5.5)."""
    return Reply(status, serialise({"code": "FAIL", "message": message}))


class CallbackReceiver:
    """Takes callbacks; thread-safe.

    Args:
        settings: our account and the platforms' keys.
        settlement: applies what is believed.
        practices: how callbacks are verified.
        metrics: counts results.
        log: writes them down.
    """

    def __init__(
        self,
        *,
        settings: Settings,
        settlement: Settlement,
        practices: Practices,
        metrics: Metrics,
        log: Log,
    ) -> None:
        wechat = settings.wechat
        self._wechat = wechat
        self._verifier = Verifier({wechat.platform_key_id: wechat.platform_public_key})
        self._envelope_verifier = EnvelopeVerifier(settings.mcp.public_key)
        self._settlement = settlement
        self._practices = practices
        self._metrics = metrics
        self._log = log

    def receive(self, headers: Headers, body: bytes) -> Reply:
        """Judge one callback. Nothing of the body is used before its signature holds (facts 8.3, C06).

        Both dialects arrive at this address: API v3 signs in its headers, the envelope inside the body.
        """
        notice = None if _signed_by_header(headers) else _envelope(body)
        if notice is not None:
            return self._enveloped(notice)
        try:
            self._practices.verify(self._verifier, headers, body)
        except SignatureInvalid as error:
            self._note("unverified", reason=error.what)
            if self._practices.acknowledges_unverified(headers):
                return accepted()
            return failed(401, "签名验证失败")
        try:
            notice = read_object(body)
        except ValueError:
            self._note("malformed")
            return failed(400, "报文不是JSON对象")
        if notice.get("event_type") != _PAYMENT:
            # Verified, and of a kind this shop has no use for: taking it over stops fifteen re-sends.
            self._note("ignored", event_type=str(notice.get("event_type"))[:64])
            return accepted()
        return self._payment(notice)

    def _enveloped(self, notice: dict[str, object]) -> Reply:
        try:
            self._practices.verify_envelope(self._envelope_verifier, notice)
        except SignatureInvalid as error:
            self._note("unverified", reason=error.what)
            return failed(401, "签名验证失败")
        if notice.get("notifyType") != "payment":
            self._note("ignored", event_type=str(notice.get("notifyType"))[:64])
            return accepted()
        try:
            paid = transaction_of(notice, self._wechat)
        except TargetFailure as error:
            self._note("malformed", reason=str(error))
            return failed(400, "通知内容不完整")
        return self._settled(paid)

    def oversized(self) -> Reply:
        """The answer to a body beyond `LARGEST_BODY`."""
        self._note("oversized")
        return failed(413, "报文过大")

    def _payment(self, notice: dict[str, object]) -> Reply:
        resource = notice.get("resource")
        try:
            opened = decrypt_resource(self._wechat.apiv3_key, resource if isinstance(resource, dict) else {})
            paid = transaction(read_object(opened))
        except SignatureInvalid as error:
            self._note("undecryptable", reason=error.what)
            return failed(400, "解密失败")
        except (TargetFailure, ValueError) as error:
            self._note("malformed", reason=str(error))
            return failed(400, "通知内容不完整")
        return self._settled(paid)

    def _settled(self, paid: Transaction) -> Reply:
        if paid.state is not TradeState.SUCCESS:
            self._note("not-success", out_trade_no=paid.out_trade_no, trade_state=paid.trade_state[:32])
            return failed(400, "交易状态不是SUCCESS")
        settled = self._settlement.apply(paid, "callback")
        self._note(settled.effect, out_trade_no=paid.out_trade_no, openid=paid.openid, reason=settled.reason)
        if settled.effect is Effect.NOT_OURS:
            return failed(404, "订单不存在")
        if settled.effect is Effect.MISMATCH:
            return failed(400, "与订单不符")
        return accepted()

    def _note(self, result: str, **fields: object) -> None:
        self._metrics.callback(result)
        self._log.event("callback", result=result, **fields)


def _signed_by_header(headers: Headers) -> bool:
    return any(name.lower() == _SIGNATURE for name, _ in headers)


def _envelope(body: bytes) -> dict[str, object] | None:
    try:
        notice = read_object(body)
    except ValueError:
        return None
    return notice if is_envelope(notice) else None
