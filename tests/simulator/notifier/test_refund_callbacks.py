"""How a refund ended is told to its own address, apart from its payment's callback (facts 5.2, 5.4)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Literal

import pytest

from harness.core.money import Fen
from harness.levers.client import LeverRefused, LeversClient
from harness.levers.models import Fault
from harness.signing.wechat_v3 import decrypt_resource
from harness.simulator.embedded import running_simulator
from tests.simulator.merchant_side import NUMBER, REFUND, MerchantSide
from tests.simulator.notifier.conftest import Merchant


class Deal:
    """A paid order, its merchant and its payer."""

    def __init__(self, side: MerchantSide, levers: LeversClient, mail: Merchant) -> None:
        self.side, self.levers, self.mail = side, levers, mail

    def refund(self, refund: int = 1000, **changes: Any) -> None:
        given: dict[str, Any] = {"notify_url": self.mail.url, **changes}
        assert self.side.refund(refund=refund, **given).status == 200
        self.mail.received.clear()

    def opened(self) -> list[dict[str, Any]]:
        """Every callback that came, verified and decrypted."""
        found = []
        for headers, body in self.mail.received:
            self.side.verifier.verify(headers, body)
            told = json.loads(body)
            plain = decrypt_resource(self.side.identity.apiv3_key, told["resource"])
            found.append({**told, "plain": json.loads(plain)})
        return found


@pytest.fixture
def deal(merchant: Merchant) -> Iterator[Deal]:
    """An order of ¥19.90 that was paid with a coupon of ¥5.00."""
    with running_simulator(experience=False) as running:
        side = MerchantSide(running.simulator)
        with side.runner, LeversClient(running.levers_url, running.levers_token) as levers:
            side.create(notify_url=merchant.url)
            levers.pay(out_trade_no=NUMBER, coupon=Fen(500))
            yield Deal(side, levers, merchant)


def test_after_five_minutes_the_merchant_is_told_once(deal: Deal) -> None:
    deal.refund()
    deal.levers.advance(299)
    assert deal.mail.received == []
    deal.levers.advance(1)
    deal.levers.advance(90_000)
    (told,) = deal.opened()
    assert (told["event_type"], told["summary"]) == ("REFUND.SUCCESS", "退款成功")
    assert told["resource"]["original_type"] == told["resource"]["associated_data"] == "refund"
    assert told["plain"] == deal.levers.refund_notification(REFUND)
    assert told["plain"]["amount"] == {
        "total": 1990,
        "refund": 1000,
        "payer_total": 1490,
        "payer_refund": 749,
    }


@pytest.mark.parametrize(
    ("status", "summary"), [("ABNORMAL", "退款异常"), ("CLOSED", "退款关闭"), ("SUCCESS", "退款成功")]
)
def test_every_end_has_its_event(
    deal: Deal, status: Literal["ABNORMAL", "CLOSED", "SUCCESS"], summary: str
) -> None:
    deal.refund()
    audit = deal.levers.end_refund(REFUND, status)
    assert (audit.status, len(audit.deliveries)) == (status, 1)
    (told,) = deal.opened()
    assert (told["event_type"], told["summary"]) == (f"REFUND.{status}", summary)
    assert told["plain"]["refund_status"] == status
    assert ("success_time" in told["plain"]) is (status == "SUCCESS")


def test_an_abnormal_refund_is_told_and_its_success_after_that(deal: Deal) -> None:
    deal.refund()
    refund_id = deal.levers.end_refund(REFUND, "ABNORMAL").refund_id
    path = f"/v3/refund/domestic/refunds/{refund_id}/apply-abnormal-refund"
    body = {"out_refund_no": REFUND, "type": "MERCHANT_BANK_CARD"}
    assert deal.side.post(path, body).status == 200
    deal.levers.advance(300)
    assert [each["event_type"] for each in deal.opened()] == ["REFUND.ABNORMAL", "REFUND.SUCCESS"]


def test_a_refused_callback_climbs_the_same_ladder(deal: Deal) -> None:
    deal.refund()
    deal.mail.answers = [500]
    deal.levers.advance(300 + 24 * 3600 + 4 * 60)
    audit = deal.levers.refund(REFUND)
    assert [each.attempt for each in audit.deliveries] == list(range(1, 17))
    assert len({each["id"] for each in deal.opened()}) == 1


def test_a_lost_callback_of_a_refund_leaves_the_payments_alone(deal: Deal) -> None:
    deal.levers.add_fault(Fault(operation="refund-notify", action="lost", out_trade_no=NUMBER))
    deal.refund()
    audit = deal.levers.end_refund(REFUND, "SUCCESS")
    assert [each.signature_kind for each in audit.deliveries] == ["lost"]
    assert deal.mail.received == []
    assert deal.levers.resend_refund(REFUND).accepted
    assert deal.levers.redeliver_refund(REFUND).accepted
    assert deal.levers.redeliver(NUMBER).accepted
    events = [each["event_type"] for each in deal.opened()]
    assert events == ["REFUND.SUCCESS", "REFUND.SUCCESS", "TRANSACTION.SUCCESS"]
    order = deal.levers.audit(NUMBER)
    assert (len(order.deliveries), len(order.refunds[0].deliveries)) == (2, 3)


def test_a_lost_callback_of_the_payment_is_not_a_refunds(deal: Deal) -> None:
    deal.levers.add_fault(Fault(operation="notify", action="lost", out_trade_no=NUMBER))
    deal.refund()
    assert deal.levers.end_refund(REFUND, "SUCCESS").deliveries[0].accepted


def test_without_an_address_nobody_is_told(deal: Deal) -> None:
    deal.refund(notify_url=None)
    assert deal.levers.end_refund(REFUND, "SUCCESS").deliveries == ()
    assert deal.mail.received == []
    for pull in (deal.levers.redeliver_refund, deal.levers.resend_refund):
        with pytest.raises(LeverRefused) as refused:
            pull(REFUND)
        assert refused.value.reason == "invalid"


def test_a_refund_ends_by_itself_while_real_time_passes(deal: Deal) -> None:
    """The clock is moved behind the back of whoever watches, and one look brings the rest."""
    deal.refund()
    deal.levers.advance(240)
    deal.side.simulator.clock.advance(deal.side.simulator.clock.now() - deal.levers.refund(REFUND).accepted)
    assert deal.side.query_refund().json["status"] == "SUCCESS"
    deal.levers.advance(0)
    assert [each["event_type"] for each in deal.opened()] == ["REFUND.SUCCESS"]


def test_the_levers_say_what_they_do_not_do(deal: Deal) -> None:
    deal.refund()
    with pytest.raises(LeverRefused) as refused:
        deal.levers.refund("nobodys")
    assert refused.value.reason == "refund-unknown"
    deal.levers.end_refund(REFUND, "CLOSED")
    with pytest.raises(LeverRefused) as refused:
        deal.levers.end_refund(REFUND, "SUCCESS")
    assert refused.value.reason == "invalid"
    assert deal.levers.withdraw(Fen(1000)) == 990
    with pytest.raises(LeverRefused) as refused:
        deal.levers.withdraw(Fen(991))
    assert refused.value.reason == "balance-short"
    assert deal.levers.withdraw(Fen(-10)) == 1000
    assert sum(deal.levers.ledger().balances.values()) == 0
