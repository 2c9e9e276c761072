"""`@control("CBK-03")`: which control a scenario exercises, where, and whose turn it is when it fails."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from harness.control import Blame
from harness.errors import HarnessError
from harness.payment import Dialect, Provider

NO_WIRE = "-"
"""Provider and dialect of a control that is about settings, not about a wire."""


@dataclass(frozen=True, slots=True)
class Exercise:
    """One control that a scenario exercises."""

    control: str
    provider: str
    dialect: str
    blame: Blame


def control(
    control_id: str,
    *,
    provider: str = Provider.WECHAT,
    dialect: str = Dialect.APIV3,
    blame: Blame = Blame.MERCHANT,
) -> pytest.MarkDecorator:
    """Declare that a scenario exercises a control; may be stacked.

    Args:
        control_id: as in the checklist, e.g. `CBK-03`. An id the checklist lacks fails the collection.
        provider: whose money moves.
        dialect: the wire it is exercised on.
        blame: whose turn it is when an assertion of the scenario fails.
    """
    return pytest.mark.control(Exercise(control_id, provider, dialect, blame))


def exercises(item: pytest.Item) -> tuple[Exercise, ...]:
    """Every control an item exercises, the nearest declaration first."""
    found = tuple(mark.args[0] for mark in item.iter_markers("control"))
    for exercise in found:
        if not isinstance(exercise, Exercise):
            raise HarnessError("use @control from harness.plugin, not the bare mark", where=item.nodeid)
    return found
