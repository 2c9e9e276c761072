"""Finished runs as a child leaves them, without running anything."""

from __future__ import annotations

from pathlib import Path

from harness.core.clock import wire_now
from harness.core.control import Check, Defect, Grade, Outcome, Text
from harness.evidence import RunMeta, RunRecord
from harness.mutants.child import RECORD
from harness.mutants.plan import Job
from harness.mutants.pool import OUTPUT, Ended
from reports.checklist import load
from tests.reports.sample_run import BLAMES

DEFECT = Defect(id="skips-signature", side="shop", control="CBK-02", text=Text(zh="不验签", en="Trusts all"))
WRONG = Job(DEFECT.id, DEFECT, ("CBK-02",), until_killed=True)
CORRECT = Job("correct-1")


def finished(
    folder: Path,
    job: Job,
    outcomes: dict[str, Outcome],
    *,
    code: int | None = 1,
    faults: tuple[str, ...] = (),
    closed: bool = True,
) -> Ended:
    """A run in whose record each control has one check with that outcome."""
    place = folder / job.name
    checklist = load()
    meta = RunMeta(
        id=RECORD,
        started=wire_now(),
        target="simulator",
        host="embedded simulator",
        grade=Grade.SIMULATED,
        gate="rehearsal",
        merchant="shop",
        subject="s",
        environment="e",
        checklist=checklist.date,
    )
    record = RunRecord.create(place / RECORD, meta)
    record.snapshot("checklist", checklist.dump())
    for control, outcome in outcomes.items():
        record.append(
            Check(
                control=control,
                scenario=f"scenarios/test_x.py::test_{control}",
                provider="wechat",
                dialect="apiv3",
                outcome=outcome,
                grade=Grade.SIMULATED,
                started=wire_now(),
                duration_s=0.1,
                message="" if outcome is Outcome.PASS else f"{control} said {outcome}",
                blame=BLAMES.get(outcome),
                exercised=1,
            )
        )
    if closed:
        record.finish(ended=wire_now(), interrupted=False, faults=faults)
    (place / OUTPUT).write_text("collected 1 item\nthe last line\n", "utf-8")
    return Ended(job, place, code, 1.5)


def without_record(folder: Path, job: Job, *, code: int | None) -> Ended:
    """A run that ended before it had a record."""
    place = folder / job.name
    place.mkdir(parents=True)
    (place / OUTPUT).write_text("starting\nthe browser would not start\n", "utf-8")
    return Ended(job, place, code, 1.5)
