"""What `golive mutants` shows while it runs: a line a run, and on a terminal what is running now."""

from __future__ import annotations

from collections import Counter
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.text import Text

from harness.evidence.kill_matrix import Alarm, CorrectRun, KillMatrix, Mutant
from harness.mutants.measure import exit_code
from harness.mutants.plan import Job

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

    def __init__(self, total: int, console: Console) -> None:
        self._console = console
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
        self._task: TaskID = self._bar.add_task("warming up", total=total)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def began(self, job: Job) -> None:
        """A run has started."""
        self._running.append(job.name)
        self._refresh()

    def mutant(self, mutant: Mutant) -> None:
        """A run with a defect has ended."""
        also = [control for control in mutant.killed_by if control != mutant.control]
        more = f", also {' '.join(also)}" if also else ""
        said = f"{mutant.control}  {mutant.id}{'' if mutant.killed else f'  {mutant.state}'}{more}"
        self._line(mutant.id, mutant.state, said, mutant.seconds, "" if mutant.killed else mutant.message)

    def correct(self, run: CorrectRun, alarms: tuple[Alarm, ...]) -> None:
        """A run of the correct shop has ended."""
        narrowed = "" if run.whole else ", narrowed"
        which = f" ({run.variant})" if run.variant else ""
        counted = f"{run.checks} checks, {len(alarms)} false alarms"
        heard = [f"{alarm.control} in {alarm.scenario}: {alarm.message}" for alarm in alarms]
        said = f"correct shop  {run.name}{which}{narrowed}: {counted}"
        self._line(run.name, run.state, said, run.seconds, "\n".join([*heard, run.message]).strip())

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


def summary(matrix: KillMatrix) -> list[str]:
    """The last lines: what was not caught, what was accused wrongly, what proves nothing, and the count."""
    lines = [
        f"{each.state}: {each.id} ({each.control}){f', kept in {each.kept}/' if each.kept else ''}"
        for each in matrix.defects
        if not each.killed
    ]
    lines += [
        f"proves nothing: {run.name}, kept in {run.kept}/" for run in matrix.correct if run.state == "error"
    ]
    heard = Counter((alarm.control, alarm.scenario) for alarm in matrix.alarms)
    lines += [
        f"false alarm: {control} in {scenario}, {times} in {len(matrix.correct)} correct runs"
        for (control, scenario), times in heard.most_common()
    ]
    killed = sum(each.killed for each in matrix.defects)
    if matrix.interrupted:
        done = len(matrix.defects) + len(matrix.correct)
        lines.append(f"interrupted after {done} of {matrix.planned} runs; what was measured is kept")
    caught = [f"{killed} of {len(matrix.defects)} defects caught"] if matrix.mode != "soak" else []
    runs = f"{len(matrix.correct)} correct {'run' if len(matrix.correct) == 1 else 'runs'}"
    caught.append(f"{len(matrix.alarms)} false alarms in {runs}")
    lines.append(f"MUTANTS {_VERDICTS[exit_code(matrix)]} · {' · '.join(caught)} · {matrix.seconds:.0f} s")
    return lines


_VERDICTS = {0: "PASS", 1: "FAIL", 2: "INTERRUPTED", 5: "UNDECIDED"}
