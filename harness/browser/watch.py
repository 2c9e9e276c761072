"""Ends what a browser is doing when a page holds it up: a script that never ends answers nothing any more.

Playwright has no limit for much of what it does. Whoever drives a page reports here each time that it did
what it was asked; when nothing did for too long, the process that is busy with a page is ended, and whatever
waits for it goes on with an error. The browser and its other tabs stay, unless that does not help.
"""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field

import psutil

LIMIT_S = 30.0
"""Without anything done. Every part of a page has a patience of its own, which is a third of this."""
AGAIN_S = 12.0
"""The same, once a page has held the browser up before."""
MOST_TIMES = 2
"""After so many pages that held it up no further one is opened."""
LEAVES_S = 3.0
"""How long a browser may take to close after the run was told to end."""
_LOOKS_S = 0.5
_BUSY = 0.02
"""Of a processor: what runs a script without end uses all that it gets, also on a crowded machine."""


@dataclass(slots=True)
class BrowserWatch:
    """Of all browsers that this process drives. Thread-safe."""

    times: int = 0
    """How often a page held it up."""
    _alive: float = 0.0
    _over: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None
    _held_up: bool = False

    def begin(self) -> None:
        """A scenario in a browser begins."""
        self._held_up, self._over = False, threading.Event()
        self.alive()
        self._thread = threading.Thread(target=self._watch, args=(self._over,), daemon=True)
        self._thread.start()

    def end(self) -> bool:
        """It has ended; whether a page had held it up."""
        self._over.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        return self._held_up

    def alive(self) -> None:
        """A page did what it was asked."""
        self._alive = time.monotonic()

    def hurry(self) -> None:
        """The run was told to end: browsers that are not closed soon are ended."""
        late = threading.Timer(LEAVES_S, end_browsers)
        late.daemon = True
        late.start()

    def _watch(self, over: threading.Event) -> None:
        limit = AGAIN_S if self.times else LIMIT_S
        while not over.wait(max(self._alive + limit - time.monotonic(), 0.1)):
            if time.monotonic() - self._alive >= limit:
                self._held_up = end_busy_pages()
                self.times += 1
                if not over.wait(LEAVES_S):
                    end_browsers()
                    self.times = MOST_TIMES
                return


WATCH = BrowserWatch()
"""Of this process."""


def end_busy_pages() -> bool:
    """End the processes that are busy with pages; whether there were any."""
    pages = [each for each in psutil.Process().children(recursive=True) if _kind(each) == "renderer"]
    before = {each: _used_s(each) for each in pages}
    time.sleep(_LOOKS_S)
    busy = [each for each in pages if _used_s(each) - before[each] > _BUSY * _LOOKS_S]
    for each in busy:
        _kill(each)
    return bool(busy)


def end_browsers() -> None:
    """End every browser with all that belongs to it; its driver tidies up after it."""
    for each in psutil.Process().children(recursive=True):
        if _kind(each) == "browser":
            _kill(each)


def _kind(process: psutil.Process) -> str:
    """What part of a browser it is; empty: none."""
    with suppress(psutil.Error):
        said = process.cmdline()
        if kinds := [each.removeprefix("--type=") for each in said if each.startswith("--type=")]:
            return str(kinds[0])
        return "browser" if "--remote-debugging-pipe" in said else ""
    return ""


def _used_s(process: psutil.Process) -> float:
    with suppress(psutil.Error):
        return float(sum(process.cpu_times()[:2]))
    return 0.0


def _kill(process: psutil.Process) -> None:
    with suppress(psutil.Error):
        process.kill()
