"""What a person saw in place of a check: which parts it decides, at which grade, of which build, how long."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.control import APPROVAL, BY_HAND, NOT_STARTED, Grade, Outcome, Severity
from harness.plugin.target.needs import Prerequisite, UnmetPrerequisite
from harness.verdict import EvidenceRow, Standing
from harness.verdict.gate_evidence import result
from harness.verdict.looks import LONGEST_LOOK, looked_at, part_of
from harness.verdict.papers import Approval, Attestation
from tests.verdict.cases import NOW, SUBJECT, control, row

MUST = control("PAY-13", severity=Severity.MUST)
DAY = timedelta(days=1)
ASKED = row("PAY-13", Outcome.NEEDS_HUMAN, grade=Grade.EXPERIENCE, lacks="merchant", exercised=0)
LOOK = Attestation(
    entry=1,
    control="PAY-13",
    person="qa",
    name="qa",
    given=NOW - DAY,
    valid_until=NOW - DAY + LONGEST_LOOK,
    subject=SUBJECT,
    parts=(part_of(ASKED.check),),
    grade=Grade.EXPERIENCE,
)


def seen(asked: EvidenceRow = ASKED, *looks: Attestation, severity: Severity = Severity.MUST) -> EvidenceRow:
    judged = MUST.model_copy(update={"severity": severity})
    (found,) = looked_at([asked], looks or (LOOK,), {"PAY-13": judged}, as_of=NOW)
    return found.looked_at()


def test_what_a_person_saw_decides_the_part_that_asked_for_it() -> None:
    found = seen()
    assert (found.check.outcome, found.check.lacks, found.check.grade) == (
        Outcome.PASS,
        "",
        Grade.EXPERIENCE,
    )
    assert found.check.message.startswith("attested by qa, valid until ")


@pytest.mark.parametrize(
    "look",
    [
        replace(LOOK, subject="another"),
        replace(LOOK, grade=Grade.PRODUCTION),
        replace(LOOK, grade=Grade.SIMULATED),
        replace(LOOK, parts=()),
        replace(LOOK, parts=(part_of(row("PAY-13", scenario="another").check),)),
        replace(LOOK, control="PAY-12"),
        replace(LOOK, valid_until=NOW),
        replace(LOOK, given=NOW + DAY),
        replace(LOOK, withdrawn=NOW),
    ],
    ids=["build", "grade", "below", "paper", "part", "control", "expired", "later", "withdrawn"],
)
def test_of_anything_else_it_decides_nothing(look: Attestation) -> None:
    assert seen(ASKED, look) == ASKED


@given(
    st.sampled_from([each for each in Outcome if each not in NOT_STARTED]).map(lambda each: (each, ""))
    | st.sampled_from([(Outcome.INCONCLUSIVE, "payer"), (Outcome.NOT_APPLICABLE, "wire")])
    | st.sampled_from([(Outcome.NEEDS_HUMAN, "phone"), (Outcome.NEEDS_HUMAN, "")])
)
def test_it_touches_no_failure_and_nothing_that_a_phone_pays(ended: tuple[Outcome, str]) -> None:
    outcome, lacks = ended
    found = row("PAY-13", outcome, grade=Grade.EXPERIENCE, lacks=lacks)
    assert seen(found) == found


def test_of_a_fatal_control_it_wants_another_persons_approval() -> None:
    alone = seen(severity=Severity.FATAL)
    assert (alone.check.outcome, alone.check.lacks) == (Outcome.NEEDS_HUMAN, APPROVAL)
    own = Approval(person="qa", name="qa again", given=NOW - DAY)
    assert seen(ASKED, replace(LOOK, approvals=(own,)), severity=Severity.FATAL) == alone
    other = Approval(person="lead", name="lead", given=NOW - DAY)
    both = seen(ASKED, replace(LOOK, approvals=(own, other)), severity=Severity.FATAL)
    assert both.check.outcome is Outcome.PASS


def test_it_undoes_no_rehearsal() -> None:
    (found,) = looked_at([ASKED], (LOOK,), {"PAY-13": MUST}, as_of=NOW)
    failed = row("PAY-13", Outcome.FAIL, ago=DAY, run="rehearsal")
    standings = {grade: result(MUST, [failed, found], grade) for grade in (Grade.SIMULATED, Grade.EXPERIENCE)}
    assert {grade: each and each.standing for grade, each in standings.items()} == {
        Grade.SIMULATED: Standing.FAIL,
        Grade.EXPERIENCE: Standing.PASS,
    }


def test_a_hand_is_wanted_for_all_that_needs_a_person_but_a_phone() -> None:
    human = {each for each in Prerequisite if UnmetPrerequisite(each, "").outcome is Outcome.NEEDS_HUMAN}
    assert human - {Prerequisite.PHONE} == BY_HAND
