"""What earlier runs saw of a ledger: whether its end was cut off since, which it cannot show by itself."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from harness.core.control import Text
from reports.people.ledger import Line

LOOKED_AT = 50
"""Runs that are asked, newest first."""
LARGEST = 64 << 20

_CUT = Text(
    zh="运行 {run} 开始时台账有 {lines} 行，末行与现在的不同：其后有行被删去或改动",
    en="when run {run} began the ledger had {lines} lines, and line {lines} is not what it was then",
)


class Seen(NamedTuple):
    """What one run saw of the ledger."""

    run: str
    lines: int
    head: str
    """Digest of the last line."""


def seen_by_runs(runs: Path) -> Iterator[Seen]:
    """What the newest runs in a folder saw, those that kept any papers."""
    folders = sorted((each.parent for each in runs.glob("*/run.json")), reverse=True)
    for folder in folders[:LOOKED_AT]:
        path = folder / "snapshots" / "papers.json"
        try:
            if folder.is_symlink() or path.is_symlink() or path.stat().st_size > LARGEST:
                continue
            kept = json.loads(path.read_bytes())
            seen = Seen(folder.name, int(kept.get("lines", 0)), str(kept.get("head", "")))
        except (OSError, ValueError, TypeError, AttributeError, RecursionError):
            continue
        if seen.lines > 0:
            yield seen


def cut_since(lines: Sequence[Line], seen: Iterable[Seen]) -> Text | None:
    """Why a ledger is not what it was, by the newest run that saw another; None: it only grew."""
    for each in seen:
        if len(lines) < each.lines or lines[each.lines - 1].digest != each.head:
            return _CUT.filled(run=each.run, lines=each.lines)
    return None
