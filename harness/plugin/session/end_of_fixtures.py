"""Ends what an interruption left up: fixtures that clear up on a side that may be gone by now."""

from __future__ import annotations

from typing import Any

import pytest

from harness.core.control import Outcome
from harness.plugin.session.rehearsal import Rehearsal
from harness.plugin.session.scenario_result import ending_of_teardown


def end_fixtures(session: pytest.Session, rehearsal: Rehearsal) -> None:
    """What pytest's own runner does last, and hears nothing of: it would end pytest, the record unfinished.

    A side that does not answer any more is said. Anything else is a bug of ours.
    """
    runner: Any = session.config.pluginmanager.get_plugin("runner")
    through: Any = (KeyboardInterrupt, pytest.exit.Exception)
    ended = pytest.CallInfo.from_call(lambda: runner.pytest_sessionfinish(session), "teardown", through)
    if ended.excinfo is None:
        return
    ending = ending_of_teardown(ended.excinfo.value)
    if ending.outcome is Outcome.HARNESS_ERROR:
        rehearsal.broke(f"clearing up broke: {ending.message}")
    else:
        rehearsal.unanswered = ending.message
