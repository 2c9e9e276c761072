"""How things went over the days: what a page draws of the history, small enough to be kept in every record.

Nothing is decided by it. A night is the newest whole run of a Beijing day, of one merchant and one grade;
whatever there is of it before a run, that run keeps when it begins.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import AwareDatetime, TypeAdapter

from harness.core.clock import BEIJING
from harness.core.control import Model
from harness.core.plain_text import PlainText
from harness.evidence import RunRecord
from harness.verdict import Judgement, Standing
from reports.history.entry import (
    KeptLatency,
    KeptPart,
    KeptRun,
    Percentile,
    RunTally,
    controls_of,
    ending_of,
    latencies_of,
    retried_of,
)
from reports.snapshots import read_snapshot

if TYPE_CHECKING:  # a page reads trends without a database
    from reports.history.asking import History

SNAPSHOT = "trends"
SPAN = timedelta(days=366)
MOST_SERIES = 12
"""Of the latencies those with the most requests on the newest night."""
MOST_FLAKES = 50
_PASSED = frozenset({Standing.PASS, Standing.WARN})
_FAILED = frozenset({Standing.FAIL, Standing.HARNESS_ERROR})


class _Series(NamedTuple):
    """Which requests of a load."""

    endpoint: str
    scenario: str
    dialect: str


class _Observed(NamedTuple):
    """What one night measured of a series."""

    p50_ms: float | None
    p95_ms: float | None
    p99_ms: float | None


class Night(Model):
    """The newest whole run of one day."""

    day: date
    """Of Beijing."""
    run: PlainText
    ended: AwareDatetime
    ending: PlainText
    """The verdict of the gate that decided its exit code."""
    verdicts: dict[PlainText, PlainText]
    """By gate, in the checklist's order."""
    readiness: float
    """Per cent."""
    passed: int
    failed: int
    open: int
    """Parts that passed, failed or broke, and came to anything else."""
    failing: tuple[PlainText, ...] = ()
    """Ids of the controls that failed."""

    @property
    def pass_rate(self) -> float | None:
        """Parts that passed, of all that it had, as a share of 1; None where there were none."""
        every = self.passed + self.failed + self.open
        return self.passed / every if every else None


class LatencyTrend(Model):
    """One series of the load, night by night: a value for each night, in milliseconds."""

    endpoint: PlainText
    scenario: PlainText
    dialect: PlainText
    p50_ms: tuple[float | None, ...]
    p95_ms: tuple[float | None, ...]
    p99_ms: tuple[float | None, ...]
    """None: that night measured nothing of it, or the percentile was a request that failed."""


class Flake(Model):
    """A part that both failed and passed, and nothing was changed in between: the subject was the same."""

    control: PlainText
    scenario: PlainText
    provider: PlainText
    dialect: PlainText
    passed: int
    failed: int
    """Runs in which it did."""
    retried: int
    """Runs in which it did both."""
    last: AwareDatetime
    """When the last run ended in which it failed."""


class Trends(Model):
    """The nights, oldest first, and what belongs to each."""

    nights: tuple[Night, ...] = ()
    latencies: tuple[LatencyTrend, ...] = ()
    """Each with as many values as there are nights."""
    flakes: tuple[Flake, ...] = ()
    """The newest failure first."""


_TRENDS = TypeAdapter(Trends)


def trends_until(history: History, moment: datetime, *, merchant: str, grade: str) -> Trends:
    """What the history says of the year before a moment.

    Args:
        merchant: name of the merchant's profile.
        grade: of the runs.
    """
    since = moment - SPAN
    runs = [
        run
        for run in history.runs(since=since, until=moment, whole=True)
        if run.merchant == merchant and run.grade == grade
    ]
    nights = _newest_of_each_day(runs)
    tallies, latencies = history.tallies(nights), history.latencies(nights)
    measured = [latencies.get(run.seal, []) for run in nights]
    newest = next((each for each in reversed(measured) if each), [])
    return Trends(
        nights=tuple(_kept_night(run, tallies[run.seal]) for run in nights),
        latencies=_latency_trends([_observed(each) for each in measured], _busiest(newest)),
        flakes=flakes_of(history.outcomes_of_failed_parts(since=since, merchant=merchant)),
    )


def keep_trends(record: RunRecord, trends: Trends) -> None:
    """Keep them in a record that begins."""
    record.snapshot(SNAPSHOT, _TRENDS.dump_python(trends, mode="json", exclude_defaults=True))


def trends_of(record: RunRecord, judgement: Judgement) -> Trends:
    """What a record knows of the days before it, with its own run as the newest night where it is whole.

    A run of the same day stands in for the earlier ones of it. What failed and passed within the run is among
    the flakes, whether it is whole or not. Nothing but the record is looked at.

    Raises:
        UsageError: the record is damaged.
    """
    before: Trends = read_snapshot(record, SNAPSHOT, _TRENDS) or Trends()
    meta = record.meta
    flakes = _with_own(before.flakes, retried_of(record), record.as_of)
    if meta.partial or meta.cut_short or record.torn:
        return before.model_copy(update={"flakes": flakes})
    own = _night(
        tally=RunTally.of(controls_of(record, judgement)),
        run=meta.id,
        ended=record.as_of,
        ending=ending_of(meta, judgement),
        verdicts={gate: each.verdict for gate, each in judgement.gates.items()},
        readiness=judgement.readiness_percent,
    )
    kept = [index for index, night in enumerate(before.nights) if night.day != own.day]
    known = [
        {
            _Series(each.endpoint, each.scenario, each.dialect): _Observed(
                each.p50_ms[index], each.p95_ms[index], each.p99_ms[index]
            )
            for each in before.latencies
        }
        for index in kept
    ]
    measured = latencies_of(record)
    drawn = [_Series(each.endpoint, each.scenario, each.dialect) for each in before.latencies]
    return Trends(
        nights=(*(before.nights[index] for index in kept), own),
        latencies=_latency_trends([*known, _observed(measured)], _busiest(measured) or drawn),
        flakes=flakes,
    )


