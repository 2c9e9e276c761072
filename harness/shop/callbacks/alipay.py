"""Alipay's async notify: a form signed by name, to be answered with seven letters (facts alipay 3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from harness.core.clock import BEIJING
from harness.core.payment import Refund, TradeState, Transaction
from harness.settings.model import AlipaySettings, Settings
from harness.shop.alipay_form import Members, amount, told_badly
from harness.shop.callbacks.reader import OtherEvent
from harness.shop.callbacks.replies import ALIPAY, Replies, seven_letters
from harness.shop.practices import Headers, Practices
from harness.signing.alipay import NotifyVerifier

_FORM = "application/x-www-form-urlencoded"
_EVENT = "trade_status_sync"


@dataclass(frozen=True, slots=True)
class AlipayReader:
    """See `CallbackReader`. Only the body of a POST is read: what stands in the address is nobody's word."""

    verifier: NotifyVerifier
    alipay: AlipaySettings
    practices: Practices

    @property
    def replies(self) -> Replies:
        """Exactly `success`, in the right shop."""
        return seven_letters(self.practices.alipay_success)

    def recognises(self, headers: Headers, body: bytes) -> bool:
        """By its content type: no other platform sends a form."""
        del body
        kinds = [value for name, value in headers if name.lower() == "content-type"]
        return any(kind.partition(";")[0].strip().lower() == _FORM for kind in kinds)

    def verify(self, headers: Headers, body: bytes) -> None:
        """As the shop's practices have it."""
        del headers
        self.practices.verify_alipay(self.verifier, self.practices.read_alipay(body))

    def payment(self, body: bytes) -> Transaction:
        """What its members say, where they are of our account and money has come."""
        members = self._ours(body)
        if self.practices.alipay_tells_refund(members) or not self.practices.alipay_tells_payment(members):
            raise OtherEvent(members.get("trade_status"))
        return Transaction(
            out_trade_no=_text(members, "out_trade_no"),
            trade_state=TradeState.SUCCESS,
            # Both were compared with our own: a notify of any other account does not come here.
            mchid=self.alipay.seller_id,
            appid=self.alipay.app_id,
            transaction_id=_text(members, "trade_no"),
            success_time=_moment(members, "gmt_payment"),
            total=amount(members, "total_amount"),
            payer_total=amount(members, "buyer_pay_amount") if members.get("buyer_pay_amount") else None,
            currency="CNY",
            openid=members.get("buyer_id") or members.get("buyer_open_id"),
        )

    def refund(self, body: bytes) -> Refund:
        """None: its answer and its query say more of a refund than this notify (facts alipay 3.5)."""
        raise OtherEvent(self._ours(body).get("trade_status"))

    def _ours(self, body: bytes) -> Members:
        members = self.practices.read_alipay(body)
        self.practices.check_alipay_account(self.alipay, members)
        if members.get("notify_type") != _EVENT:
            raise OtherEvent(members.get("notify_type"))
        return members


@dataclass(frozen=True, slots=True)
class NoAlipay:
    """The reader of a merchant that was not set up for Alipay: no callback is of this form."""

    replies: Replies = ALIPAY

    def recognises(self, headers: Headers, body: bytes) -> bool:
        """Never."""
        del headers, body
        return False

    def verify(self, headers: Headers, body: bytes) -> None:
        """Nobody asks."""
        raise told_badly("there is no Alipay here")

    def payment(self, body: bytes) -> Transaction:
        """Nobody asks."""
        raise told_badly("there is no Alipay here")

    def refund(self, body: bytes) -> Refund:
        """Nobody asks."""
        raise told_badly("there is no Alipay here")


def open_reader(settings: Settings, practices: Practices) -> AlipayReader | NoAlipay:
    """The reader of a merchant's settings."""
    alipay = settings.alipay
    if alipay is None:
        return NoAlipay()
    return AlipayReader(NotifyVerifier(practices.alipay_key(alipay)), alipay, practices)


def _text(members: Members, name: str) -> str:
    value = members.get(name)
    if not value:
        raise told_badly(f"{name} is missing")
    return value


def _moment(members: Members, name: str) -> datetime | None:
    value = members.get(name)
    if not value:
        return None
    try:
        return datetime.strptime(value, "%Y-%m-%d %H:%M:%S").replace(tzinfo=BEIJING)
    except ValueError:
        raise told_badly(f"{name} is no time of Beijing's") from None
