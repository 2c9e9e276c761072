"""What a scenario says of what lies there at a moment, made into checks in the way that every run does it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from types import SimpleNamespace
from typing import Any, cast

from harness.core.control import Blame, Check, Grade
from harness.plugin import Journal
from harness.plugin.marks import NO_WIRE, Exercise
from harness.plugin.session.scenario_result import ScenarioResult
from harness.plugin.target.prerequisites import NotStartedError

Act = Callable[[Journal], None]
_NOWHERE = cast("Any", None)
"""No picture is kept."""


def exercised(control: str, scenario: str, act: Act, *, moment: datetime, grade: Grade) -> tuple[Check, ...]:
    """The checks that a scenario comes to.

    Args:
        act: the scenario with its fixtures; a fixture that is not to be had raises as it does in a run.
        moment: when it begins.
    """
    journal = Journal(_NOWHERE, "week")
    result = ScenarioResult(scenario, (Exercise(control, (), Blame.MERCHANT),), NO_WIRE, journal, moment)
    try:
        act(journal)
    except NotStartedError as lack:
        result.hear(cast("Any", SimpleNamespace(when="setup", failed=True, skipped=False)), lack)
    except AssertionError as failure:
        result.called(failure)
    else:
        result.called(None)
    return result.checks(grade, exchanges=0)
