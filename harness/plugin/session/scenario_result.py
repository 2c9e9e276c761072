"""What is known of one scenario while it runs, and the checks it comes to."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import datetime

import pytest

from harness.core.clock import wire_now
from harness.core.control import Check, Grade
from harness.plugin import outcome
from harness.plugin.marks import Exercise, provider_of
from harness.plugin.outcome import Ending
from harness.plugin.session.journal import ConcludedFailure, Journal
from harness.plugin.target.prerequisites import NotStartedError


@dataclass(slots=True)
class ScenarioResult:
    """One scenario from set-up to clearing up."""

    scenario: str
    exercises: tuple[Exercise, ...]
    dialect: str
    journal: Journal
    started: datetime = field(default_factory=wire_now)
    _begun: float = field(default_factory=time.perf_counter)
    _setup: Ending | None = None
    _error: BaseException | None = None
    _skipped: str | None = None
    _teardown: Ending | None = None
    _called: bool = False
    _lacks: str = ""

    def hear(self, report: pytest.TestReport, error: BaseException | None) -> None:
        """Take one phase's report in; `error` is what the phase raised."""
        unexpected = report.failed and error is None  # a strict xfail that passed
        if report.skipped or unexpected or hasattr(report, "wasxfail"):
            self._skipped = str(error) if error else "expected to fail"
        elif report.when == "call":
            self._called, self._error = True, None if isinstance(error, ConcludedFailure) else error
        elif error is not None and report.when == "setup":
            self._setup = outcome.of_setup(error)
            self._lacks = error.unmet.need if isinstance(error, NotStartedError) else ""
        elif error is not None:
            self._teardown = outcome.of_teardown(error)

    def checks(self, grade: Grade, exchanges: int) -> tuple[Check, ...]:
        """Those that were handed in finished, and one for each control of whatever else there is to say.

        Args:
            grade: what the run's evidence is worth.
            exchanges: how many our gateways had during the scenario.
        """
        handed_in = tuple(
            check.model_copy(
                update={"grade": grade, "scenario": f"{self.scenario}[{check.scenario}/{check.dialect}]"}
            )
            for check in self.journal.concluded
        )
        if handed_in and not self._says_more:
            return handed_in
        duration = time.perf_counter() - self._begun
        observed = len(self.journal.observations)
        return handed_in + tuple(
            self._check(exercise, grade, duration, observed, exchanges) for exercise in self.exercises
        )

    @property
    def _says_more(self) -> bool:
        """Whether there is something about it that no check that was handed in says."""
        journal = self.journal
        noted = journal.observations or journal.warnings or journal.doubts
        return bool(noted or self._error or self._setup or self._teardown or self._skipped is not None)

    def _check(
        self, exercise: Exercise, grade: Grade, duration: float, observed: int, exchanges: int
    ) -> Check:
        ending = self._ending(exercise)
        return Check(
            control=exercise.control,
            scenario=self.scenario,
            provider=provider_of(self.dialect),
            dialect=self.dialect,
            outcome=ending.outcome,
            grade=grade,
            started=self.started,
            duration_s=duration,
            message=ending.message,
            blame=ending.blame,
            lacks=self._lacks,
            exercised=observed + exchanges,
            steps=tuple(self.journal.steps),
            artifacts=tuple(self.journal.artifacts),
        )

    def _ending(self, exercise: Exercise) -> Ending:
        if self._teardown:
            return self._teardown
        if self._setup:
            return self._setup
        if self._skipped is not None or not self._called:
            return outcome.of_skip(self._skipped or "it never started")
        return outcome.of_call(
            self._error,
            observed=len(self.journal.observations),
            warnings=self.journal.warnings,
            doubts=self.journal.doubts,
            blame=exercise.blame,
        )
