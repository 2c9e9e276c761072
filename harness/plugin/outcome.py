"""From what pytest saw of a scenario to the outcome of a check. Pure.

not started        what the target lacks says which: needs-human, inconclusive or not-applicable
setup fails        unreachable or unusable settings → inconclusive (environment); else → harness-error
call fails         AssertionError → fail; TargetFailure → fail (endpoint); unreachable or held back by the
                   budget → inconclusive;
                   anything else is a bug of ours → harness-error
call passes        nothing observed, or in doubt → inconclusive; with warnings → warn; else → pass
skipped, xfailed   inconclusive: a missing prerequisite is never a pass
teardown fails     harness-error
"""

from __future__ import annotations

from typing import NamedTuple

import pytest

from harness.core.control import Blame, Outcome
from harness.core.errors import ConfigurationError, EnvironmentUnreachable, TargetFailure, UnsafeRequest
from harness.plugin.target.prerequisites import NotStartedError

LONGEST_MESSAGE = 2000


class Ending(NamedTuple):
    """How one scenario ended."""

    outcome: Outcome
    blame: Blame | None
    message: str


def of_setup(error: BaseException) -> Ending:
    """A fixture could not be prepared; an assertion in one is about the merchant only inside a scenario."""
    if isinstance(error, NotStartedError):
        return Ending(error.unmet.outcome, None, error.unmet.message)
    if isinstance(error, ConfigurationError):
        return Ending(Outcome.INCONCLUSIVE, Blame.ENVIRONMENT, _words(error))
    return _of_error(error)


def of_call(
    error: BaseException | None, *, observed: int, warnings: list[str], doubts: list[str], blame: Blame
) -> Ending:
    """The scenario itself ran, and raised `error` or nothing."""
    if isinstance(error, AssertionError | pytest.fail.Exception):  # the latter: a refusal that never came
        return Ending(Outcome.FAIL, blame, _words(error))
    if error is not None:
        return _of_error(error)
    if observed == 0:
        return Ending(Outcome.INCONCLUSIVE, Blame.HARNESS, "the scenario ended without observing anything")
    if doubts:
        return Ending(Outcome.INCONCLUSIVE, Blame.HARNESS, "; ".join(doubts)[:LONGEST_MESSAGE])
    if warnings:
        return Ending(Outcome.WARN, blame, "; ".join(warnings))
    return Ending(Outcome.PASS, None, "")


def _of_error(error: BaseException) -> Ending:
    if isinstance(error, TargetFailure):
        return Ending(Outcome.FAIL, Blame.ENDPOINT, _words(error))
    if isinstance(error, EnvironmentUnreachable):
        return Ending(Outcome.INCONCLUSIVE, Blame.ENVIRONMENT, _words(error))
    if isinstance(error, UnsafeRequest):  # nobody's fault: the command line allows no more
        return Ending(Outcome.INCONCLUSIVE, None, str(error))
    return Ending(Outcome.HARNESS_ERROR, Blame.HARNESS, _words(error))


def of_skip(reason: str) -> Ending:
    """The scenario was skipped or expected to fail: neither is evidence."""
    return Ending(Outcome.INCONCLUSIVE, Blame.ENVIRONMENT, f"did not run: {reason}")


def of_teardown(error: BaseException) -> Ending:
    """Clearing up after the scenario failed, so its result cannot be trusted."""
    return Ending(Outcome.HARNESS_ERROR, Blame.HARNESS, _words(error))


def _words(error: BaseException) -> str:
    """The error in one paragraph: our sentence where there is one, else pytest's; never a traceback."""
    kind = "" if isinstance(error, AssertionError) else f"{type(error).__name__}: "
    sentence = str(error).partition("\nassert ")[0]
    return (kind + (sentence or "(no words)"))[:LONGEST_MESSAGE]
