"""The payment callback: verify, decrypt, compare, change state once, answer at once (facts 5)."""

from __future__ import annotations

from dataclasses import dataclass

from harness.errors import SignatureInvalid, TargetFailure
from harness.gateways.mapping import transaction
from harness.gateways.wire_json import read_object, serialise
from harness.payment import TradeState
from harness.settings.model import WeChatSettings
from harness.shop.logs import Log
from harness.shop.metrics import Metrics
from harness.shop.practices import Headers, Practices
from harness.shop.settlement import Effect, Settlement
from harness.signing.wechat_v3 import Verifier, decrypt_resource

LARGEST_BODY = 64 * 1024
"""A genuine callback is under 2 KB; more than this is refused before it is read to the end."""

_PAYMENT = "TRANSACTION.SUCCESS"


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


class CallbackDesk:
    """Takes callbacks; thread-safe.

    Args:
        settings: our account and the platform's key.
        settlement: applies what is believed.
        practices: how callbacks are verified.
        metrics: counts results.
        log: writes them down.
    """

    def __init__(
        self,
        *,
        settings: WeChatSettings,
        settlement: Settlement,
        practices: Practices,
        metrics: Metrics,
        log: Log,
    ) -> None:
        self._apiv3_key = settings.apiv3_key
        self._verifier = Verifier({settings.platform_key_id: settings.platform_public_key})
        self._settlement = settlement
        self._practices = practices
        self._metrics = metrics
        self._log = log

    def receive(self, headers: Headers, body: bytes) -> Reply:
        """Judge one callback. Nothing of the body is used before its signature holds (facts 8.3, C06)."""
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

    def oversized(self) -> Reply:
        """The answer to a body beyond `LARGEST_BODY`."""
        self._note("oversized")
        return failed(413, "报文过大")

    def _payment(self, notice: dict[str, object]) -> Reply:
        resource = notice.get("resource")
        try:
            opened = decrypt_resource(self._apiv3_key, resource if isinstance(resource, dict) else {})
            paid = transaction(read_object(opened))
        except SignatureInvalid as error:
            self._note("undecryptable", reason=error.what)
            return failed(400, "解密失败")
        except (TargetFailure, ValueError) as error:
            self._note("malformed", reason=str(error))
            return failed(400, "通知内容不完整")
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
