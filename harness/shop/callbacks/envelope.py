"""The callback of the envelope dialect: signed top-level members, and no headers (facts E3, E4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from harness.core.errors import TargetFailure
from harness.core.money import Fen
from harness.core.payment import Refund, Transaction
from harness.gateways.wire_json import read_object
from harness.settings.model import Settings, WeChatSettings
from harness.shop.callbacks.reader import OtherEvent
from harness.shop.callbacks.replies import WECHAT, Replies
from harness.shop.practices import Headers, Practices
from harness.signing.envelope import SIGNATURE, Verifier


@dataclass(frozen=True, slots=True)
class EnvelopeReader:
    """See `CallbackReader`."""

    verifier: Verifier
    wechat: WeChatSettings
    practices: Practices
    replies: Replies = WECHAT

    def recognises(self, headers: Headers, body: bytes) -> bool:
        """By the shape of its body."""
        del headers
        try:
            notice = read_object(body)
        except ValueError:
            return False
        return SIGNATURE in notice or "notifyType" in notice

    def verify(self, headers: Headers, body: bytes) -> None:
        """As the shop's practices have it."""
        del headers
        self.practices.verify_envelope(self.verifier, read_object(body))

    def payment(self, body: bytes) -> Transaction:
        """What its signed members say."""
        notice = read_object(body)
        if notice.get("notifyType") != "payment":
            raise OtherEvent(notice.get("notifyType"))
        return self.practices.heard(notice, transaction_of(notice, self.wechat))

    def refund(self, body: bytes) -> Refund:
        """What its signed members say of a refund that has ended."""
        notice = read_object(body)
        if notice.get("notifyType") != "refund":
            raise OtherEvent(notice.get("notifyType"))
        amount = notice.get("refundAmount")
        if not isinstance(amount, int) or isinstance(amount, bool):
            raise _malformed("refundAmount is no integer of fen")
        return Refund(
            out_refund_no=_text(notice, "outRefundNo"),
            out_trade_no=_text(notice, "outTradeNo"),
            refund_id=_text(notice, "refundId"),
            status=_text(notice, "status"),
            mchid=self.wechat.mchid,
            refund=Fen(amount),
        )


def open_reader(settings: Settings, practices: Practices) -> EnvelopeReader:
    """The reader of a merchant's settings."""
    return EnvelopeReader(Verifier(settings.mcp.public_key), settings.wechat, practices)


def transaction_of(notice: Mapping[str, object], settings: WeChatSettings) -> Transaction:
    """The payment a verified notify tells of.

    The envelope names neither account, appid nor currency: its key stands for the account, and WeChat
    through it is always CNY.

    Raises:
        TargetFailure: a member is missing or of the wrong type.
    """
    total = notice.get("totalAmount")
    if not isinstance(total, int) or isinstance(total, bool):
        raise _malformed("totalAmount is no integer of fen")
    return Transaction(
        out_trade_no=_text(notice, "outTradeNo"),
        trade_state=_text(notice, "status"),
        mchid=settings.mchid,
        appid=settings.appid,
        transaction_id=_text(notice, "transactionId" if notice.get("transactionId") else "paymentId"),
        success_time=_moment(notice),
        total=Fen(total),
        currency="CNY",
    )


def _text(notice: Mapping[str, object], name: str) -> str:
    value = notice.get(name)
    if not isinstance(value, str) or not value:
        raise _malformed(f"{name} is no text")
    return value


def _moment(notice: Mapping[str, object]) -> datetime | None:
    told = notice.get("paidTime")
    if told is None:
        return None
    try:
        moment = datetime.fromisoformat(told) if isinstance(told, str) else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise _malformed("paidTime is no time with its zone")
    return moment


def _malformed(what: str) -> TargetFailure:
    return TargetFailure(what, where="envelope", remedy="compare the notify with the dialect's description")
