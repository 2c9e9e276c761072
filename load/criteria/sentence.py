"""One sentence of a criterion, as people write it: `success_rate > 0.99`, `p99 < 3s`, `p90 < 3s for 10s`.

    success_rate > 0.99         more than this share of all requests ends as it should; also written > 99%
    p99 < 3s                    more than 99 % of all requests end as they should within 3 s of being due
    failures = 0                not one request fails; one is proof enough, and no request proves nothing
    max < 3s                    not one request fails or takes so long
    requests >= 1000            so many were made
    memory_growth < 20MB/h      the merchant's memory grows by less, once it is warm
    growth_p95 < 25%            the percentile of the last third of the run is above that of the first by less
    lag_p99 < 20ms, max_lag < 1s   how late the generator may be; beyond it nothing is concluded

The first two are judged by exact statistics. With `for 10s` they must hold in every ten seconds on their own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from harness.core.did_you_mean import did_you_mean

HIGHEST = 600_000_000
"""Microseconds in ten minutes: beyond any limit that is accepted, and longer durations count as this long."""
SHORTEST_S = 180.0
"""A shorter run tells nothing of how a merchant grows: it is still warming up."""
BEYOND = 20
"""Requests that have to lie beyond a percentile of either part before two are compared."""
_SENTENCE = re.compile(
    r"(?P<metric>[A-Za-z_]+[0-9.]*)\s*(?P<relation>[<>=!]+)\s*(?P<value>\S+?(?:\s*%)?)(?:\s+(?P<rest>.+))?"
)
_WINDOW = re.compile(r"for\s+(?P<length>\S+)")
_PERCENTILE = re.compile(r"(?P<of>lag_|growth_)?p(?P<percent>[0-9]{1,2}(?:\.[0-9]{1,3})?)")
_DURATION = re.compile(r"(?P<number>[0-9]+(?:\.[0-9]+)?)(?P<unit>[a-zµ]+)")
_MEMORY = re.compile(r"(?P<number>[0-9]+(?:\.[0-9]+)?)MB/h")
_PER_CENT = re.compile(r"(?P<number>[0-9]+(?:\.[0-9]+)?)\s*%")
_MOST_MB, _MOST_PER_CENT = 100_000, 1_000
_UNITS = {"us": 1, "µs": 1, "ms": 1_000, "s": 1_000_000, "m": 60_000_000}


class Metric(StrEnum):
    """What a sentence is about."""

    SUCCESS_RATE = "success_rate"
    PERCENTILE = "p99"
    FAILURES = "failures"
    SLOWEST = "max"
    REQUESTS = "requests"
    MEMORY_GROWTH = "memory_growth"
    GROWTH_PERCENTILE = "growth_p95"
    LAG_PERCENTILE = "lag_p99"
    MAX_LAG = "max_lag"

    @property
    def of_generator(self) -> bool:
        """Whether it is about ourselves and not about who is judged."""
        return self in (Metric.LAG_PERCENTILE, Metric.MAX_LAG)

    @property
    def statistical(self) -> bool:
        """Whether it speaks of a share, which a sample only bounds."""
        return self in (Metric.SUCCESS_RATE, Metric.PERCENTILE)

    @property
    def over_time(self) -> bool:
        """Whether it compares moments of a run with each other."""
        return self in (Metric.MEMORY_GROWTH, Metric.GROWTH_PERCENTILE)


_PERCENTILES = {
    None: Metric.PERCENTILE,
    "lag_": Metric.LAG_PERCENTILE,
    "growth_": Metric.GROWTH_PERCENTILE,
}
_RELATIONS = {Metric.SUCCESS_RATE: ">", Metric.FAILURES: "=", Metric.REQUESTS: ">="}


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, understood."""

    text: str
    """As it was written."""
    metric: Metric
    limit: float
    """A share of 1 for `success_rate` and growing percentiles, microseconds for durations, MB (a million
    bytes) an hour for memory, else a number of requests."""
    share: float = 0.0
    """The share of 1 that a statistical sentence demands, and the percentile of `lag_p…` and `growth_p…`."""
    window_s: int | None = None
    """Seconds of each stretch in which it must hold by itself; None: over the run as a whole."""

    @classmethod
    def parse(cls, text: object) -> Self:
        """Understand a sentence.

        Raises:
            ValueError: it is none; the message says what is wrong and names the nearest word that would do.
        """
        found = _SENTENCE.fullmatch(text.strip()) if isinstance(text, str) else None
        if found is None:
            raise ValueError(f"{text!r} is no criterion; write e.g. success_rate > 0.99 or p99 < 3s for 10s")
        metric, share = _metric(found["metric"])
        relation = _RELATIONS.get(metric, "<")
        if found["relation"] != relation:
            raise ValueError(f"{text!r}: after {found['metric']} comes {relation}, not {found['relation']}")
        limit = _limit(metric, found["value"])
        if metric is Metric.SUCCESS_RATE:
            share = limit
        return cls(str(text).strip(), metric, limit, share, _window(metric, found["rest"]))


