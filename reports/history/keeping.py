"""Takes one run into the history: its row, and those of all that it found, within one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, insert, select

from harness.core.clock import wire_now
from harness.core.errors import UsageError
from reports.history.entry import KeptLatency, KeptPart, Percentile, RunEntry
from reports.history.place import Place
from reports.history.rows import portions
from reports.history.shares import SHARES
from reports.history.tables import CONTROLS, HEADER, LATENCIES, OUTCOMES, PARTS, RUNS, VERDICTS


def keep_entry(connection: Connection, entry: RunEntry, place: Place) -> None:
    """Insert a run, unless it is there.

    Raises:
        UsageError: another seal of this run is there.
    """
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
    header = {column.name: getattr(run, column.name) for column in HEADER}
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
    for some in portions(digests):
        asked = select(PARTS.c.digest, PARTS.c.number).where(PARTS.c.digest.in_(some))
        known |= {row.digest: row.number for row in connection.execute(asked)}
    return known


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
