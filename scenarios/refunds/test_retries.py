"""A refund whose answer was lost, or denied it, is asked about first and repeated under its number (C25)."""

from __future__ import annotations

import pytest

from harness.core.errors import NotExercised
from harness.core.money import Fen
from harness.plugin import Journal, QueryChances, Refunds, control

CHANCES_S = (65, 125, 305)
"""Seconds after the refund was asked for, within which it may be asked about."""
UNCLEAR = {
    "no answer": ("drop_after_acceptance", None),
    "429": ("status_after_acceptance", 429),
    "500": ("status_after_acceptance", 500),
}


@control("RFD-02")
@pytest.mark.parametrize("ending", UNCLEAR)
def test_a_refund_that_ended_unclear_stays_one_refund(
    ending: str, refunds: Refunds, query_chances: QueryChances, journal: Journal
) -> None:
    order = refunds.paid()
    action, value = UNCLEAR[ending]
    order.order.fault("refund", action, value=value)
    amount, key = Fen(order.paid // 2), f"retry-{ending.replace(' ', '-')}"
    order.ask(amount, key)
    order.the_only_one()
    for chance in query_chances.along(CHANCES_S):
        journal.observe(f"{chance}: {len(order.there())} refunds")
    order.ask(amount, key)
    kinds = [each.kind for each in order.events()]
    journal.observe(f"seen by the platform: {', '.join(kinds)}")
    assert len(order.numbers()) == 1, (
        f"after {ending} the refund was asked for under {len(order.numbers())} numbers"
    )
    if "refund-again" in kinds:
        asked_first = "refund-queried" in kinds[: kinds.index("refund-again")]
        assert asked_first, f"after {ending} the refund was sent again without asking what became of it"
    if not {"refund-again", "refund-queried"} & set(kinds):
        raise NotExercised(
            f"after {ending} the merchant neither asked about the refund nor sent it again",
            where="refund",
            remedy="describe [time] or [query_job], by which its job comes round",
        )
