"""Finds the run that somebody means: a folder, an id, `last`, `previous`, a day or a moment."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime, timedelta
from pathlib import Path

from harness.core.clock import BEIJING
from harness.core.errors import UsageError
from harness.evidence import META, RunRecord
from reports.history.asking import History
from reports.history.entry import KeptRun, RunEntry, entry_of
from reports.judging import judge_record
from reports.passed_over import RESEALED

LAST, PREVIOUS = "last", "previous"
_REMEDY = (
    "name a folder, an id of golive history, last, previous, a day like 2026-11-23, or a moment with zone"
)


def chosen(name: str, history: History | None, runs: Path) -> RunEntry:
    """What is known of the run that is meant.

    A folder is read, and has to be as it was sealed; everything else is answered by the history.

    Args:
        history: None where there is none.
        runs: the folder of the runs, for names of folders in it.

    Raises:
        UsageError: there is no such run, or its record cannot be believed.
    """
    for folder in (Path(name), runs / name):
        if name and (folder / META).is_file():
            return _read(folder, history)
    if history is None:
        raise UsageError(f"there is no such run: {name}", where=str(runs), remedy=_REMEDY)
    found = _named(name, history)
    if found is None:
        raise UsageError(f"the history has no such run: {name}", where=history.shown, remedy=_REMEDY)
    return history.entry(found)


def _read(folder: Path, history: History | None) -> RunEntry:
    record = RunRecord.open(folder)
    broken = record.broken_seal()
    why = broken.why.en if broken is not None else ""
    if not why and history is not None and history.known().contradicts(record.meta.id, folder):
        why = RESEALED.en
    if why:
        raise UsageError(
            f"a record that cannot be believed is not compared: {why}",
            where=str(folder),
            remedy="take a run whose record is as it was sealed",
        )
    return entry_of(record, judge_record(record))


def _named(name: str, history: History) -> KeptRun | None:
    if name == LAST:
        return history.newest(whole=False)
    if name == PREVIOUS:
        return _before_last(history)
    with suppress(ValueError):
        return _of_day(date.fromisoformat(name), history)
    with suppress(ValueError):
        moment = datetime.fromisoformat(name)
        if moment.tzinfo is not None:
            return next(iter(history.runs(until=moment, most=1)), None)
    return history.run(name)


def _before_last(history: History) -> KeptRun | None:
    """The run before the newest that is like it: of the same merchant, grade and gate, narrowed or whole."""
    last = history.newest(whole=False)
    if last is None:
        return None
    like = (last.merchant, last.grade, last.gate, last.whole)
    runs = history.runs(until=last.ended, whole=last.whole)
    return next(
        (
            run
            for run in runs
            if run.seal != last.seal and (run.merchant, run.grade, run.gate, run.whole) == like
        ),
        None,
    )


def _of_day(day: date, history: History) -> KeptRun | None:
    """The newest run of a Beijing day, a whole one if there is any."""
    begin = datetime(day.year, day.month, day.day, tzinfo=BEIJING)
    runs = history.runs(since=begin, until=begin + timedelta(days=1) - timedelta(microseconds=1))
    return next((run for run in runs if run.whole), next(iter(runs), None))
