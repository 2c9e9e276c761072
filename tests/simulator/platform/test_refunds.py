"""What is refunded, what is refused, and where the money is meanwhile (facts 3.6, 3.7, 4.2)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from harness.core.clock import BusinessClock
from harness.core.money import Fen
from harness.core.payment import Product, RefundStatus, TradeState
from harness.simulator.platform.accounts import Account
from harness.simulator.platform.ledger import (
    COUPONS,
    PAYERS,
    bank_account,
    merchant_account,
    refunding_account,
)
from harness.simulator.platform.orders import OrderRequest, Reason, Refused
from harness.simulator.platform.platform import Platform
from harness.simulator.platform.refund import PlatformRefund, RefundRequest
from harness.simulator.platform.refund_parts import cash_part
from harness.simulator.practices import Practices

MCHID, ORDER = "1900000001", "order-1"
MINUTE = timedelta(minutes=1)


class Till:
    """An account, its payers and its time."""

    def __init__(self, practices: Practices | None = None) -> None:
        self.clock = BusinessClock()
        self.platform = Platform(clock=self.clock, practices=practices)
        self.account: Account = self.platform.open_account(mchid=MCHID, appids=("wx",), test_payer="oTest")

    def order(self, number: str = ORDER, total: int = 1000) -> None:
        request = OrderRequest(
            mchid=MCHID,
            appid="wx",
            product=Product.NATIVE,
            out_trade_no=number,
            total=total,
            notify_url="http://127.0.0.1:1/x",
            parameters={},
        )
        self.account.create(request, once=number)

    def paid(self, number: str = ORDER, total: int = 1000, coupon: int = 0) -> None:
        self.order(number, total)
        self.platform.pay(self.account.find(number), coupon=Fen(coupon))

    def refund(
        self, number: str = "refund-1", refund: int = 1000, total: int = 1000, **more: object
    ) -> PlatformRefund:
        given = {"out_trade_no": ORDER, **more}
        request = RefundRequest(mchid=MCHID, out_refund_no=number, refund=refund, total=total, **given)  # type: ignore[arg-type]
        return self.account.refunds.create(request)

    def refused(self, **given: object) -> Reason:
        with pytest.raises(Refused) as refused:
            self.refund(**given)  # type: ignore[arg-type]
        return refused.value.reason

    def balances(self) -> dict[str, int]:
        ledger = self.platform.ledger(MCHID)
        assert sum(ledger.balances.values()) == 0
        return {account: int(balance) for account, balance in ledger.balances.items() if balance}


@pytest.fixture
def till() -> Till:
    return Till()


def test_a_refund_leaves_at_once_and_arrives_within_five_minutes(till: Till) -> None:
    till.paid()
    refund = till.refund(refund=400)
    assert (len(refund.refund_id), refund.refund_id[:3]) == (29, "503")
    assert refund.status is RefundStatus.PROCESSING
    assert till.account.find(ORDER).state is TradeState.REFUND
    assert till.balances() == {merchant_account(MCHID): 600, refunding_account(MCHID): 400, PAYERS: -1000}
    assert till.platform.ledger(MCHID).refunded == {}
    till.clock.advance(5 * MINUTE)
    done = till.account.refunds.query("refund-1")
    assert done.status is RefundStatus.SUCCESS
    assert done.success_time is not None
    assert till.balances() == {merchant_account(MCHID): 600, PAYERS: -600}
    assert till.platform.ledger(MCHID).refunded == {ORDER: 400}


def test_the_same_again_is_the_same_refund_and_takes_nothing_more(till: Till) -> None:
    till.paid()
    first = till.refund(refund=400)
    again = till.refund(refund=400)
    by_transaction = till.refund(
        refund=400, out_trade_no=None, transaction_id=till.account.find(ORDER).transaction_id
    )
    assert first is again is by_transaction
    assert till.balances()[merchant_account(MCHID)] == 600
    (told,) = till.account.audit(ORDER).refunds
    assert told.times_asked == 3


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"refund": 401}, Reason.REFUND_OF_ANOTHER_AMOUNT),
        ({"refund": 400, "total": 1001}, Reason.REFUND_OF_ANOTHER_AMOUNT),
        ({"refund": 400, "out_trade_no": "order-2"}, Reason.REFUND_OF_ANOTHER_ORDER),
        ({"number": "refund-2", "out_trade_no": "nobody"}, Reason.NOTHING_TO_REFUND),
        ({"number": "refund-2", "out_trade_no": "unpaid"}, Reason.NOTHING_TO_REFUND),
        ({"number": "refund-2", "refund": 100, "total": 999}, Reason.NOT_THE_ORDERS_AMOUNT),
        ({"number": "refund-2", "refund": 1001}, Reason.NOT_THE_ORDERS_AMOUNT),
        ({"number": "refund-2", "refund": 601}, Reason.OVER_THE_REST),
        ({"number": "refund-2", "refund": 100}, Reason.TOO_SOON),
    ],
)
def test_what_is_refused_moves_no_fen(till: Till, given: dict[str, object], reason: Reason) -> None:
    till.paid()
    till.paid("order-2")
    till.order("unpaid")
    till.refund(refund=400)
    before = till.balances()
    assert till.refused(**given) is reason
    assert till.balances() == before
    assert len(till.account.find(ORDER).refunds) == 1


def test_parts_add_up_to_the_order_and_then_nothing_is_left(till: Till) -> None:
    till.paid()
    till.refund(refund=400)
    till.clock.advance(MINUTE)
    till.refund("refund-2", refund=600)
    till.clock.advance(MINUTE)
    assert till.refused(number="refund-3", refund=1) is Reason.ALL_REFUNDED


def test_the_fifty_first_part_is_refused(till: Till) -> None:
    till.paid()
    for number in range(50):
        till.refund(f"part-{number}", refund=1)
        till.clock.advance(MINUTE)
    assert till.refused(number="part-50", refund=1) is Reason.TOO_MANY_PARTS
    assert till.refund("part-0", refund=1).times_asked == 2


def test_two_at_once_are_one_refund_or_one_and_a_refusal(till: Till) -> None:
    till.paid()

    def ask(number: str) -> object:
        try:
            return till.refund(number, refund=700).request.out_refund_no
        except Refused as refused:
            return refused.reason

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, [f"refund-{each % 2}" for each in range(32)]))
    accepted = {each for each in answers if isinstance(each, str) and not isinstance(each, Reason)}
    assert len(accepted) == 1
    assert answers.count(Reason.OVER_THE_REST) == 16
    assert till.balances()[merchant_account(MCHID)] == 300


def test_the_last_moment_is_a_year_after_the_payment(till: Till) -> None:
    till.paid()
    till.clock.advance(timedelta(days=365) - MINUTE)
    till.refund(refund=1)
    till.clock.advance(2 * MINUTE)
    assert till.refused(number="refund-2", refund=1) is Reason.OVERDUE


def test_a_short_balance_refuses_and_the_same_number_goes_through_after_a_top_up(till: Till) -> None:
    till.paid()
    assert till.account.withdraw(800) == 200
    assert till.refused(refund=201) is Reason.BALANCE_SHORT
    with pytest.raises(Refused, match="balance-short"):
        till.account.withdraw(201)
    till.account.withdraw(-1)
    assert till.refund(refund=201).status is RefundStatus.PROCESSING
    assert till.balances() == {bank_account(MCHID): 799, refunding_account(MCHID): 201, PAYERS: -1000}


def test_a_closed_refund_gives_its_money_back_and_a_new_number_may_follow(till: Till) -> None:
    till.paid()
    till.refund(refund=1000, ends=RefundStatus.CLOSED)
    till.clock.advance(5 * MINUTE)
    assert till.account.refunds.find("refund-1").status is RefundStatus.CLOSED
    assert till.balances() == {merchant_account(MCHID): 1000, PAYERS: -1000}
    assert till.account.find(ORDER).state is TradeState.REFUND
    till.refund("refund-2", refund=1000)
    assert till.refund(refund=1000).status is RefundStatus.CLOSED


@pytest.mark.parametrize(
    ("to_merchant", "arrives", "channel"),
    [(True, bank_account(MCHID), "ORIGINAL"), (False, PAYERS, "OTHER_BANKCARD")],
)
def test_an_abnormal_refund_waits_and_goes_another_way(
    till: Till, *, to_merchant: bool, arrives: str, channel: str
) -> None:
    till.paid()
    refund = till.refund(ends=RefundStatus.ABNORMAL)
    till.clock.advance(5 * MINUTE)
    assert till.account.refunds.find("refund-1").status is RefundStatus.ABNORMAL
    assert till.balances()[refunding_account(MCHID)] == 1000
    redirected = till.account.refunds.redirect(refund.refund_id, "refund-1", to_merchant=to_merchant)
    assert redirected.status is RefundStatus.PROCESSING
    till.clock.advance(5 * MINUTE)
    done = till.account.refunds.find("refund-1")
    assert (done.status, done.channel) == (RefundStatus.SUCCESS, channel)
    assert till.balances() == {
        account: amount
        for account, amount in ((PAYERS, -1000), (bank_account(MCHID), 1000))
        if arrives != PAYERS
    }
    with pytest.raises(Refused, match="not-abnormal"):
        till.account.refunds.redirect(refund.refund_id, "refund-1", to_merchant=True)


def test_a_stuck_refund_stays_until_somebody_ends_it(till: Till) -> None:
    till.paid()
    till.refund(ends=RefundStatus.PROCESSING)
    till.clock.advance(timedelta(days=300))
    assert till.account.refunds.find("refund-1").status is RefundStatus.PROCESSING
    till.account.refunds.end("refund-1", RefundStatus.SUCCESS)
    for status in RefundStatus:
        with pytest.raises(Refused, match="invalid"):
            till.account.refunds.end("refund-1", status)


def test_every_end_is_told_once_and_as_it_was(till: Till) -> None:
    till.paid()
    till.refund(ends=RefundStatus.PROCESSING)
    assert till.account.refunds.take_untold() == []
    till.account.refunds.end("refund-1", RefundStatus.ABNORMAL)
    till.account.refunds.end("refund-1", RefundStatus.SUCCESS)
    told = [refund.status for refund, _ in till.account.refunds.take_untold()]
    assert told == [RefundStatus.ABNORMAL, RefundStatus.SUCCESS]
    assert till.account.refunds.take_untold() == []


def test_a_coupon_gets_its_part_back_and_the_purse_the_rest(till: Till) -> None:
    till.paid(coupon=300)
    refund = till.refund(refund=900)
    assert (refund.payer_refund, refund.discount_refund) == (630, 270)
    till.clock.advance(5 * MINUTE)
    assert till.account.refunds.find("refund-1").status is RefundStatus.SUCCESS
    assert till.balances() == {merchant_account(MCHID): 100, PAYERS: -70, COUPONS: -30}


@pytest.mark.parametrize(
    ("parts", "total", "payer_total", "cash"),
    [
        ([900, 100], 1000, 700, [630, 70]),
        ([1, 1], 2, 1, [1, 0]),
        ([1, 1, 1], 3, 1, [0, 0, 1]),
        ([333, 333, 334], 1000, 0, [0, 0, 0]),
        ([5, 5], 10, 10, [5, 5]),
    ],
)
def test_rounded_parts_give_back_what_was_paid(
    parts: list[int], total: int, payer_total: int, cash: list[int]
) -> None:
    before: list[tuple[int, int]] = []
    for part in parts:
        before.append((part, cash_part(part, total=total, payer_total=payer_total, before=before)))
    assert [each for _, each in before] == cash
    assert sum(cash) == payer_total


def test_an_order_may_turn_only_when_a_refund_succeeds() -> None:
    till = Till(Practices(refund_order_state_older=True))
    till.paid()
    till.refund()
    assert till.account.find(ORDER).state is TradeState.SUCCESS
    till.clock.advance(5 * MINUTE)
    till.account.refunds.query("refund-1")
    assert till.account.find(ORDER).state is TradeState.REFUND


def test_the_audit_of_an_order_shows_its_refunds_and_their_events(till: Till) -> None:
    till.paid()
    till.refund(refund=400, reason="尺码不合")
    till.refund(refund=400)
    till.refused(number="refund-2", refund=700)
    till.clock.advance(5 * MINUTE)
    audit = till.account.audit(ORDER)
    (refund,) = audit.refunds
    assert (refund.status, refund.refund, refund.reason) == ("SUCCESS", 400, "尺码不合")
    kinds = [event.kind for event in audit.events if event.kind.startswith("refund")]
    assert kinds == ["refund-accepted", "refund-again", "refund-refused", "refund-ended"]
