"""Which results of older runs a newer run has made worthless, told from a line before it is read in full.

A team keeps hundreds of runs beside each other, and nearly every line of them is a pass that a newer pass of
the same grade stands before. Whether it counts is asked of four members; only what may count is validated.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from harness.core.control import Grade, Outcome
from harness.verdict import EvidenceRow

_FAILS = frozenset({Outcome.FAIL, Outcome.WAIVED})
"""What a newer pass may not hide, so that every such line is read."""


class _Result(NamedTuple):
    grade: Grade
    since: datetime
    """When the first of its checks was recorded."""


class Superseded:
    """The newest whole result of each control, as runs are taken in from the newest to the oldest."""

    def __init__(self) -> None:
        self._results: dict[str, _Result] = {}

    def take(self, rows: Iterable[EvidenceRow]) -> None:
        """Remember what one run found of each control that it exercised as a whole."""
        ordered = sorted(rows, key=lambda row: row.check.control)
        for control, group in groupby(ordered, key=lambda row: row.check.control):
            found = list(group)
            whole = all(row.complete and row.contacted and not row.check.lacks for row in found)
            result = _Result(min(row.check.grade for row in found), min(row.recorded for row in found))
            if whole and (control not in self._results or result.grade > self._results[control].grade):
                self._results[control] = result

    def wanted(self, ended: datetime | None) -> Callable[[bytes], bool]:
        """Whether a line of an older run's results can still matter.

        Args:
            ended: when that run ended; None: it was killed, and all of it is read.
        """

        def may_matter(line: bytes) -> bool:
            try:
                check = json.loads(line)
                result = self._results.get(check["control"])
                grade, outcome = Grade[check["grade"].upper()], check["outcome"]
            except (ValueError, KeyError, TypeError, AttributeError):
                return True  # a damaged line is damage, whatever it was about
            if result is None or ended is None or ended >= result.since:
                return True
            return outcome in _FAILS or grade > result.grade

        return may_matter
