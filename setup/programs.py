"""Running programs with a time limit, and telling what was done."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

LAST_LINES = 12
GRACE_S = 5.0


class SetupFailed(Exception):
    """Set-up cannot go on: what happened, and what to do next."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what)
        self.what = what
        self.remedy = remedy


@dataclass(frozen=True)
class Done:
    """How a program ended."""

    code: int | None
    """Exit code; None when its time ran out."""
    output: str
    """All it wrote, both streams in order."""

    @property
    def ok(self) -> bool:
        """Whether it did what it was asked."""
        return self.code == 0

    @property
    def last_words(self) -> str:
        """The last lines it wrote that say anything."""
        lines = [line.rstrip() for line in self.output.splitlines() if line.strip()]
        return "\n".join(lines[-LAST_LINES:]) or "it said nothing"


@dataclass
class Work:
    """One set-up: where, with which variables, and what it tells."""

    root: Path
    environment: dict[str, str] = field(default_factory=dict)

    def run(
        self, command: Sequence[str | Path], *, limit_s: float, also: Mapping[str, str] | None = None
    ) -> Done:
        """Run a program in the project's folder and wait for it, at most `limit_s` seconds.

        It gets no standard input, and when its time is up it ends with everything it started.
        """
        try:
            process = subprocess.Popen(  # noqa: S603 - programs and arguments are this package's own
                [str(part) for part in command],
                cwd=self.root,
                env={**self.environment, **(also or {})},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                start_new_session=True,
            )
        except OSError as error:
            return Done(127, f"{command[0]}: {error.strerror}")
        try:
            output, _ = process.communicate(timeout=limit_s)
        except subprocess.TimeoutExpired:
            end_all(process)
            output = ""
            with suppress(subprocess.TimeoutExpired):
                output, _ = process.communicate(timeout=GRACE_S)
            return Done(None, f"{output}\nended after {limit_s:g} s")
        except BaseException:  # Ctrl-C must not leave an installation running behind the prompt
            end_all(process)
            raise
        return Done(process.returncode, output)

    @contextmanager
    def telling(self, doing: str) -> Iterator[list[str]]:
        """Tell one thing with its seconds; append to the yielded list to say how it turned out."""
        started = time.monotonic()
        words = [doing]
        yield words
        tell(f"{' '.join(words)} ({time.monotonic() - started:.1f} s)")


def tell(line: str) -> None:
    """Say one line now, also when standard output is a file."""
    print(f"set-up: {line}", file=sys.stdout, flush=True)


def end_all(process: subprocess.Popen[str]) -> None:
    """End a program and everything it started, as far as that is allowed: sudo runs as somebody else."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
