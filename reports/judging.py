"""A record in, a judgement out: the one way in which page, exports and terminal come to the same verdict."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from pathlib import Path

from pydantic import TypeAdapter

from harness.core.clock import wire_now
from harness.core.control import Method, Text
from harness.core.errors import UsageError
from harness.evidence import RunRecord, recorded_at
from harness.verdict import EvidenceRow, Judgement, Standing, date_doubts, judge, made_faulty, standing_of
from harness.verdict.locked_parts import LockedPart
from harness.verdict.looks import looked_at
from reports.checklist import Checklist
from reports.earlier_runs import UNKNOWN, HistoryRow, Known, collect, evidence, worth
from reports.passed_over import PASSED_OVER, SNAPSHOT, told
from reports.people import Papers, papers_of
from reports.snapshots import read_snapshot

_HISTORY = TypeAdapter(tuple[HistoryRow, ...])
_PAPERS = TypeAdapter(Papers)
PAPERS = "papers"
"""The folder of papers, beside that of the runs."""


def take_snapshots(record: RunRecord, checklist: Checklist, papers: Path | None = None) -> None:
    """Keep in a record that begins the checklist that it will be judged by, and the papers that stand then.

    Args:
        papers: the folder of papers; where there is none nothing is kept of it.
    """
    record.snapshot("checklist", checklist.dump())
    if papers is not None and papers.is_dir():
        found = papers_of(papers, runs=record.folder.resolve().parent)
        record.snapshot("papers", found.model_dump(mode="json", by_alias=True, exclude_defaults=True))


def look_back(record: RunRecord, known: Known = UNKNOWN) -> Text | None:
    """Keep in a record what the runs beside it found before; says which of them count for nothing, if any.

    The more runs there are, the longer it takes: it wants to be done while something else is waited for.

    Args:
        known: what the history of runs knows of them.
    """
    meta = record.meta
    history = collect(
        record.folder.resolve().parent,
        subject=meta.subject,
        before=meta.started,
        but_not=meta.id,
        known=known,
        clock=max(meta.started, wire_now()),
    )
    record.snapshot("history", _HISTORY.dump_python(history.rows, mode="json", exclude_defaults=True))
    if history.passed_over:
        record.snapshot(SNAPSHOT, PASSED_OVER.dump_python(history.passed_over, mode="json"))
    return told(history.passed_over)


def checklist_of(record: RunRecord) -> Checklist:
    """The checklist a record was made with.

    Raises:
        UsageError: the snapshot is missing or damaged.
    """
    found = read_snapshot(record, "checklist", TypeAdapter(Checklist))
    if not isinstance(found, Checklist):
        raise UsageError(
            "the run record has no snapshot of its checklist",
            where=str(record.folder / "snapshots" / "checklist.json"),
            remedy="the run ended before it began; run again",
        )
    return found


def papers_in(record: RunRecord) -> Papers | None:
    """The papers as they stood when a run began; None where it found no folder of papers.

    Raises:
        UsageError: the snapshot is damaged.
    """
    found: Papers | None = read_snapshot(record, "papers", _PAPERS)
    return found


def judge_record(
    record: RunRecord,
    as_of: datetime | None = None,
    papers: Papers | None = None,
    *,
    beside: Iterable[HistoryRow] | None = None,
    more_doubts: Sequence[Text] = (),
    trusted: Collection[str] | None = None,
) -> Judgement:
    """Judge a record as of a moment, by default its own end. Nothing but the record is looked at.

    Nothing is judged before it ended: what it found later would be missing.

    Args:
        papers: those to judge by; by default those that the record keeps.
        beside: what other runs found; by default what the record keeps of those before it.
        more_doubts: why else nothing may be GO.
        trusted: the only public keys whose seals are believed; None: our own, and the pinned ones.

    Raises:
        UsageError: the record is damaged.
    """
    meta = record.meta
    checklist = checklist_of(record)
    known = {control.id for control in checklist.controls}
    # A paper counts by attestation, which no run can give; and what has no check here was never looked at.
    attested = {control.id for control in checklist.controls if control.methods == (Method.ATTEST,)}
    believed = (known & (checklist.exercised | set(meta.registered))) - attested
    strangers = sorted({check.control for check in record.checks} - known)
    if strangers:
        raise UsageError(
            f"the record names controls its checklist does not have: {' '.join(strangers)}",
            where=str(record.folder),
            remedy="the scenarios and the checklist disagree; run again with matching versions",
        )
    own = [
        EvidenceRow(
            check=check,
            recorded=recorded_at(check),
            subject=meta.subject,
            run=meta.id,
            contacted=meta.app_answered,
        )
        for check in worth(record)
    ]
    broken = record.broken_seal(trusted=trusted)
    doubts = [*more_doubts, *([] if broken is None else [broken.why])]
    doubts += made_faulty(meta.fault_rules, meta.unmet_rules)
    doubts += date_doubts(
        (row.recorded for row in own),
        started=meta.started,
        ended=meta.ended,
        lasted_s=meta.lasted_s,
        as_of=as_of,
    )
    if beside is None:
        beside = read_snapshot(record, "history", _HISTORY) or ()
    earlier = evidence(beside)
    moment = max(as_of or record.as_of, record.as_of)
    papers = papers or papers_in(record) or Papers.none(record.as_of)
    found = [
        row
        for row in (*own, *earlier)
        if row.check.control in believed or (row.check.control in known and _fails(row))
    ]
    found = looked_at(
        found, papers.attestations(), {each.id: each for each in checklist.controls}, as_of=moment
    )
    return judge(
        checklist.controls,
        [*found, *papers.rows(checklist.controls, subject=meta.subject, as_of=moment)],
        gates=checklist.gates,
        waivers=papers.waivers(),
        as_of=moment,
        ended=record.as_of,
        run=meta.id,
        subject=meta.subject,
        registered=frozenset(meta.registered),
        exercised=checklist.exercised,
        grade=meta.grade,
        selection=meta.selection,
        interrupted=meta.cut_short or record.torn,
        capabilities=None if meta.capabilities is None else frozenset(meta.capabilities),
        faults=meta.faults,
        doubts=doubts,
        locked=map(LockedPart.read, checklist.scenarios),
        unplanned=map(LockedPart.read, meta.unplanned),
        sealed_by=record.sealed_by,
    )


def _fails(row: EvidenceRow) -> bool:
    return standing_of(row.check) is Standing.FAIL
