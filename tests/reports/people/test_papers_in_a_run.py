"""A run keeps the papers that stand when it begins, and is judged by them at any moment, or by others."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from harness.core.control import Method, Outcome
from harness.core.errors import UsageError
from harness.evidence import RunRecord
from harness.verdict import Judgement, Standing
from reports.build import build
from reports.checklist import load
from reports.judging import judge_record, papers_in, take_snapshots
from reports.page.render import render
from reports.people import papers_of
from tests.reports.people.signed import AUTHOR, LATER, Office
from tests.reports.sample_run import START, check, everything, meta, outcomes, sample_run

WAIVABLE = "PAY-09"


def run_with(office: Office, runs: Path, **outcome: Outcome) -> RunRecord:
    """A rehearsal that began when the office's papers stood."""
    record = RunRecord.create(runs / "run-1", meta("run-1"))
    take_snapshots(record, load().model_copy(update={"scenarios": ()}), office.folder)
    change = outcomes({name.replace("_", "-"): each for name, each in outcome.items()})
    for number, id_ in enumerate(sorted(load().exercised)):
        made = change(check(id_, number))
        assert made
        record.append(made)
    answers = record.meta.app_answers
    record.finish(ended=START + timedelta(hours=1), interrupted=False, app_answers=answers)
    return RunRecord.open(record.folder)


def standing(judgement: Judgement, id_: str) -> Standing:
    return next(each.status for each in judgement.controls if each.id == id_)


def test_a_run_is_judged_by_the_papers_that_stood_when_it_began(office: Office, runs: Path) -> None:
    office.attest()
    office.approve()
    record = run_with(office, runs)
    (office.folder / "ledger.ndjson").unlink()
    judgement = judge_record(record)
    assert judgement.doubts == ()
    assert standing(judgement, "OPS-02") is Standing.PASS
    assert standing(judgement, "OPS-03") is Standing.INCONCLUSIVE
    told = next(each.message for each in judgement.controls if each.id == "OPS-02")
    assert told.startswith(f"attested by {AUTHOR}, valid until 2027-01-2")


def test_expiry_is_judged_at_the_moment_that_is_asked_for(office: Office, runs: Path) -> None:
    office.attest(until=START + timedelta(days=3))
    office.approve()
    record = run_with(office, runs)
    found = [standing(judge_record(record, START + timedelta(days=each)), "OPS-02") for each in (1, 2, 3, 4)]
    assert found == [Standing.PASS, Standing.PASS, Standing.INCONCLUSIVE, Standing.INCONCLUSIVE]


def test_papers_given_now_stand_in_place_of_those_of_the_run(office: Office, runs: Path) -> None:
    record = run_with(office, runs)
    office.attest()
    office.approve()
    assert standing(judge_record(record), "OPS-02") is Standing.INCONCLUSIVE
    now = papers_of(office.folder, LATER)
    assert standing(judge_record(record, papers=now), "OPS-02") is Standing.PASS


def test_a_paper_about_another_build_does_not_count_where_the_build_matters(
    office: Office, runs: Path
) -> None:
    office.attest("SEC-12", subject="sha256:00000000")
    office.attest("APP-01", subject="sha256:00000000")
    judgement = judge_record(run_with(office, runs))
    assert standing(judgement, "SEC-12") is Standing.INCONCLUSIVE
    assert standing(judgement, "APP-01") is Standing.PASS


def test_a_waiver_covers_a_failure_for_as_long_as_it_holds(office: Office, runs: Path) -> None:
    office.waive(WAIVABLE, days=3)
    record = run_with(office, runs, PAY_09=Outcome.FAIL)
    covered, ended = judge_record(record), judge_record(record, START + timedelta(days=4))
    assert (standing(covered, WAIVABLE), covered.gates["rehearsal"].verdict) == (Standing.WAIVED, "GO")
    assert (standing(ended, WAIVABLE), ended.gates["rehearsal"].verdict) == (Standing.FAIL, "NO-GO")


