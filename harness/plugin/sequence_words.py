"""The steps of which sequences are made, by the names that `--sequence` takes and a failure gives."""

from __future__ import annotations

from collections.abc import Mapping

from harness.core.did_you_mean import did_you_mean
from harness.core.errors import UsageError

STEPS: Mapping[str, str] = {
    "pay": "paid",
    "pay-unheard": "paid, and no callback comes",
    "callback": "the callback comes",
    "told-closed": "asked, and told that it is closed",
    "ask": "asked",
    "payer-cancels": "the payer cancels",
    "minute": "a minute passes",
    "half-hour": "half an hour passes",
    "day": "a day passes",
}
"""What each does with the order that the sequence began with."""
MOST = 50
"""Steps that a sequence may have."""


def read_sequence(given: str) -> tuple[str, ...]:
    """The steps in a text like `told-closed,pay,callback`.

    Raises:
        UsageError: a step that there is not, or none, or too many.
    """
    steps = tuple(filter(None, (part.strip() for part in given.split(","))))
    for step in steps:
        if step not in STEPS:
            raise UsageError(
                f"there is no step {step!r}", where="--sequence", remedy=did_you_mean(step, sorted(STEPS))
            )
    if not 0 < len(steps) <= MOST:
        raise UsageError(
            f"a sequence has 1 to {MOST} steps, and this one {len(steps)}",
            where="--sequence",
            remedy="write it like --sequence told-closed,pay,callback",
        )
    return steps
