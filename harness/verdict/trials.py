"""Pass, fail or not known yet: what a run's requests prove about the shares they were to reach.

A trial asks whether more than `limit` of all requests end as they should. "p99 < 3 s" is one too: more than
99 % answer within 3 s. All trials of a run must pass, so each may be held to its own 95 % bound (an
intersection–union test); but among many, one would fail by chance, so failing goes by Holm over all of them.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import NamedTuple

from harness.core.control import Outcome
from harness.verdict.design import Design
from harness.verdict.holm import holm
from harness.verdict.rates import ALPHA, p_if_met, p_if_missed
from harness.verdict.sequential import p_any_time_if_met, p_any_time_if_missed

MOST_REQUESTS = 100_000_000
"""Where the search for a sufficient number of requests gives up."""


class Trial(NamedTuple):
    """What was counted for one criterion."""

    requests: int
    """All that were made."""
    bad: int
    """Those that missed it, and those of which that cannot be excluded."""
    surely_bad: int
    """Those that certainly missed it; at most `bad`."""
    limit: float
    """The share of the requests that must be exceeded, between 0 and 1."""


def decide(
    trials: Sequence[Trial], design: Design = Design.FIXED, alpha: float = ALPHA
) -> tuple[Outcome, ...]:
    """Pass, fail or inconclusive for each trial of one run; no trial without a request passes or fails."""
    p_met = p_if_met if design is Design.FIXED else p_any_time_if_met
    failed = holm([p_met(each.surely_bad, each.requests, each.limit) for each in trials], alpha)
    return tuple(
        Outcome.FAIL
        if fails
        else Outcome.PASS
        if _passes(each.bad, each.requests, each.limit, design, alpha)
        else Outcome.INCONCLUSIVE
        for each, fails in zip(trials, failed, strict=True)
    )


def sample_size(bad: int, limit: float, design: Design = Design.FIXED, alpha: float = ALPHA) -> int | None:
    """The smallest number of requests that passes with `bad` ones among them; None: above `MOST_REQUESTS`."""
    return _smallest(lambda requests: _passes(bad, requests, limit, design, alpha), bad)


def requests_missing(trial: Trial, design: Design = Design.FIXED, alpha: float = ALPHA) -> int | None:
    """How many more requests a trial takes to pass if the bad ones keep their share.

    0 where it passes already; None where no number helps, for the share itself misses the limit, or where it
    would take more than `MOST_REQUESTS`.
    """
    requests, bad, _, limit = trial
    if _passes(bad, requests, limit, design, alpha):
        return 0

    def comes_with(expected: int) -> bool:
        """Whether a run passes that is as long as it may be with no more than so many bad ones expected."""
        return _passes(expected, (2 * expected + 1) * requests // (2 * bad), limit, design, alpha)

    expected = _smallest(comes_with, bad - 1, MOST_REQUESTS * bad // requests) if bad else 0
    size = None if expected is None else sample_size(expected, limit, design, alpha)
    return None if size is None else max(1, size - requests)


def _smallest(suffices: Callable[[int], bool], above: int, most: int = MOST_REQUESTS) -> int | None:
    """The smallest number above one that does not suffice; whatever suffices, more of it does too."""
    found = bisect_left(range(most + 1), True, lo=above + 1, key=suffices)  # noqa: FBT003 - what is sought
    return found if found <= most else None


def _passes(bad: int, requests: int, limit: float, design: Design, alpha: float) -> bool:
    p_missed = p_if_missed if design is Design.FIXED else p_any_time_if_missed
    return p_missed(bad, requests, limit) < alpha
