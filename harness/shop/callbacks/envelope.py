"""The callback of the envelope dialect: signed top-level members, and no headers (facts E3, E4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from harness.core.errors import TargetFailure
from harness.core.money import Fen
from harness.core.payment import Refund, Transaction
from harness.gateways.wire_json import read_object
from harness.settings.model import AlipaySettings, Settings, WeChatSettings
from harness.shop.callbacks.reader import OtherEvent
from harness.shop.callbacks.replies import WECHAT, Replies
from harness.shop.practices import Headers, Practices
from harness.signing.envelope import SIGNATURE, Verifier, verify_rsa2

Account = tuple[str, str]
"""The merchant's number with its provider, and the application's."""
_STATES = {"TRADE_SUCCESS": "SUCCESS", "TRADE_FINISHED": "SUCCESS"}
"""Alipay's words for a payment."""


@dataclass(frozen=True, slots=True)
class EnvelopeReader:
    """See `CallbackReader`. A notify names no provider: the key that signed it says whose it is."""

    verifier: Verifier
    wechat: WeChatSettings
    practices: Practices
    alipay: AlipaySettings | None = None
    """Of an application whose orders go over Alipay's endpoint; None: none do."""
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
        notice = read_object(body)
        verifier = self.verifier
        if self.alipay is not None and _signed_by(self.alipay, notice):
            verifier = Verifier(self.alipay.public_key)
        self.practices.verify_envelope(verifier, notice)

    def payment(self, body: bytes) -> Transaction:
        """What its signed members say."""
        notice = read_object(body)
        if notice.get("notifyType") != "payment":
            raise OtherEvent(notice.get("notifyType"))
        return self.practices.heard(notice, transaction_of(notice, self._account(notice)))

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
            mchid=self._account(notice)[0],
            refund=Fen(amount),
        )

    def _account(self, notice: Mapping[str, object]) -> Account:
        if self.alipay is not None and _signed_by(self.alipay, notice):
            return self.alipay.seller_id, self.alipay.app_id
        return self.wechat.mchid, self.wechat.appid


def open_reader(settings: Settings, practices: Practices) -> EnvelopeReader:
    """The reader of a merchant's settings."""
    alipay = None if settings.alipay_mcp is None else settings.alipay
    return EnvelopeReader(Verifier(settings.mcp.public_key), settings.wechat, practices, alipay)


def _signed_by(alipay: AlipaySettings, notice: Mapping[str, object]) -> bool:
    return verify_rsa2(alipay.public_key, notice, notice.get(SIGNATURE))


def transaction_of(notice: Mapping[str, object], account: Account) -> Transaction:
    """The payment a verified notify tells of.

    The envelope names neither account, appid nor currency: its key stands for the account, and either
    provider through it is always CNY.

    Raises:
        TargetFailure: a member is missing or of the wrong type.
    """
    total = notice.get("totalAmount")
    if not isinstance(total, int) or isinstance(total, bool):
        raise _malformed("totalAmount is no integer of fen")
    return Transaction(
        out_trade_no=_text(notice, "outTradeNo"),
        trade_state=_STATES.get(status := _text(notice, "status"), status),
        mchid=account[0],
        appid=account[1],
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
