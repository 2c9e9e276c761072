"""Whatever happens to Alipay's trades, no fen is made or lost, and a number is one trade for good."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from harness.core.clock import BusinessClock
from harness.core.dialects import dialect
from harness.core.money import Fen
from harness.core.payment import Product
from harness.simulator.platform.ledger import CLEARING, merchant_account
from harness.simulator.platform.orders import Intent, OrderRequest, Refused
from harness.simulator.platform.platform import Platform
from harness.simulator.platform.refund import RefundRequest
from harness.simulator.platform.terms import Terms

SELLER = "2088721000000001"
BUYERS = ("2088722000000001", "2088722000000002")
NUMBERS = st.sampled_from([f"order_{number}" for number in range(4)])
REQUESTS = st.sampled_from(["", "R1", "R2", "R3"])


class AnyHistory(RuleBasedStateMachine):
    """Random intents, payers, payments, closes, refunds, cancels and jumps of the clock."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = BusinessClock()
        self.platform = Platform(clock=self.clock)
        self.account = self.platform.open_alipay_account(
            seller_id=SELLER, app_id="9021000000000001", test_payer=BUYERS[0]
        )
        self.intents: list[Intent] = []
        self.trades: dict[str, tuple[str, int, str]] = {}
        self.paid: dict[str, int] = {}
        self.back: dict[tuple[str, str], int] = {}

    @rule(
        number=NUMBERS,
        product=st.sampled_from(dialect("alipay").products),
        total=st.integers(1, 3),
        judged=st.booleans(),
    )
    def order(self, number: str, product: Product, total: int, judged: bool) -> None:
        request = OrderRequest(
            mchid=SELLER,
            appid="9021000000000001",
            product=product,
            out_trade_no=number,
            total=total,
            notify_url="",
            parameters={},
            description="tea",
        )
        try:
            self.intents.append(self.account.intend(request, Terms(), judged=judged))
        except Refused:
            assert number in self.trades

    @rule(which=st.integers(0, 50), buyer=st.sampled_from(BUYERS))
    def open(self, which: int, buyer: str) -> None:
        if not self.intents:
            return
        intent = self.intents[which % len(self.intents)]
        try:
            order = self.platform.open_intent(intent, buyer)
        except Refused:
            return
        trade = (str(order.transaction_id), int(order.total), buyer)
        assert self.trades.setdefault(order.out_trade_no, trade) == trade
        assert intent.request.total == order.total

    @rule(number=NUMBERS, coupon=st.integers(0, 2), outcome=st.sampled_from(["pay", "pay", "cancel"]))
    def pay(self, number: str, coupon: int, outcome: str) -> None:
        try:
            order = self.account.find(number)
            if outcome == "cancel":
                self.platform.cancel(order)
                self._seen(number)
                return
            payment = self.platform.pay(order, coupon=Fen(coupon))
        except Refused:
            self._seen(number)
            return
        assert number not in self.paid
        self.paid[number] = int(payment.total)
        self._seen(number)
        assert self.trades[number][:2] == (payment.transaction_id, payment.total)

    def _seen(self, number: str) -> None:
        """A payer who was let in may have made a trade, whatever came of it."""
        if self.account.has(number) and self.account.find(number).born is not None:
            order = self.account.find(number)
            trade = (str(order.transaction_id), int(order.total), str(order.payer))
            assert self.trades.setdefault(number, trade) == trade

    @rule(number=NUMBERS)
    def close(self, number: str) -> None:
        try:
            self.account.close(number)
        except Refused:
            return
        assert number in self.trades
        assert number not in self.paid

    @rule(number=NUMBERS, request=REQUESTS, refund=st.integers(1, 3))
    def refund(self, number: str, request: str, refund: int) -> None:
        asked = RefundRequest(
            mchid=SELLER, out_refund_no=request, refund=refund, total=None, out_trade_no=number
        )
        try:
            given, moved = self.account.refunds.give_back(asked)
        except Refused:
            return
        name = (number, given.request.out_refund_no)
        assert moved is (name not in self.back)
        assert self.back.setdefault(name, refund) == refund

    @rule(number=NUMBERS)
    def cancel(self, number: str) -> None:
        try:
            order, done = self.account.cancel(number)
        except Refused:
            return
        assert (order is None) is (number not in self.trades)
        if done == "refund" and order is not None:
            last = order.refunds[-1]
            self.back[number, last.request.out_refund_no] = last.refund

    @rule(hours=st.integers(0, 400))
    def time_passes(self, hours: int) -> None:
        self.clock.advance(timedelta(hours=hours))

    @invariant()
    def no_fen_is_made_or_lost(self) -> None:
        ledger = self.platform.ledger(SELLER)
        assert sum(ledger.balances.values()) == 0
        assert ledger.balances.get(CLEARING, 0) == 0
        assert ledger.paid == self.paid
        went = sum(self.back.values())
        assert ledger.balances.get(merchant_account(SELLER), 0) == sum(self.paid.values()) - went

    @invariant()
    def nobody_gets_back_more_than_was_paid(self) -> None:
        for number, total in self.paid.items():
            assert sum(fen for (of, _), fen in self.back.items() if of == number) <= total


def test_no_history_of_trades_creates_or_loses_a_fen() -> None:
    run_state_machine_as_test(
        AnyHistory, settings=settings(max_examples=60, stateful_step_count=40, deadline=None)
    )