def duration(text: object) -> int:
    """Microseconds in `3s`, `500ms`, `1.5m` or `200us`.

    Raises:
        ValueError: it is no duration above nothing and below ten minutes.
    """
    found = _DURATION.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        raise ValueError(f"{text!r} is no duration; write e.g. 3s, 500ms or 1.5m")
    if found["unit"] not in _UNITS:
        raise ValueError(
            f"{found['unit']!r} is no unit of time; {did_you_mean(found['unit'], _UNITS, most=1)}"
        )
    value = round(float(found["number"]) * _UNITS[found["unit"]])
    if not 0 < value < HIGHEST:
        raise ValueError(f"{text!r} is out of range: from 1us to less than 10m")
    return value


def _metric(word: str) -> tuple[Metric, float]:
    percentile = _PERCENTILE.fullmatch(word)
    if percentile and float(percentile["percent"]) > 0:
        return _PERCENTILES[percentile["of"]], round(float(percentile["percent"]) / 100, 6)
    if word in set(Metric):
        return Metric(word), 0.0
    raise ValueError(f"{word!r} cannot be measured; {did_you_mean(word, Metric, most=1)}")


def _limit(metric: Metric, value: str) -> float:
    if metric is Metric.SUCCESS_RATE:
        return _share(value)
    if metric in (Metric.FAILURES, Metric.REQUESTS):
        if not value.isascii() or not value.isdigit():
            raise ValueError(f"{value!r} is no number of requests")
        if metric is Metric.FAILURES and int(value):
            raise ValueError(
                "only failures = 0 can be asked; for a share of failures write success_rate > 0.99"
            )
        return int(value)
    if metric is Metric.MEMORY_GROWTH:
        return _memory(value)
    if metric is Metric.GROWTH_PERCENTILE:
        return _growth(value)
    return duration(value)


def _memory(value: str) -> float:
    found = _MEMORY.fullmatch(value)
    if found is None or not 0 < float(found["number"]) <= _MOST_MB:
        raise ValueError(f"{value!r} is no growth of memory; write e.g. 20MB/h")
    return float(found["number"])


def _growth(value: str) -> float:
    found = _PER_CENT.fullmatch(value)
    if found is None or not 0 < float(found["number"]) <= _MOST_PER_CENT:
        raise ValueError(f"{value!r} is no growth of a percentile; write e.g. 25%")
    return float(found["number"]) / 100


def _share(value: str) -> float:
    percent = value.endswith("%")
    try:
        share = float(value.removesuffix("%")) / (100 if percent else 1)
    except ValueError:
        raise ValueError(f"{value!r} is no share; write e.g. 0.99 or 99%") from None
    if not 0 < share < 1:
        raise ValueError(f"{value!r} is no share between 0 and 1: no sample proves all or nothing")
    return round(share, 12)


def _window(metric: Metric, rest: str | None) -> int | None:
    if rest is None:
        return None
    found = _WINDOW.fullmatch(rest)
    if found is None:
        raise ValueError(f"{rest!r} is not understood; after the limit comes nothing or e.g. for 10s")
    if not metric.statistical:
        raise ValueError(
            f"{metric.value} holds over a whole run; only success_rate and percentiles go with for"
        )
    length = duration(found["length"])
    if length % 1_000_000:
        raise ValueError(f"a stretch of {found['length']} is no whole number of seconds")
    return length // 1_000_000
