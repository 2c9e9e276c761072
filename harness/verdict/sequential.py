"""A test that may be looked at after every request: Wald's likelihood ratio, once for pass and once for fail.

The fixed-size test errs in 5 % of runs only if the number of requests was settled beforehand; looking again
and again until it passes would err far more often. Here the p-value is the inverse of a likelihood ratio, a
martingale under the hypothesis it speaks against, and by Ville's inequality it falls below `alpha` at ANY
moment of a run with a chance of at most `alpha`. So a run may stop as soon as it knows.

The price: with `success > 99 %` and no failure 373 requests instead of 299, and a service that fails more
than half as often as the limit allows stays inconclusive for ever.
"""

from __future__ import annotations

from math import exp, log, log1p

from harness.core.errors import HarnessError

BETTER = 0.2
"""The pass side is sharpest for services that fail a fifth as often as the limit allows."""
WORSE = 2.0
"""The fail side is sharpest for services that fail twice as often as the limit allows."""


def p_any_time_if_missed(failures: int, requests: int, limit: float) -> float:
    """As `rates.p_if_missed`, but valid at every moment of a run; small values let a criterion pass."""
    return _p(failures, requests, limit, (1 - limit) * BETTER)


def p_any_time_if_met(failures: int, requests: int, limit: float) -> float:
    """As `rates.p_if_met`, but valid at every moment of a run; small values let a criterion fail."""
    return _p(failures, requests, limit, min((1 - limit) * WORSE, (2 - limit) / 2))


def _p(failures: int, requests: int, limit: float, alternative: float) -> float:
    if not 0 <= failures <= requests:
        raise HarnessError(f"{failures} of {requests} requests cannot have failed")
    allowed = 1 - limit
    successes = requests - failures
    ratio = failures * log(alternative / allowed) + successes * (log1p(-alternative) - log1p(-allowed))
    return exp(-ratio) if ratio > 0 else 1.0
