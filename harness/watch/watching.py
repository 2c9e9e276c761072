"""Fills slots: one probe each five minutes, until it is told to end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from harness.core.errors import ConfigurationError, EnvironmentUnreachable
from harness.verdict.quiet_days import SLOT, ProbedSlot, beijing_day, slot_of
from harness.watch.book import WatchBook, WatchedSlot
from harness.watch.clocks import Clocks
from harness.watch.probe import Probed

SET = timedelta(seconds=30)
"""By how much the time of day may part from a clock that nobody sets, between two slots."""


def watch(
    book: WatchBook,
    probe: Callable[[], Probed],
    *,
    clocks: Clocks,
    tell: Callable[[str], None],
    most: int | None = None,
) -> None:
    """Probe in every slot from now on.

    Args:
        tell: hears a line a slot.
        most: how many slots to look at; None: until it is interrupted. One that is filled already counts.

    Raises:
        ConfigurationError: the clock was moved back behind the newest slot.
        EnvironmentUnreachable: with `most`, the file cannot be written.
    """
    looked_at = 0
    while most is None or looked_at < most:
        if looked_at:
            _until_next_slot(clocks)
        looked_at += 1
        now = clocks.now()
        last = book.last
        if last is not None and now < last.at:
            raise ConfigurationError(
                f"the clock was moved back: the newest slot is of {_whole(last.at)}, now is {_whole(now)}",
                where=str(book.folder),
                remedy="set the clock right; if the newest slot is of the future, wait for it or begin anew",
            )
        if last is not None and slot_of(now) <= last.slot:
            tell("this slot of five minutes was probed already")
            continue
        try:
            slot = _filled(book, probe, clocks, now)
        except EnvironmentUnreachable as error:
            if most is not None:
                raise
            tell(str(error))
            continue
        at = _whole(now)
        why = f"health {slot.health}; query {slot.query}"
        tell(f"slot of {at}: answered" if slot.answered else f"slot of {at}: FAILED; {why}")


def _filled(book: WatchBook, probe: Callable[[], Probed], clocks: Clocks, now: datetime) -> WatchedSlot:
    since_boot = clocks.since_boot()
    found = probe()
    slot = WatchedSlot(
        slot=slot_of(now),
        at=now.astimezone(UTC),
        took_s=round(clocks.since_boot() - since_boot, 3),
        answered=found.answered,
        health=found.health,
        query=found.query,
        grade=found.grade,
        boot=clocks.boot(),
        since_boot_s=round(since_boot, 3),
        previous="",
    )
    return book.append(slot, beijing_day(now))


def _whole(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def _until_next_slot(clocks: Clocks) -> None:
    ends = (slot_of(clocks.now()) + 1) * SLOT.total_seconds()
    clocks.sleep(max(ends - clocks.now().timestamp(), 0.0) + 0.001)


def probed_slots(lines: tuple[WatchedSlot, ...]) -> tuple[ProbedSlot, ...]:
    """The lines of a watch as they are judged."""
    first = [_probed(line, clock_set=False) for line in lines[:1]]
    rest = [_probed(line, clock_set=_was_set(before, line)) for before, line in pairwise(lines)]
    return (*first, *rest)


def _probed(line: WatchedSlot, *, clock_set: bool) -> ProbedSlot:
    why = "" if line.answered else f"health {line.health}; query {line.query}"
    return ProbedSlot(line.slot, line.answered, line.grade, why, clock_set)


def _was_set(before: WatchedSlot, line: WatchedSlot) -> bool:
    """Whether the two clocks went apart; of two starts of the machine nothing is known."""
    if before.boot != line.boot:
        return False
    passed = timedelta(seconds=line.since_boot_s - before.since_boot_s)
    return abs((line.at - before.at) - passed) > SET
