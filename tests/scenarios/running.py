"""Runs a rehearsal as a user would, in a process of its own, and reads what it left."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from harness.core.control import Check, Outcome
from harness.evidence.record import RunRecord
from tests.scenarios.warm import run_warm

PROJECT = Path(__file__).parents[2]
LONGEST_S = 480


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What a finished rehearsal said and left behind."""

    folder: Path
    code: int
    output: str
    """What it printed, on both channels."""
    last_line: str
    """The last line of its standard output."""

    @property
    def checks(self) -> tuple[Check, ...]:
        """Every check of the record."""
        return tuple(RunRecord.open(self.folder).checks)

    def outcomes(self, control: str) -> set[Outcome]:
        """All outcomes of one control."""
        return {check.outcome for check in self.checks if check.control == control}


def rehearse(folder: Path, *arguments: str, door: str = "golive") -> Rehearsed:
    """Run `golive run` (or `pytest scenarios`) with the record in `folder`."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    given = [f"--out={folder}", *arguments]
    command = ["golive", "run"] if door == "golive" else ["pytest", "scenarios"]
    done = run_warm([*command, *given], cwd=PROJECT, environment=environment, timeout_s=LONGEST_S)
    last = done.stdout.rstrip().rpartition("\n")[2]
    return Rehearsed(folder, done.returncode, done.stdout + done.stderr, last)
