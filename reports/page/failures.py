"""The controls that must be mended before anything else: causes first, then what follows from them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from harness.core.control import AFTERWARDS, Outcome, Text
from harness.verdict import ControlStatus, Judgement
from reports.page.roles import mender, roles


@dataclass(frozen=True, slots=True)
class Failing:
    """A control that must be mended."""

    status: ControlStatus
    follows: tuple[str, ...] = ()
    """The controls whose failures explain its own; empty where it stands for itself."""

    @property
    def role(self) -> Text:
        """Who mends it."""
        return roles().roles[mender(self.status)]


def failing(judgement: Judgement) -> list[Failing]:
    """Causes as the checklist orders them, then what follows from them."""
    ids = {id_ for verdict in judgement.gates.values() for id_ in verdict.failing}
    ids |= set(judgement.selection_failing)
    statuses = [status for status in judgement.controls if status.id in ids]
    found = [Failing(status, _follows(status, statuses)) for status in statuses]
    return sorted(found, key=lambda each: bool(each.follows))


def _follows(status: ControlStatus, others: Iterable[ControlStatus]) -> tuple[str, ...]:
    """The controls that failed in every scenario after which this one did."""
    after = {
        check.scenario.removesuffix(AFTERWARDS)
        for check in status.checks
        if check.outcome is Outcome.FAIL and check.scenario.endswith(AFTERWARDS)
    }
    causes: dict[str, set[str]] = {}
    for other in others:
        for check in other.checks:
            if other.id != status.id and check.outcome is Outcome.FAIL and check.scenario in after:
                causes.setdefault(check.scenario, set()).add(other.id)
    return tuple(sorted(set().union(*causes.values()))) if after and after == causes.keys() else ()