def _with_own(before: Iterable[Flake], own: Iterable[KeptPart], ended: datetime) -> tuple[Flake, ...]:
    """The flakes that were known before a run, and those within it, which are newer."""
    known = {
        (each.control, each.scenario, each.provider, each.dialect): each for each in reversed(list(before))
    }
    fresh: list[Flake] = []
    for part in own:
        name = (part.control, part.scenario, part.provider, part.dialect)
        seen = known.pop(name, None) or Flake(
            control=part.control,
            scenario=part.scenario,
            provider=part.provider,
            dialect=part.dialect,
            passed=0,
            failed=0,
            retried=0,
            last=ended,
        )
        fresh.append(seen.model_copy(update={"retried": seen.retried + 1, "last": ended}))
    return (*fresh, *reversed(known.values()))[:MOST_FLAKES]


def flakes_of(seen: Iterable[tuple[KeptPart, str, datetime]]) -> tuple[Flake, ...]:
    """The parts that both failed and passed with one subject.

    Args:
        seen: the part with its outcome in a run, the run's subject, and when it ended.
    """
    by_part: dict[tuple[str, str], list[tuple[KeptPart, datetime]]] = {}
    for part, subject, ended in seen:
        by_part.setdefault((part.digest, subject), []).append((part, ended))
    found = [flake for each in by_part.values() if (flake := _flake(each))]
    found.sort(key=lambda each: (each.last, each.control, each.scenario, each.dialect), reverse=True)
    return tuple(found[:MOST_FLAKES])


def _flake(seen: Sequence[tuple[KeptPart, datetime]]) -> Flake | None:
    part = seen[0][0]
    retried = [ended for each, ended in seen if each.retried]
    failed = [ended for each, ended in seen if each.outcome in _FAILED and not each.retried]
    passed = [ended for each, ended in seen if each.outcome in _PASSED and not each.retried]
    if not retried and not (failed and passed):
        return None
    return Flake(
        control=part.control,
        scenario=part.scenario,
        provider=part.provider,
        dialect=part.dialect,
        passed=len(passed),
        failed=len(failed),
        retried=len(retried),
        last=max((*failed, *retried)),
    )


def _newest_of_each_day(runs: Iterable[KeptRun]) -> list[KeptRun]:
    """Oldest first.

    Args:
        runs: newest first.
    """
    by_day: dict[date, KeptRun] = {}
    for run in runs:
        by_day.setdefault(_day(run.ended), run)
    return [by_day[day] for day in sorted(by_day)]


def _day(moment: datetime) -> date:
    return moment.astimezone(BEIJING).date()


def _night(*, tally: RunTally, ended: datetime, **told: Any) -> Night:
    return Night(day=_day(ended), ended=ended, **tally.model_dump(), **told)


def _kept_night(run: KeptRun, tally: RunTally) -> Night:
    verdicts = {gate: each.verdict for gate, each in run.verdicts.items()}
    return _night(
        tally=tally,
        run=run.id,
        ended=run.ended,
        ending=run.ending,
        verdicts=verdicts,
        readiness=run.readiness,
    )


def _observed(latencies: Iterable[KeptLatency]) -> dict[_Series, _Observed]:
    """Each series of one night, to a tenth of a millisecond."""

    def tenths(latency: KeptLatency, name: str) -> float | None:
        found = latency.percentiles.get(name, Percentile()).observed_ms
        return None if found is None else round(found, 1)

    return {
        _Series(each.endpoint, each.scenario, each.dialect): _Observed(
            tenths(each, "p50"), tenths(each, "p95"), tenths(each, "p99")
        )
        for each in latencies
    }


def _busiest(latencies: Iterable[KeptLatency]) -> list[_Series]:
    """The series with the most requests, no more than are drawn."""
    ordered = sorted(latencies, key=lambda each: (-each.requests, each.name))[:MOST_SERIES]
    return sorted(_Series(each.endpoint, each.scenario, each.dialect) for each in ordered)


def _latency_trends(
    nights: Sequence[dict[_Series, _Observed]], chosen: Iterable[_Series]
) -> tuple[LatencyTrend, ...]:
    """Each chosen series with its values of every night."""
    nothing = _Observed(None, None, None)

    def trend(series: _Series) -> LatencyTrend:
        seen = [night.get(series, nothing) for night in nights]
        return LatencyTrend(
            endpoint=series.endpoint,
            scenario=series.scenario,
            dialect=series.dialect,
            p50_ms=tuple(each.p50_ms for each in seen),
            p95_ms=tuple(each.p95_ms for each in seen),
            p99_ms=tuple(each.p99_ms for each in seen),
        )

    return tuple(map(trend, chosen))
