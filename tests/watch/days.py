"""A watch whose days pass at once: injected clocks, and probes that end as they are told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from harness.core.clock import BEIJING
from harness.core.control import Grade
from harness.watch.book import WatchBook
from harness.watch.clocks import Clocks
from harness.watch.probe import Probed
from harness.watch.watching import watch

MIDNIGHT = datetime(2026, 11, 30, tzinfo=BEIJING).astimezone(UTC)
"""When the watch of a test begins."""
WELL = Probed(answered=True, health="answers", query="404 ORDER_NOT_EXIST", grade=Grade.EXPERIENCE)
BADLY = Probed(answered=False, health="HTTP 503", query="HTTP 503", grade=Grade.EXPERIENCE)


class Played:
    """Time that passes when somebody sleeps."""

    def __init__(self, begun: datetime = MIDNIGHT) -> None:
        self.begun = begun
        self.passed = timedelta()
        self.set_by = timedelta()
        """By how much somebody set the time of day."""

    def now(self) -> datetime:
        return self.begun + self.passed + self.set_by

    def sleep(self, seconds: float) -> None:
        self.passed += timedelta(seconds=seconds)

    @property
    def clocks(self) -> Clocks:
        return Clocks(
            now=self.now,
            since_boot=lambda: timedelta.total_seconds(self.passed),
            boot=lambda: "a boot",
            sleep=self.sleep,
        )


def kept(
    folder: Path, slots: int, *, time: Played | None = None, probe: Callable[[], Probed] | None = None
) -> Played:
    """Watch for so many slots."""
    time = time or Played()
    with WatchBook.open(folder) as book:
        watch(book, probe or (lambda: WELL), clocks=time.clocks, tell=lambda _: None, most=slots)
    return time
