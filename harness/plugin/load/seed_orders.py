"""Paid orders of the merchant, made before a load for its storm of callbacks, and looked up afterwards."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from harness.core.clock import wire_now
from harness.core.control import Blame, Check, Grade, Outcome
from harness.core.errors import EnvironmentUnreachable, GoLiveError
from harness.core.payment import Provider
from harness.levers.client import LeversClient
from harness.levers.models import Fault
from harness.merchant.client import MerchantClient
from harness.merchant.ledger_comparison import LedgerComparison
from harness.merchant.observer import Observer
from harness.merchant.profile import MerchantProfile
from harness.merchant.settling import Settling
from harness.settings.model import LeversSettings

ORDERS = 12
AMOUNT_YUAN = "0.05"
MERCHANT = "merchant"
"""As a dialect: the merchant was asked, and not the endpoint."""


@dataclass(frozen=True, slots=True)
class BooksAfterwards:
    """What the merchant's books say once a load is over."""

    difference: str
    """Where they and the platform's differ, in one sentence; empty when not a fen does."""
    miscredited: str
    """Which orders were not credited exactly once, in one sentence; empty when each was."""
    orders: int
    """How many orders were looked up for this."""

    def check(self, control: str, load: str, grade: Grade) -> Check:
        """Whether a storm of callbacks changed nothing that it should not."""
        return Check(
            control=control,
            scenario=f"load/{load}/books",
            provider=Provider.WECHAT,
            dialect=MERCHANT,
            outcome=Outcome.FAIL if self.miscredited else Outcome.PASS,
            grade=grade,
            started=wire_now(),
            duration_s=0.0,
            message=self.miscredited,
            blame=Blame.MERCHANT if self.miscredited else None,
            exercised=self.orders,
        )


@dataclass(frozen=True, slots=True)
class SeededOrders:
    """Orders that were paid; of every second one the merchant was not told: the storm tells it."""

    numbers: tuple[str, ...]
    levers: LeversClient
    observer: Observer

    def books(self) -> BooksAfterwards:
        """Compare the books once the load is over. What the load ordered past the merchant is left aside."""
        paid = self.levers.ledger(entries=False).paid.keys()
        comparison = LedgerComparison(self.levers, self.observer, frozenset(paid - set(self.numbers)))
        credited = Settling().until(self._credited, lambda found: all(found.values()))
        wrong = [f"{number}: {times} times" for number, times in credited.items() if times != 1]
        miscredited = f"not credited exactly once: {'; '.join(wrong)}" if wrong else ""
        return BooksAfterwards(comparison.compare().difference(), miscredited, len(self.numbers))

    def _credited(self) -> dict[str, int]:
        return {each: self.observer.order(each).credits for each in self.numbers}


@contextmanager
def seeded_orders(profile: MerchantProfile, settings: LeversSettings) -> Iterator[SeededOrders]:
    """Order from the merchant as a shopper, and pay as one: over every provider that it takes.

    Raises:
        EnvironmentUnreachable: not one order could be placed and paid.
    """
    with (
        LeversClient(settings.url, settings.token, in_scenario=True) as levers,
        MerchantClient(profile, levers=levers) as merchant,
        Observer(profile) as observer,
    ):
        merchant.login()
        numbers, why = [], ""
        methods = [each.value for each in Provider if each is Provider.WECHAT or each in profile.capabilities]
        for turn in range(ORDERS):
            try:
                made = merchant.create_order(
                    order_id=f"load-{secrets.token_hex(8)}",
                    amount_yuan=AMOUNT_YUAN,
                    payment_method=methods[turn // 2 % len(methods)],
                )
                if made.out_trade_no is None:
                    why = made.error or f"HTTP {made.status_code}"
                    continue
                if turn % 2:
                    levers.add_fault(Fault(operation="notify", action="lost", out_trade_no=made.out_trade_no))
                levers.pay(out_trade_no=made.out_trade_no)
            except GoLiveError as error:
                why = error.what
                continue
            numbers.append(made.out_trade_no)
        if not numbers:
            raise EnvironmentUnreachable(
                f"no order could be placed and paid for a storm of callbacks to be about: {why}",
                where=profile.base_url,
                remedy="try it by hand: order from the merchant, and pay with the simulator's levers",
            )
        yield SeededOrders(tuple(numbers), levers, observer)
