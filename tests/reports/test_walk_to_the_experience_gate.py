"""What the page asks for opens the experience gate, once it is brought: all of it, and nothing less."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from pathlib import Path

from harness.core.control import Grade
from harness.evidence import RunRecord
from harness.verdict import Judgement, Price
from reports.checklist import load
from reports.judging import judge_record, look_back, take_snapshots
from tests.reports.sample_papers import every_paper
from tests.reports.sample_run import START, check, meta, sample_run

HOUR = timedelta(hours=1)


def at_experience(runs: Path, number: int, controls: Collection[str], *, papers: bool) -> Judgement:
    """Judge a record whose grade is synthetic: no platform was asked."""
    start = START + number * HOUR
    described = meta(
        f"real-{number}", start=start, target="experience", grade=Grade.EXPERIENCE, gate="experience"
    )
    record = RunRecord.create(runs / f"real-{number}", described)
    take_snapshots(record, load().model_copy(update={"scenarios": ()}))
    if papers:
        every_paper(record)
    look_back(record)
    for place, id_ in enumerate(sorted(controls)):
        record.append(check(id_, place, started=start + timedelta(seconds=place), grade=Grade.EXPERIENCE))
    record.finish(ended=start + timedelta(minutes=9), interrupted=False)
    return judge_record(record)


def test_a_rehearsal_then_a_run_and_papers_lead_to_go_of_the_experience_gate(runs: Path) -> None:
    missing = judge_record(sample_run(runs)).gates["experience"].missing
    by_run = {each.control for each in missing if each.price is Price.EXPERIENCE_RUN}
    by_paper = {each.control for each in missing if each.price is Price.PAPER}
    assert by_run | by_paper == {each.control for each in missing}
    without_papers = at_experience(runs, 1, by_run, papers=False).gates["experience"]
    assert (without_papers.verdict, {each.control for each in without_papers.missing}) == (
        "NOT YET",
        by_paper,
    )
    lacking = at_experience(runs, 2, by_run - {"PAY-02"}, papers=True).gates["experience"]
    assert lacking.verdict == "GO", "what the run before found still counts"
    whole = at_experience(runs, 3, by_run, papers=True)
    assert [verdict.verdict for verdict in whole.gates.values()] == ["GO", "GO", "NOT YET"]
    assert whole.gates["production"].missing
