"""The plan's papers: a form for each, who brings it, and how everything stands at a moment."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from harness.core.control import Method
from reports.checklist import load
from reports.judging import judge_record
from reports.people.dossier import State, dossier
from reports.people.forms import form, make_folder
from reports.people.plan import plan
from reports.people.roster import read_roster
from tests.reports.people.signed import LATER, NOW, Office
from tests.reports.sample_run import START, outcomes, sample_run

ATTESTED = [each.id for each in load().controls if Method.ATTEST in each.methods]


def test_every_paper_of_the_checklist_is_in_the_plan() -> None:
    assert set(ATTESTED) | {"APP-05"} == set(plan().papers)


def test_every_control_is_due_in_a_week_of_the_plan() -> None:
    assert {plan().week_of(each) for each in load().controls} == {1, 2, 3, 4, 5, 6}
    assert {each.section for each in load().controls} <= plan().sections.keys()


@pytest.mark.parametrize("id_", plan().papers)
def test_a_form_says_in_both_languages_what_it_holds_and_how_it_is_handed_in(id_: str) -> None:
    control, planned = load().control(id_), plan().papers[id_]
    text = form(control, planned)
    assert control.criterion.zh in text
    assert control.criterion.en in text
    assert all(f"| {each.zh} · {each.en} |" in text for each in planned.holds)
    assert (f"golive attest {id_} --by NAME" in text) is (id_ in ATTESTED)
    assert (f"golive approve {id_}" in text) is (id_[:3] in ("OPS", "BIZ"))
    assert ("Another build" in text or "another build" in text) is (id_ in ("SEC-10", "SEC-12"))


def test_a_folder_is_made_once_and_nothing_in_it_is_written_over(tmp_path: Path) -> None:
    folder = tmp_path / "papers"
    assert len(make_folder(folder, load())) == 1 + len(plan().papers)
    (folder / "forms" / "APP-01.md").write_text("filled in", "utf-8")
    (folder / "forms" / "APP-02.md").unlink()
    assert make_folder(folder, load()) == [folder / "forms" / "APP-02.md"]
    assert (folder / "forms" / "APP-01.md").read_text("utf-8") == "filled in"
    assert read_roster(folder).people == ()


def states(office: Office, days: int = 0) -> dict[str, State]:
    found = dossier(load().controls, office.papers(), NOW + timedelta(days=days, hours=1))
    return {each.control: each.state for each in found.papers}


def test_a_paper_goes_through_its_states(office: Office) -> None:
    assert states(office)["OPS-02"] is State.MISSING
    office.attest(until=NOW + timedelta(days=30))
    assert states(office)["OPS-02"] is State.APPROVAL
    office.approve()
    assert [states(office, day)["OPS-02"] for day in (0, 15, 17, 29, 30)] == [
        *(State.VALID, State.VALID, State.SOON, State.SOON),
        State.VOID,
    ]
    office.desk("finance lead").withdraw(1, reason="a gap on Sunday")
    assert states(office)["OPS-02"] is State.VOID


def test_a_dossier_is_complete_when_every_paper_is_valid(office: Office) -> None:
    for id_ in ATTESTED:
        assert not dossier(load().controls, office.papers(), office.now, subject="s").complete
        office.attest(id_, subject="s")
        if id_[:3] in ("OPS", "BIZ"):
            office.approve(id_)
    assert dossier(load().controls, office.papers(), office.now, subject="s").complete
    assert not dossier(load().controls, office.papers(), office.now, subject="another").complete
    assert not dossier(load().controls, office.papers(), LATER, subject="s").complete


def test_a_run_says_what_is_open_in_each_week_and_what_blocks_each_milestone(
    office: Office, runs: Path
) -> None:
    record = sample_run(runs, change=outcomes({}))
    papers = office.papers()
    found = dossier(load().controls, papers, START, judge_record(record, papers=papers), record.meta.subject)
    weeks = {each.number: each.open for each in found.weeks}
    assert {"APP-01", "APP-04"} <= set(weeks[1])
    assert "SEC-12" in weeks[4]
    assert "OPS-01" in weeks[6]
    first, second, third = found.milestones
    assert [each.reached for each in found.milestones] == [False, False, False]
    assert {re.sub(r"-\d+", "", each) for each in first.blocked_by} == {"CFG", "PAY"}
    assert {"APP-01", "PAY-01"} <= set(second.blocked_by) < set(third.blocked_by)


def test_without_a_run_only_papers_are_counted(office: Office) -> None:
    found = dossier(load().controls, office.papers(), NOW)
    assert {each for week in found.weeks for each in week.open} == set(ATTESTED)
    assert [each.reached for each in found.milestones] == [None, None, None]
