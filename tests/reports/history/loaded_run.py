"""A rehearsal that measured a load."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from harness.evidence import RunRecord
from harness.evidence.load_summary import LoadSummary
from tests.reports.sample_run import START, sample_run


def loaded_run(
    runs: Path, load: LoadSummary, run: str = "loaded", *, start: datetime = START, **changes: object
) -> RunRecord:
    """Write a whole record with what a load came to, sealed."""
    record = sample_run(runs, run, start=start, **changes)  # type: ignore[arg-type]
    load.write(record.folder)
    ended = record.meta.ended
    assert ended is not None
    record.finish(ended=ended, interrupted=False, app_answers=record.meta.app_answers)
    return RunRecord.open(record.folder)
