"""Reads a page of figures, in Prometheus' text format or OpenMetrics, and keeps what was asked for.

A page is whatever a merchant answers: its size, the length of its lines and the time to read it are bounded,
and what cannot be read is the merchant's fault, as it would be for a Prometheus.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from prometheus_client.openmetrics import parser as openmetrics
from prometheus_client.parser import text_fd_to_metric_families as plain_families

from harness.core.errors import MerchantFailure
from harness.monitoring.selector import Selector

LARGEST_PAGE = 4 << 20
"""Bytes: thirty thousand series. More costs a Prometheus that asks every 15 seconds as much as the app."""
LONGEST_LINE = 16 << 10
_ACCEPTS = "application/openmetrics-text; version=1.0.0, text/plain; version=0.0.4; q=0.5, */*; q=0.1"
ACCEPT = {"Accept": _ACCEPTS}
COUNTED = ("counter", "unknown", "untyped")
"""Types of what only ever grows: pages of today and of before call what has no type by two names."""
SUMMED = ("histogram", "summary")
_SPREAD = ("_bucket", "_sum", "_count", "")
_TOO_MANY_NAMES = 200_000


@dataclass(frozen=True, slots=True)
class Timing:
    """What a histogram or a summary has taken in: how often, how long in all, how often within a bound."""

    count: float
    total: float
    buckets: Mapping[float, float] = field(default_factory=dict)
    """By upper bound; empty of a summary."""


@dataclass(slots=True)
class Figures:
    """The chosen series of one page, or of several that belong together."""

    values: dict[str, float] = field(default_factory=dict)
    """Sums by selector; of one that nothing fits there is none."""
    timings: dict[str, Timing] = field(default_factory=dict)
    """The same of histograms and summaries."""
    types: dict[str, str] = field(default_factory=dict)
    """Of the series that fitted, by selector."""
    names: set[str] = field(default_factory=set)
    """All that are on the page, to find what somebody may have meant."""
    started: float | None = None
    """`process_start_time_seconds`, where the page tells."""

    def add(self, other: Figures) -> None:
        """Those of another process of the same app."""
        for name, value in other.values.items():
            self.values[name] = self.values.get(name, 0.0) + value
        for name, timing in other.timings.items():
            self.timings[name] = _added(self.timings[name], timing) if name in self.timings else timing
        self.types |= other.types
        self.names |= other.names
        self.started = max((each for each in (self.started, other.started) if each is not None), default=None)


def figures(text: str, content_type: str, selectors: Iterable[Selector], *, where: str) -> Figures:
    """Read a page.

    Args:
        text: of the page.
        content_type: as it was answered; it says which of the two formats this is.
        selectors: what is to be kept.
        where: the page came from.

    Raises:
        MerchantFailure: no page of figures, or a value that is none.
    """
    wanted: dict[str, list[Selector]] = {}
    for selector in {each.text: each for each in selectors}.values():  # two figures may be one series
        wanted.setdefault(selector.name, []).append(selector)
    found = Figures()
    if any(len(line) > LONGEST_LINE for line in text.split("\n")):
        raise _unreadable(f"a line of it is longer than {LONGEST_LINE} characters", where)
    strict = "openmetrics" in content_type.lower()
    read: Any = openmetrics.text_fd_to_metric_families if strict else plain_families
    try:
        for family in read(io.StringIO(text)):
            _keep(family, wanted, found, where)
    except MerchantFailure:
        raise
    except Exception as error:  # noqa: BLE001 - the parsers raise whatever they stumble over
        said = " ".join(str(error).split())[:200] or type(error).__name__
        raise _unreadable(f"it cannot be parsed: {said}", where) from None
    return found


def _keep(family: Any, wanted: Mapping[str, list[Selector]], found: Figures, where: str) -> None:
    """What is wanted of one family of series."""
    if len(found.names) < _TOO_MANY_NAMES:
        found.names.add(family.name)
    spread = family.type in SUMMED
    for selector in wanted.get(family.name, ()) if spread else ():
        timing = _timing(family, selector, where)
        if timing is not None:
            found.timings[selector.text] = timing
            found.types[selector.text] = family.type
    for sample in family.samples:
        if sample.name == "process_start_time_seconds" and math.isfinite(sample.value):
            found.started = sample.value
        found.names.add(sample.name) if len(found.names) < _TOO_MANY_NAMES else None
        for name in {sample.name, sample.name.removesuffix("_total")}:
            for selector in wanted.get(name, ()):
                if (spread and name == family.name) or not selector.fits(sample.labels):
                    continue
                value = _number(sample.value, sample.name, where)
                found.values[selector.text] = found.values.get(selector.text, 0.0) + value
                found.types[selector.text] = family.type


def _timing(family: Any, selector: Selector, where: str) -> Timing | None:
    """Of a family that is spread over several samples; None: none of it is meant."""
    count = total = 0.0
    buckets: dict[float, float] = {}
    fitted = False
    for sample in family.samples:
        labels = {name: value for name, value in sample.labels.items() if name not in ("le", "quantile")}
        if not selector.fits(labels):
            continue
        suffix = sample.name.removeprefix(family.name)
        if suffix not in _SPREAD or not suffix:
            continue
        fitted = True
        value = _number(sample.value, sample.name, where)
        if suffix == "_count":
            count += value
        elif suffix == "_sum":
            total += value
        else:
            bound = float(sample.labels.get("le", "nan"))
            buckets[bound] = buckets.get(bound, 0.0) + value
    return Timing(count, total, buckets) if fitted else None


def _number(value: float, name: str, where: str) -> float:
    if not math.isfinite(value):
        raise MerchantFailure(
            f"{name} is {'not a number' if math.isnan(value) else 'infinite'}",
            where=where,
            remedy="set a figure only to what was counted or measured",
        )
    return float(value)


def _added(one: Timing, other: Timing) -> Timing:
    bounds = one.buckets.keys() | other.buckets.keys()
    buckets = {each: one.buckets.get(each, 0.0) + other.buckets.get(each, 0.0) for each in bounds}
    return Timing(one.count + other.count, one.total + other.total, buckets)


def _unreadable(why: str, where: str) -> MerchantFailure:
    return MerchantFailure(
        f"the page of figures cannot be read: {why}",
        where=where,
        remedy="write it with a Prometheus client library, and look at it with `promtool check metrics`",
    )
