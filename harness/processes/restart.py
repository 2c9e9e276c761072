"""A server that is killed without notice and started again by its command, as after a crash."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from harness.processes.child import last_words, start

STARTS_WITHIN_S = 30.0
GONE_WITHIN_S = 2.0
_ENDS_WITHIN_S = 10.0
_LOOKS_EVERY_S = 0.05


@dataclass(slots=True)
class Server:
    """One server. Close it, or what was started here goes on without us."""

    command: Sequence[str]
    """Starts it: in the foreground, or by telling whoever runs it."""
    folder: Path
    """Where the command is run."""
    log: Path
    """Takes what it says."""
    answers: Callable[[], bool]
    pid_file: Path | None = None
    """In which it writes the id of its process; None: only what was started here is known."""
    environment: Mapping[str, str] = field(default_factory=dict)
    """Added to our own."""
    _child: subprocess.Popen[bytes] | None = None

    def processes(self) -> list[psutil.Process]:
        """It and all that it started; empty: nobody knows which they are."""
        with suppress(psutil.Error, OSError, ValueError, IndexError):
            if self._child is not None and self._child.poll() is None:
                first = psutil.Process(self._child.pid)
            elif self.pid_file is not None:
                first = psutil.Process(int(self.pid_file.read_text("utf-8").split()[0]))
            else:
                return []
            return [first, *first.children(recursive=True)]
        return []

    def gone(self, killed: Iterable[psutil.Process] = ()) -> bool:
        """Whether it ends to answer soon, and nothing of what was killed runs any more."""
        ends = time.monotonic() + GONE_WITHIN_S
        while any(map(_runs, killed)) or self.answers():
            if time.monotonic() > ends:
                return False
            time.sleep(_LOOKS_EVERY_S)
        return True

    def start(self) -> bool:
        """Start it; whether it answers within half a minute."""
        self.close()
        self._child = start(self.command, log=self.log, environment=self.environment, folder=self.folder)
        ends = time.monotonic() + STARTS_WITHIN_S
        while not self.answers():
            if self._child.poll() not in (None, 0) or time.monotonic() > ends:
                return False
            time.sleep(_LOOKS_EVERY_S)
        return True

    @property
    def ended_with(self) -> int | None:
        """The code by which what was started here has ended; None: it runs, or nothing was started."""
        return None if self._child is None else self._child.poll()

    @property
    def last_words(self) -> str:
        """What it said last, since it was started here."""
        return last_words(self.log)

    def close(self) -> None:
        """End what was started here and still runs in the foreground."""
        if self._child is None or self._child.poll() is not None:  # which also buries it
            return
        ours = psutil.Process(self._child.pid)
        family = [ours, *ours.children(recursive=True)]
        for each in family:
            with suppress(psutil.NoSuchProcess):
                each.terminate()
        ends = time.monotonic() + _ENDS_WITHIN_S
        while any(map(_runs, family)) and time.monotonic() < ends:
            time.sleep(_LOOKS_EVERY_S)
        kill(family)
        self._child.wait()


def kill(processes: Iterable[psutil.Process]) -> None:
    """End them now: none of them is asked, or hears of it.

    Raises:
        psutil.AccessDenied: they are somebody else's.
    """
    for each in processes:
        with suppress(psutil.NoSuchProcess):
            each.kill()


def _runs(process: psutil.Process) -> bool:
    with suppress(psutil.NoSuchProcess):
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    return False
