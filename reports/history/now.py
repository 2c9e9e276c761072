"""What may go live now: the newest whole run, with everything that other runs found, judged at a moment.

A report is a pure function of one record. This looks at all records of a folder and at the history, so that a
run that failed an hour ago counts, and one whose record vanished since is not simply forgotten.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from harness.core.control import Text
from harness.core.errors import UsageError
from harness.evidence import META, RunRecord
from harness.verdict import Judgement
from reports.earlier_runs import UNKNOWN, Known, collect
from reports.history.asking import History
from reports.judging import judge_record
from reports.passed_over import DAMAGED, GONE, RESEALED, told
from reports.people import Papers


class Now(NamedTuple):
    """How things stand at a moment."""

    record: RunRecord
    """The newest whole run that can be believed."""
    judgement: Judgement
    passed_over: Text | None
    """Which other runs count for nothing, where any do."""


class _Run(NamedTuple):
    """A whole run that lies in the folder, or that the history has there."""

    id: str
    folder: Path | None
    """None: its record is gone."""
    subject: str
    ended: datetime

    def lost(self, known: Known) -> Text | None:
        """Why its record cannot be believed; None: it can."""
        if self.folder is None:
            return GONE
        try:
            record = RunRecord.open(self.folder)
        except UsageError:
            return DAMAGED
        if (broken := record.broken_seal(whole=False)) is not None:
            return broken.kind
        return RESEALED if known.contradicts(record.meta.id, self.folder) else None


def judge_now(
    runs: Path,
    history: History | None,
    moment: datetime,
    *,
    clock: datetime,
    papers: Papers | None = None,
    subject: str = "",
) -> Now:
    """Judge the newest whole run of a folder at a moment.

    Args:
        history: None where there is none.
        moment: the moment of the judgement; what ended later is not there yet.
        clock: what the machine's clock says.
        papers: those that stand then; by default those that the run keeps.
        subject: the beginning of a subject's fingerprint; empty: that of the newest whole run.

    Raises:
        UsageError: there is no whole run that can be believed.
    """
    known = UNKNOWN if history is None else history.known()
    there = list(_there(runs))
    every = [*there, *_vanished(runs, history, {run.id for run in there})]
    every = [run for run in every if run.subject.startswith(subject)]
    every.sort(key=lambda run: run.ended, reverse=True)
    lost: list[tuple[str, Text]] = []
    newest = None
    for run in every:
        if run.ended <= moment:
            if (kind := run.lost(known)) is None:
                newest = run
                break
            lost.append((run.id, kind))
    if newest is None or newest.folder is None:
        raise _nothing(runs, [id_ for id_, _ in lost])
    doubts = [_later(run) for run in every[:1] if run.ended > clock]
    doubts += [_newer_lost(id_, kind) for id_, kind in lost]
    record = RunRecord.open(newest.folder)
    if history is not None:
        known = history.known(beside=runs.resolve(), subject=record.meta.subject, before=moment)
    beside = collect(runs, subject=record.meta.subject, before=moment, but_not=record.meta.id, known=known)
    judgement = judge_record(record, moment, papers, beside=beside.rows, more_doubts=doubts)
    return Now(record, judgement, told(beside.passed_over))


def _there(runs: Path) -> Iterator[_Run]:
    for folder in sorted(path.parent for path in runs.glob(f"*/{META}") if not path.parent.is_symlink()):
        try:
            meta = RunRecord.read_meta(folder)
        except UsageError:
            continue  # told among those that count for nothing
        if meta.ended is not None and not (meta.partial or meta.interrupted):
            yield _Run(meta.id, folder, meta.subject, meta.ended)


def _vanished(runs: Path, history: History | None, there: set[str]) -> Iterator[_Run]:
    """Those that the history has in this folder, and whose records are not there."""
    beside = runs.resolve()
    for run in () if history is None else history.runs(whole=True):
        if run.id not in there and Path(run.place).parent == beside:
            yield _Run(run.id, None, run.subject, run.ended)


def _later(run: _Run) -> Text:
    return Text(
        zh="运行 {run} 的结束时间 {ended} 晚于现在：时钟被回拨，日期不可信",
        en="the run {run} ended at {ended}, later than now: the clock was set back, and no date holds",
    ).filled(run=run.id, ended=run.ended.isoformat())


def _newer_lost(run: str, kind: Text) -> Text:
    return Text(
        zh=f"更新的运行 {run} 不作数（{kind.zh}），更早的运行不能代替它",
        en=f"the newer run {run} counts for nothing ({kind.en}), and an older one cannot stand in for it",
    )


def _nothing(runs: Path, lost: list[str]) -> UsageError:
    if lost:
        return UsageError(
            f"no whole run here can be believed: {', '.join(lost[:3])}",
            where=str(runs),
            remedy="golive run makes one; golive report RUN says what is wrong with each",
        )
    return UsageError(
        "there is no whole run here yet", where=str(runs), remedy="golive run makes one, without --only"
    )
