"""What a run that begins takes from the history: which seals it keeps, and how the days before went."""

from __future__ import annotations

from pathlib import Path

from harness.core.control import Text
from harness.evidence import RunRecord
from reports.earlier_runs import UNKNOWN
from reports.history.connection import NoHistory
from reports.history.database import open_history
from reports.history.trends import Trends, keep_trends, trends_until
from reports.judging import look_back


def look_back_with(url_or_path: str | Path, record: RunRecord) -> Text | None:
    """Keep in a record what runs before it found, and the trends; says which count for nothing, if any.

    Raises:
        GoLiveError: the history cannot be asked. Nothing was kept then.
    """
    meta = record.meta
    known, trends = UNKNOWN, Trends()
    try:
        with open_history(url_or_path) as history:
            beside = record.folder.resolve().parent
            known = history.known(beside=beside, subject=meta.subject, before=meta.started)
            if not meta.selection:
                trends = trends_until(history, meta.started, merchant=meta.merchant, grade=meta.grade.label)
    except NoHistory:
        pass
    told = look_back(record, known)
    if trends.nights:
        keep_trends(record, trends)
    return told
