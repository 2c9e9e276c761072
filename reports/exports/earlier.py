"""What changed since the runs before, as far as a record knows: its history against its own checks."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from pydantic import TypeAdapter

from harness.verdict import Standing, standing_of, worst
from reports.earlier_runs import HistoryRow
from reports.exports.review import Line, Review
from reports.snapshots import read_snapshot

_HISTORY = TypeAdapter(tuple[HistoryRow, ...])


@dataclass(frozen=True, slots=True)
class Change:
    """One control that stands otherwise than in the newest earlier run that exercised it."""

    line: Line
    before: Standing
    now: Standing


def changes(review: Review) -> list[Change]:
    """The controls that this run exercised and found otherwise; none where no history is known.

    Raises:
        UsageError: the snapshot is damaged.
    """
    rows: dict[str, list[HistoryRow]] = defaultdict(list)
    for row in read_snapshot(review.record, "history", _HISTORY) or ():
        if row.complete:
            rows[row.check.control].append(row)
    found = []
    for line in review.lines:
        if line.status.checks and (earlier := rows.get(line.control.id)):
            newest = max(earlier, key=lambda row: row.recorded).run
            before = worst(standing_of(row.check) for row in earlier if row.run == newest)
            now = worst(map(standing_of, line.status.checks))
            if before is not now:
                found.append(Change(line, before, now))
    return found
