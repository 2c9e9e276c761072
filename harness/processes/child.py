"""Starts a program as a child, waits until it answers, asks it to end, and kills it where it does not."""

from __future__ import annotations

import shlex
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from harness.core.errors import EnvironmentUnreachable
from harness.processes.interrupts import holding_interrupts
from harness.processes.parent import ending_with_us

_START_S = 30.0
_LOOKS_EVERY_S = 0.05
_ASKED_S = 10.0


def golive_command(*arguments: str) -> list[str]:
    """`golive …` for a child, by this very interpreter: no script of that name has to be on the PATH.

    With -P nothing is imported from where the user happens to stand, who may have a folder `load` too.
    """
    return [sys.executable, "-P", "-m", "harness", *arguments]


def start(
    command: Sequence[str],
    *,
    log: Path | None = None,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> subprocess.Popen[bytes]:
    """Start a child that ends when this process does, and hears a Ctrl-C only once it listens.

    Args:
        log: where what it says goes; it then has a session of its own too, so that no Ctrl-C of the terminal
            reaches it. None: it shares our terminal.
        environment: added to our own.
        folder: where it runs; None: where we do.
    """
    said = None if log is None else log.open("wb")
    try:
        with holding_interrupts():
            return subprocess.Popen(  # noqa: S603 - a child of our own, started without a shell
                command,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                env={**ending_with_us(), **(environment or {})},
                start_new_session=log is not None,
                cwd=folder,
            )
    finally:
        if said is not None:
            said.close()


def end(child: subprocess.Popen[bytes], *, by_itself_s: float = 0.0, asked_s: float = _ASKED_S) -> None:
    """Let it end by itself for so long, ask it with SIGTERM, and kill it where it has still not ended."""
    for insist, patience_s in ((child.terminate, by_itself_s), (child.kill, asked_s)):
        try:
            child.wait(patience_s)
        except subprocess.TimeoutExpired:
            insist()
    child.wait()


@contextmanager
def running(
    command: Sequence[str],
    *,
    log: Path,
    ready: Callable[[], bool],
    where: str,
    environment: Mapping[str, str] | None = None,
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server until the block ends; a load that a Ctrl-C interrupts can still end in order before it.

    Args:
        log: takes what it says, and is called after it.
        ready: whether it answers.
        where: what it is part of, for the error.

    Raises:
        EnvironmentUnreachable: it did not answer within 30 seconds, or ended before the block did; the
            message has its last words.
    """
    child = start(command, log=log, environment=environment)
    try:
        deadline = time.monotonic() + _START_S
        while child.poll() is not None or not ready():
            if child.poll() is not None or time.monotonic() > deadline:
                by_hand = shlex.join(command).replace(shlex.join(golive_command()), "golive")
                raise EnvironmentUnreachable(
                    f"{log.stem} did not start: {last_words(log)}",
                    where=where,
                    remedy=f"try it by itself: {by_hand}",
                )
            time.sleep(_LOOKS_EVERY_S)
        try:
            yield child
        finally:
            if child.poll() is not None and not isinstance(sys.exception(), KeyboardInterrupt):
                raise EnvironmentUnreachable(
                    f"{log.stem} ended while it was needed ({child.returncode}): {last_words(log)}",
                    where=where,
                    remedy="whatever was measured meanwhile says nothing; run again",
                )
    finally:
        end(child)


def last_words(log: Path, lines: int = 1) -> str:
    """What a child said last."""
    said = log.read_text("utf-8", "replace").strip().splitlines() if log.exists() else []
    return "\n".join(said[-lines:]) or "it said nothing"
