"""The platform is slow, busy, gone or forged: the shopper is answered, and nothing is half made."""

from __future__ import annotations

from typing import Any

import pytest

from harness.core.dialects import dialects
from harness.core.errors import NotExercised
from harness.levers.actions import FORGED_CODE, FORGERIES
from harness.levers.client import LeversClient
from harness.merchant.inner_details import default_page, inner_details, tells_secret
from harness.plugin import Drilled, Drills, Journal, PlacedOrders, control
from scenarios.expectations import expect_paid, expect_unpaid

DOWN: dict[str, dict[str, Any]] = {
    "refused": {"action": "refuse"},
    "reset": {"action": "reset"},
    "answers-503": {"action": "status", "value": 503},
}
IN_TROUBLE = (429, 500, 502, 503)
MOST_A_SECOND = 5
"""Creates of one order on one wire: a few attempts at two hosts are fine, a loop without a pause is not."""
WATCHED_S = 0.2
"""After the shopper was answered: a loop that goes on unasked shows by then."""


@control("DEG-03")
def test_a_trickling_answer_is_waited_for_within_a_bound(
    dialect: str, drills: Drills, orders: PlacedOrders, journal: Journal
) -> None:
    drills.order()
    lasts = drills.profile.answers_within_s + 1
    if dialect in dialects(classic=True):
        expect_an_answer(drills, drills.drill("create", "trickle", value=lasts, dialect=dialect, times=1))
    else:
        slow = drills.drill("create", "trickle", value=lasts, dialect=dialect)
        expect_an_answer(drills, slow)
        brought_by = orders.find(slow.number).audit().dialect
        assert brought_by in dialects(classic=True), (
            f"{dialect} answered too slowly, and the order stayed on {brought_by}"
        )
    expect_business_as_usual(orders, journal)


@control("DEG-04")
@pytest.mark.parametrize("status", IN_TROUBLE)
def test_a_platform_in_trouble_is_not_stormed_and_the_order_keeps_its_number(
    status: int, drills: Drills, orders: PlacedOrders, journal: Journal
) -> None:
    drills.order()
    busy = drills.drill("create", "status", value=status, watched_s=WATCHED_S)
    assert len(busy.numbers) <= 1, f"one order of a shopper was sent under {len(busy.numbers)} numbers"
    assert busy.most_a_second <= MOST_A_SECOND, (
        f"HTTP {status} was met by {busy.most_a_second} creates of one order within a second: "
        "the app does not back off"
    )
    expect_an_answer(drills, busy)
    expect_no_code(drills, busy, f"HTTP {status}")
    expect_business_as_usual(orders, journal)


@control("DEG-05")
@pytest.mark.parametrize("breakdown", DOWN)
def test_with_every_path_down_the_shopper_is_told_and_nothing_is_half_made(
    breakdown: str, drills: Drills, orders: PlacedOrders, journal: Journal
) -> None:
    drills.order()
    down = drills.drill("any", **DOWN[breakdown])
    expect_an_answer(drills, down)
    expect_no_code(drills, down, "a platform that is gone")
    for number in down.numbers:
        kept = drills.kept(number)
        if kept is not None:
            journal.observe(f"the merchant records {kept.summary}")
            assert not kept.settled, f"nothing reached the platform, and the order is {kept.summary}"
    expect_business_as_usual(orders, journal)


@control("DEG-07", classic=True)
@pytest.mark.parametrize("forgery", FORGERIES)
def test_no_code_of_a_forged_answer_is_shown(
    forgery: str, drills: Drills, orders: PlacedOrders, journal: Journal
) -> None:
    sound = drills.order()
    if sound.audit().code_url not in sound.codes_shown():
        raise NotExercised(
            "a genuine answer's code is nowhere in what the shopper is answered",
            where="an order while the platform is sound",
            remedy="a page that draws it by script is not looked at here: see PAY-02",
        )
    forged = drills.drill("create", "forged_answer", value=forgery)
    assert FORGED_CODE not in forged.codes, f"the code of a forged answer ({forgery}) is shown to the shopper"
    expect_an_answer(drills, forged)
    expect_business_as_usual(orders, journal)


@control("DEG-07", classic=True)
@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forged_answer_to_a_query_pays_no_order(
    forgery: str, orders: PlacedOrders, levers: LeversClient, journal: Journal
) -> None:
    genuine = orders.place("19.90")
    genuine.fault("notify", "lost", times=100)
    genuine.pay()
    genuine.confirm()
    kept = genuine.kept()
    journal.observe(f"a genuine answer to the query made the order {kept.summary}")
    if kept.status != "paid":
        raise NotExercised(
            f"after a genuine answer that it is paid the order is {kept.summary}",
            where='"I have paid"',
            remedy="what a forged answer does not do proves nothing then; mend that first",
        )
    order = orders.place("19.90")
    order.fault("query", "forged_answer", value=forgery, times=1000)
    order.confirm()
    if not [each for each in levers.faults_met() if each.out_trade_no == order.out_trade_no]:
        raise NotExercised('the app asked the platform nothing when "I have paid" was pressed', where="query")
    expect_unpaid(order, journal, after=f"a forged answer to a query ({forgery})")


def expect_an_answer(drills: Drills, drilled: Drilled) -> None:
    """The shopper hears in time, in words, and nothing of the app's inside."""
    answered, bound = drilled.answered, drills.profile.answers_within_s
    assert drilled.took_s <= bound, (
        f"the shopper waited {drilled.took_s:.0f} s, until the platform had answered; "
        f"{bound:g} s are the bound (answers_within_s in the profile)"
    )
    leads_away = 300 <= answered.status < 400  # to a cashier, where nobody follows
    trigger = drills.profile.trigger("qr")
    by_script = trigger is not None and trigger.members is not None and not answered.text.strip()
    if by_script and answered.status >= 400:
        drills.journal.doubt(
            f"the shopper was answered HTTP {answered.status} and not a word: whether the script of the page "
            "says something then is not seen"
        )
    else:
        assert answered.plain or leads_away, f"the shopper was answered HTTP {answered.status} and not a word"
    drills.journal.limit("whether the words of the answer help the shopper was not judged")
    shown = inner_details(answered.text)
    assert not shown, f"the shopper is shown {shown}: {answered.said}"
    assert not tells_secret(answered.text, drills.secrets), "the answer tells a secret of the account"
    if answered.status >= 500 and default_page(answered.text):
        drills.journal.warn(
            "the shopper is told in a framework's own words that something broke, and not what to do: "
            f"{answered.said}"
        )


def expect_no_code(drills: Drills, drilled: Drilled, what: str) -> None:
    """Nobody can be asked to pay an order that the platform did not take; one that it took may be listed."""
    codes = drilled.codes - drills.issued() if drilled.codes else set()
    assert not codes, f"{what} took no order, and the shopper is shown {', '.join(sorted(codes))}"


def expect_business_as_usual(orders: PlacedOrders, journal: Journal) -> None:
    """The platform is sound again: the next shopper orders, pays, and gets what was paid for."""
    order = orders.place("19.90")
    order.pay()
    expect_paid(order, journal)
