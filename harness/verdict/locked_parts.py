"""The lock of scenarios: every part that evidence of a control has to have, so that none is missed.

A part is one scenario on one wire. Evidence may have more parts than the lock: anybody may add scenarios.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, Self

from harness.core.control import Check

NO_WIRE = "-"
"""The wire of a part that stands on none, or on all at once."""


class LockedPart(NamedTuple):
    """One line of the lock."""

    control: str
    dialect: str
    scenario: str

    @classmethod
    def read(cls, line: str) -> Self:
        """It from its line; a scenario's name may hold blanks."""
        return cls(*line.split(" ", 2))

    def __str__(self) -> str:
        return f"{self.control} {self.dialect} {self.scenario}"


def absent(locked: Iterable[LockedPart], checks: Iterable[Check]) -> tuple[LockedPart, ...]:
    """Those of one control's locked parts of which no check speaks.

    What stands on no wire may hand in a check for every wire, named after itself.
    """
    spoken: set[tuple[str, str]] = set()
    for check in checks:
        spoken.add((check.dialect, check.scenario))
        spoken.add((NO_WIRE, check.scenario.partition("[")[0]))
    return tuple(part for part in locked if (part.dialect, part.scenario) not in spoken)
