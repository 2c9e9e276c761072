"""Carries a plan out: every run, judged as it ends, into one matrix. Ctrl-C keeps what was measured."""

from __future__ import annotations

import shutil
import signal
import time
from collections.abc import Callable, Generator
from contextlib import closing
from pathlib import Path
from types import FrameType
from typing import Protocol

from harness.core.clock import wire_now
from harness.core.errors import UsageError
from harness.evidence.kill_matrix import Alarm, CorrectRun, KillMatrix, Mutant
from harness.mutants import child
from harness.mutants.judging import judge_correct, judge_mutant
from harness.mutants.plan import Job, Plan
from harness.mutants.pool import Ended, run_all
from harness.processes.interrupts import handling_signals

PRELOAD = "harness.mutants.preload"
"""What every child is forked with."""


class Watcher(Protocol):
    """Hears of the runs as they begin and end."""

    def began(self, job: Job) -> None:
        """A run has started."""

    def mutant(self, mutant: Mutant) -> None:
        """A run with a defect has ended."""

    def correct(self, run: CorrectRun, alarms: tuple[Alarm, ...]) -> None:
        """A run of the correct shop has ended."""


def measure(
    plan: Plan,
    folder: Path,
    *,
    workers: int,
    watcher: Watcher,
    run: Callable[[Job, Path], None] = child.run,
) -> KillMatrix:
    """Carry out the plan and return what it came to; nothing but kept runs is left in `folder`.

    A run of a defect that can say nothing is made once more at the end, and so are the inconclusive controls
    of a correct run, alone; the matrix tells why. A survivor and a false alarm have said something, and a
    correct run in which the harness was at fault has found that fault: none of them is asked again.

    Args:
        folder: new or empty; a run that surprised stays in it, with its record and its output.
        workers: how many runs go on at once.
        run: does one of them in its folder, in a child; a function of a module.

    Raises:
        UsageError: the folder holds something already, or cannot be made.
    """
    _claim(folder)
    started, since = wire_now(), time.monotonic()
    mutants: dict[str, Mutant] = {}
    correct: dict[str, CorrectRun] = {}
    alarms: list[Alarm] = []
    undecided: list[Job] = []
    interrupted = False

    def all_runs() -> Generator[Ended, None, None]:
        for jobs in (plan.jobs, undecided):
            yield from run_all(jobs, folder, run, PRELOAD, workers=workers, began=watcher.began)

    try:
        runs = all_runs()
        # What is ignored stays so, as for a command in the background.
        heard = [each for each in (signal.SIGINT, signal.SIGTERM) if signal.getsignal(each) != signal.SIG_IGN]
        with handling_signals(_interrupt, *heard), closing(runs):
            for finished in runs:
                if finished.job.defect is not None:
                    mutant = judge_mutant(finished, finished.job.defect)
                    if finished.job.again:
                        first = mutants[mutant.id]
                        mutant = mutant.model_copy(update={"undecided": first.message})
                    elif mutant.state == "error":
                        undecided.append(finished.job.once_more())
                    mutants[mutant.id] = mutant
                    _tidy(finished, mutant.kept)
                    watcher.mutant(mutant)
                else:
                    let_through, accused, unsaid = judge_correct(finished)
                    if finished.job.again:
                        let_through = _decided_by(let_through, correct[finished.job.first])
                    elif unsaid:
                        undecided.append(finished.job.once_more(unsaid))
                    correct[finished.job.first] = let_through
                    alarms += accused
                    _tidy(finished, let_through.kept)
                    watcher.correct(let_through, accused)
    except KeyboardInterrupt:
        interrupted = True
    order = [job.name for job in plan.jobs]
    for name in order:
        if name not in mutants and name not in correct:
            shutil.rmtree(folder / name, ignore_errors=True)
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


def _decided_by(second: CorrectRun, first: CorrectRun) -> CorrectRun:
    """The row of a correct run whose second run had the last word."""
    told = {
        "name": first.name,
        "kept": second.kept or first.kept,
        "checks": max(first.checks, second.checks),
        "whole": first.whole,
        "seconds": round(first.seconds + second.seconds, 2),
        "undecided": first.message,
    }
    return second.model_copy(update=told)


def _tidy(finished: Ended, kept: str) -> None:
    if not kept:
        shutil.rmtree(finished.folder, ignore_errors=True)


def _interrupt(number: int, frame: FrameType | None) -> None:
    """Ctrl-C ends the runs, and so does being told to end, by `timeout` or a CI server.

    What comes after the first is not heard until every child is gone.
    """
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, signal.SIG_IGN)
    raise KeyboardInterrupt
