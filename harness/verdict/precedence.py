"""How many outcomes become one standing: of a part of a control, and of the control.

Worst first: fail > harness-error > inconclusive = needs-human > waived over budget > warn > waived > pass >
not-applicable. A part is one (scenario, provider, dialect); a control takes the worst of its parts, and is
inconclusive where all that could be tried of it was left to a run on another wire.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from pydantic import AwareDatetime, Field

from harness.core.control import Check, Model, Outcome, Severity


class Standing(StrEnum):
    """Where a part, a control or a requirement stands; every `Outcome`, and two that only a judge can see."""

    FAIL = "fail"
    HARNESS_ERROR = "harness-error"
    INCONCLUSIVE = "inconclusive"
    NEEDS_HUMAN = "needs-human"
    WAIVED_OVER_BUDGET = "waived-over-budget"
    WARN = "warn"
    WAIVED = "waived"
    PASS = "pass"  # noqa: S105
    NOT_APPLICABLE = "not-applicable"
    PLANNED = "planned"

    @property
    def satisfies(self) -> bool:
        """Whether a gate may open on it. A warning is a pass with a remark: printed, never blocking."""
        return self in _SATISFYING


_SATISFYING = frozenset({Standing.WARN, Standing.WAIVED, Standing.PASS, Standing.NOT_APPLICABLE})
_RANK: Mapping[Standing, int] = {
    Standing.FAIL: 0,
    Standing.HARNESS_ERROR: 1,
    Standing.INCONCLUSIVE: 2,
    Standing.NEEDS_HUMAN: 2,
    Standing.PLANNED: 2,
    Standing.WAIVED_OVER_BUDGET: 3,
    Standing.WARN: 4,
    Standing.WAIVED: 5,
    Standing.PASS: 6,
    Standing.NOT_APPLICABLE: 7,
}

_WORTH = {each: Standing(each.value) for each in Outcome} | {Outcome.WAIVED: Standing.FAIL}
"""In a table, because a load may bring a hundred thousand checks, each looked at some five times."""


def rank(standing: Standing) -> int:
    """Its place in the order above, worst first; 0 is the worst."""
    return _RANK[standing]


class Part(NamedTuple):
    """The finest thing that has a standing of its own."""

    scenario: str
    provider: str
    dialect: str


class Waiver(Model):
    """A decision to live with failures of one control for a while. Fatal controls cannot be waived."""

    control: str
    """The control's id."""
    reason: str
    """Why it is acceptable, in one paragraph."""
    author: str
    """Who decided."""
    granted: AwareDatetime
    """From when it holds."""
    expires: AwareDatetime
    """When it ends; at that moment it no longer holds."""
    budget: int = Field(ge=1)
    """How many failing parts it covers; one more, and it covers none."""

    def holds(self, as_of: datetime) -> bool:
        """Whether it is in force at a moment."""
        return self.granted <= as_of < self.expires


def worst(standings: Iterable[Standing]) -> Standing:
    """The worst of several; of none it is inconclusive, because no data is no pass.

    Inconclusive and needs-human weigh the same; the tie is broken by name, so that order never matters.
    """
    return min(standings, key=lambda each: (rank(each), each.value), default=Standing.INCONCLUSIVE)


def standing_of(check: Check) -> Standing:
    """What one check is worth: a `pass` or `warn` that exercised nothing is inconclusive, and `waived` is
    a failure until a waiver in force covers it."""
    if check.exercised == 0 and check.outcome in (Outcome.PASS, Outcome.WARN):
        return Standing.INCONCLUSIVE
    return _WORTH[check.outcome]


def standing_of_control(parts: Mapping[Part, Standing], checks: Iterable[Check]) -> Standing:
    """The worst of the parts; where none applied and some were left to another run, nothing is decided."""
    standing = worst(parts.values())
    untried = standing is Standing.NOT_APPLICABLE and any(check.left_to_another_run for check in checks)
    return Standing.INCONCLUSIVE if untried else standing


def parts_of(
    checks: Iterable[Check], severity: Severity, waivers: Iterable[Waiver] = ()
) -> dict[Part, Standing]:
    """The standing of every part, with the waivers (already in force, of this control) applied."""
    gathered: dict[Part, list[Standing]] = {}
    for check in checks:
        part = Part(check.scenario, check.provider, check.dialect)
        gathered.setdefault(part, []).append(standing_of(check))
    parts = {part: worst(standings) for part, standings in gathered.items()}
    budget = 0 if severity is Severity.FATAL else max((waiver.budget for waiver in waivers), default=0)
    if budget == 0:
        return parts
    failing = [part for part, standing in parts.items() if standing is Standing.FAIL]
    covered = Standing.WAIVED if len(failing) <= budget else Standing.WAIVED_OVER_BUDGET
    return parts | dict.fromkeys(failing, covered)
