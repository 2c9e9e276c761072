"""One run in a process of its own: what the child does from its first line to its exit code."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from harness.core.control import Check, Outcome
from harness.mutants.plan import Job
from harness.plugin.scenario_names import scenario_folders
from harness.plugin.session.embed import BY_MODULE

RECORD = "record"
OPTIONS = (
    "--strict-markers",
    "--no-history",  # a deliberate defect is no night of anybody's
    *BY_MODULE,
    "-p",
    "no:cacheprovider",
    # We are imported before pytest could rewrite our assertions; scenarios are not, and theirs matter.
    "-W",
    "ignore::pytest.PytestAssertRewriteWarning",
)
"""What pytest is told in every run."""


def run(job: Job, folder: Path, further: Sequence[str] = ()) -> None:
    """Run the job's scenarios into `folder/record`, and exit with the code of `pytest scenarios`.

    Args:
        further: what pytest is told besides, e.g. whom the scenarios are about.
    """
    record = folder / RECORD
    # Allure's files stand beside the record, so that they too are searched for secrets of the run.
    kept = [f"--out={record}", f"--alluredir={record / 'allure-results'}"]
    where = map(str, scenario_folders())
    watchers = [UntilKilled(job.defect.control)] if job.defect and job.until_killed else []
    code = pytest.main([*where, *OPTIONS, "--tb=short", *kept, *job.arguments, *further], plugins=watchers)
    sys.exit(int(code))


class UntilKilled:
    """Ends a run once a control has failed: one failure is enough to show that it can."""

    def __init__(self, control: str) -> None:
        self._control = control
        self._session: pytest.Session | None = None

    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Remember what to stop."""
        self._session = session

    def pytest_golive_checked(self, checks: tuple[Check, ...]) -> None:
        """One scenario was judged."""
        caught = any(each.control == self._control and each.outcome is Outcome.FAIL for each in checks)
        if caught and self._session is not None:
            self._session.shouldfail = f"{self._control} caught its defect"
