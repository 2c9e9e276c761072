"""Whatever happens, the book sums to zero, and the merchant account has what was paid less what went back."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from harness.core.clock import BusinessClock, wire_now
from harness.core.dialects import dialect
from harness.core.money import Fen
from harness.core.payment import Product, RefundStatus
from harness.simulator.platform.ledger import (
    CLEARING,
    COUPONS,
    PAYERS,
    Book,
    merchant_account,
    refunding_account,
)
from harness.simulator.platform.orders import OrderRequest, Refused
from harness.simulator.platform.platform import Platform
from harness.simulator.platform.refund import RefundRequest

MCHID = "1900000001"
NUMBERS = st.sampled_from([f"order-{number}" for number in range(6)])


class AnyHistory(RuleBasedStateMachine):
    """Random orders, payments, refunds, closes, replays and jumps of the clock."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = BusinessClock()
        self.platform = Platform(clock=self.clock)
        self.account = self.platform.open_account(mchid=MCHID, appids=("wx",), test_payer="oTest")
        self.paid: dict[str, int] = {}
        self.refunds: dict[str, tuple[str, int]] = {}
        self.once = 0

    @rule(
        number=NUMBERS,
        product=st.sampled_from(dialect("apiv3").products),
        total=st.integers(1, 10**9),
        replay=st.booleans(),
    )
    def order(self, number: str, product: Product, total: int, replay: bool) -> None:
        self.once += not replay
        request = OrderRequest(
            mchid=MCHID,
            appid="wx",
            product=product,
            out_trade_no=number,
            total=total,
            notify_url="http://127.0.0.1:1/x",
            parameters={"total": total},
        )
        try:
            self.account.create(request, once=str(self.once))
        except Refused:
            assert number in self.account.orders()

    @rule(
        number=NUMBERS, coupon=st.integers(0, 2000), outcome=st.sampled_from(["pay", "pay", "cancel", "fail"])
    )
    def pay(self, number: str, coupon: int, outcome: str) -> None:
        try:
            order = self.account.find(number)
            if outcome == "pay":
                payment = self.platform.pay(order, coupon=Fen(coupon))
                assert number not in self.paid
                self.paid[number] = int(payment.total)
            else:
                getattr(self.platform, outcome)(order)
        except Refused:
            pass

    @rule(number=NUMBERS)
    def close(self, number: str) -> None:
        try:
            self.account.close(number)
        except Refused:
            assert number not in self.account.orders() or number in self.paid

    @rule(
        number=NUMBERS,
        out_refund_no=st.sampled_from([f"refund-{number}" for number in range(9)]),
        share=st.floats(0, 1.1),
        ends=st.sampled_from([*RefundStatus, RefundStatus.SUCCESS]),
    )
    def refund(self, number: str, out_refund_no: str, share: float, ends: RefundStatus) -> None:
        total = self.paid.get(number, 100)
        request = RefundRequest(
            mchid=MCHID,
            out_refund_no=out_refund_no,
            refund=max(int(total * share), 1),
            total=total,
            out_trade_no=number,
            ends=ends,
        )
        try:
            accepted = self.account.refunds.create(request)
        except Refused:
            return
        same = (number, request.refund)
        assert self.refunds.setdefault(out_refund_no, same) == same
        assert accepted.out_trade_no == number

    @rule(out_refund_no=st.sampled_from([f"refund-{number}" for number in range(9)]))
    def redirect(self, out_refund_no: str) -> None:
        if out_refund_no in self.refunds:
            refund = self.account.refunds.find(out_refund_no)
            if refund.status is RefundStatus.ABNORMAL:
                self.account.refunds.redirect(refund.refund_id, out_refund_no, to_merchant=True)

    @rule(hours=st.integers(0, 100))
    def time_passes(self, hours: int) -> None:
        self.clock.advance(timedelta(hours=hours))

    @invariant()
    def the_book_sums_to_zero(self) -> None:
        assert sum(self.platform.ledger(self.account.mchid).balances.values()) == 0

    @invariant()
    def clearing_keeps_nothing(self) -> None:
        assert self.platform.ledger(self.account.mchid).balances.get(CLEARING, 0) == 0

    @invariant()
    def the_merchant_has_what_was_paid(self) -> None:
        ledger = self.platform.ledger(self.account.mchid)
        assert ledger.paid == self.paid
        refunds = [self.account.refunds.find(each) for each in self.refunds]
        gone = sum(each.refund for each in refunds if each.status is not RefundStatus.CLOSED)
        arrived = sum(each.refund for each in refunds if each.status is RefundStatus.SUCCESS)
        ledger = self.platform.ledger(self.account.mchid)
        assert ledger.balances.get(merchant_account(MCHID), 0) == sum(self.paid.values()) - gone
        assert ledger.balances.get(refunding_account(MCHID), 0) == gone - arrived
        assert sum(ledger.refunded.values()) == arrived

    @invariant()
    def nobody_gets_back_more_than_was_paid(self) -> None:
        for number, total in self.paid.items():
            order = self.account.find(number)
            counted = [each for each in order.refunds if each.counts]
            whole, cash = sum(each.refund for each in counted), sum(each.payer_refund for each in counted)
            assert whole <= total
            assert 0 <= cash <= total - order.coupon
            assert 0 <= whole - cash <= order.coupon
            if whole == total:
                assert cash == total - order.coupon

    @invariant()
    def the_balances_are_the_sum_of_the_entries(self) -> None:
        ledger = self.platform.ledger(self.account.mchid)
        sums: Counter[str] = Counter()
        for entry in ledger.entries:
            assert entry.amount > 0
            sums[entry.debit] -= entry.amount
            sums[entry.credit] += entry.amount
        assert {account: amount for account, amount in sums.items() if amount} == {
            account: amount for account, amount in ledger.balances.items() if amount
        }


def test_no_history_creates_or_loses_a_fen() -> None:
    run_state_machine_as_test(
        AnyHistory, settings=settings(max_examples=60, stateful_step_count=30, deadline=None)
    )


@given(total=st.integers(1, 10**12), data=st.data())
def test_purse_and_coupon_share_the_amount_exactly(total: int, data: st.DataObject) -> None:
    coupon = data.draw(st.integers(0, total))
    book = Book()
    book.payment(at=wire_now(), out_trade_no="n", mchid=MCHID, total=total, coupon=coupon)
    balances = book.snapshot(MCHID).balances
    assert balances.get(PAYERS, 0) == coupon - total
    assert balances.get(COUPONS, 0) == -coupon
    assert balances[merchant_account(MCHID)] == total


def test_the_book_that_loses_a_fen_shows_it_everywhere() -> None:
    book = Book(loses=1)
    book.payment(at=wire_now(), out_trade_no="n", mchid=MCHID, total=1990, coupon=0)
    ledger = book.snapshot(MCHID)
    assert ledger.paid == {"n": 1989}
    assert sum(ledger.balances.values()) == -1
