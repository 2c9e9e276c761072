"""Runs jobs side by side, each in a child, and tells of each as it ends.

Children are forked from a server that has imported what each of them needs. Where forking is not sound, they
are started from nothing, and the same happens more slowly.
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
from harness.mutants.plan import Job, may_begin
from harness.processes.forked import signal_group, stand_alone

OUTPUT = "output.txt"
"""What a child says, in the folder of its job."""
_NICENESS = 5
"""Of a run that gives way."""
_ENDS_WITHIN_S = 3.0
"""How long a child that is told to end may take to close its browser."""


@dataclass(frozen=True, slots=True)
class Ended:
    """A job that has ended."""

    job: Job
    folder: Path
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

    def ended(self, code: int | None) -> Ended:
        return Ended(self.job, self.folder, code, time.monotonic() - self.since)


def run_all(
    jobs: Sequence[Job],
    folder: Path,
    run: Callable[[Job, Path], None],
    preload: str,
    *,
    workers: int,
    began: Callable[[Job], None],
) -> Generator[Ended, None, None]:
    """Run every job, at most `workers` at once, and yield them as they end.

    Leaving the iteration early stops what still runs.

    Args:
        folder: each job gets a folder of its own in it, called after it.
        run: does a job in its folder; a function of a module.
        workers: how many there are of jobs that share the machine; of loads one less, one at least.
        preload: the module that the fork server imports.
        began: hears of each job as it starts.
    """
    context = _context(preload)
    waiting = list(reversed(jobs))
    running: list[_Running] = []
    try:
        while waiting or running:
            while waiting and may_begin(waiting[-1], [each.job for each in running], workers):
                running.append(_start(waiting.pop(), folder, run, context))
                began(running[-1].job)
            patience = max(min(each.left_s for each in running), 0)
            gone = connection.wait([each.process.sentinel for each in running], patience)
            for each in list(running):
                if each.process.sentinel in gone:
                    each.process.join()
                    running.remove(each)
                    yield each.ended(each.process.exitcode)
                elif each.left_s <= 0:
                    _stop([each])
                    running.remove(each)
                    yield each.ended(None)
    finally:
        _stop(running)


def _context(preload: str) -> ForkServerContext | SpawnContext:
    if sys.platform != "linux":  # elsewhere system libraries do not survive a fork
        return get_context("spawn")
    context = get_context("forkserver")
    context.set_forkserver_preload([preload])
    return context


def _start(
    job: Job, folder: Path, run: Callable[[Job, Path], None], context: ForkServerContext | SpawnContext
) -> _Running:
    place = folder / job.name
    place.mkdir(parents=True)
    process = context.Process(target=_inside, args=(run, job, place), name=job.name)
    since = time.monotonic()
    try:
        process.start()
    except (EOFError, ConnectionError) as error:
        raise HarnessError(
            f"the fork server broke before its first run ({type(error).__name__})",
            remedy="its error stands above; please report it",
        ) from error
    return _Running(job, place, process, since)


def _inside(run: Callable[[Job, Path], None], job: Job, folder: Path) -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)  # the fork server ignores it
    stand_alone(folder / OUTPUT)
    if job.gives_way and sys.platform != "win32":
        os.nice(_NICENESS)
    run(job, folder)


def _stop(running: Sequence[_Running]) -> None:
    """Ask as Ctrl-C would, give all one deadline, and insist: with each goes whatever it started."""
    for each in running:
        signal_group(each.process, signal.SIGINT)
    deadline = time.monotonic() + _ENDS_WITHIN_S
    for each in running:
        each.process.join(max(deadline - time.monotonic(), 0))
    for each in running:
        signal_group(each.process, getattr(signal, "SIGKILL", signal.SIGTERM))
        each.process.join()