def test_a_waiver_of_a_fatal_control_covers_nothing_however_it_came_into_the_ledger(
    office: Office, runs: Path
) -> None:
    office.waive(WAIVABLE)
    office.edit(1, lambda members: members.update(control="CBK-11"), signer="release manager")
    assert [each.control for each in office.papers().waivers()] == ["CBK-11"]
    judgement = judge_record(run_with(office, runs, CBK_11=Outcome.FAIL))
    assert judgement.gates["rehearsal"].verdict == "NO-GO"


def test_a_waived_control_opens_a_gate_and_earns_no_readiness(office: Office, runs: Path) -> None:
    passed = judge_record(run_with(office, runs / "passed"))
    office.waive(WAIVABLE)
    record = run_with(office, runs / "waived", PAY_09=Outcome.FAIL)
    waived = judge_record(record)
    assert waived.readiness_percent < passed.readiness_percent
    page = render(record, load(), waived)
    assert (
        page.index("Not passed, only waived: ") < page.index(f'#{WAIVABLE}"') < page.index('class="signers"')
    )


def test_with_every_paper_a_whole_run_is_go_everywhere(office: Office, runs: Path) -> None:
    papers = [each.id for each in load().controls if Method.ATTEST in each.methods]
    for id_ in papers:
        office.attest(id_, subject="sha256:5f2a9c31")
        if id_[:3] in ("OPS", "BIZ"):
            office.approve(id_)
    ids = tuple(control.id for control in load().controls)
    record = RunRecord.create(runs / "run-1", meta("run-1", registered=ids, grade=3))
    take_snapshots(record, load().model_copy(update={"scenarios": ()}), office.folder)
    everything(record)
    record.finish(ended=START + timedelta(hours=1), interrupted=False)
    judgement = judge_record(RunRecord.open(record.folder))
    assert {each.verdict for each in judgement.gates.values()} == {"GO"}
    assert judgement.readiness_percent == 100.0
    assert judgement.milestones == (True, True, True)
    assert judgement.history == ()


def test_without_a_folder_of_papers_a_run_keeps_nothing_of_it(runs: Path, tmp_path: Path) -> None:
    record = sample_run(runs)
    take_snapshots(record, load(), tmp_path / "none")
    assert papers_in(record) is None
    assert not (record.folder / "snapshots" / "papers.json").exists()


def test_papers_that_were_edited_in_the_record_are_doubted(office: Office, runs: Path) -> None:
    office.attest()
    record = run_with(office, runs)
    path = record.folder / "snapshots" / "papers.json"
    path.write_text(path.read_text("utf-8").replace("OPS-02", "OPS-03"), "utf-8")
    judgement = judge_record(record)
    assert "papers.json" in judgement.doubts[0].en
    assert {each.verdict for each in judgement.gates.values()} == {"NOT YET"}


@pytest.mark.parametrize(
    "text", ["[]", "{", '{"taken": "x"}', '{"taken":"2026-11-23T00:00:00Z","entries":[{}]}']
)
def test_a_damaged_snapshot_is_told(office: Office, runs: Path, text: str) -> None:
    record = run_with(office, runs)
    (record.folder / "snapshots" / "papers.json").write_text(text, "utf-8")
    with pytest.raises(UsageError, match="damaged"):
        judge_record(record)


def test_a_snapshot_holds_no_signature_and_no_document_but_names_and_public_keys(
    office: Office, runs: Path
) -> None:
    office.attest()
    text = (run_with(office, runs).folder / "snapshots" / "papers.json").read_text("utf-8")
    assert "BEGIN SSH SIGNATURE" not in text
    assert "[redacted]" not in text
    assert office.public(AUTHOR).line in text
    assert json.loads(text)["people"][0]["names"] == [AUTHOR]


def test_hostile_texts_of_papers_leave_a_page_that_is_built(office: Office, runs: Path) -> None:
    office.desk(AUTHOR).attest(
        load().control("OPS-02"),
        office.document,
        statement="<script>alert(1)</script> \ud83d \u202e {name}",
        valid_until=LATER,
        subject="",
    )
    office.enrol({AUTHOR: [office.public(AUTHOR).line], "</script><b>": [office.public("finance lead").line]})
    office.desk("</script><b>", key_of="finance lead").approve(load().control("OPS-02"))
    folder = run_with(office, runs).folder
    build(folder)
    page = (folder / "report.html").read_text("utf-8")
    assert "</script><b>" not in page
    assert "approved by" in page
