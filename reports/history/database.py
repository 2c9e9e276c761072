"""Every run in one database: `append` takes a finished record in, `open_history` asks.

    append("runs/history.sqlite", Path("runs/20261123T020000Z-a1b2"))
    with open_history("runs/history.sqlite") as history:
        for run in history.runs(since=week_ago):
            print(run.ended, run.ending, run.readiness)

Nothing here decides anything: what counts as evidence is read from records, and believed by their seals.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, Row, Select, func, insert, select

from harness.core.clock import wire_now
from harness.core.errors import UsageError
from harness.evidence import RunRecord
from harness.verdict import FRESH, Judgement, Standing
from reports.earlier_runs import Known
from reports.history.connection import Database, open_database
from reports.history.entry import (
    KeptControl,
    KeptLatency,
    KeptPart,
    KeptRun,
    KeptVerdict,
    Percentile,
    RunDetails,
    RunEntry,
    RunTally,
    entry_of,
    seal_digest,
)
from reports.history.place import Place
from reports.history.shares import SHARES
from reports.history.tables import CONTROLS, LATENCIES, OUTCOMES, PARTS, RUNS, VERDICTS
from reports.judging import judge_record

_AT_ONCE = 500
"""Values in one statement; databases bound how many."""
_HEADER = [column for column in RUNS.c if column.name not in ("number", "kept", "details")]


def append(url_or_path: str | Path, record_folder: Path) -> None:
    """Take a finished, sealed record into the history, once, however often it is asked for.

    Raises:
        UsageError: the record is damaged, did not end, its seal does not hold, or history has another seal of
            this run; or the history is damaged, or of a newer version.
        EnvironmentUnreachable: the history cannot be written now; nothing of it is lost.
        ConfigurationError: the address is none.
    """
    record = RunRecord.open(record_folder)
    seal_digest(record)
    if (broken := record.broken_seal()) is not None:
        raise UsageError(
            f"a record that cannot be believed is not taken in: {broken.why.en}",
            where=str(record_folder),
            remedy="run again; what was changed after a run ended proves nothing",
        )
    keep(url_or_path, record, judge_record(record))


def keep(url_or_path: str | Path, record: RunRecord, judgement: Judgement) -> None:
    """As `append`, of a record that was read, looked at, and judged already."""
    entry = entry_of(record, judgement)
    database = open_database(Place.of(url_or_path), create=True)
    try:
        with database.writing() as connection:
            _keep(connection, entry, database.place)
    finally:
        database.close()


@contextmanager
def open_history(url_or_path: str | Path) -> Iterator[History]:
    """A history that is there.

    Raises:
        UsageError: there is none, or it is damaged, or of a newer version.
        EnvironmentUnreachable, ConfigurationError: it cannot be reached.
    """
    database = open_database(Place.of(url_or_path), create=False)
    try:
        yield History(database)
    finally:
        database.close()


T = TypeVar("T")
_Reader = Callable[[Connection, Sequence[int]], Mapping[int, T]]


class History:
    """Answers about the runs that were kept."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @property
    def shown(self) -> str:
        """Where it is, as anybody may see it."""
        return self._database.place.shown

    def runs(
        self,
        *,
        subject: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        whole: bool = False,
        most: int | None = None,
    ) -> tuple[KeptRun, ...]:
        """Runs from the newest to the oldest.

        Args:
            subject: only of this fingerprint.
            since, until: only that ended then or later, and not later.
            whole: only that judged their gates on all they planned.
            most: no more than so many.
        """
        asked = select(RUNS).order_by(RUNS.c.ended.desc(), RUNS.c.number.desc())
        asked = asked.where(*_between(subject, since, until))
        if whole:
            asked = asked.where(RUNS.c.selection.is_(False), RUNS.c.interrupted.is_(False))
        with self._database.reading() as connection:
            return _runs(connection, asked if most is None else asked.limit(most))

    def newest(self, *, subject: str | None = None, whole: bool = True) -> KeptRun | None:
        """The run that ended last; None where there is none."""
        return next(iter(self.runs(subject=subject, whole=whole, most=1)), None)

    def run(self, name: str) -> KeptRun | None:
        """The newest run of an id, or of a seal's digest or its beginning of twelve letters or more."""
        named = RUNS.c.id == name
        if len(name) >= 12:
            named |= RUNS.c.seal.startswith(name, autoescape=True)
        asked = select(RUNS).where(named).order_by(RUNS.c.started.desc()).limit(1)
        with self._database.reading() as connection:
            return next(iter(_runs(connection, asked)), None)

    def entry(self, run: KeptRun) -> RunEntry:
        """All that was kept of a run."""
        with self._database.reading() as connection:
            number = connection.execute(select(RUNS.c.number).where(RUNS.c.seal == run.seal)).scalar_one()
            return RunEntry(
                run=run,
                controls=tuple(_controls(connection, [number])[number]),
                parts=tuple(_parts(connection, number)),
                latencies=tuple(_latencies(connection, [number])[number]),
            )

    def tallies(self, runs: Iterable[KeptRun]) -> dict[str, RunTally]:
        """What some runs came to as a whole, by the digest of each run's seal."""
        return self._of_runs(runs, _tallies)

    def latencies(self, runs: Iterable[KeptRun]) -> dict[str, list[KeptLatency]]:
        """What the loads of some runs measured, by the digest of each run's seal."""
        return self._of_runs(runs, _latencies)

    def known(
        self, *, beside: Path | None = None, subject: str = "", before: datetime | None = None
    ) -> Known:
        """What earlier runs are compared with: the seals that they ended with.

        Args:
            beside: a folder of runs; those of a subject that can still count at a moment, and whose records
                lay there, are expected there.
        """
        counting: tuple[KeptRun, ...] = ()
        if beside is not None and before is not None:
            counting = self.runs(subject=subject, since=before - FRESH, until=before)
        return Known(
            seals=self._seals(),
            expected=frozenset(run.id for run in counting if Path(run.place).parent == beside),
        )

    def _seals(self) -> dict[str, frozenset[str]]:
        found: dict[str, set[str]] = {}
        with self._database.reading() as connection:
            for id_, seal in connection.execute(select(RUNS.c.id, RUNS.c.seal)):
                found.setdefault(id_, set()).add(seal)
        return {id_: frozenset(seals) for id_, seals in found.items()}

    def outcomes_of_failed_parts(
        self, *, merchant: str | None = None, since: datetime | None = None, subject: str = ""
    ) -> list[tuple[KeptPart, str, datetime]]:
        """Every outcome of each part that failed, or broke, or both failed and passed, in any of the runs.

        Args:
            merchant: only of this merchant.
            since: only of runs that ended then or later.
            subject: the beginning of a subject's fingerprint.

        Returns:
            The part with its outcome, the subject of the run, and when the run ended; oldest first.
        """
        bad = OUTCOMES.c.outcome.in_(("fail", "harness-error")) | OUTCOMES.c.retried
        within = list(_between(None, since, None, merchant))
        if subject:
            within.append(RUNS.c.subject.startswith(subject, autoescape=True))
        failed = select(OUTCOMES.c.part).join(RUNS).where(bad, *within).distinct()
        asked = (
            select(PARTS, OUTCOMES.c.outcome, OUTCOMES.c.retried, RUNS.c.subject, RUNS.c.ended)
            .select_from(OUTCOMES)
            .join(RUNS)
            .join(PARTS)
            .where(OUTCOMES.c.part.in_(failed), *within)
            .order_by(RUNS.c.ended, RUNS.c.number)
        )
        with self._database.reading() as connection:
            return [(_part(row), row.subject, row.ended) for row in connection.execute(asked)]

    def _of_runs(self, runs: Iterable[KeptRun], read: _Reader[T]) -> dict[str, T]:
        seals = [run.seal for run in runs]
        found: dict[str, T] = {}
        with self._database.reading() as connection:
            for some in _portions(seals):
                asked = select(RUNS.c.number, RUNS.c.seal).where(RUNS.c.seal.in_(some))
                numbers = {row.number: row.seal for row in connection.execute(asked)}
                rows = read(connection, list(numbers))
                found |= {seal: rows[number] for number, seal in numbers.items()}
        return found


