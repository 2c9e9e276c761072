"""A payer is waited for politely: what the platform and the books say decides, and nothing is guessed."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pytest

from harness.core.errors import EnvironmentUnreachable, GoLiveError, PlatformRefusal, UnknownOutcome
from harness.core.money import Fen
from harness.core.payment import Transaction
from harness.merchant.gap import ProfileGap
from harness.merchant.merchant_order import MerchantOrder
from harness.plugin.attended.desk import Desk
from harness.plugin.attended.ordering import Ordered
from harness.plugin.attended.watching import UNOPENED, Watch, Watched, differs

NUMBER = "GLP0123456789"


class Time:
    """Seconds that pass where somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


class Platform:
    """Says one thing after the other, and then the last again; knows when it was asked."""

    def __init__(self, time: Time, *answers: Transaction | GoLiveError) -> None:
        self.time, self.answers, self.asked = time, list(answers), list[float]()

    def query(self, number: str) -> Transaction:
        assert number == NUMBER
        self.asked.append(self.time.now)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, GoLiveError):
            raise answer
        return answer


def is_(state: str, total: int | None = 1) -> Transaction:
    taken = state in ("SUCCESS", "REFUND")
    return Transaction(
        out_trade_no=NUMBER,
        trade_state=state,
        transaction_id="42000" if taken else None,
        total=Fen(total) if taken and total is not None else None,
    )


def books(**told: object) -> MerchantOrder:
    return MerchantOrder.model_validate({"out_trade_no": NUMBER, **told})


PAID, OPEN = books(status="paid", credits=1), books(status="pending")


def watched(
    *answers: Transaction | GoLiveError,
    seen: Sequence[MerchantOrder | GoLiveError] = (),
    wait_s: float = 30,
    pause_s: float = 1.0,
    desk: Desk | None = None,
) -> tuple[Watched, Platform, list[str]]:
    """What came of it, whom was asked when, and what was noted."""
    time, notes, told = Time(), list[str](), list(seen)
    platform = Platform(time, *answers)

    def look(number: str) -> MerchantOrder | None:
        answer = told.pop(0) if len(told) > 1 else told[0]
        if isinstance(answer, GoLiveError):
            raise answer
        return answer

    silent = Desk(io.TextIOWrapper(io.BytesIO(), encoding="utf-8"), None)
    watch = Watch(
        Ordered(number=NUMBER, amount=Fen(1), by_merchant=bool(seen)),
        platform,  # type: ignore[arg-type]
        look,
        desk or silent,
        wait_s,
        pause_s,
        lambda kind, members: notes.append(kind),
        time.clock,
        time.sleep,
    )
    return watch.until_decided(), platform, notes


def test_a_payment_ends_the_wait() -> None:
    found, platform, notes = watched(is_("NOTPAY"), is_("USERPAYING"), is_("SUCCESS"))
    assert (found.paid, found.paid_s, found.queries) == (True, 4.0, 3)
    assert notes == ["state", "state", "state", "paid"]
    assert platform.asked == [0.0, 2.0, 4.0]


def test_nobody_pays() -> None:
    found, _, _ = watched(is_("NOTPAY"), wait_s=10)
    assert (found.paid, found.state, found.waited_s) == (False, "NOTPAY", 10.0)


def test_it_asks_at_most_once_a_second_and_less_after_a_minute() -> None:
    _, platform, _ = watched(is_("NOTPAY"), seen=[OPEN], wait_s=200)
    gaps = [after - before for before, after in zip(platform.asked, platform.asked[1:], strict=False)]
    assert min(gaps) >= 2
    assert gaps[-1] >= 5


@pytest.mark.parametrize("state", ["CLOSED", "REVOKED", "PAYERROR"])
def test_what_cannot_be_paid_any_more_is_not_waited_for(state: str) -> None:
    found, platform, _ = watched(is_("NOTPAY"), is_(state), wait_s=300)
    assert (found.paid, found.state, len(platform.asked)) == (False, state, 2)


def test_an_order_of_alipays_that_nobody_opened_is_waited_for() -> None:
    unopened = PlatformRefusal(404, "ORDER_NOT_EXIST", "")
    found, _, _ = watched(unopened, unopened, is_("NOTPAY"), is_("SUCCESS"))
    assert found.paid
    found, _, _ = watched(unopened, wait_s=5)
    assert found.state == UNOPENED


def test_the_books_may_know_before_the_platforms_answer_says_so() -> None:
    found, _, notes = watched(is_("NOTPAY"), is_("USERPAYING"), is_("SUCCESS"), seen=[OPEN, PAID])
    assert found.merchant_s is not None
    assert found.paid_s is not None
    assert found.merchant_s < found.paid_s
    assert notes.index("merchant") < notes.index("paid")


def test_the_books_have_a_minute_after_the_payment() -> None:
    found, _, _ = watched(is_("SUCCESS"), seen=[OPEN], wait_s=300)
    assert found.paid
    assert found.merchant_s is None
    assert 60 <= found.waited_s <= 65
    found, _, _ = watched(is_("SUCCESS"), seen=[*[OPEN] * 5, PAID], wait_s=300)
    assert found.merchant_s is not None


@pytest.mark.parametrize("blind", [books(), ProfileGap("no observer", where="observer", remedy="add one")])
def test_books_that_tell_nothing_are_not_waited_for(blind: MerchantOrder | GoLiveError) -> None:
    found, _, _ = watched(is_("SUCCESS"), seen=[blind], wait_s=300)
    assert found.unseen
    assert found.waited_s < 5


def test_an_app_that_is_down_for_a_moment_is_asked_again() -> None:
    down = EnvironmentUnreachable("no connection")
    found, _, _ = watched(is_("SUCCESS"), seen=[down, PAID], wait_s=60)
    assert found.merchant_s is not None


def test_an_unclear_answer_is_followed_by_another_question() -> None:
    unclear = UnknownOutcome("no trustworthy answer")
    found, _, notes = watched(unclear, is_("SUCCESS"))
    assert found.paid
    assert found.troubles == ["no trustworthy answer"]
    assert notes[0] == "trouble"


def test_a_platform_that_is_gone_ends_the_wait() -> None:
    with pytest.raises(EnvironmentUnreachable):
        watched(EnvironmentUnreachable("no connection"), wait_s=300)


def test_the_person_gives_up() -> None:
    class Impatient:
        kind = "terminal"

        def line(self, key: str, *, within_s: float) -> str | None:
            return None

        def gives_up(self) -> bool:
            return True

    desk = Desk(io.TextIOWrapper(io.BytesIO(), encoding="utf-8"), Impatient())  # type: ignore[arg-type]
    found, platform, _ = watched(is_("NOTPAY"), wait_s=300, desk=desk)
    assert (found.given_up, len(platform.asked)) == (True, 1)


@pytest.mark.parametrize(("total", "other"), [(1, False), (2, True), (None, False)])
def test_another_amount_is_noticed(total: int | None, other: bool) -> None:
    assert differs(is_("SUCCESS", total), Fen(1)) is other
