"""One question about two runs: a percentile of an endpoint, or its failures, before and now.

A percentile is worse where it has grown by more than the tolerance, proven among all the questions of a
comparison; it is no worse where growing by more than the tolerance is ruled out.
"""

from __future__ import annotations

from enum import StrEnum
from math import ceil, inf, isfinite, log, nan
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from harness.core.control import Model
from harness.verdict.rates import ALPHA, lower_bound, upper_bound
from load.criteria.sentence import BEYOND
from load.resampling import FEWEST_BLOCKS, Blocks, Ratio, ratio

MORE_FAILURES = 0.01
"""A share of failures that has grown by less is no difference."""
_MOST_TIMES = 1_000


class Rules(NamedTuple):
    """What all questions of a comparison share."""

    tolerance: float
    """A share by which a percentile may grow."""
    questions: int
    """How many are asked together."""
    sure: bool
    """Whether anything may be claimed of the two runs."""


class Answer(StrEnum):
    """What is known of a difference."""

    WORSE = "worse"
    HELD = "held"
    UNKNOWN = "unknown"


class Row(Model):
    """One question: a percentile of an endpoint, or its failures, before and now."""

    endpoint: str
    what: Literal["p50", "p95", "p99", "failures"]
    before: float | None
    """ms, of failures a share; None: a failed request, or none at all."""
    now: float | None
    change: float | None
    """Of a percentile: now over before, less one; of failures: the difference of the shares."""
    low: float | None
    """The change is at least this: false in at most 5 % of all comparisons, whatever row one looks at."""
    high: float | None
    """The change is at most this, with 95 %."""
    requests_before: int
    requests_now: int
    answer: Answer
    times: int | None = None
    """How many times as long both runs had to be for an answer, as far as this one lets that be foreseen."""


def percentile_row(endpoint: str, share: float, was: Blocks, now: Blocks, rules: Rules) -> Row:
    """What is known of a percentile of an endpoint."""
    tolerance = rules.tolerance
    sure = rules.sure and min(len(was.failed), len(now.failed)) >= FEWEST_BLOCKS
    fewest = min(was.requests, now.requests)
    enough = sure and fewest * (1 - share) >= BEYOND
    found = Ratio(nan, 0.0, inf)
    if fewest and len(was.failed) and len(now.failed):
        found = ratio(was, now, share, low_alpha=ALPHA / rules.questions, high_alpha=ALPHA)
    answer = Answer.UNKNOWN
    if enough and found.low > 1 + tolerance:
        answer = Answer.WORSE
    elif enough and found.high <= 1 + tolerance:
        answer = Answer.HELD
    times = None
    if answer is Answer.UNKNOWN:
        times = _times(found, tolerance) if enough else _enough(share, was, now)
    return Row(
        endpoint=endpoint,
        what=f"p{round(share * 100)}",  # type: ignore[arg-type]
        before=_ms(was.percentile(share)) if was.requests else None,
        now=_ms(now.percentile(share)) if now.requests else None,
        change=_change(found.observed),
        low=_change(found.low) if found.low else None,
        high=_change(found.high),
        requests_before=was.requests,
        requests_now=now.requests,
        answer=answer,
        times=None if times is None or times > _MOST_TIMES else max(2, times),
    )


def _enough(share: float, was: Blocks, now: Blocks) -> int | None:
    """How much longer both runs had to be to be compared at all; None where that is not the reason."""
    requests = min(was.requests, now.requests)
    blocks = min(len(was.failed), len(now.failed))
    if not requests:
        return None
    # A run of n seconds has about n^(2/3) blocks.
    needed = max(BEYOND / (1 - share) / requests, (FEWEST_BLOCKS / blocks) ** 1.5)
    return ceil(needed) if needed > 1 else None


def _times(found: Ratio, tolerance: float) -> int | None:
    """How much longer both runs had to be: half the width takes four times as many requests."""
    if not (isfinite(found.high) and found.low and isfinite(found.observed)):
        return None
    off = abs(log(found.observed) - log(1 + tolerance))
    width = log(found.high) - log(found.low)
    return ceil((width / 2 / max(off, 0.01)) ** 2)


def failures_row(endpoint: str, was: Blocks, now: Blocks, rules: Rules) -> Row:
    """What is known of the share that failed."""
    bad_before, bad_now = int(was.failed.sum()), int(now.failed.sum())
    row = Row(
        endpoint=endpoint,
        what="failures",
        before=None,
        now=None,
        change=None,
        low=None,
        high=None,
        requests_before=was.requests,
        requests_now=now.requests,
        answer=Answer.UNKNOWN,
    )
    if not (was.requests and now.requests):
        return row
    chance = _by_chance(bad_now, now.requests, bad_before, was.requests)
    # Bounds of success rates; each may be wrong in half of the cases in which both together may be.
    high = upper_bound(bad_before, was.requests, ALPHA / 2) - lower_bound(bad_now, now.requests, ALPHA / 2)
    before, after = bad_before / was.requests, bad_now / now.requests
    answer = Answer.HELD if high <= MORE_FAILURES else Answer.UNKNOWN
    if chance <= ALPHA / rules.questions:
        answer = Answer.WORSE
    found = {"before": before, "now": after, "change": after - before, "high": high}
    return row.model_copy(update={**found, "answer": answer if rules.sure else Answer.UNKNOWN})


def _by_chance(bad_now: int, now: int, bad_before: int, before: int) -> float:
    """How likely so many of the failures fall to this run if neither fails more: Fisher's exact test.

    (`scipy.special`: `scipy.stats` takes seconds to load.)
    """
    bad = bad_now + bad_before
    here = np.arange(bad_now, min(bad, now) + 1)

    def ways(of: int, taken: NDArray[np.int_] | int) -> NDArray[np.float64]:
        return np.asarray(gammaln(of + 1) - gammaln(np.add(taken, 1)) - gammaln(np.subtract(of, taken) + 1))

    possible = here[bad - here <= before]
    return float(np.exp(ways(now, possible) + ways(before, bad - possible) - ways(now + before, bad)).sum())


def _ms(microseconds: float) -> float | None:
    return round(microseconds / 1_000, 3) if isfinite(microseconds) else None


def _change(ratio_: float) -> float | None:
    return round(ratio_ - 1, 6) if isfinite(ratio_) else None