def _keep(connection: Connection, entry: RunEntry, place: Place) -> None:
    run = entry.run
    asked = select(RUNS.c.seal).where((RUNS.c.id == run.id) & (RUNS.c.started == run.started))
    known = connection.execute(asked).scalar_one_or_none()
    if known == run.seal:
        return
    if known is not None:
        raise UsageError(
            f"history keeps another seal of the run {run.id}: its record was changed and sealed anew",
            where=place.shown,
            remedy="run again; the record no longer counts",
        )
    header = {column.name: getattr(run, column.name) for column in _HEADER}
    row = header | {"details": run.details.model_dump_json(exclude_defaults=True), "kept": wire_now()}
    number = connection.execute(insert(RUNS).values(row).returning(RUNS.c.number)).scalar_one()
    _insert(
        connection,
        VERDICTS,
        (
            {"run": number, "position": position, "gate": gate, **each.model_dump()}
            for position, (gate, each) in enumerate(run.verdicts.items())
        ),
    )
    _insert(
        connection,
        CONTROLS,
        (
            {"run": number, **each.model_dump(mode="json"), "found": each.found or ""}
            for each in entry.controls
        ),
    )
    parts = _numbers_of(connection, entry.parts)
    _insert(
        connection,
        OUTCOMES,
        (
            {
                "run": number,
                "part": parts[each.digest],
                "outcome": each.outcome.value,
                "retried": each.retried,
            }
            for each in entry.parts
        ),
    )
    _insert(
        connection,
        LATENCIES,
        (
            {"run": number, "position": position, **_columns(each)}
            for position, each in enumerate(entry.latencies)
        ),
    )


