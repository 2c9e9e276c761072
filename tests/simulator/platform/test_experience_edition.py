"""The experience edition: small payments, small days, orders of a day at most, and an official payee."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.core.clock import BEIJING, BusinessClock, rfc3339
from harness.simulator.account.identity import Identity
from harness.simulator.platform.experience import EDITION, LIFETIME, PAYEE, DayTotal
from harness.simulator.platform.orders import Refused
from harness.simulator.practices import DAY_LIMIT, SINGLE_LIMIT, Practices
from harness.simulator.server import Simulator
from tests.simulator.envelope_side import EnvelopeSide
from tests.simulator.merchant_side import NUMBER, Answer, MerchantSide

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=BEIJING).astimezone(UTC)
UNTIL_MIDNIGHT = timedelta(hours=12)


@pytest.fixture
def limited(identity: Identity, request: pytest.FixtureRequest) -> Iterator[MerchantSide]:
    """A merchant of the experience edition, at noon in Beijing; defects by indirect parameter."""
    clock = BusinessClock(now=lambda: NOON)
    side = MerchantSide(Simulator(identity=identity, clock=clock, defects=getattr(request, "param", ())))
    with side.runner:
        yield side


def number(count: int) -> str:
    return f"order-20261123-{count:03d}"


def fill_the_day(side: MerchantSide) -> None:
    for count in range(DAY_LIMIT // SINGLE_LIMIT):
        assert order(side, count).status == 200


def order(side: MerchantSide, count: int, total: int = SINGLE_LIMIT) -> Answer:
    return side.create(out_trade_no=number(count), amount={"total": total})


def later(side: MerchantSide, by: timedelta) -> None:
    side.simulator.clock.advance(by)


def test_100_yuan_is_taken_and_a_fen_more_is_not(limited: MerchantSide) -> None:
    assert order(limited, 1, SINGLE_LIMIT).status == 200
    over = order(limited, 2, SINGLE_LIMIT + 1)
    assert (over.status, over.code) == (403, "RULE_LIMIT")
    assert "单笔限额" in over.json["message"]
    assert "limit" in over.json["message"]
    assert limited.simulator.account.orders() == [number(1)]


def test_the_limits_hold_on_the_envelope_wire_too(limited: MerchantSide) -> None:
    envelope = EnvelopeSide(limited)
    over = envelope.create(totalAmount=SINGLE_LIMIT + 1)
    assert (over.status, over.code) == (403, "RULE_LIMIT")
    assert "limit" in over.json["message"]
    fill_the_day(limited)
    full = envelope.create(outTradeNo="order-of-the-envelope", totalAmount=1)
    assert (full.status, full.code) == (403, "RULE_LIMIT")
    assert "单日限额" in full.json["message"]


def test_a_full_day_takes_no_more_until_an_order_is_closed(limited: MerchantSide) -> None:
    fill_the_day(limited)
    over = order(limited, 90, 1)
    assert (over.status, over.code) == (403, "RULE_LIMIT")
    assert "单日限额" in over.json["message"]
    limited.close(number(0))
    assert order(limited, 90).status == 200
    assert order(limited, 91, 1).status == 403


def test_closing_twice_gives_back_once(limited: MerchantSide) -> None:
    fill_the_day(limited)
    limited.close(number(0))
    limited.close(number(0))
    assert order(limited, 90).status == 200
    assert order(limited, 91, 1).status == 403


def test_what_was_paid_stays_used(limited: MerchantSide) -> None:
    fill_the_day(limited)
    limited.pay(number(0))
    assert limited.close(number(0)).code == "ORDERPAID"
    assert order(limited, 90, 1).status == 403


def test_an_expired_order_gives_its_amount_back(limited: MerchantSide) -> None:
    end = limited.simulator.clock.now() + timedelta(minutes=10)
    for count in range(DAY_LIMIT // SINGLE_LIMIT):
        answer = limited.create(
            out_trade_no=number(count), amount={"total": SINGLE_LIMIT}, time_expire=rfc3339(end)
        )
        assert answer.status == 200
    assert order(limited, 90, 1).status == 403
    later(limited, timedelta(minutes=11))
    assert order(limited, 90).status == 200


def test_ordering_the_same_again_is_not_counted_twice(limited: MerchantSide) -> None:
    fill_the_day(limited)
    assert order(limited, 3).status == 200


def test_the_day_begins_anew_at_midnight_in_beijing(limited: MerchantSide) -> None:
    fill_the_day(limited)
    later(limited, UNTIL_MIDNIGHT - timedelta(seconds=1))
    assert order(limited, 90, 1).status == 403
    later(limited, timedelta(seconds=1))
    assert order(limited, 90, SINGLE_LIMIT).status == 200
    limited.close(number(0))
    for count in range(91, 100):
        assert order(limited, count).status == 200
    assert order(limited, 100, 1).status == 403, "an order of yesterday gave back what is today's"


def test_no_order_lives_longer_than_a_day(limited: MerchantSide) -> None:
    envelope = EnvelopeSide(limited)
    asked = [
        None,
        {"time_expire": rfc3339(NOON + timedelta(days=3))},
        {"time_expire": rfc3339(NOON + timedelta(hours=2))},
    ]
    told = []
    for count, extra in enumerate(asked):
        answer = envelope.create(outTradeNo=number(count), extraParams=extra)
        told.append(datetime.fromisoformat(answer.json["data"]["expireTime"]) - NOON)
    assert told == [LIFETIME, LIFETIME, timedelta(hours=2)]
    later(limited, LIFETIME - timedelta(seconds=1))
    order(limited, 9)
    later(limited, timedelta(seconds=1))
    with pytest.raises(Refused):
        limited.pay(number(0))
    limited.pay(number(9))


def test_the_payee_is_the_official_test_account(limited: MerchantSide, simulator: Simulator) -> None:
    assert (limited.simulator.account.payee, limited.simulator.account.edition) == (PAYEE, EDITION)
    assert (simulator.account.payee, simulator.account.edition) == (
        f"模拟商户 {simulator.identity.mchid}",
        "",
    )


def test_the_formal_edition_has_no_limits(merchant: MerchantSide) -> None:
    assert order(merchant, 2, 10 * DAY_LIMIT).status == 200
    assert "expireTime" not in EnvelopeSide(merchant).create().json["data"]


@pytest.mark.parametrize("limited", [("experience-no-single-limit",)], indirect=True, ids=["defect"])
def test_without_a_single_limit_only_the_day_is_limited(limited: MerchantSide) -> None:
    assert order(limited, 1, SINGLE_LIMIT + 1).status == 200
    assert order(limited, 2, DAY_LIMIT).status == 403


@pytest.mark.parametrize("limited", [("experience-no-day-limit",)], indirect=True, ids=["defect"])
def test_without_a_day_limit_only_the_payment_is_limited(limited: MerchantSide) -> None:
    fill_the_day(limited)
    assert order(limited, 90).status == 200
    assert order(limited, 91, SINGLE_LIMIT + 1).status == 403


@pytest.mark.parametrize("limited", [("experience-day-forgets-payments",)], indirect=True, ids=["defect"])
def test_a_day_that_forgets_payments_has_room_again(limited: MerchantSide) -> None:
    fill_the_day(limited)
    assert order(limited, 90, 1).status == 403
    limited.pay(number(0))
    assert order(limited, 90).status == 200


@pytest.mark.parametrize("limited", [("experience-day-never-ends",)], indirect=True, ids=["defect"])
def test_a_day_that_never_ends_stays_full(limited: MerchantSide) -> None:
    fill_the_day(limited)
    for day in range(3):
        later(limited, timedelta(days=1))
        assert order(limited, 90 + day, 1).status == 403


@pytest.mark.parametrize("limited", [("experience-pays-somebody-else",)], indirect=True, ids=["defect"])
def test_another_payee_is_named_without_a_word_of_the_edition(limited: MerchantSide) -> None:
    assert PAYEE not in limited.simulator.account.payee
    assert limited.simulator.account.edition == ""


@pytest.mark.parametrize("limited", [("experience-ends-late",)], indirect=True, ids=["defect"])
def test_an_end_beyond_a_day_is_told_but_not_kept(limited: MerchantSide) -> None:
    told = EnvelopeSide(limited).create().json["data"]["expireTime"]
    assert datetime.fromisoformat(told) - NOON > LIFETIME
    later(limited, LIFETIME)
    with pytest.raises(Refused):
        limited.pay(NUMBER)


@dataclass
class Counted:
    """One order of the recount."""

    amount: int
    placed: datetime
    ends: datetime
    state: str = "open"

    def counts(self, now: datetime) -> bool:
        """Whether it belongs to the day of `now`, paid or still open."""
        same_day = self.placed.astimezone(BEIJING).date() == now.astimezone(BEIJING).date()
        return same_day and (self.state == "paid" or (self.state == "open" and now < self.ends))


STEPS = st.tuples(
    st.sampled_from(["place", "close", "pay"]), st.integers(0, 8), st.integers(1, 400), st.integers(0, 40)
)


@settings(deadline=None)
@given(st.lists(STEPS, max_size=60))
def test_the_total_is_what_a_plain_recount_says(steps: list[tuple[str, int, int, int]]) -> None:
    """Against a model that keeps every order and adds all of them up each time."""
    now, day = NOON, DayTotal(Practices())
    model: dict[str, Counted] = {}
    for step, order_number, amount, hours in steps:
        now += timedelta(hours=hours)
        day.of(now)
        name = str(order_number)
        known = model.get(name)
        if step == "place" and known is None:
            model[name] = Counted(amount, now, now + timedelta(hours=amount % 24, minutes=1))
            day.placed(name, amount, model[name].ends)
        elif step == "close" and known is not None and known.state == "open":
            known.state = "closed"
            day.released(name)
        elif step == "pay" and known is not None and known.state == "open" and now < known.ends:
            known.state = "paid"
            day.paid(name)
        assert day.of(now) == sum(each.amount for each in model.values() if each.counts(now))
