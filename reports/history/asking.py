"""Answers about the runs that were kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from sqlalchemy import ColumnElement, Connection, select

from harness.verdict import FRESH
from reports.earlier_runs import Known
from reports.history import rows
from reports.history.connection import Database
from reports.history.entry import KeptLatency, KeptPart, KeptRun, RunEntry, RunTally
from reports.history.tables import OUTCOMES, PARTS, RUNS

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
            return rows.runs(connection, asked if most is None else asked.limit(most))

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
            return next(iter(rows.runs(connection, asked)), None)

    def entry(self, run: KeptRun) -> RunEntry:
        """All that was kept of a run."""
        with self._database.reading() as connection:
            number = connection.execute(select(RUNS.c.number).where(RUNS.c.seal == run.seal)).scalar_one()
            return RunEntry(
                run=run,
                controls=tuple(rows.controls(connection, [number])[number]),
                parts=tuple(rows.parts(connection, number)),
                latencies=tuple(rows.latencies(connection, [number])[number]),
            )

    def tallies(self, runs: Iterable[KeptRun]) -> dict[str, RunTally]:
        """What some runs came to as a whole, by the digest of each run's seal."""
        return self._of_runs(runs, rows.tallies)

    def latencies(self, runs: Iterable[KeptRun]) -> dict[str, list[KeptLatency]]:
        """What the loads of some runs measured, by the digest of each run's seal."""
        return self._of_runs(runs, rows.latencies)

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
            return [(rows.part(row), row.subject, row.ended) for row in connection.execute(asked)]

    def _of_runs(self, runs: Iterable[KeptRun], read: _Reader[T]) -> dict[str, T]:
        seals = [run.seal for run in runs]
        found: dict[str, T] = {}
        with self._database.reading() as connection:
            for some in rows.portions(seals):
                asked = select(RUNS.c.number, RUNS.c.seal).where(RUNS.c.seal.in_(some))
                numbers = {row.number: row.seal for row in connection.execute(asked)}
                members = read(connection, list(numbers))
                found |= {seal: members[number] for number, seal in numbers.items()}
        return found


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
