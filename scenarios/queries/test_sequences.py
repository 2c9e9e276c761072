"""What comes between a payment and the news of it: sequences of steps, drawn and shortened (C13, C23, C24).

After each step: no credit without money, none twice, no way back from paid, the amount that was paid; and
whoever was told of money has it in the books, or in a person's hands.
"""

from __future__ import annotations

import pytest

from harness.core.errors import NotExercised
from harness.plugin import QueryChances, Sequences, control

BETWEEN = (*["callback"] * 4, "ask", "minute", "half-hour", "day", "payer-cancels")
UNTIL_ASKED = ("callback", "ask", "minute", "half-hour", "day", "day", "payer-cancels")
"""Time above all: a callback that comes after all ends the wait."""


@control("QRY-02")
@pytest.mark.late
def test_an_order_whose_callback_is_lost_converges_whatever_comes_between(
    sequences: Sequences, query_chances: QueryChances
) -> None:
    chosen = sequences if query_chances.by_time else sequences.asked_by_job
    played = chosen.play("QRY-02", opening=("pay-unheard",), steps=UNTIL_ASKED)
    if not (query_chances.by_time or any(story.asked for story in played.stories)):
        raise NotExercised(
            "the platform was asked about none of these orders",
            where="query_job",
            remedy="if it leaves young orders alone, describe [time] too",
        )


@control("PAY-11")
@pytest.mark.late
def test_money_that_comes_late_is_not_lost_whatever_comes_between(sequences: Sequences) -> None:
    played = sequences.play("PAY-11", opening=("told-closed",), steps=("pay", "pay-unheard", *BETWEEN))
    if not any(story.late for story in played.stories):
        raise NotExercised("no money came late", where="sequences", remedy="see QRY-01: it closes no order")
