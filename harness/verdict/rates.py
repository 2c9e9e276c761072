"""Success rates, exactly: one-sided Clopper–Pearson bounds, and the p-values they come from.

Requests are taken as independent with one success rate. Zero requests say nothing: the bounds are 0 and 1,
the p-values 1, so that nothing is decided on them.
"""

from __future__ import annotations

from harness.core.errors import HarnessError
from harness.verdict.binomial import at_most, beta_quantile, more_than

ALPHA = 0.05
"""Every bound holds with 95 %: the chance that chance alone moves it beyond the truth is at most this."""


def lower_bound(failures: int, requests: int, alpha: float = ALPHA) -> float:
    """The success rate that is exceeded with confidence 1 - `alpha`; 0 where nothing is known."""
    _check(failures, requests)
    successes = requests - failures
    return beta_quantile(successes, failures + 1, alpha) if successes else 0.0


def upper_bound(failures: int, requests: int, alpha: float = ALPHA) -> float:
    """The success rate that is not reached with confidence 1 - `alpha`; 1 where nothing is known."""
    _check(failures, requests)
    successes = requests - failures
    return beta_quantile(successes + 1, failures, 1 - alpha) if failures else 1.0


def p_if_missed(failures: int, requests: int, limit: float) -> float:
    """How likely so few failures (or fewer) are if the true success rate is no more than `limit`.

    Below `ALPHA` exactly when the lower bound is above the limit: small values let a criterion pass.
    """
    _check(failures, requests)
    return at_most(failures, requests, 1 - limit)


def p_if_met(failures: int, requests: int, limit: float) -> float:
    """How likely so many failures (or more) are if the true success rate is at least `limit`.

    Below `ALPHA` exactly when the upper bound is below the limit: small values let a criterion fail.
    """
    _check(failures, requests)
    return more_than(failures - 1, requests, 1 - limit)


def _check(failures: int, requests: int) -> None:
    if not 0 <= failures <= requests:
        raise HarnessError(f"{failures} of {requests} requests cannot have failed")
