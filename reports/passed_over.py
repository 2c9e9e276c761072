"""The earlier runs that count for nothing in a record, and the sentence that says so on page and terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from pydantic import TypeAdapter

from harness.core.control import Model, Text
from harness.core.plain_text import PlainText
from harness.evidence import RunRecord
from reports.snapshots import read_snapshot

SNAPSHOT = "passed-over"
NAMED = 3
"""Runs that the sentence names; it counts the rest."""
DAMAGED = Text(zh="已损坏", en="damaged")
RESEALED = Text(zh="与历史所存封印不符", en="not as the history keeps its seal")
GONE = Text(zh="在历史中而记录已不在", en="in the history and its record is gone")
LATER = Text(zh="晚于现在，时钟被回拨过", en="later than now, so that the clock was set back")


class PassedOver(Model):
    """A run beside another that counts for nothing there."""

    run: PlainText
    """The name of its folder."""
    kind: Text
    """In a word or two, why."""


PASSED_OVER = TypeAdapter(tuple[PassedOver, ...])


def told(runs: Sequence[PassedOver]) -> Text | None:
    """How many there are, why, and the first of their names; None where there are none."""
    if not runs:
        return None
    kinds = Counter(each.kind for each in runs).most_common()
    names, more = [each.run for each in runs[:NAMED]], len(runs) - NAMED
    chinese = "、".join(f"{kind.zh} {count}" for kind, count in kinds)
    english = ", ".join(f"{count} {kind.en}" for kind, count in kinds)
    return Text(
        zh=f"不作数的先前运行（{chinese}）：{'、'.join(names)}{f'，另有 {more} 个' if more > 0 else ''}",
        en=f"earlier runs that count for nothing ({english}): {', '.join(names)}"
        f"{f' and {more} more' if more > 0 else ''}",
    )


def passed_over(record: RunRecord) -> Text | None:
    """What a record says of the runs beside it that counted for nothing.

    Raises:
        UsageError: the record is damaged.
    """
    return told(read_snapshot(record, SNAPSHOT, PASSED_OVER) or ())
