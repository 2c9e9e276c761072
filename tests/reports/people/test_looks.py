"""A person does what a check at a real target asked, attests it with a picture, and the gate heeds it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from harness.core.control import Check, Grade
from harness.core.errors import UsageError
from harness.evidence import RunRecord
from harness.verdict import Judgement, Price
from reports.judging import checklist_of, judge_record
from reports.page.paper_lines import paper_view
from reports.people import Papers
from reports.people.entering import Look
from reports.people.entry import LookedAt
from tests.reports.people.signed import AUTHOR, LATER, Office, control
from tests.reports.sample_run import START, sample_run

MUST, FATAL = "PAY-13", "EXP-01"
SUBJECT = "sha256:5f2a9c31"


def asks(check: Check) -> Check:
    """At a real target a person has to look at two controls."""
    at_the_platform = check.model_copy(update={"grade": Grade.EXPERIENCE})
    if check.control not in (MUST, FATAL):
        return at_the_platform
    told = {"outcome": "needs-human", "lacks": "merchant", "exercised": 0, "message": "try it in your app"}
    return Check.model_validate(at_the_platform.model_dump() | told)


@pytest.fixture
def record(runs: Path) -> RunRecord:
    sample_run(runs, "rehearsal")
    start = START + timedelta(hours=2)
    return sample_run(runs, "run-1", start=start, change=asks, grade=Grade.EXPERIENCE, gate="experience")


def look_of(record: RunRecord, id_: str) -> Look:
    parts = (
        LookedAt(scenario=each.scenario, provider=each.provider, dialect=each.dialect)
        for each in record.checks
        if each.control == id_
    )
    return Look(record.meta.id, "experience", tuple(parts))


def look(office: Office, record: RunRecord, id_: str, *, days: int = 9) -> None:
    office.desk(AUTHOR).attest(
        control(id_),
        office.document,
        statement="",
        valid_until=office.now + timedelta(days=days),
        subject=SUBJECT,
        look=look_of(record, id_),
    )


def told(record: RunRecord, papers: Papers, id_: str) -> tuple[bool, Price | None]:
    """Whether a control is satisfied at the grade it wants, and what it costs else."""
    judgement: Judgement = judge_record(record, papers.taken, papers)
    reached = next(each.reached for each in judgement.controls if each.id == id_)
    gate = judgement.gates["experience"]
    return reached, next((each.price for each in gate.missing if each.control == id_), None)


def test_what_was_seen_stands_until_it_is_withdrawn(office: Office, record: RunRecord) -> None:
    office.now = record.as_of
    assert told(record, office.papers(), MUST) == (False, Price.DECISION)
    look(office, record, MUST)
    assert told(record, office.papers(), MUST) == (True, None)
    office.desk(AUTHOR).withdraw(1, reason="it was the page of another build")
    assert told(record, office.papers(), MUST) == (False, Price.DECISION)


def test_of_a_fatal_control_another_person_approves_it(office: Office, record: RunRecord) -> None:
    office.now = record.as_of
    look(office, record, FATAL)
    assert told(record, office.papers(), FATAL) == (False, Price.APPROVAL)
    office.approve(FATAL)
    assert told(record, office.papers(), FATAL) == (True, None)


def test_it_counts_for_fourteen_days_however_it_came_into_the_ledger(
    office: Office, record: RunRecord
) -> None:
    with pytest.raises(UsageError, match="at most 14 days"):
        look(office, record, MUST, days=15)
    look(office, record, MUST, days=14)
    office.edit(1, lambda members: members.update(valid_until=LATER.isoformat()), AUTHOR)
    assert office.reasons() == {1: "what a person saw at a real target is valid for more than 14 days"}


@pytest.mark.parametrize("member", ["grade", "subject"])
def test_a_look_that_lacks_what_it_is_about_counts_for_nothing(
    member: str, office: Office, record: RunRecord
) -> None:
    look(office, record, MUST)
    office.edit(1, lambda members: members.pop(member), AUTHOR)
    assert office.reasons()[1].endswith(member)


def test_a_paper_put_into_the_ledger_for_what_a_test_judges_is_worth_nothing(
    office: Office, record: RunRecord
) -> None:
    office.now = record.as_of
    look(office, record, MUST)
    office.edit(1, lambda members: members.pop("parts"), AUTHOR)
    papers = office.papers()
    assert told(record, papers, MUST) == (False, Price.DECISION)
    view = paper_view(papers, checklist_of(record), judge_record(record, papers.taken, papers))
    assert [(line.colour, line.standing.en) for line in view.lines] == [
        ("wait", f"no paper of {AUTHOR} stands for {MUST}, which a test judges")
    ]
    assert view.names == ()


def test_a_rehearsal_leaves_nothing_to_a_person(office: Office, record: RunRecord) -> None:
    with pytest.raises(UsageError, match="a person looks at a real platform's alone"):
        office.desk(AUTHOR).attest(
            control(MUST),
            office.document,
            statement="",
            valid_until=office.now + timedelta(days=9),
            subject=SUBJECT,
            look=look_of(record, MUST)._replace(grade="simulated"),
        )


def test_where_no_check_waits_for_a_person_nothing_is_signed(office: Office, record: RunRecord) -> None:
    with pytest.raises(UsageError, match="no paper stands for") as refused:
        office.desk(AUTHOR).attest(
            control("CBK-03"),
            office.document,
            statement="",
            valid_until=LATER,
            subject=SUBJECT,
            look=Look("run-1", "experience", ()),
        )
    assert "no check waits for a person" in refused.value.where
    assert office.counted() == []
