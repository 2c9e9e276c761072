"""The charts of the load section: latency over time, throughput, percentiles with their band, capacity."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, log10

from harness.core.control import Text
from harness.evidence.capacity import Capacity
from harness.evidence.load_summary import MOST_POINTS, Limit, LoadSummary, SeriesSummary, Timeline
from harness.evidence.watched import Watched
from reports.page.plots import (
    Dot,
    Plot,
    Point,
    Scale,
    Shape,
    Tick,
    band,
    duration,
    from_top,
    line,
    stairs,
)
from reports.page.translations import LOAD_WORDS as WORDS
from reports.page.translations import SENTENCES

_GAP_S, _GAP_REQUESTS = 2, 3
"""So long without an answer, while so many were due, is a freeze and not just a quiet moment."""
_PERCENTILES = (("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("p99.9", 0.999), ("p99.99", 0.9999))


def latency(timeline: Timeline, limits: Sequence[Limit]) -> Plot:
    """p50, p95 and p99 of what was due in each step."""
    columns = {"p50": timeline.p50_ms, "p95": timeline.p95_ms, "p99": timeline.p99_ms}
    scale = Scale.over([*(ms for column in columns.values() for ms in column), *_limits_ms(limits)])
    count = len(timeline.due)

    def points(column: Sequence[float | None]) -> list[Point | None]:
        return [
            None if ms is None else ((number + 0.5) / count, scale.up(ms)) for number, ms in enumerate(column)
        ]

    longest = max((ms for ms in timeline.p99_ms if ms is not None), default=None)
    shaded = gaps(timeline)
    return Plot(
        title=WORDS["latency"],
        told=SENTENCES["latency"].filled(longest="–" if longest is None else duration(longest)),
        shapes=tuple(Shape(name, line(points(column))) for name, column in columns.items()),
        legend=(*((name, Text.same(name)) for name in columns), *_gap_legend(shaded)),
        rows=scale.ticks(),
        columns=_clock(timeline),
        limits=_limit_lines(limits, scale),
        gaps=shaded,
    )


def throughput(timeline: Timeline) -> Plot:
    """What was due beside what was answered, requests a second."""
    most = max(max(timeline.due, default=0), max(timeline.answered, default=0), 1)
    shaded = gaps(timeline)
    top = most * 1.1
    levels = _round_levels(most / timeline.step_s)
    return Plot(
        title=WORDS["throughput"],
        told=SENTENCES["throughput"].filled(
            due=sum(timeline.due), answered=sum(timeline.answered), failed=sum(timeline.failed)
        ),
        shapes=(
            Shape("due", stairs([each / top for each in timeline.due], closed=True)),
            Shape("failing", stairs([each / top for each in timeline.failed], closed=True)),
            Shape("answered", stairs([each / top for each in timeline.answered])),
        ),
        legend=(
            ("due", WORDS["due"]),
            ("answered", WORDS["answered"]),
            ("failing", WORDS["failing"]),
            *_gap_legend(shaded),
        ),
        rows=tuple(Tick(from_top(level * timeline.step_s / top), f"{level:g}/s") for level in levels),
        columns=_clock(timeline),
        gaps=shaded,
    )


def memory(watched: Watched, summary: LoadSummary) -> Plot:
    """The merchant's memory while the load ran, in MB; an upright line stands where it counts as warm."""
    lasting_s = max(len(summary.whole.due) * summary.whole.step_s, 1)
    begin = (watched.started - summary.started).total_seconds()
    known = [
        (begin + at_s, memory_mb)
        for at_s, memory_mb in zip(watched.at_s, watched.memory_mb, strict=True)
        if memory_mb is not None and 0 <= begin + at_s <= lasting_s
    ]
    every = max(1, ceil(len(known) / MOST_POINTS))
    drawn = [known[place] for place in range(0, len(known), every)]
    most = max((memory_mb for _, memory_mb in known), default=1.0)
    top = most * 1.1 or 1.0
    return Plot(
        title=WORDS["memory"],
        told=SENTENCES["memory"].filled(
            first=f"{known[0][1]:.1f}" if known else "–", last=f"{known[-1][1]:.1f}" if known else "–"
        ),
        shapes=(Shape("p95", line([(at_s / lasting_s, memory_mb / top) for at_s, memory_mb in drawn])),),
        legend=(("p95", WORDS["memory_of"]), ("knee", WORDS["warm"])),
        rows=tuple(Tick(from_top(level / top), f"{level:g} MB") for level in _round_levels(most)),
        columns=_clock(summary.whole),
        marks=(Tick(33.3, ""),),
    )


