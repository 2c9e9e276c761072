"""The experience edition gives every payment back within 24 hours, and the merchant books that (P§1)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from harness.core.control import Blame
from harness.core.errors import NotExercised
from harness.core.money import Fen
from harness.levers.client import LeversClient
from harness.levers.models import RefundAudit
from harness.merchant.business_clocks import BusinessClocks
from harness.merchant.settling import Settling
from harness.plugin import Journal, PlacedOrder, PlacedOrders, Prerequisite, control, needs

DAY = timedelta(hours=24)
BY_HAND = (
    "pay ¥0.01 on the experience edition, and look a day later: the money must be back within 24 hours, and "
    "your app must show that it went back"
)
Pay = Callable[[], PlacedOrder]


@pytest.fixture
def paid_for_a_day(orders: PlacedOrders, levers: LeversClient) -> Iterator[Pay]:
    """Pays an order that comes back by itself; what others paid stays."""

    def pay() -> PlacedOrder:
        order = orders.place("19.90")
        levers.give_payments_back(on=True)
        order.pay()
        levers.give_payments_back(on=False)
        order.kept(paid=True)
        return order

    yield pay
    levers.give_payments_back(on=False)


@control("EXP-03", experience=True, blame=Blame.ENDPOINT)
@needs(Prerequisite.PAYER, BY_HAND)
def test_a_payment_comes_back_within_24_hours(
    paid_for_a_day: Pay, levers: LeversClient, clocks: BusinessClocks, journal: Journal
) -> None:
    order = paid_for_a_day()
    with journal.step("a day passes"):
        clocks.advance(DAY.total_seconds())
    audit = order.audit()
    back = sum(each.refund for each in audit.refunds if each.status == "SUCCESS")
    journal.observe(
        f"{back} of {audit.total} fen came back; the platform calls the order {audit.trade_state}"
    )
    assert back == audit.total, f"24 hours after the payment {back} of {audit.total} fen have come back"
    assert levers.ledger(entries=False).refunded.get(order.out_trade_no) == audit.total, (
        "the refund is not in the platform's books"
    )
    assert audit.trade_state == "REFUND", f"all of it came back, and a query calls it {audit.trade_state}"


@control("EXP-03", experience=True)
@needs(Prerequisite.PAYER, BY_HAND)
def test_what_came_back_by_itself_is_booked_once(
    paid_for_a_day: Pay,
    levers: LeversClient,
    clocks: BusinessClocks,
    settling: Settling,
    journal: Journal,
) -> None:
    order = paid_for_a_day()
    clocks.advance(DAY.total_seconds())
    refund = _the_refund(order)
    told = [f"HTTP {each.status}" for each in refund.deliveries]
    journal.observe(
        f"the platform gave {refund.refund} fen back, and its callback was answered {', '.join(told)}"
    )
    kept = order.kept_once(lambda seen: seen.told_refunded_amount in (refund.refund, None))
    if kept.told_refunded_amount is None:
        journal.limit("what went back is not told: only that somebody is told of it was looked at")
    else:
        booked = kept.refunded_amount
        assert booked == refund.refund, (
            f"{refund.refund} fen went back, and {booked} fen are booked as refunded"
        )
        if refund.deliveries:
            levers.redeliver_refund(refund.out_refund_no)
            settling.allow_time()
            again = order.seen().refunded_amount
            assert again == booked, f"told of it twice, the merchant books {again} fen as refunded"
    journal.observe(f"the merchant records {kept.summary}")
    assert kept.told_status == "refunded" or kept.told_attention, (
        f"the order stays {kept.told_status}, its money went back, and nobody is told"
    )


def _the_refund(order: PlacedOrder) -> RefundAudit:
    refunds = order.audit().refunds
    if [each.status for each in refunds] != ["SUCCESS"] or refunds[0].refund == Fen(0):
        raise NotExercised(
            "the platform gave nothing back within a day",
            where="experience edition",
            remedy="it does so where it is switched on: see the scenario before this one",
        )
    return refunds[0]
