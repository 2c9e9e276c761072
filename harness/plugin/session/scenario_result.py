"""What is known of one scenario while it runs, and from what pytest saw the outcome of its checks.

not started        what the target lacks says which: needs-human, inconclusive or not-applicable
setup fails        unreachable or unusable settings → inconclusive (environment); else → harness-error
call fails         AssertionError → fail; TargetFailure → fail (whose answer it was); unreachable, overdue,
                   held back by the budget or nothing exercised → inconclusive; a person who did not pay or
                   answer → needs-human;
                   anything else is a bug of ours → harness-error
call passes        nothing observed, or in doubt → inconclusive; with warnings → warn; else → pass
skipped, xfailed   inconclusive: a missing prerequisite is never a pass
teardown fails     a side that did not answer, or wrongly → inconclusive; else → harness-error
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

import pytest

from harness.browser.page_failure import PageFailure
from harness.core.clock import wire_now
from harness.core.control import NOT_STARTED, Blame, Check, Grade, Outcome
from harness.core.errors import (
    AnswerOverdue,
    ConfigurationError,
    EnvironmentUnreachable,
    NotAnswered,
    NotExercised,
    TargetFailure,
    UnsafeRequest,
)
from harness.merchant.gap import ProfileGap
from harness.plugin.marks import Exercise, provider_of
from harness.plugin.session.journal import ConcludedFailure, Journal
from harness.plugin.target.prerequisites import kept_from_starting

LONGEST_MESSAGE = 2000
HELD_UP = "a page of the merchant held the browser up: its script answered nothing any more and was ended"
_WORST_FIRST = (
    Outcome.FAIL,
    Outcome.HARNESS_ERROR,
    Outcome.INCONCLUSIVE,
    Outcome.NEEDS_HUMAN,
    Outcome.WARN,
    Outcome.PASS,
    Outcome.NOT_APPLICABLE,
)


class ScenarioEnding(NamedTuple):
    """How one scenario ended."""

    outcome: Outcome
    blame: Blame | None
    message: str


@dataclass(slots=True)
class Attempt:
    """One way through a scenario from set-up to clearing up. There is one, unless a plugin tries again."""

    phases: set[str] = field(default_factory=set)
    """Those that were heard of."""
    setup: ScenarioEnding | None = None
    error: BaseException | None = None
    skipped: str | None = None
    teardown: ScenarioEnding | None = None
    called: bool = False
    lacks: str = ""

    def hear(self, report: pytest.TestReport, error: BaseException | None) -> None:
        """Take one phase's report in; `error` is what the phase raised."""
        self.phases.add(report.when)
        unexpected = report.failed and error is None  # a strict xfail that passed
        unmet = kept_from_starting(error) if error is not None else None
        if unmet is None and (report.skipped or unexpected or hasattr(report, "wasxfail")):
            self.skipped = str(error) if error else "expected to fail"
        elif report.when == "call":
            self.called, self.error = True, error
        elif error is not None and report.when == "setup":
            self.setup = ending_of_setup(error)
            self.lacks = unmet.lacks if unmet is not None else ""
        elif error is not None:
            self.teardown = ending_of_teardown(error)

    @property
    def past_setup(self) -> bool:
        """Whether a call of the scenario's function can no longer be part of it."""
        return bool(self.called or self.setup or self.phases - {"setup"})

    @property
    def said(self) -> bool:
        """Whether it says anything that no check handed in finished says."""
        told = self.error is not None and not isinstance(self.error, ConcludedFailure)
        return bool(told or self.setup or self.teardown or self.skipped is not None)

    def ending(self, journal: Journal, blame: Blame) -> ScenarioEnding:
        """How it ended. What clearing up found of others takes a pass away, and no failure."""
        ending = self._ending_before_clearing_up(journal, blame)
        theirs = self.teardown is not None and self.teardown.blame is not Blame.HARNESS
        if self.teardown is None or (theirs and ending.outcome is Outcome.FAIL):
            return ending
        return self.teardown

    def _ending_before_clearing_up(self, journal: Journal, blame: Blame) -> ScenarioEnding:
        if self.setup:
            return self.setup
        if self.skipped is not None or not self.called:
            return ending_of_skip(self.skipped or "it never started")
        error = None if isinstance(self.error, ConcludedFailure) else self.error
        if error is not None and journal.elsewhere:
            error = NotExercised(
                journal.elsewhere, where="the orders", remedy="an app that takes one alone declares that"
            )
        return ending_of_call(
            error,
            observed=len(journal.observations),
            warnings=journal.warnings,
            doubts=journal.doubts,
            limits=journal.limits,
            blame=blame,
        )


