"""The payment callback: verify, decrypt, compare, change state once, answer at once (facts 5)."""

from __future__ import annotations

from contextlib import suppress

from harness.core.dialects import callback_forms, made
from harness.core.errors import SignatureInvalid, TargetFailure
from harness.core.payment import TradeState, Transaction
from harness.settings.model import Settings
from harness.shop.callbacks.inbox import Inbox
from harness.shop.callbacks.reader import CallbackReader, OtherEvent
from harness.shop.callbacks.replies import WECHAT, Reply
from harness.shop.logs import Log
from harness.shop.metrics import Metrics
from harness.shop.practices import Headers, Practices
from harness.shop.refund_service import RefundService
from harness.shop.settlement import Effect, Settlement

LARGEST_BODY = 64 * 1024
"""A genuine callback is under 2 KB; more than this is refused before it is read to the end."""


class CallbackReceiver:
    """Takes callbacks; thread-safe.

    Args:
        settings: our account and the platforms' keys.
        settlement: applies what is believed of payments.
        refunds: applies what is believed of refunds.
        practices: how callbacks are verified.
        inbox: where a believed payment is kept to be booked later; None: it is booked at once.
        metrics: counts results.
        log: writes them down.
    """

    def __init__(
        self,
        *,
        settings: Settings,
        settlement: Settlement,
        refunds: RefundService,
        practices: Practices,
        inbox: Inbox | None = None,
        metrics: Metrics,
        log: Log,
    ) -> None:
        self._readers: list[CallbackReader] = [
            made(form.reader)(settings, practices) for form in callback_forms()
        ]
        self._settlement = settlement
        self._refunds = refunds
        self._practices = practices
        self._said_unverified = practices.said_unverified(settings)
        self._inbox = inbox
        self._metrics = metrics
        self._log = log
        self._stopped = False
        """No correct shop ever does."""

    def receive(self, headers: Headers, body: bytes) -> Reply:
        """Judge one callback. Nothing of the body is used before its signature holds (facts 8.3, C06).

        Every form arrives at this address; one of no form is judged as the first, and cannot pass.
        """
        recognised = (each for each in self._readers if each.recognises(headers, body))
        reader = next(recognised, self._readers[0])
        if (reply := self._answered_unverified(reader, body)) is not None:
            return reply
        try:
            reader.verify(headers, body)
        except SignatureInvalid as error:
            self._note("unverified", reason=error.what)
            if self._practices.books_refused:
                self._keep_unverified(reader, body)
            if self._practices.acknowledges_unverified(headers):
                return reader.replies.accepted
            return reader.replies.failed(401, self._said_unverified)
        try:
            paid = reader.payment(body)
        except OtherEvent:
            return self._refunded(reader, body)
        except (SignatureInvalid, TargetFailure, ValueError) as error:
            return self._unreadable(reader, error)
        return self._settled(reader, paid)

    def _refunded(self, reader: CallbackReader, body: bytes) -> Reply:
        """A callback that is believed and tells of no payment: of a refund, or of what nobody here needs."""
        try:
            told = reader.refund(body)
        except OtherEvent as other:
            # Of a kind this shop has no use for: taking it over stops fifteen re-sends.
            self._note("ignored", event_type=str(other))
            self._stopped = self._practices.stops_at_new_events
            return reader.replies.failed(500, "未知事件") if self._stopped else reader.replies.accepted
        except (SignatureInvalid, TargetFailure, ValueError) as error:
            return self._unreadable(reader, error)
        settled = self._refunds.apply(told, "callback")
        self._note(f"refund-{settled.effect}", out_refund_no=told.out_refund_no, reason=settled.reason)
        if settled.effect is Effect.NOT_OURS:
            return reader.replies.failed(404, "退款单不存在")
        return (
            reader.replies.failed(400, "与退款单不符")
            if settled.effect is Effect.MISMATCH
            else reader.replies.accepted
        )

    def _unreadable(self, reader: CallbackReader, error: Exception) -> Reply:
        sealed = isinstance(error, SignatureInvalid)
        self._note("undecryptable" if sealed else "malformed", reason=str(error))
        if self._practices.acknowledges_unreadable:
            return reader.replies.accepted
        return reader.replies.failed(400, "解密失败" if sealed else "通知内容不完整")

    def oversized(self) -> Reply:
        """The answer to a body beyond `LARGEST_BODY`, whatever its form."""
        self._note("oversized")
        return WECHAT.failed(413, "报文过大")

    def _settled(self, reader: CallbackReader, paid: Transaction) -> Reply:
        if paid.state is not TradeState.SUCCESS:
            self._note("not-success", out_trade_no=paid.out_trade_no, trade_state=paid.trade_state[:32])
            return reader.replies.failed(400, "交易状态不是SUCCESS")
        if self._inbox is not None:
            self._inbox.keep(paid)
            self._note("kept", out_trade_no=paid.out_trade_no)
            return reader.replies.written_down
        settled = self._settlement.apply(paid, "callback")
        self._note(settled.effect, out_trade_no=paid.out_trade_no, openid=paid.openid, reason=settled.reason)
        if settled.effect is Effect.NOT_OURS:
            return reader.replies.failed(404, "订单不存在")
        if settled.effect is Effect.MISMATCH:
            return reader.replies.failed(400, "与订单不符")
        return reader.replies.accepted

    def _keep_unverified(self, reader: CallbackReader, body: bytes) -> None:
        """Write down what was refused, as if somebody had looked at it. No correct shop comes here."""
        with suppress(OtherEvent, SignatureInvalid, TargetFailure, ValueError):
            if self._inbox is not None:
                self._inbox.keep(reader.payment(body))

    def _answered_unverified(self, reader: CallbackReader, body: bytes) -> Reply | None:
        """The answer of a shop that has stopped, or believes anybody. A correct shop gives none."""
        if self._stopped:
            return reader.replies.failed(503, "通知处理已停止")
        if self._practices.believes_old_form and body.lstrip().startswith(b"<xml"):
            self._refunds.ask_no_more()
            return reader.replies.accepted
        if self._practices.cancels_unverified:
            with suppress(OtherEvent, SignatureInvalid, TargetFailure, ValueError):
                told = reader.payment(body)
                if told.state is not TradeState.SUCCESS:
                    self._settlement.apply(told, "callback")
                    return reader.replies.failed(400, "交易状态不是SUCCESS")
        return None

    def _note(self, result: str, **fields: object) -> None:
        self._metrics.callback(result)
        self._log.event("callback", result=result, **fields)
