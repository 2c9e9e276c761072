"""What `golive mutants` shows while it runs: a line a run, and on a terminal what is running now."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.text import Text

from harness.core.control import Language
from harness.core.texts import read_texts
from harness.evidence.kill_matrix import Alarm, CorrectRun, KillMatrix, Mutant
from harness.mutants.measure import exit_code
from harness.mutants.plan import Job

_TEXTS = read_texts(Path(__file__).with_suffix(".yaml"))
_WORDS, _STATES = _TEXTS["lines"], _TEXTS["states"]
_LOOK = {
    "killed": ("✓", "green"),
    "silent": ("✓", "green"),
    "survived": ("✗", "bold red"),
    "alarm": ("✗", "bold red"),
    "error": ("⚠", "bold magenta"),
}
MOST_LINES = 12


class Screen:
    """A watcher of `measure`, and a context manager around it."""

    def __init__(self, total: int, console: Console, language: Language = "en") -> None:
        self._console = console
        self._language = language
        self._total = total
        self._done = 0
        self._running: list[str] = []
        self._bar = Progress(
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.description}", style="dim"),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._task: TaskID = self._bar.add_task(self._words("warming"), total=total)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def began(self, job: Job) -> None:
        """A run has started."""
        self._running.append(job.title)
        self._total += job.again
        self._refresh()

    def mutant(self, mutant: Mutant) -> None:
        """A run with a defect has ended."""
        also = [control for control in mutant.killed_by if control != mutant.control]
        more = self._words("also", controls=" ".join(also)) if also else ""
        state = "" if mutant.killed else f"  {_STATES[mutant.state].spoken(self._language)}"
        again = self._words("again") if mutant.undecided else ""
        said = f"{mutant.control}  {mutant.id}{state}{more}{again}"
        self._line(mutant.id, mutant.state, said, mutant.seconds, "" if mutant.killed else mutant.message)

    def correct(self, run: CorrectRun, alarms: tuple[Alarm, ...]) -> None:
        """A run of the correct shop has ended."""
        narrowed = "" if run.whole else self._words("narrowed")
        which = f" ({run.variant})" if run.variant else ""
        counted = self._words("counted", checks=run.checks, alarms=len(alarms))
        heard = [
            self._words("heard", control=alarm.control, scenario=alarm.scenario, message=alarm.message)
            for alarm in alarms
        ]
        said = self._words("correct", run=f"{run.name}{which}{narrowed}", counted=counted)
        said += self._words("again") if run.undecided else ""
        self._line(run.name, run.state, said, run.seconds, "\n".join([*heard, run.message]).strip())

    def _words(self, name: str, **values: object) -> str:
        return _WORDS[name].filled(**values).spoken(self._language)

    def _line(self, name: str, state: str, said: str, seconds: float, message: str) -> None:
        self._done += 1
        self._running.remove(name)
        sign, style = _LOOK[state]
        count = f"[{self._done:>{len(str(self._total))}}/{self._total}] "
        self._console.print(
            Text.assemble(
                (count, "dim"),
                (f"{sign} ", style),
                said,
                (f"  {seconds:.1f} s", "dim"),
                overflow="fold",
            )
        )
        for line in message.splitlines()[:MOST_LINES]:
            self._console.print(Text(f"            {line}", style=style, overflow="fold"))
        self._refresh()

    def _refresh(self) -> None:
        self._bar.update(self._task, completed=self._done, description=" · ".join(self._running))


def begins(runs: int, workers: int, language: Language) -> str:
    """The first line: how much there is to do."""
    return _WORDS["begins"].filled(runs=runs, workers=workers).spoken(language)


def summary(matrix: KillMatrix, language: Language = "en") -> list[str]:
    """The last lines: what was not caught, what was accused wrongly, what proves nothing, and the count."""

    def say(line: str, **values: object) -> str:
        return _WORDS[line].filled(**values).spoken(language)

    def kept(folder: str) -> str:
        return say("kept", folder=folder) if folder else ""

    lines: list[str] = []
    for each in matrix.defects:
        if not each.killed:
            state = _STATES[each.state].spoken(language)
            told = {"state": state, "defect": each.id, "control": each.control}
            lines.append(say("escaped", **told, kept=kept(each.kept)))
        if each.state == "error":  # of many runs only the last lines may be kept
            lines += [f"    {line}" for line in each.message.splitlines()[:MOST_LINES]]
        if each.undecided:
            lines.append(say("asked_again", defect=each.id, message=each.undecided.partition("\n")[0]))
    for run in matrix.correct:
        if run.state == "error":
            lines.append(say("nothing", run=run.name, kept=kept(run.kept)))
            lines += [f"    {line}" for line in run.message.splitlines()[:MOST_LINES]]
        if run.undecided:
            lines.append(say("asked_again", defect=run.name, message=run.undecided.partition("\n")[0]))
    correct = len(matrix.correct)
    heard = Counter((alarm.control, alarm.scenario) for alarm in matrix.alarms)
    lines += [
        say("alarm", control=control, scenario=scenario, times=times, runs=correct)
        for (control, scenario), times in heard.most_common()
    ]
    if matrix.interrupted:
        done = len(matrix.defects) + correct
        lines.append(say("interrupted", done=done, planned=matrix.planned))
    killed = sum(each.killed for each in matrix.defects)
    counted = [say("caught", killed=killed, defects=len(matrix.defects))] if matrix.mode != "soak" else []
    number = "alarms_in_one" if correct == 1 else "alarms_in_many"
    counted.append(say(number, alarms=len(matrix.alarms), runs=correct))
    verdict, seconds = _VERDICTS[exit_code(matrix)], f"{matrix.seconds:.0f}"
    lines.append(say("ends", verdict=verdict, counted=" · ".join(counted), seconds=seconds))
    return lines


_VERDICTS = {0: "PASS", 1: "FAIL", 2: "INTERRUPTED", 5: "UNDECIDED"}
