"""How a careful merchant answers a callback: one judgement, for whoever sends one and reads the answer.

    judged(expected_of(attack), answer.status, answer.body, form.row.redelivery)

What a platform's documents do not settle is told as open, and neither praised nor blamed.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from time import monotonic, sleep
from typing import TypeVar

from harness.callbacks.attack import Attack
from harness.core.redelivery import Redelivery

FIRST_RESEND_S = 15.0
"""A platform that was refused sends again this much later (facts 0.1); so long a merchant may go on refusing
copies of what it is still booking."""
A = TypeVar("A")
_PAUSES_S = 1.0, 8.0
"""Between two copies that are sent alone: the first, and the longest; each is twice the one before."""


class Expected(StrEnum):
    """How a careful merchant answers."""

    TAKEN_OVER = "taken-over"
    """As one that has it now: the platform sends it no more."""
    REFUSED = "refused"
    ANY = "any"
    """Either way, as long as it is one of the two: what counts is what is booked, which no answer tells."""


class Verdict(StrEnum):
    """Whether a careful merchant answers so."""

    CAREFUL = "careful"
    OPEN = "open"
    """No document settles it, or no answer does."""
    CARELESS = "careless"
    """No, or not in time, or with something that is no answer."""
    UNREACHED = "unreached"
    """Nobody was there: nothing was sent."""


def expected_of(attack: Attack, *, rare: bool = False) -> Expected:
    """How a careful merchant answers a callback of the registry.

    Args:
        rare: whether it is a genuine one in a rare shape, and no attack.
    """
    if attack.harmless or attack.may_be_acknowledged:
        return Expected.ANY
    return Expected.TAKEN_OVER if rare else Expected.REFUSED


def judged(expected: Expected, status: int, body: bytes, rules: Redelivery) -> Verdict:
    """Whether a careful merchant answers so, by what its platform says of answers."""
    taken, refused = rules.taken_over(status, body), rules.refused(status, body)
    careful = {
        Expected.TAKEN_OVER: taken and not rules.says_failed(body),
        Expected.REFUSED: refused,
        Expected.ANY: False,
    }
    if careful[expected]:
        return Verdict.CAREFUL
    either = expected is Expected.ANY and (taken or refused)
    return Verdict.OPEN if either or rules.leaves_open(status) else Verdict.CARELESS


def alone_afterwards(
    deliver: Callable[[], A],
    taken: Callable[[A], bool],
    *,
    within_s: float = FIRST_RESEND_S,
    pause: Callable[[float], None] = sleep,
) -> list[A]:
    """Deliver a copy by itself, and again until one is taken over or time is up; the last answer decides.

    A merchant that locks an order and refuses to wait refuses the copies that come meanwhile. It is careful:
    the platform sends again (facts 5.5, C14), and by then it must take the copy over.
    """
    answers: list[A] = []
    left_s, (wait_s, longest_s) = within_s, _PAUSES_S
    while True:
        began = monotonic()
        answers.append(deliver())
        left_s -= monotonic() - began
        if taken(answers[-1]) or left_s <= 0:
            return answers
        pause(min(wait_s, left_s))
        left_s -= wait_s
        wait_s = min(2 * wait_s, longest_s)
