"""The page's load section, decided before any markup: intervals against limits, charts, series."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from harness.core.control import Outcome, Text
from harness.evidence import RunRecord
from harness.evidence.capacity import Capacity
from harness.evidence.load_summary import LoadSummary, Reason, Sentence, SeriesSummary, Subject
from harness.evidence.watched import Watched
from reports.page import load_plots
from reports.page.plots import Plot, duration
from reports.page.translations import LOAD_WORDS, criteria_told

LOCUST = "artifacts/locust.html"
_LIMIT = 50.0
"""Where the limit stands, per cent of the width."""
_DECADES = 2.0
"""Either side of a limit: whatever is a hundred times better or worse stands at the end."""
_NARROWEST = 4.0
"""Per cent of the width below which a bar would hide behind its dot; it is widened away from the limit."""
_REASONS = 8
_GROWING = ("growth", "change")
"""Kinds of figures that compare moments of the run."""
ALL = "all"


@dataclass(frozen=True, slots=True)
class Interval:
    """A bar and what was measured against a limit that stands at 50: per cent of the width, right is good."""

    left: float
    width: float
    dot: float


@dataclass(frozen=True, slots=True)
class Row:
    """One sentence about one series."""

    control: str
    name: str
    text: str
    outcome: Outcome
    observed: str | Text
    bounds: str
    interval: Interval | None
    stretch: str
    message: str
    """Why it does not pass; empty where it does."""


@dataclass(frozen=True, slots=True)
class Share:
    """One bar of a list: a reason with how often, or a lag with its bound."""

    label: str | Text
    figure: str
    width: float
    kind: str


@dataclass(frozen=True, slots=True)
class SeriesCard:
    """One endpoint, scenario and dialect."""

    anchor: str
    name: str
    outcome: Outcome | None
    """Worst answer of a criterion about it alone; None: none asks of it alone."""
    requests: int
    success: str
    percentiles: tuple[tuple[str, str], ...]
    latency: Plot
    curve: Plot
    reasons: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class LoadView:
    """What stands below one heading."""

    summary: LoadSummary
    verdict: Text
    colour: str
    facts: tuple[tuple[str, str], ...]
    rows: tuple[Row, ...]
    latency: Plot
    throughput: Plot
    memory: Plot | None
    """Of the merchant; None: nobody watched it."""
    lags: tuple[Share, ...]
    reasons: tuple[Share, ...]
    cards: tuple[SeriesCard, ...]
    locust: str
    """Path of Locust's own report below the record; empty where there is none."""


@dataclass(frozen=True, slots=True)
class CapacityView:
    """The climb, and what ended it."""

    capacity: Capacity
    plot: Plot


def load_view(record: RunRecord) -> LoadView | None:
    """What a record's load came to; None where there was none.

    Raises:
        UsageError: its summary is damaged.
    """
    summary = LoadSummary.read(record.folder)
    if summary is None:
        return None
    rows = tuple(_row(subject, each) for subject in summary.subjects for each in subject.sentences)
    held = sum(each.outcome is Outcome.PASS for each in rows)
    failing = sum(each.outcome is Outcome.FAIL for each in rows)
    whole = summary.whole
    limits = tuple(dict.fromkeys(limit for each in summary.series for limit in each.limits))
    return LoadView(
        summary=summary,
        verdict=criteria_told(held, failing, len(rows)),
        colour="no" if failing else "go" if held == len(rows) else "wait",
        facts=_facts(summary),
        rows=rows,
        latency=load_plots.latency(whole, limits),
        throughput=load_plots.throughput(whole),
        memory=_memory(record, summary),
        lags=tuple(
            Share(
                each.text,
                f"{duration(each.observed_ms)} / {duration(each.limit_ms)}",
                _per_cent(each.observed_ms / each.limit_ms),
                "go" if each.held else "no",
            )
            for each in summary.generator
        ),
        reasons=_reasons(summary.reasons),
        cards=tuple(_card(number, each, summary.subjects) for number, each in enumerate(summary.series)),
        locust=LOCUST if (record.folder / LOCUST).is_file() else "",
    )


def _memory(record: RunRecord, summary: LoadSummary) -> Plot | None:
    watched = Watched.read(record.folder)
    if watched is None or not any(each is not None for each in watched.memory_mb):
        return None
    return load_plots.memory(watched, summary)


def capacity_view(record: RunRecord) -> CapacityView | None:
    """A record's climb to its capacity; None where there was none.

    Raises:
        UsageError: it is damaged.
    """
    capacity = Capacity.read(record.folder)
    if capacity is None or not capacity.steps:
        return None
    return CapacityView(capacity, load_plots.capacity(capacity))


def interval(sentence: Sentence) -> Interval | None:
    """Where a sentence's figures stand against its limit; None of counts, and of nothing measured."""
    if sentence.kind == "count":
        return None
    if sentence.kind in _GROWING and sentence.observed is None:
        return None
    if sentence.kind == "duration" and sentence.observed is None and sentence.low is None:
        return Interval(0, _NARROWEST, 0)
    worst, best = _position(sentence, sentence.low), _position(sentence, sentence.high)
    if sentence.kind in ("duration", *_GROWING):
        worst, best = best, worst
    dot = _position(sentence, sentence.observed)
    if sentence.low is None and sentence.high is None:
        return Interval(dot, 0, dot)
    if best - worst < _NARROWEST:
        worst, best = (best - _NARROWEST, best) if best <= _LIMIT else (worst, worst + _NARROWEST)
        worst, best = max(0.0, min(worst, 100 - _NARROWEST)), min(100.0, max(best, _NARROWEST))
    return Interval(round(worst, 2), round(best - worst, 2), dot)


