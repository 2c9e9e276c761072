"""What a crash shows of an app, and what it does not: nobody is accused of what the app never had."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast

import pytest

from harness.core.errors import NotExercised
from harness.merchant.gap import ProfileGap
from harness.merchant.observer import MerchantOrder
from harness.merchant.profile import MerchantProfile
from harness.plugin import Crashes, Journal, PlacedOrder
from scenarios.callbacks import test_kept as scenarios

PENDING = MerchantOrder.model_validate({"out_trade_no": "N1", "status": "pending", "credits": 0})
PAID = MerchantOrder.model_validate(
    {"out_trade_no": "N1", "status": "paid", "credits": 1, "paid_amount": 1990}
)
SHOP = MerchantProfile.load("shop")


@dataclass
class Crashed:
    """An app that was killed, or whose store failed."""

    kept_as: MerchantOrder | None
    meanwhile: MerchantOrder | None = None
    shows_new: bool = True
    asked: bool = False
    answered: int = 200
    ordered: int = 0
    orders: Any = field(default_factory=lambda: SimpleNamespace(clear_faults=lambda: None))

    def order(self) -> Any:
        self.ordered += 1
        if not self.shows_new:
            raise ProfileGap("the page shows nothing", where="observer")
        first = SimpleNamespace(status=self.answered, error=None, accepted=self.answered < 300)
        audit = SimpleNamespace(deliveries=(first,), total=1990)
        return SimpleNamespace(
            pay=lambda: None,
            audit=lambda: audit,
            asked=1990,
            redeliver=lambda: None,
            kept_for_good=lambda: self.kept_as,
        )

    @contextmanager
    def broken_store(self) -> Iterator[None]:
        yield

    def require_store(self) -> None:
        """It is declared."""

    def start_if_ended(self) -> None:
        """It has not."""

    def seen(self, order: Any) -> MerchantOrder | None:
        del order
        return self.meanwhile

    def kept(self, order: Any) -> MerchantOrder | None:
        del order
        return self.kept_as

    def resend(self, order: Any) -> Any:
        del order
        return SimpleNamespace(accepted=True, status=204)

    def asked_about(self, order: Any) -> bool:
        del order
        return self.asked


def journal() -> Journal:
    return Journal(cast("Any", SimpleNamespace()), "crash")


def expect_booked(app: Crashed, written: Journal | None = None) -> None:
    scenarios._expect_booked(
        cast("Crashes", app),
        cast("PlacedOrder", object()),
        written or journal(),
        "answered HTTP 204, and lost",
    )


def meet_a_broken_store(app: Crashed) -> None:
    scenarios.test_a_callback_that_meets_a_broken_store_is_not_lost(cast("Crashes", app), journal())


def test_an_order_that_is_not_paid_after_the_crash_was_lost() -> None:
    with pytest.raises(AssertionError, match="answered HTTP 204, and lost: the order is pending"):
        expect_booked(Crashed(PENDING))


def test_an_order_that_is_gone_was_lost_where_a_new_one_shows() -> None:
    with pytest.raises(AssertionError, match="shows it no more"):
        expect_booked(Crashed(None))


def test_an_app_of_which_nothing_can_be_seen_any_more_is_not_accused() -> None:
    with pytest.raises(ProfileGap, match="the page shows nothing"):
        expect_booked(Crashed(None, shows_new=False))


def test_a_payment_that_the_app_asked_for_is_a_warning() -> None:
    written = journal()
    expect_booked(Crashed(PAID, asked=True), written)
    assert len(written.warnings) == 1
    expect_booked(Crashed(PAID), calm := journal())
    assert calm.warnings == []


def test_a_store_that_went_on_keeping_was_not_broken() -> None:
    with pytest.raises(NotExercised, match="nothing was broken"):
        meet_a_broken_store(Crashed(PAID, meanwhile=PAID))


def test_a_refusal_while_the_store_fails_is_right_where_the_next_callback_is_booked() -> None:
    meet_a_broken_store(Crashed(PAID, meanwhile=PENDING, answered=500))


def test_success_while_the_store_fails_is_a_loss_where_nothing_is_booked_afterwards() -> None:
    with pytest.raises(AssertionError, match="answered HTTP 200 while the store failed, and lost"):
        meet_a_broken_store(Crashed(PENDING, meanwhile=None))


@pytest.mark.parametrize(("need", "table"), [("require_process", "process"), ("require_store", "store")])
def test_what_the_profile_leaves_out_is_named(need: str, table: str) -> None:
    subject: Any = SimpleNamespace(server=None, sides=SimpleNamespace(merchant=SimpleNamespace(profile=SHOP)))
    crashes = Crashes(subject, cast("Any", SimpleNamespace(sees_payments=True)), journal())
    with pytest.raises(ProfileGap, match=rf"leaves out \[{table}\]"):
        getattr(crashes, need)()


def test_nobody_is_killed_whose_books_nobody_sees() -> None:
    subject: Any = SimpleNamespace(
        server=object(), sides=SimpleNamespace(merchant=SimpleNamespace(profile=SHOP))
    )
    crashes = Crashes(subject, cast("Any", SimpleNamespace(sees_payments=False)), journal())
    with pytest.raises(ProfileGap, match=r"leaves out \[observer\]"):
        crashes.require_process()
