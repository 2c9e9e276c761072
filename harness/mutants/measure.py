"""Carries a plan out: every run, judged as it ends, into one matrix. Ctrl-C keeps what was measured."""

from __future__ import annotations

import shutil
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from types import FrameType
from typing import Protocol

from harness.core.clock import wire_now
from harness.core.errors import UsageError
from harness.evidence.kill_matrix import Alarm, CorrectRun, KillMatrix, Mutant
from harness.mutants.judging import judge_correct, judge_mutant
from harness.mutants.plan import Job, Plan
from harness.mutants.pool import Finished, run_all
from harness.processes.interrupts import answering


class Watcher(Protocol):
    """Hears of the runs as they begin and end."""

    def began(self, job: Job) -> None:
        """A run has started."""

    def mutant(self, mutant: Mutant) -> None:
        """A run with a defect has ended."""

    def correct(self, run: CorrectRun, alarms: tuple[Alarm, ...]) -> None:
        """A run of the correct shop has ended."""


def measure(plan: Plan, folder: Path, *, workers: int, watcher: Watcher) -> KillMatrix:
    """Carry out the plan and return what it came to; nothing but kept runs is left in `folder`.

    Args:
        folder: new or empty; a run that surprised stays in it, with its record and its output.
        workers: how many runs go on at once.

    Raises:
        UsageError: the folder holds something already, or cannot be made.
    """
    _claim(folder)
    started, since = wire_now(), time.monotonic()
    mutants: dict[str, Mutant] = {}
    correct: dict[str, CorrectRun] = {}
    alarms: list[Alarm] = []
    interrupted = False
    try:
        with (
            _interruptible(),
            closing(run_all(plan.jobs, folder, workers=workers, began=watcher.began)) as runs,
        ):
            for finished in runs:
                if finished.job.defect is not None:
                    mutant = judge_mutant(finished, finished.job.defect)
                    mutants[mutant.id] = mutant
                    _tidy(finished, mutant.kept)
                    watcher.mutant(mutant)
                else:
                    run, heard = judge_correct(finished)
                    correct[run.name] = run
                    alarms += heard
                    _tidy(finished, run.kept)
                    watcher.correct(run, heard)
    except KeyboardInterrupt:
        interrupted = True
        done = {job.name for job in plan.jobs if job.name in mutants or job.name in correct}
        for job in plan.jobs:
            if job.name not in done:
                shutil.rmtree(folder / job.name, ignore_errors=True)
    order = [job.name for job in plan.jobs]
    return KillMatrix(
        mode=plan.mode,
        only=plan.only,
        started=started,
        seconds=round(time.monotonic() - since, 2),
        jobs=workers,
        planned=len(plan.jobs),
        interrupted=interrupted,
        defects=tuple(mutants[name] for name in order if name in mutants),
        correct=tuple(correct[name] for name in order if name in correct),
        false_alarms=tuple(sorted({alarm.control for alarm in alarms})),
        alarms=tuple(alarms),
    )


def exit_code(matrix: KillMatrix) -> int:
    """How the command ends.

    2 interrupted · 1 a defect survived, or the correct shop was accused · 5 a run proves nothing, or nothing
    ran · 0 every defect was caught and the correct shop let through.
    """
    if matrix.interrupted:
        return 2
    states = matrix.states
    if states & {"survived", "alarm"}:
        return 1
    return 5 if "error" in states or not states else 0


def _claim(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        taken = any(folder.iterdir())
    except OSError as error:
        raise UsageError(
            f"cannot write a kill matrix: {error.strerror}",
            where=str(folder),
            remedy="choose another place with --out",
        ) from error
    if taken:
        raise UsageError("this folder holds files", where=str(folder), remedy="choose another --out")


def _tidy(finished: Finished, kept: str) -> None:
    if not kept:
        shutil.rmtree(finished.folder, ignore_errors=True)


@contextmanager
def _interruptible() -> Iterator[None]:
    """Let Ctrl-C end the runs once, and let being told to end (`timeout`, a CI server) do the same.

    What comes after the first is not heard until every child is gone.
    """
    heard = False

    def hear(number: int, frame: FrameType | None) -> None:
        nonlocal heard
        if not heard:
            heard = True
            raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    numbers = (signal.SIGINT, signal.SIGTERM)
    # What is ignored stays so, as for a command in the background.
    with answering(hear, *(each for each in numbers if signal.getsignal(each) is not signal.SIG_IGN)):
        yield