@dataclass(slots=True)
class ScenarioResult:
    """One scenario with every attempt at it: the worst of them decides, whoever tried again and how."""

    scenario: str
    exercises: tuple[Exercise, ...]
    dialect: str
    journal: Journal
    started: datetime = field(default_factory=wire_now)
    _begun: float = field(default_factory=time.perf_counter)
    _attempts: list[Attempt] = field(default_factory=list)
    held_up: bool = False
    """Whether a page had to be ended because it held the browser up."""

    def called(self, error: BaseException | None) -> None:
        """The scenario's function was called, and raised this or nothing: a plugin may keep it to itself."""
        if not self._attempts or self._attempts[-1].past_setup:
            self._attempts.append(Attempt())
        self._attempts[-1].called, self._attempts[-1].error = True, error

    def hear(self, report: pytest.TestReport, error: BaseException | None) -> None:
        """Take one phase's report in; what was heard before, or of another call, begins another attempt."""
        last = self._attempts[-1] if self._attempts else None
        of_another_call = (
            last is not None and last.called and report.when == "call" and last.error is not error
        )
        if last is None or report.when in last.phases or of_another_call:
            self._attempts.append(Attempt())
        self._attempts[-1].hear(report, error)

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
        noted = journal.observations or journal.warnings or journal.doubts or self.held_up
        return bool(noted) or any(each.said for each in self._every_attempt)

    @property
    def _every_attempt(self) -> list[Attempt]:
        """In their order; one that never started where there are none."""
        return self._attempts or [Attempt()]

    def _check(
        self, exercise: Exercise, grade: Grade, duration: float, observed: int, exchanges: int
    ) -> Check:
        endings = self._endings(exercise)
        ending = self._deciding(endings)
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
            lacks=self._every_attempt[-1].lacks if ending.outcome in NOT_STARTED else "",
            exercised=observed + exchanges,
            steps=tuple(self.journal.steps),
            artifacts=tuple(self.journal.artifacts),
            attempts=tuple(each.outcome for each in endings) if len(endings) > 1 else (),
        )

    def _endings(self, exercise: Exercise) -> list[ScenarioEnding]:
        """How each attempt ended, in their order."""
        return [each.ending(self.journal, exercise.blame) for each in self._every_attempt]

    def _deciding(self, endings: Sequence[ScenarioEnding]) -> ScenarioEnding:
        """The worst of them: a retry takes no failure away, least of all one about money or a signature."""
        if self.held_up:
            return ScenarioEnding(Outcome.FAIL, Blame.MERCHANT, HELD_UP)
        decides = min(endings, key=lambda each: _WORST_FIRST.index(each.outcome))
        if len(endings) == 1:
            return decides
        told = f"{len(endings)} attempts: {', '.join(each.outcome for each in endings)}"
        return decides._replace(message=f"{told}; {decides.message}".removesuffix("; ")[:LONGEST_MESSAGE])


SCENARIO_RESULT = pytest.StashKey[ScenarioResult]()


def ending_of_setup(error: BaseException) -> ScenarioEnding:
    """A fixture could not be prepared; an assertion in one is about the merchant only inside a scenario."""
    if unmet := kept_from_starting(error):
        return ScenarioEnding(unmet.outcome, None, unmet.message)
    if isinstance(error, PageFailure):
        return ScenarioEnding(Outcome.FAIL, Blame.MERCHANT, _words(error))
    if isinstance(error, ConfigurationError) and not isinstance(error, ProfileGap):
        return ScenarioEnding(Outcome.INCONCLUSIVE, Blame.ENVIRONMENT, _words(error))
    return _ending_of_error(error)


