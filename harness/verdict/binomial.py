"""The binomial distribution, of which SciPy is asked when somebody first needs it.

Loading it takes a quarter of a second, which every command and every pytest would wait for; few of them judge
rates. (`scipy.special`: `scipy.stats` takes seconds.)
"""

from __future__ import annotations


def at_most(failures: int, requests: int, share: float) -> float:
    """How likely so many failures or fewer are, each with probability `share`."""
    from scipy.special import bdtr  # noqa: PLC0415 - see above

    return float(bdtr(failures, requests, share))


def more_than(failures: int, requests: int, share: float) -> float:
    """How likely more failures are, each with probability `share`."""
    from scipy.special import bdtrc  # noqa: PLC0415 - see above

    return float(bdtrc(failures, requests, share))


def beta_quantile(a: float, b: float, probability: float) -> float:
    """Below which value a beta-distributed variable lies with this probability."""
    from scipy.special import betaincinv  # noqa: PLC0415 - see above

    return float(betaincinv(a, b, probability))
