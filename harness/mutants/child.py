"""One run in a process of its own: what the child does from its first line to its exit code."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest

from harness.core.control import Check, Outcome
from harness.mutants.plan import Job
from harness.mutants.warm import OPTIONS
from harness.plugin.session.record_setup import scenario_folders

RECORD, OUTPUT = "record", "output.txt"
GRACE_S = 60


def run(job: Job, folder: Path) -> None:
    """Run the job's scenarios into `folder/record`, all that is said into `folder/output.txt`, and exit.

    The exit code is that of `pytest scenarios`.
    """
    _stand_alone(folder / OUTPUT, job.patience_s + GRACE_S)
    record = folder / RECORD
    # Allure's files stand beside the record, so that they too are searched for secrets of the run.
    kept = [f"--out={record}", f"--alluredir={record / 'allure-results'}"]
    where = map(str, scenario_folders())
    watchers = [UntilKilled(job.defect.control)] if job.defect and job.until_killed else []
    code = pytest.main([*where, *OPTIONS, "--tb=short", *kept, *job.arguments], plugins=watchers)
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


def _stand_alone(output: Path, longest_s: int) -> None:
    """Own output, own process group, own signals; and an end, should nobody be left to stop it."""
    sys.stdout.flush()
    sys.stderr.flush()
    file = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.dup2(file, 1)
    os.dup2(file, 2)
    os.close(file)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if hasattr(os, "setsid"):
        os.setsid()
        signal.alarm(longest_s)
