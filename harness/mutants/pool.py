"""Runs jobs side by side, each in a child, and tells of each as it ends.

Children are forked from a server that has collected the scenarios (`warm`). Where forking is not sound,
they are started from nothing, and the same happens more slowly.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from multiprocessing import connection, get_context
from multiprocessing.context import ForkServerContext, SpawnContext
from multiprocessing.process import BaseProcess
from pathlib import Path

from harness.core.errors import HarnessError
from harness.mutants import child
from harness.mutants.plan import Job

LAST_WORDS_S = 3.0
"""How long a child that is told to stop may take to close its browser."""


@dataclass(frozen=True, slots=True)
class Finished:
    """A run that has ended."""

    job: Job
    folder: Path
    """Holds `record/` and `output.txt`."""
    code: int | None
    """Its exit code, negative for a signal; None when it was stopped for taking too long."""
    seconds: float


@dataclass(slots=True)
class _Running:
    job: Job
    folder: Path
    process: BaseProcess
    since: float

    @property
    def left_s(self) -> float:
        return self.since + self.job.patience_s - time.monotonic()

    def finished(self, code: int | None) -> Finished:
        return Finished(self.job, self.folder, code, time.monotonic() - self.since)


def run_all(
    jobs: Sequence[Job], folder: Path, *, workers: int, began: Callable[[Job], None]
) -> Generator[Finished, None, None]:
    """Run every job, at most `workers` at once, and yield them as they end.

    Leaving the iteration early stops what still runs.

    Args:
        folder: each job gets a folder of its own in it.
        began: hears of each job as it starts.
    """
    context = _context()
    waiting = list(reversed(jobs))
    running: list[_Running] = []
    try:
        while waiting or running:
            while waiting and _has_room(waiting[-1], running, workers):
                running.append(_start(waiting.pop(), folder, context))
                began(running[-1].job)
            patience = max(min(each.left_s for each in running), 0)
            ended = connection.wait([each.process.sentinel for each in running], patience)
            for each in list(running):
                if each.process.sentinel in ended:
                    each.process.join()
                    running.remove(each)
                    yield each.finished(each.process.exitcode)
                elif each.left_s <= 0:
                    _stop([each])
                    running.remove(each)
                    yield each.finished(None)
    finally:
        _stop(running)


def _has_room(job: Job, running: Sequence[_Running], workers: int) -> bool:
    if job.alone or any(each.job.alone for each in running):
        return not running
    return len(running) < workers


def _context() -> ForkServerContext | SpawnContext:
    if sys.platform != "linux":  # elsewhere system libraries do not survive a fork
        return get_context("spawn")
    context = get_context("forkserver")
    context.set_forkserver_preload(["harness.mutants.preload"])
    return context


def _start(job: Job, folder: Path, context: ForkServerContext | SpawnContext) -> _Running:
    place = folder / job.name
    place.mkdir(parents=True)
    process = context.Process(target=child.run, args=(job, place), name=job.name)
    since = time.monotonic()
    try:
        process.start()
    except (EOFError, ConnectionError) as error:
        raise HarnessError(
            f"the fork server broke before its first run ({type(error).__name__})",
            remedy="its error stands above; please report it",
        ) from error
    return _Running(job, place, process, since)


def _stop(running: Sequence[_Running]) -> None:
    """Ask as Ctrl-C would, wait, and insist: with each child goes its whole process group."""
    for each in running:
        _signal(each.process, signal.SIGINT)
    deadline = time.monotonic() + LAST_WORDS_S
    for each in running:
        each.process.join(max(deadline - time.monotonic(), 0))
    for each in running:
        _signal(each.process, getattr(signal, "SIGKILL", signal.SIGTERM))
        each.process.join()


def _signal(process: BaseProcess, number: int) -> None:
    if process.pid is None:
        return
    try:
        os.killpg(process.pid, number)
    except PermissionError:
        pass  # what is left of it is dead and not yet buried
    except (AttributeError, ProcessLookupError):  # it has no group of its own, not yet or not here
        process.kill()