def _position(sentence: Sentence, value: float | None) -> float:
    """Per cent of the width: 50 at the limit, a quarter of the width a power of ten, right is better. Of what
    grows, a quarter of the width is the limit once more."""
    if value is None:
        return 0.0
    if sentence.kind in _GROWING:  # it may be below nothing; none at all stands halfway to the right end
        return round(min(max(_LIMIT + _LIMIT / 2 * (1 - value / sentence.limit), 0.0), 100.0), 2)
    distance, limit = value, sentence.limit
    if sentence.kind == "share":
        distance, limit = 1 - value, 1 - sentence.limit
    if distance <= 0:
        return 100.0
    return round(min(max(_LIMIT - _LIMIT / _DECADES * log10(distance / limit), 0.0), 100.0), 2)


def _row(subject: Subject, sentence: Sentence) -> Row:
    first, last = sentence.stretch or (0, 0)
    return Row(
        control=subject.control,
        name=name_of(subject),
        text=sentence.text,
        outcome=sentence.outcome,
        observed=_observed(subject, sentence),
        bounds=_bounds(sentence) if subject.requests else "",
        interval=interval(sentence) if subject.requests else None,
        stretch=f"{first}–{last} s" if sentence.stretch else "",
        message=""
        if sentence.outcome is Outcome.PASS
        else sentence.message.removeprefix(f"{sentence.text}: "),
    )


def _observed(subject: Subject, sentence: Sentence) -> str | Text:
    if not subject.requests:
        return LOAD_WORDS["no_requests"]
    if sentence.observed is None:
        return "–" if sentence.kind in _GROWING else LOAD_WORDS["a_failure"]
    match sentence.kind:
        case "share":
            return f"{floor(sentence.observed * 1e5) / 1e3:g} %"
        case "duration":
            return duration(sentence.observed)
        case "growth" | "change":
            return _grown(sentence.kind, sentence.observed)
    return f"{sentence.observed:.0f}"


def _bounds(sentence: Sentence) -> str:
    """The interval in figures, rounded outwards; what is endless is `∞`."""
    if sentence.low is None and sentence.high is None:
        return ""
    if sentence.kind == "share":
        low, high = sentence.low or 0.0, 1.0 if sentence.high is None else sentence.high
        return f"{floor(low * 1e5) / 1e3:g} – {ceil(high * 1e5) / 1e3:g} %"
    if sentence.kind in _GROWING:
        return f"{_grown(sentence.kind, sentence.low)} – {_grown(sentence.kind, sentence.high)}"
    low_text = "∞" if sentence.low is None else duration(sentence.low)
    return f"{low_text} – {'∞' if sentence.high is None else duration(sentence.high)}"


def _grown(kind: str, value: float | None) -> str:
    if value is None:
        return "∞"
    return f"{value:+.1f} MB/h" if kind == "growth" else f"{value:+.1%}"


def _facts(summary: LoadSummary) -> tuple[tuple[str, str], ...]:
    lasted = (summary.ended - summary.started).total_seconds() if summary.ended else 0.0
    asked_s = max((n for n, due in enumerate(summary.whole.due, 1) if due), default=0) * summary.whole.step_s
    lag = "–" if summary.lag_p99_ms is None else duration(summary.lag_p99_ms)
    return (
        ("requests", f"{summary.requests:,}"),
        ("rate", f"{summary.requests / asked_s:.3g}/s" if asked_s else "–"),
        ("failed", f"{summary.failed:,}"),
        ("lasted", f"{lasted:.0f} s" if lasted else "?"),
        ("lag", lag),
    )


def _card(number: int, series: SeriesSummary, subjects: Sequence[Subject]) -> SeriesCard:
    key = (series.endpoint, series.scenario, series.dialect)
    own = [each.outcome for each in subjects if (each.endpoint, each.scenario, each.dialect) == key]
    order = (Outcome.FAIL, Outcome.INCONCLUSIVE, Outcome.PASS)
    share = (series.requests - series.failed) / series.requests if series.requests else 0.0
    return SeriesCard(
        anchor=f"load-{number}",
        name=name_of(series),
        outcome=next((each for each in order if each in own), None),
        requests=series.requests,
        success=f"{floor(share * 1e4) / 1e2:g} %" if series.requests else "–",
        percentiles=tuple(
            (name, "∞" if value is None else duration(value))
            for name, value in (("p50", series.p50_ms), ("p95", series.p95_ms), ("p99", series.p99_ms))
        ),
        latency=load_plots.latency(series.timeline, series.limits),
        curve=load_plots.curve(series),
        reasons=_reasons(series.reasons),
    )


def name_of(each: Subject | SeriesSummary) -> str:
    """`create · h5 · mcp`; what is judged together is left out."""
    parts = (each.endpoint, each.scenario, each.dialect)
    return " · ".join(part for part in parts if part != ALL)


def _reasons(reasons: Sequence[Reason]) -> tuple[Share, ...]:
    shown, rest = reasons[:_REASONS], sum(each.count for each in reasons[_REASONS:])
    most = max((each.count for each in reasons), default=1)
    bars = [Share(each.reason, f"{each.count:,}", _per_cent(each.count / most), "no") for each in shown]
    if rest:
        bars.append(Share(LOAD_WORDS["more_reasons"], f"{rest:,}", _per_cent(min(1.0, rest / most)), "mute"))
    return tuple(bars)


def _per_cent(share: float) -> float:
    return round(100 * min(max(share, 0.005), 1.0), 1)
