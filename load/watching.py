"""Watches, beside a load, how much memory the merchant has and how busy the machine is.

Whoever we started is looked at as processes, its children among them; of another merchant its own page of
figures tells, where the profile names the series. It is done by a thread of the process that waits for the
generator, so that it costs the generator nothing.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread
from typing import Protocol

import psutil

from harness.core.errors import GoLiveError
from harness.evidence.watched import MOST_SAMPLES, Watched
from harness.merchant.profile import MerchantProfile
from load.memory_page import MemoryPage

_SOONEST_S, _LATEST_S, _LOOKS = 0.2, 5.0, 900
UNTOLD = (
    "nothing tells how much memory the merchant has: name the series in its profile, "
    "metrics.memory_bytes = 'process_resident_memory_bytes'"
)


class Memory(Protocol):
    """Whose memory is watched."""

    what: str

    def look(self) -> tuple[float, float | None]:
        """Memory now, in MB, and the seconds of processor time taken in all; None: not known.

        Raises:
            LookupError: it cannot be told any more; the message says why.
            GoLiveError: it is not told now.
        """


class Processes:
    """A process and all that it has started.

    Args:
        pid: of the first.
    """

    def __init__(self, pid: int) -> None:
        self.what = "the merchant's processes"
        self._pid = pid
        self._first: psutil.Process | None = None

    def look(self) -> tuple[float, float | None]:
        """Resident memory; pages that two processes share count twice."""
        try:
            first = self._first = self._first or psutil.Process(self._pid)
            # Who ended has no memory, also as long as nobody took note; later its number is another's.
            if not first.is_running() or first.status() == psutil.STATUS_ZOMBIE:
                raise psutil.NoSuchProcess(self._pid)
            memory, taken = _of(first)
            children = first.children(recursive=True)
        except psutil.AccessDenied:
            raise LookupError("this machine does not let anybody see the merchant's memory") from None
        except psutil.Error:
            raise LookupError("the merchant's process ended") from None
        for each in children:
            with suppress(psutil.Error):  # it came and went
                more, longer = _of(each)
                memory, taken = memory + more, taken + longer
        return memory / 1e6, taken


def _of(process: psutil.Process) -> tuple[int, float]:
    """Bytes in memory, and seconds of processor time."""
    with process.oneshot():
        times = process.cpu_times()
        return process.memory_info().rss, times.user + times.system


def memory_of(pid: int | None, profile: MerchantProfile | None) -> Memory | None:
    """Whose memory can be watched; None: nobody's.

    Args:
        pid: of a merchant that we started.
    """
    if pid is not None:
        return Processes(pid)
    return None if profile is None else MemoryPage.of(profile)


@contextmanager
def watching(run: Path, memory: Memory | None, *, seconds: float) -> Iterator[None]:
    """Look until the block ends, then write `measurements/watched.json` below the folder of the run.

    Args:
        seconds: that it will last, about: the gaps are the longer for it.
    """
    watcher = _Watcher(memory, min(_LATEST_S, max(_SOONEST_S, seconds / _LOOKS)))
    thread = Thread(target=watcher.work, name="watching", daemon=True)
    thread.start()
    try:
        yield
    finally:
        watcher.over.set()
        thread.join()
        watcher.told().write(run)


class _Watcher:
    def __init__(self, memory: Memory | None, gap_s: float) -> None:
        self._memory, self._gap_s = memory, gap_s
        self._why_not = "" if memory else UNTOLD
        self._started, self._first = datetime.now(UTC), time.monotonic()
        self._samples: list[tuple[float, float | None, float | None]] = []
        self._before: tuple[float, float, float] | None = None
        self.over = Event()

    def work(self) -> None:
        while len(self._samples) < MOST_SAMPLES:
            at_s = time.monotonic() - self._first
            memory_mb, own_s = self._look()
            self._samples.append((round(at_s, 3), memory_mb, self._others(own_s)))
            if self.over.wait(self._gap_s):
                return

    def _look(self) -> tuple[float | None, float | None]:
        if self._memory is None or self._why_not:
            return None, None
        try:
            memory_mb, own_s = self._memory.look()
        except LookupError as error:
            self._why_not = str(error.args[0])
        except GoLiveError:
            pass  # one page that did not come is one look less
        else:
            return round(memory_mb, 3), own_s
        return None, None

    def _others(self, own_s: float | None) -> float | None:
        """What others took of the machine since the look before, as a share of all of it."""
        try:
            times = psutil.cpu_times()
        except (OSError, RuntimeError):  # e.g. a /proc that is hidden: then nobody knows
            return None
        idle = times.idle + getattr(times, "iowait", 0.0)
        before, self._before = self._before, (sum(times[:8]), idle, own_s or 0.0)
        if before is None:
            return None
        passed, idled, own = (now - then for now, then in zip(self._before, before, strict=True))
        return round(min(max(1 - (idled + own) / passed, 0.0), 1.0), 3) if passed > 0 else None

    def told(self) -> Watched:
        at_s, memory_mb, others = zip(*self._samples, strict=True) if self._samples else ((), (), ())
        why_not = self._why_not
        if not why_not and not any(each is not None for each in memory_mb):
            why_not = "the merchant's page of figures told no memory"
        return Watched(
            what=self._memory.what if self._memory else "",
            why_not=why_not,
            started=self._started,
            at_s=at_s,
            memory_mb=memory_mb,
            others=others,
        )
