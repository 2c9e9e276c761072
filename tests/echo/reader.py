"""How our shop reads this form of callbacks."""

from __future__ import annotations

from dataclasses import dataclass

from harness.core.payment import Refund, Transaction
from harness.gateways.answer_members import fen, moment, required
from harness.gateways.wire_json import read_object
from harness.settings.model import Settings, WeChatSettings
from harness.shop.callbacks.reader import OtherEvent
from harness.shop.callbacks.replies import WECHAT, Replies
from harness.shop.practices import Headers, Practices
from tests.echo.signing import verify


@dataclass(frozen=True, slots=True)
class EchoReader:
    """See `CallbackReader`."""

    wechat: WeChatSettings
    replies: Replies = WECHAT

    def recognises(self, headers: Headers, body: bytes) -> bool:
        """By its line: what is left of it without a signature must be refused as its own."""
        del headers
        try:
            return "event" in read_object(body)
        except ValueError:
            return False

    def verify(self, headers: Headers, body: bytes) -> None:
        """Believe it only when the whole line is signed."""
        verify(self.wechat.apiv3_key, headers, body)

    def payment(self, body: bytes) -> Transaction:
        """What the line says; the secret stands for the account."""
        line = read_object(body)
        if line["event"] != "TRANSACTION.SUCCESS":
            raise OtherEvent(line["event"])
        return Transaction(
            out_trade_no=required(line, "out_trade_no"),
            trade_state=required(line, "state"),
            mchid=self.wechat.mchid,
            appid=self.wechat.appid,
            transaction_id=required(line, "transaction_id"),
            success_time=moment(line, "success_time"),
            total=fen(line, "amount"),
            currency="CNY",
        )

    def refund(self, body: bytes) -> Refund:
        """None: this dialect tells of payments alone."""
        raise OtherEvent(read_object(body)["event"])


def open_reader(settings: Settings, practices: Practices) -> EchoReader:
    """The reader of a merchant's settings; no deliberate defect replaces how it verifies."""
    del practices
    return EchoReader(settings.wechat)
