"""How things went over the days, drawn: pass rate and readiness, the p99 of each series, flaky parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from harness.core.control import Text
from harness.core.scenario_titles import scenario_title
from reports.history.trends import Flake, LatencyTrend, Night, Trends
from reports.page.plots import Plot, Point, Scale, Shape, Tick, duration, line
from reports.page.translations import SENTENCES, WORDS

_FEWEST = 2
"""Nights that make a line."""
_TICKS = 5


@dataclass(frozen=True, slots=True)
class LatencyLine:
    """One series over the nights."""

    name: str
    path: str
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class FlakyPart:
    """One part that both failed and passed."""

    control: str
    scenario: Text
    dialect: str
    told: Text


@dataclass(frozen=True, slots=True)
class TrendView:
    """What stands below one heading."""

    rates: Plot | None
    """None where there are too few nights to draw."""
    latencies: tuple[LatencyLine, ...]
    flakes: tuple[FlakyPart, ...]


def trend_view(trends: Trends) -> TrendView | None:
    """The days before a run, with its own; None where there are too few to draw, and nothing was flaky."""
    drawn = len(trends.nights) >= _FEWEST
    if not drawn and not trends.flakes:
        return None
    latencies = trends.latencies if drawn else ()
    return TrendView(
        rates=_rates(trends.nights) if drawn else None,
        latencies=tuple(_latency(each) for each in latencies if any(each.p99_ms)),
        flakes=tuple(_flaky(each) for each in trends.flakes[:20]),
    )


def _rates(nights: Sequence[Night]) -> Plot:
    count = len(nights)
    passed = [night.pass_rate for night in nights]
    ready = [min(max(night.readiness / 100, 0.0), 1.0) for night in nights]
    at = sorted({round(number * (count - 1) / (_TICKS - 1)) for number in range(_TICKS)})
    last = "–" if passed[-1] is None else f"{passed[-1]:.1%}"
    return Plot(
        title=Text(
            zh=f"{WORDS['pass_rate'].zh} · {WORDS['readiness'].zh}",
            en=f"{WORDS['pass_rate'].en} · {WORDS['readiness'].en}",
        ),
        told=SENTENCES["trend"].filled(nights=count, rate=last, readiness=f"{nights[-1].readiness:.1f} %"),
        shapes=(Shape("answered", line(_points(passed))), Shape("p95", line(_points(ready)))),
        legend=(("answered", WORDS["pass_rate"]), ("p95", WORDS["readiness"])),
        rows=tuple(Tick(100.0 - percent, f"{percent} %") for percent in (25, 50, 75)),
        columns=tuple(
            Tick(round(100 * _along(each, count), 1), nights[each].day.isoformat()[5:]) for each in at
        ),
    )


def _latency(trend: LatencyTrend) -> LatencyLine:
    scale = Scale.over(trend.p99_ms)
    known = [value for value in trend.p99_ms if value is not None]
    heights = [None if value is None else scale.up(value) for value in trend.p99_ms]
    name = " · ".join(each for each in (trend.endpoint, trend.scenario, trend.dialect) if each != "all")
    return LatencyLine(name, line(_points(heights)), duration(known[0]), duration(known[-1]))


def _flaky(flake: Flake) -> FlakyPart:
    told = SENTENCES["flaky"].filled(passed=flake.passed, failed=flake.failed, retried=flake.retried)
    return FlakyPart(flake.control, scenario_title(flake.scenario), flake.dialect, told)


def _points(values: Sequence[float | None]) -> list[Point | None]:
    return [
        None if value is None else (_along(number, len(values)), value) for number, value in enumerate(values)
    ]


def _along(number: int, count: int) -> float:
    return (number + 0.5) / count
