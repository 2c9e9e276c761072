"""The kill matrix of the samples: each defect in a mended copy, against its own control.

python -m tests.examples.matrix [--sample NAME] [--only WORDS] [--runs N]
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from rich.console import Console

from harness.core.clock import wire_now
from harness.evidence.kill_matrix import Mutant
from harness.mutants import child
from harness.mutants.measure import exit_code, measure
from harness.mutants.plan import Job, Plan
from harness.mutants.screen import Screen, begins, summary
from load.criteria.choice import NO_LOAD
from reports.kill_matrix import PAGE, build
from tests.examples.edited_copy import edits_of, mended_copy
from tests.examples.print_shop_side import print_shop
from tests.examples.running_app import RunningApp
from tests.examples.tea_house_side import tea_house_copy

NOTHING_CHOSEN = 4
FOLLOWS = "RCN-03"
"""What other controls found is seen in the books too."""
Runs = Callable[[Path, Path], AbstractContextManager[RunningApp]]
"""Runs a copy of a sample, given the folder of the run and the copy."""
SAMPLES: dict[str, Runs] = {"tea_house": tea_house_copy, "print_shop": print_shop}


@dataclass(frozen=True, slots=True)
class SampleJob(Job):
    """One run of scenarios about a copy of a sample."""

    @property
    def arguments(self) -> list[str]:
        """What pytest is told: the defect is in the copy."""
        return ["--one-by-one", f"--only={','.join(self.controls)}", f"--load={NO_LOAD}"]


def planned(sample: str, only: str, runs: int) -> Plan:
    """A run for each defect that was asked for, after that many whole runs of the mended copy."""
    words = tuple(filter(None, only.split(",")))
    correct = [SampleJob(f"correct-{number}", leaves_open=True) for number in range(1, runs + 1)]
    wrong = [
        SampleJob(each.id, each, (each.control,), until_killed=True)
        for each in edits_of(sample).chosen(set(words))
    ]
    return Plan("quick", words, (*correct, *wrong))


def run(sample: str, job: Job, folder: Path) -> None:
    """One run: the copy with the job's defect beside a simulator of its own, and the scenarios about it."""
    copy = mended_copy(sample, folder, job.defect.id if job.defect else "")
    with SAMPLES[sample](folder, copy) as app:
        child.run(
            job,
            folder,
            [f"--target={app.target}", f"--env-file={app.env_file}", f"--merchant={app.profile()}"],
        )


def caught_first(mutant: Mutant) -> bool:
    """Whether its own control failed before any other, but for what follows from it."""
    return (
        next(each for each in mutant.killed_by if each == mutant.control or each != FOLLOWS) == mutant.control
    )


def main() -> int:
    """Measure the samples one after the other; the code is the worst of them."""
    asked = argparse.ArgumentParser(prog="python -m tests.examples.matrix")
    asked.add_argument("--sample", choices=SAMPLES, action="append", help="default: all")
    asked.add_argument("--only", default="", metavar="WORDS", help="defects, controls or sections")
    asked.add_argument("--runs", type=int, default=0, metavar="N", help="whole runs of the mended copy")
    asked.add_argument("--jobs", type=int, default=os.cpu_count() or 1, metavar="N")
    asked.add_argument("--out", type=Path, default=Path("runs") / f"samples-{wire_now():%Y%m%dT%H%M%SZ}")
    options = asked.parse_args()
    console = Console(highlight=False, soft_wrap=True)
    codes = []
    for sample in options.sample or SAMPLES:
        plan = planned(sample, options.only, options.runs)
        if not plan.jobs:
            continue
        console.print(f"{sample}: {begins(len(plan.jobs), options.jobs, 'en')}")
        folder = options.out / sample
        with Screen(len(plan.jobs), console) as screen:
            matrix = measure(plan, folder, workers=options.jobs, watcher=screen, run=partial(run, sample))
        matrix.write(folder)
        build(folder)
        late = [each.id for each in matrix.defects if each.killed and not caught_first(each)]
        console.print("\n".join([str(folder / PAGE), *summary(matrix)]))
        for each in late:
            console.print(f"another control failed first: {each}")
        codes.append(exit_code(matrix) or int(bool(late)))
    return max(codes, default=NOTHING_CHOSEN)


if __name__ == "__main__":
    sys.exit(main())
