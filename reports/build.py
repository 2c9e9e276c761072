"""Writes a record's page and exports: a pure function of the record and a moment."""

from __future__ import annotations

import errno
from datetime import datetime
from pathlib import Path

from harness.core.errors import UsageError
from harness.evidence import RunRecord
from harness.verdict import Judgement
from reports.exports import EXPORTS
from reports.judging import checklist_of, judge_record
from reports.page import render

PAGE = "report.html"
REBUILT = (PAGE, "report.json", "junit.xml", "allurerc.json")
"""Files that are written anew at each report."""


def build(run_folder: Path, *, as_of: datetime | None = None) -> Judgement:
    """Judge a record; write `report.html` and every export into its folder.

    Args:
        as_of: the moment to judge at, aware; the run's own end by default.

    Raises:
        UsageError: there is no record, it is damaged, or its folder cannot be written.
    """
    record = RunRecord.open(run_folder)
    checklist = checklist_of(record)
    judgement = judge_record(record, as_of)
    page = render(record, checklist, judgement)
    try:
        for name in REBUILT:
            if (run_folder / name).is_symlink():  # a record may come from anybody: nothing is written over it
                (run_folder / name).unlink()
        (run_folder / PAGE).write_bytes(page.encode())
        for write in EXPORTS:
            write(run_folder, record.meta, checklist, judgement)
    except OSError as error:
        raise _unwritable(error, run_folder) from error
    return judgement


def _unwritable(error: OSError, folder: Path) -> UsageError:
    return UsageError(
        f"the report cannot be written: {error.strerror}",
        where=str(error.filename or folder),
        remedy=writing_remedy(error),
    )


def writing_remedy(error: OSError) -> str:
    """What to do about a file that cannot be written."""
    match error.errno:
        case errno.EACCES | errno.EPERM | errno.EROFS:
            return "make the folder writable, or copy the record elsewhere"
        case errno.ENOSPC | errno.EDQUOT:
            return "make room on the disk"
        case errno.ENOENT | errno.ENOTDIR | errno.ENAMETOOLONG | errno.ELOOP:
            return "name another place"
        case _:
            return "move what stands there out of the way"
