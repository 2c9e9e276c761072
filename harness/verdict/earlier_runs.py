"""The earlier runs that a judgement rests on, and whose key sealed each."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from harness.core.control import Model
from harness.verdict.gate_evidence import EvidenceRow


class Key(StrEnum):
    """Whose key sealed an earlier run, as seen from the run that rests on it."""

    OWN = "own"
    """The key that sealed this run too."""
    FOREIGN = "foreign"
    """Another one, which was trusted when this run began."""
    UNKNOWN = "unknown"
    """One of the two has no seal that says, or is older than this."""


class EarlierRun(Model):
    """One run beside the judged one, whose evidence counts in the judgement."""

    run: str
    """Its id."""
    recorded: datetime
    """When the newest of what counts was recorded."""
    sealed_by: str
    """The public key that sealed it; empty where that is unknown."""
    key: Key
    """Whose that is."""
    controls: tuple[str, ...]
    """Ids of the controls that rest on it."""


def earlier_runs(rows: Iterable[EvidenceRow], sealed_by: str) -> tuple[EarlierRun, ...]:
    """Those that rows come from, by their ids.

    Args:
        rows: what a judgement rests on; those of the judged run, and papers, are left aside.
        sealed_by: the public key that sealed the judged run; empty where none did.
    """
    by_run: dict[str, list[EvidenceRow]] = {}
    for row in rows:
        if not (row.own or row.paper):
            by_run.setdefault(row.run, []).append(row)
    return tuple(_earlier_run(run, by_run[run], sealed_by) for run in sorted(by_run))


def _earlier_run(run: str, rows: list[EvidenceRow], sealed_by: str) -> EarlierRun:
    # A snapshot may come from anybody: rows of one run that name several keys are of no known one.
    keys = {row.sealed_by for row in rows}
    theirs = keys.pop() if len(keys) == 1 else ""
    known = Key.OWN if theirs == sealed_by else Key.FOREIGN
    return EarlierRun(
        run=run,
        recorded=max(row.recorded for row in rows),
        sealed_by=theirs,
        key=known if theirs and sealed_by else Key.UNKNOWN,
        controls=tuple(sorted({row.check.control for row in rows})),
    )