def curve(series: SeriesSummary) -> Plot:
    """Every percentile with its confidence band; the axis gives each power of ten of slower ones its room."""
    drawn = series.curve
    scale = Scale.over(
        [
            *(ms for ms in (*drawn.observed_ms, *drawn.low_ms, *drawn.high_ms) if ms),
            *_limits_ms(series.limits),
        ]
    )
    reach = max(2.0, -log10(1 - drawn.shares[-1]) if drawn.shares else 2.0)

    def along(share: float) -> float:
        return min(1.0, -log10(1 - share) / reach) if share < 1 else 1.0

    def points(column: Sequence[float | None]) -> list[Point]:
        return [(along(share), scale.up(ms)) for share, ms in zip(drawn.shares, column, strict=True)]

    measured: list[Point | None] = [
        None if ms is None else (along(share), scale.up(ms))
        for share, ms in zip(drawn.shares, drawn.observed_ms, strict=True)
    ]
    failed_from = next(
        (at for at, ms in zip(drawn.shares, drawn.observed_ms, strict=True) if ms is None), None
    )
    failed = (
        ()
        if failed_from is None
        else ((round(100 * along(failed_from), 1), round(100 - 100 * along(failed_from), 1)),)
    )
    beyond = (("gap", WORDS["beyond"]),) if failed else ()
    return Plot(
        title=WORDS["curve"],
        told=SENTENCES["curve"].filled(p50=_or_endless(series.p50_ms), p99=_or_endless(series.p99_ms)),
        shapes=(
            Shape("band", band(points(drawn.low_ms), points(drawn.high_ms))),
            Shape("p99", line(measured)),
        ),
        legend=(("p99", WORDS["observed"]), ("band", WORDS["band"]), *beyond),
        rows=scale.ticks(),
        columns=tuple(
            Tick(round(100 * along(share), 1), name) for name, share in _PERCENTILES if along(share) <= 0.97
        ),
        limits=_limit_lines(series.limits, scale),
        gaps=failed,
        dots=tuple(
            Dot(round(100 * along(each.share), 1), from_top(scale.up(each.limit_ms)), "limit", each.text)
            for each in series.limits
            if not each.stretches
        ),
    )


def capacity(climb: Capacity) -> Plot:
    """p99 at each rate, the knee, and whether every criterion held."""
    steps = sorted(climb.steps, key=lambda each: each.rate)
    scale = Scale.over([each.p99_ms for each in steps])
    most = steps[-1].rate * 1.06
    points: list[Point | None] = [
        None if each.p99_ms is None else (each.rate / most, scale.up(each.p99_ms)) for each in steps
    ]
    known = None if climb.knee_missing else climb.knee
    knee = () if known is None else (Tick(round(100 * known / most, 1), f"{known:g}/s"),)
    return Plot(
        title=WORDS["p99_at"],
        told=SENTENCES["knee"].filled(knee="–" if known is None else f"{known:g}"),
        shapes=(Shape("p99", line(points)),),
        legend=(
            ("dot go", WORDS["held"]),
            ("dot no", WORDS["not_held"]),
            *((("knee", WORDS["knee"]),) if knee else ()),
        ),
        rows=scale.ticks(),
        columns=tuple(
            Tick(round(100 * level / most, 1), f"{level:g}/s") for level in _round_levels(steps[-1].rate)
        ),
        marks=knee,
        dots=tuple(
            Dot(
                round(100 * each.rate / most, 1),
                from_top(scale.up(each.p99_ms)),
                "go" if each.held else "no",
                f"{each.rate:g}/s: p99 {_or_endless(each.p99_ms)}"
                + (f"; {each.broke}" if each.broke else ""),
            )
            for each in steps
        ),
    )


def gaps(timeline: Timeline) -> tuple[tuple[float, float], ...]:
    """Stretches in which requests were due and none was answered: left edge and width in per cent."""
    found: list[tuple[float, float]] = []
    begin, due = 0, 0
    count = len(timeline.due)
    for number in range(count + 1):
        quiet = number < count and not timeline.answered[number] and (timeline.due[number] or due)
        if quiet:
            begin = begin if due else number
            due += timeline.due[number]
            continue
        if due >= _GAP_REQUESTS and (number - begin) * timeline.step_s >= _GAP_S:
            found.append((round(100 * begin / count, 2), round(100 * (number - begin) / count, 2)))
        due = 0
    return tuple(found)


def _limits_ms(limits: Sequence[Limit]) -> list[float]:
    return [each.limit_ms for each in limits]


def _limit_lines(limits: Sequence[Limit], scale: Scale) -> tuple[Tick, ...]:
    """One line for each duration, named after every control that asks it."""
    named: dict[float, dict[str, list[str]]] = {}
    for each in limits:
        named.setdefault(each.limit_ms, {}).setdefault(each.control, []).append(each.text)
    return tuple(
        Tick(
            from_top(scale.up(ms)),
            ", ".join(f"{control} {', '.join(texts)}" for control, texts in controls.items()),
        )
        for ms, controls in sorted(named.items())
    )


def _clock(timeline: Timeline) -> tuple[Tick, ...]:
    total = len(timeline.due) * timeline.step_s
    return tuple(Tick(25.0 * quarter, _moment(total * quarter / 4)) for quarter in range(5))


def _moment(second: float) -> str:
    """A moment of the run: `0 s`, `7.5 s`, `12:30` from two minutes on."""
    return f"{second:.3g} s" if second < 120 else f"{second // 60:.0f}:{second % 60:02.0f}"


def _gap_legend(shaded: Sequence[object]) -> tuple[tuple[str, Text], ...]:
    return (("gap", WORDS["gap"]),) if shaded else ()


def _round_levels(most: float) -> list[float]:
    """Up to four round values below the highest."""
    step = next(
        factor * 10.0**power
        for power in range(-4, 7)
        for factor in (1, 2, 5)
        if most / (factor * 10.0**power) <= 4
    )
    return [round(step * number, 6) for number in range(1, int(most / step) + 1)]


def _or_endless(ms: float | None) -> str:
    return "∞" if ms is None else duration(ms)
