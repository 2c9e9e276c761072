"""That the papers a record was judged by are those of a folder: each signed, with its document."""

from __future__ import annotations

from pathlib import Path

from harness.evidence import RunRecord
from reports.judging import papers_in
from reports.people import papers_of


def papers_judged_by(record: RunRecord) -> int:
    """How many entries of persons a record keeps.

    Raises:
        UsageError: its snapshot of them is damaged.
    """
    kept = papers_in(record)
    return 0 if kept is None else len(kept.entries)


def unproven_entry(record: RunRecord, folder: Path) -> int | None:
    """The number of the first entry that a folder does not prove any more; None: it proves all of them.

    The folder is read as of the run's beginning: what was signed later says nothing of what stood then.

    Raises:
        UsageError: the record's snapshot is damaged.
    """
    kept = papers_in(record)
    if kept is None:
        return None
    proven = {each.digest: each for each in papers_of(folder, kept.taken).entries}
    return next((each.number for each in kept.entries if proven.get(each.digest) != each), None)
