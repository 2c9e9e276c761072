"""A run record of very many results, made without a run: for what it takes to tell of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from harness.core.control import Blame, Check, Grade, Outcome
from harness.core.dialects import classic_of
from harness.core.payment import Provider
from harness.evidence import RunMeta, RunRecord
from reports.checklist import load
from reports.judging import take_snapshots

START = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
WIRE = classic_of(Provider.WECHAT).id
BAD = 10
"""Of so many checks one failed."""


def large_record(folder: Path, results: int) -> RunRecord:
    """A finished record with so many results, spread over every control that has checks; a tenth failed."""
    checklist = load()
    controls = sorted(checklist.exercised)
    meta = RunMeta(
        id=folder.name,
        started=START,
        target="simulator",
        host="127.0.0.1:8765",
        grade=Grade.SIMULATED,
        gate="rehearsal",
        merchant="shop",
        subject="sha256:5f2a9c31",
        environment="sha256:0c77e1d4",
        dialects=(WIRE,),
        registered=tuple(controls),
        versions={"golive": "0.1.0"},
        checklist=checklist.date,
        command="golive run",
    )
    record = RunRecord.create(folder, meta)
    take_snapshots(record, checklist)
    for number in range(results):
        record.append(_check(number, controls[number % len(controls)]))
    record.finish(ended=START + timedelta(seconds=results), interrupted=False)
    return record


def _check(number: int, control: str) -> Check:
    bad = number % BAD == 0
    return Check(
        control=control,
        scenario=f"scenarios/x/test_x.py::test_case[{number:06}]",
        provider="wechat",
        dialect=WIRE,
        outcome=Outcome.FAIL if bad else Outcome.PASS,
        blame=Blame.MERCHANT if bad else None,
        grade=Grade.SIMULATED,
        started=START + timedelta(seconds=number / 10),
        duration_s=0.05,
        message=f"order {number} was credited 2 times, expected 1" if bad else "",
        exercised=3,
    )
