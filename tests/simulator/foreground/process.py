"""`golive simulator` as a process whose lines are read as they come."""

from __future__ import annotations

import queue
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from harness.processes.child import golive_command

GOLIVE = golive_command()
PATIENCE_S = 30.0


class Process:
    """A running command whose lines are read as they come."""

    def __init__(self, *arguments: str) -> None:
        self.popen = subprocess.Popen(
            [*GOLIVE, "simulator", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
        )
        self.lines: queue.Queue[str] = queue.Queue()
        self.said = ""
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.popen.stdout is not None
        for line in self.popen.stdout:
            self.lines.put(line)

    def until(self, text: str) -> str:
        """Everything said so far, once `text` was said."""
        while text not in self.said:
            self.said += self.lines.get(timeout=PATIENCE_S)
        return self.said

    def end(self, by: signal.Signals) -> int:
        """Interrupt it and wait for its exit code."""
        self.popen.send_signal(by)
        code = self.popen.wait(timeout=PATIENCE_S)
        self._reader.join(timeout=PATIENCE_S)
        while not self.lines.empty():
            self.said += self.lines.get()
        return code


@contextmanager
def started(*arguments: str) -> Iterator[Process]:
    process = Process(*arguments)
    try:
        yield process
    finally:
        process.popen.kill()
        process.popen.wait(timeout=PATIENCE_S)
        if process.popen.stdout is not None:
            process.popen.stdout.close()