def _insert(connection: Connection, table: Any, rows: Iterable[Mapping[str, Any]]) -> None:
    if kept := list(rows):
        connection.execute(insert(table), kept)


def _numbers_of(connection: Connection, parts: Sequence[KeptPart]) -> dict[str, int]:
    """The number of each part, by its digest; those that no run had before get one."""
    by_digest = {each.digest: each for each in parts}
    known = _known(connection, list(by_digest))
    fresh = {digest: part for digest, part in by_digest.items() if digest not in known}
    names = ("control", "scenario", "provider", "dialect")
    _insert(
        connection,
        PARTS,
        (
            {"digest": digest} | {name: getattr(part, name) for name in names}
            for digest, part in fresh.items()
        ),
    )
    return known | _known(connection, list(fresh))


def _known(connection: Connection, digests: Sequence[str]) -> dict[str, int]:
    known: dict[str, int] = {}
    for some in _portions(digests):
        asked = select(PARTS.c.digest, PARTS.c.number).where(PARTS.c.digest.in_(some))
        known |= {row.digest: row.number for row in connection.execute(asked)}
    return known


def _portions(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    yield from (values[at : at + _AT_ONCE] for at in range(0, len(values), _AT_ONCE))


def _columns(latency: KeptLatency) -> dict[str, Any]:
    names = ("endpoint", "scenario", "dialect", "requests", "failed")
    row: dict[str, Any] = {name: getattr(latency, name) for name in names}
    for name in SHARES:
        found = latency.percentiles.get(name, Percentile())
        row |= {
            f"{name}_ms": found.observed_ms,
            f"{name}_low_ms": found.low_ms,
            f"{name}_high_ms": found.high_ms,
        }
    return row


def _between(
    subject: str | None, since: datetime | None, until: datetime | None, merchant: str | None = None
) -> Iterator[ColumnElement[bool]]:
    if subject is not None:
        yield RUNS.c.subject == subject
    if merchant is not None:
        yield RUNS.c.merchant == merchant
    if since is not None:
        yield RUNS.c.ended >= since
    if until is not None:
        yield RUNS.c.ended <= until


def _runs(connection: Connection, asked: Select[Any]) -> tuple[KeptRun, ...]:
    rows = connection.execute(asked).all()
    verdicts: dict[int, dict[str, KeptVerdict]] = {}
    for some in _portions([row.number for row in rows]):
        found = select(VERDICTS).where(VERDICTS.c.run.in_(some)).order_by(VERDICTS.c.run, VERDICTS.c.position)
        for each in connection.execute(found):
            kept = KeptVerdict(verdict=each.verdict, passed=each.passed, required=each.required)
            verdicts.setdefault(each.run, {})[each.gate] = kept
    return tuple(
        KeptRun(
            **{column.name: getattr(row, column.name) for column in _HEADER},
            details=RunDetails.model_validate(json.loads(row.details)),
            verdicts=verdicts.get(row.number, {}),
        )
        for row in rows
    )


def _controls(connection: Connection, numbers: Sequence[int]) -> dict[int, list[KeptControl]]:
    asked = select(CONTROLS).where(CONTROLS.c.run.in_(numbers)).order_by(CONTROLS.c.control)
    found: dict[int, list[KeptControl]] = {number: [] for number in numbers}
    for row in connection.execute(asked):
        members = dict(row._mapping)
        number = members.pop("run")
        found[number].append(KeptControl.model_validate(members | {"found": row.found or None}))
    return found


def _tallies(connection: Connection, numbers: Sequence[int]) -> dict[int, RunTally]:
    sums = [func.sum(CONTROLS.c[name]).label(name) for name in ("passed", "failed", "open")]
    counted = select(CONTROLS.c.run, *sums).where(CONTROLS.c.run.in_(numbers)).group_by(CONTROLS.c.run)
    named = select(CONTROLS.c.run, CONTROLS.c.control).where(
        CONTROLS.c.run.in_(numbers), CONTROLS.c.found == Standing.FAIL.value
    )
    failing: dict[int, list[str]] = {}
    for run, control in connection.execute(named.order_by(CONTROLS.c.control)):
        failing.setdefault(run, []).append(control)
    found = dict.fromkeys(numbers, RunTally())
    for row in connection.execute(counted):
        found[row.run] = RunTally(
            passed=row.passed, failed=row.failed, open=row.open, failing=tuple(failing.get(row.run, ()))
        )
    return found


def _parts(connection: Connection, number: int) -> Iterator[KeptPart]:
    asked = (
        select(PARTS, OUTCOMES.c.outcome, OUTCOMES.c.retried)
        .select_from(OUTCOMES)
        .join(PARTS)
        .where(OUTCOMES.c.run == number)
        .order_by(PARTS.c.control, PARTS.c.scenario, PARTS.c.provider, PARTS.c.dialect)
    )
    yield from map(_part, connection.execute(asked))


def _part(row: Row[Any]) -> KeptPart:
    names = ("control", "scenario", "provider", "dialect", "outcome", "retried")
    return KeptPart.model_validate({name: getattr(row, name) for name in names})


def _latencies(connection: Connection, numbers: Sequence[int]) -> dict[int, list[KeptLatency]]:
    asked = select(LATENCIES).where(LATENCIES.c.run.in_(numbers)).order_by(LATENCIES.c.position)
    found: dict[int, list[KeptLatency]] = {number: [] for number in numbers}
    for row in connection.execute(asked):
        members = row._mapping
        found[row.run].append(
            KeptLatency(
                endpoint=row.endpoint,
                scenario=row.scenario,
                dialect=row.dialect,
                requests=row.requests,
                failed=row.failed,
                percentiles={
                    name: Percentile(
                        observed_ms=members[f"{name}_ms"],
                        low_ms=members[f"{name}_low_ms"],
                        high_ms=members[f"{name}_high_ms"],
                    )
                    for name in SHARES
                },
            )
        )
    return found
