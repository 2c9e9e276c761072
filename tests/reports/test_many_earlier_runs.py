"""Hundreds of earlier runs cost a run little, and what they say is what reading all of them would say."""

from __future__ import annotations

import random
import time
import tracemalloc
from datetime import timedelta
from pathlib import Path

import pytest

from harness.core.control import Grade, Outcome
from harness.evidence import RunRecord
from harness.verdict import relevant
from reports.earlier_runs import HistoryRow, collect, evidence, rows_of
from tests.reports.sample_run import START, check, meta

OUTCOMES = (Outcome.PASS, Outcome.PASS, Outcome.WARN, Outcome.FAIL, Outcome.INCONCLUSIVE)
CONTROLS = ("CBK-03", "CBK-11", "PAY-02")


def run(runs: Path, number: int, dice: random.Random) -> RunRecord:
    """A run with chance in everything that decides whether its results count later."""
    start = START + timedelta(minutes=number * dice.choice((1, 10)))
    record = RunRecord.create(
        runs / f"run-{number:03}",
        meta(f"run-{number:03}", start=start, grade=Grade.EXPERIENCE, selection=dice.random() < 0.2),
    )
    for control in CONTROLS:
        for case in range(dice.randrange(4)):
            outcome = dice.choice(
                [Outcome.PASS, Outcome.PASS, Outcome.WARN, Outcome.FAIL, Outcome.INCONCLUSIVE]
            )
            record.append(
                check(
                    control,
                    scenario=f"test_{case}",
                    started=start + timedelta(seconds=dice.randrange(90)),
                    outcome=outcome,
                    grade=dice.choice([Grade.SIMULATED, Grade.SIMULATED, Grade.EXPERIENCE]),
                    lacks="payer" if outcome is Outcome.INCONCLUSIVE and dice.random() < 0.5 else "",
                )
            )
    if dice.random() < 0.9:
        record.finish(
            ended=start + timedelta(seconds=120),
            interrupted=dice.random() < 0.1,
            app_answers=dice.choice([0, 7, 7]),
        )
    return record


@pytest.mark.parametrize("seed", range(25))
def test_what_is_kept_is_what_reading_everything_would_keep(runs: Path, seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - no secret
    records = [run(runs, number, dice) for number in range(12)]
    read = [RunRecord.open(record.folder) for record in records]
    rows = [row for record in read if record.broken_seal(whole=False) is None for row in rows_of(record)]
    now = START + timedelta(days=1)
    found = collect(runs, subject=meta().subject, before=now, but_not="")
    as_evidence = evidence(rows)
    kept = {id(each) for each in relevant(as_evidence)}
    wanted = [row for row, each in zip(rows, as_evidence, strict=True) if id(each) in kept]
    assert sorted(map(_key, found.rows)) == sorted(map(_key, wanted))


def _key(row: HistoryRow) -> str:
    return row.model_dump_json()


def test_five_hundred_earlier_runs_cost_seconds_and_little_memory(runs: Path) -> None:
    first = RunRecord.create(runs / "run-000", meta("run-000"))
    for number in range(100):
        first.append(check("CBK-11", scenario=f"test_{number}", started=START))
    first.finish(ended=START + timedelta(minutes=1), interrupted=False)
    results = (first.folder / "results.ndjson").read_text("utf-8")
    moment = "2026-11-23T02:00:00Z"
    assert moment in results
    for number in range(1, 500):
        record = RunRecord.create(
            runs / f"run-{number:03}", meta(f"run-{number:03}", start=START + timedelta(minutes=20 * number))
        )
        later = record.meta.started.isoformat().replace("+00:00", "Z")
        (record.folder / "results.ndjson").write_text(results.replace(moment, later), "utf-8")
        record.reload()
        record.finish(ended=record.meta.started + timedelta(minutes=1), interrupted=False)
    tracemalloc.start()
    before = time.process_time()
    found = collect(runs, subject=meta().subject, before=START + timedelta(days=8), but_not="")
    took, (_, peak) = time.process_time() - before, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert {row.run for row in found.rows} == {"run-499"}
    assert took < 15
    assert peak < 20_000_000