def ending_of_call(
    error: BaseException | None,
    *,
    observed: int,
    warnings: list[str],
    doubts: list[str],
    blame: Blame,
    limits: Sequence[str] = (),
) -> ScenarioEnding:
    """The scenario itself ran, and raised `error` or nothing."""
    if isinstance(error, AssertionError | pytest.fail.Exception):  # the latter: a refusal that never came
        return ScenarioEnding(Outcome.FAIL, blame, _words(error))
    if error is not None:
        return _ending_of_error(error, blame)
    if observed == 0:
        return ScenarioEnding(
            Outcome.INCONCLUSIVE, Blame.HARNESS, "the scenario ended without observing anything"
        )
    if doubts:
        return ScenarioEnding(Outcome.INCONCLUSIVE, Blame.HARNESS, "; ".join(doubts)[:LONGEST_MESSAGE])
    if warnings:
        return ScenarioEnding(Outcome.WARN, blame, "; ".join([*warnings, *limits]))
    return ScenarioEnding(Outcome.PASS, None, "; ".join(limits))


def _ending_of_error(error: BaseException, blame: Blame | None = None) -> ScenarioEnding:
    if isinstance(error, NotExercised):
        asked = isinstance(error, NotAnswered)  # a person, whom nobody blames
        outcome = Outcome.NEEDS_HUMAN if asked else Outcome.INCONCLUSIVE
        return ScenarioEnding(outcome, None if asked else blame, str(error)[:LONGEST_MESSAGE])
    if isinstance(error, ProfileGap):  # nobody's fault: one more line of profile would do
        return ScenarioEnding(Outcome.INCONCLUSIVE, None, str(error))
    if isinstance(error, EnvironmentUnreachable | AnswerOverdue):
        return ScenarioEnding(Outcome.INCONCLUSIVE, Blame.ENVIRONMENT, _words(error))
    if isinstance(error, TargetFailure):
        return ScenarioEnding(Outcome.FAIL, Blame(error.side), _words(error))
    if isinstance(error, UnsafeRequest):  # nobody's fault: the command line allows no more
        return ScenarioEnding(Outcome.INCONCLUSIVE, None, str(error))
    return ScenarioEnding(Outcome.HARNESS_ERROR, Blame.HARNESS, _words(error))


def ending_of_skip(reason: str) -> ScenarioEnding:
    """The scenario was skipped or expected to fail: neither is evidence."""
    return ScenarioEnding(Outcome.INCONCLUSIVE, Blame.ENVIRONMENT, f"did not run: {reason}")


def ending_of_teardown(error: BaseException) -> ScenarioEnding:
    """Clearing up after the scenario failed, so its result cannot be trusted; of several errors the worst."""
    if isinstance(error, BaseExceptionGroup):
        return min(
            map(ending_of_teardown, error.exceptions), key=lambda each: _WORST_FIRST.index(each.outcome)
        )
    if isinstance(error, ProfileGap):
        return ScenarioEnding(Outcome.INCONCLUSIVE, None, str(error))
    if isinstance(error, EnvironmentUnreachable | AnswerOverdue):
        return ScenarioEnding(Outcome.INCONCLUSIVE, Blame.ENVIRONMENT, _words(error))
    if isinstance(error, TargetFailure):
        return ScenarioEnding(Outcome.INCONCLUSIVE, Blame(error.side), _words(error))
    return ScenarioEnding(Outcome.HARNESS_ERROR, Blame.HARNESS, _words(error))


def _words(error: BaseException) -> str:
    """The error in one paragraph: our sentence where there is one, else pytest's; never a traceback."""
    kind = "" if isinstance(error, AssertionError) else f"{type(error).__name__}: "
    sentence = str(error).partition("\nassert ")[0]
    return (kind + (sentence or "(no words)"))[:LONGEST_MESSAGE]
