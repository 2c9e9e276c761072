"""What earlier runs in the same folder found: evidence of one run can stand beside that of another."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple, cast

from pydantic import AwareDatetime

from harness.core.control import Check, Model
from harness.core.errors import UsageError
from harness.core.plain_text import PlainText
from harness.evidence import META, RunMeta, RunRecord, StoredCheck, recorded_at
from harness.evidence.seal import SEAL
from harness.verdict import FRESH, EvidenceRow, relevant, standing_of
from reports.passed_over import DAMAGED, GONE, LATER, RESEALED, PassedOver
from reports.superseded import Superseded


class HistoryRow(Model):
    """One check of an earlier run, as a record snapshots it under `history`."""

    run: str
    """Id of its run."""
    subject: str
    """Subject fingerprint of its run."""
    recorded: AwareDatetime
    """When it was recorded."""
    complete: bool
    """False when its run was narrowed or interrupted, so that only its failures count."""
    contacted: bool = True
    """Whether the app answered in its run at all."""
    sealed_by: PlainText = ""
    """The public key that sealed its run; empty in records that are older than this."""
    check: StoredCheck
    """The check, without its steps and artifacts."""

    def evidence(self) -> EvidenceRow:
        """The row as a judge takes it."""
        return EvidenceRow(
            check=self.check,
            recorded=self.recorded,
            subject=self.subject,
            run=self.run,
            complete=self.complete,
            contacted=self.contacted,
            sealed_by=self.sealed_by,
        )


class Known(NamedTuple):
    """What the history of runs knows of those that may lie beside one."""

    seals: Mapping[str, Collection[str]] = {}
    """By a run's id, the SHA-256 of the seals that it ended with. A run that is not among them is unknown."""
    expected: Collection[str] = ()
    """Ids of the runs that can still count and whose records lay in the folder when they were kept."""

    def contradicts(self, run: str, folder: Path) -> bool:
        """Whether a record has another seal than its run ended with."""
        if run not in self.seals:
            return False
        return sha256((folder / SEAL).read_bytes()).hexdigest() not in self.seals[run]


UNKNOWN = Known()
"""Without a history nothing is known of any."""


class EarlierRuns(NamedTuple):
    """What counts of the runs beside one, and which of them count for nothing."""

    rows: tuple[HistoryRow, ...]
    passed_over: tuple[PassedOver, ...]
    """Runs that count for nothing, by name: damaged, without a seal, altered, or sealed by a foreign key."""


def collect(
    runs: Path,
    *,
    subject: str,
    before: datetime,
    but_not: str,
    known: Known = UNKNOWN,
    clock: datetime | None = None,
) -> EarlierRuns:
    """The checks of earlier runs of one subject that can still count at `before`, and no others.

    Args:
        runs: the folder that holds run folders; links and damaged records in it are passed over.
        before: when the run began that asks.
        but_not: id of the run that asks.
        known: what the history knows. A record that was edited and sealed anew has a seal that holds; that it
            is not the one its run ended with only the history can tell.
        clock: what the machine's clock says; a run that began later is named, since no newer one hides it.
    """
    rows: list[HistoryRow] = []
    passed_over: list[PassedOver] = []
    newest = Superseded()
    for folder, meta in _newest_first(runs, passed_over):
        if meta.id == but_not or meta.subject != subject:
            continue
        if clock is not None and meta.started > clock:
            passed_over.append(PassedOver(run=folder.name, kind=LATER))
        if not _counts(meta, before):
            continue
        try:
            record = RunRecord.open(folder, wanted=newest.wanted(meta.ended))
        except UsageError:
            passed_over.append(PassedOver(run=folder.name, kind=DAMAGED))
            continue
        if (broken := record.broken_seal(whole=False)) is not None:
            passed_over.append(PassedOver(run=folder.name, kind=broken.kind))
            continue
        if known.contradicts(meta.id, folder):
            passed_over.append(PassedOver(run=folder.name, kind=RESEALED))
            continue
        found = [row for row in rows_of(record) if before - row.recorded < FRESH]
        newest.take(evidence(found))
        rows += found
    passed_over += (
        PassedOver(run=run, kind=GONE)
        for run in known.expected
        if run != but_not and not (runs / run / META).is_file()
    )
    rows.sort(key=lambda row: row.run)  # as their folders are named
    as_evidence = evidence(rows)
    kept = {id(each) for each in relevant(as_evidence)}
    matters = (row for row, each in zip(rows, as_evidence, strict=True) if id(each) in kept)
    return EarlierRuns(tuple(matters), tuple(sorted(passed_over, key=lambda each: each.run)))


def _newest_first(runs: Path, passed_over: list[PassedOver]) -> list[tuple[Path, RunMeta]]:
    """The runs in a folder whose metadata can be read; the others are added to a list."""
    found: list[tuple[Path, RunMeta]] = []
    for folder in sorted(path.parent for path in runs.glob("*/run.json") if not path.parent.is_symlink()):
        try:
            found.append((folder, RunRecord.read_meta(folder)))
        except UsageError:
            passed_over.append(PassedOver(run=folder.name, kind=DAMAGED))
    return sorted(found, key=lambda each: each[1].started, reverse=True)


def _counts(meta: RunMeta, before: datetime) -> bool:
    """Whether any of a run's checks can still count at a moment; one that was killed may have gone on."""
    return meta.started < before and (meta.ended is None or before - meta.ended < FRESH)


def rows_of(record: RunRecord) -> list[HistoryRow]:
    """The checks of a record as rows of history."""
    meta, key = record.meta, record.sealed_by
    return [
        HistoryRow(
            run=meta.id,
            subject=meta.subject,
            recorded=recorded_at(check),
            complete=meta.whole,
            contacted=meta.app_answered,
            sealed_by=key,
            check=cast("StoredCheck", check.model_copy(update={"steps": (), "artifacts": ()})),
        )
        for check in worth(record)
    ]


def worth(record: RunRecord) -> list[Check]:
    """The checks of a record at what they can be worth: no grade above their run's, and no pass of a control
    that had no check in it."""
    meta = record.meta
    registered = frozenset(meta.registered)
    return [
        check if check.grade <= meta.grade else check.model_copy(update={"grade": meta.grade})
        for check in record.checks
        if check.control in registered or not standing_of(check).satisfies
    ]


def evidence(rows: Iterable[HistoryRow]) -> list[EvidenceRow]:
    """Rows as a judge takes them."""
    return [row.evidence() for row in rows]
