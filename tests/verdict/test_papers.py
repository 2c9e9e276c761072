"""Which papers count: a truth table of one paper, and what holds of any number of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.core.control import Control, Grade, Method, Outcome, Scope, Severity
from harness.verdict import ControlStatus, EvidenceRow, Judgement, Price, Rule, Standing
from harness.verdict.doubts import NEVER_CONTACTED
from harness.verdict.papers import Approval, Attestation, judge_paper, last_day, paper_rows
from tests.verdict.cases import CONTROLS, GATES, NOW, SUBJECT, TESTED, control, judged, passing, row

DAY = timedelta(days=1)
ABOUT_APP = control("SEC-12", Severity.MUST, grade=Grade.PAPER, rehearsed=False, methods=(Method.ATTEST,))
COMPANY = control(
    "APP-01",
    Severity.MUST,
    grade=Grade.PAPER,
    rehearsed=False,
    methods=(Method.ATTEST,),
    scope=Scope.PEOPLE,
)
DUTY = control(
    "OPS-01", Severity.MUST, grade=Grade.PAPER, rehearsed=False, methods=(Method.ATTEST,), scope=Scope.PEOPLE
)
BOTH = control("SEC-10", Severity.MUST, methods=(Method.TEST, Method.ATTEST))


def approval(person: str = "b", *, ago: timedelta = DAY, withdrawn: timedelta | None = None) -> Approval:
    taken = None if withdrawn is None else NOW - withdrawn
    return Approval(person=person, name=f"name of {person}", given=NOW - ago, withdrawn=taken)


def paper(
    control: str = "OPS-01", *, ago: timedelta = 2 * DAY, days: int = 30, **more: object
) -> Attestation:
    plain: dict[str, object] = {"subject": SUBJECT, "approvals": (approval(),)}
    return Attestation(
        entry=1,
        control=control,
        person="a",
        name="name of a",
        given=NOW - ago,
        valid_until=NOW - ago + timedelta(days=days),
        **(plain | more),  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("about", "given_", "outcome", "said"),
    [
        (DUTY, paper(), Outcome.PASS, "approved by name of b"),
        (DUTY, paper(approvals=()), Outcome.NEEDS_HUMAN, "another person has to approve it"),
        (DUTY, paper(approvals=(approval("a"),)), Outcome.NEEDS_HUMAN, "another person has to approve it"),
        (DUTY, paper(approvals=(approval(withdrawn=timedelta()),)), Outcome.NEEDS_HUMAN, "another person"),
        (DUTY, paper(approvals=(approval(ago=-DAY),)), Outcome.NEEDS_HUMAN, "another person has to approve"),
        (DUTY, paper(approvals=(approval(withdrawn=-DAY),)), Outcome.PASS, "approved by name of b"),
        (DUTY, paper(subject="another"), Outcome.PASS, "attested by name of a"),
        (DUTY, paper(days=2), Outcome.INCONCLUSIVE, "expired on 2026-11-23"),
        (DUTY, paper(withdrawn=NOW), Outcome.INCONCLUSIVE, "was withdrawn on 2026-11-23"),
        (DUTY, paper(withdrawn=NOW + DAY), Outcome.PASS, "attested by name of a"),
        (COMPANY, paper("APP-01", approvals=(), subject=""), Outcome.PASS, "attested by name of a"),
        (ABOUT_APP, paper("SEC-12", approvals=()), Outcome.PASS, "attested by name of a"),
        (ABOUT_APP, paper("SEC-12", subject="another"), Outcome.INCONCLUSIVE, "about another build"),
        (ABOUT_APP, paper("SEC-12", subject=""), Outcome.INCONCLUSIVE, "about another build of the app"),
    ],
)
def test_one_paper_at_one_moment(about: Control, given_: Attestation, outcome: Outcome, said: str) -> None:
    found, message = judge_paper(about, given_, subject=SUBJECT, as_of=NOW)
    assert found is outcome
    assert said in message


def test_a_paper_counts_to_the_last_moment_of_its_last_day() -> None:
    held = paper()
    moments = [held.valid_until - timedelta(microseconds=1), held.valid_until]
    outcomes = [judge_paper(DUTY, held, subject=SUBJECT, as_of=each)[0] for each in moments]
    assert outcomes == [Outcome.PASS, Outcome.INCONCLUSIVE]
    assert last_day(held.valid_until) >= last_day(moments[0])


def test_a_paper_dated_later_than_the_moment_is_not_there() -> None:
    assert paper_rows([paper(ago=-DAY)], {"OPS-01": DUTY}, subject=SUBJECT, as_of=NOW) == []


def test_only_what_a_person_attests_takes_papers() -> None:
    catalogue = {each.id: each for each in CONTROLS}
    rows = paper_rows([paper("CBK-01"), paper()], catalogue, subject=SUBJECT, as_of=NOW)
    assert [each.check.control for each in rows] == ["OPS-01"]
    assert rows[0].check.grade is Grade.PAPER


def rows_of(*papers: Attestation) -> list[EvidenceRow]:
    return paper_rows(papers, {"OPS-01": DUTY, "SEC-10": BOTH}, subject=SUBJECT, as_of=NOW)


def test_the_paper_that_says_most_speaks() -> None:
    old, newer = paper(), replace(paper(ago=DAY, approvals=()), entry=2)
    assert [each.check.scenario for each in rows_of(newer, old)] == ["papers#1"]


def status(judgement: Judgement, id_: str) -> ControlStatus:
    return next(each for each in judgement.controls if each.id == id_)


@pytest.mark.parametrize(
    ("papers", "standing", "price"),
    [
        ((), Standing.INCONCLUSIVE, Price.PAPER),
        ((paper(approvals=()),), Standing.NEEDS_HUMAN, Price.APPROVAL),
        ((paper(days=1),), Standing.INCONCLUSIVE, Price.PAPER),
        ((paper(),), Standing.PASS, None),
    ],
    ids=["none", "not approved", "expired", "approved"],
)
def test_a_paper_opens_what_only_a_paper_can(
    papers: tuple[Attestation, ...], standing: Standing, price: Price | None
) -> None:
    judgement = judged([*passing(*TESTED), *rows_of(*papers)])
    assert status(judgement, "OPS-01").status is standing
    missing = {each.control: each for each in judgement.gates["production"].missing}
    assert (missing["OPS-01"].price if price else missing.get("OPS-01")) is price
    assert judgement.gates["rehearsal"].verdict == "GO"
    assert judgement.history == ()


def test_what_a_paper_came_to_is_the_reason_that_is_told() -> None:
    judgement = judged([*passing(*TESTED), *rows_of(paper(days=1))])
    (missing,) = (each for each in judgement.gates["production"].missing if each.control == "OPS-01")
    assert missing.reason.en == "the attestation of name of a expired on 2026-11-22"
    assert missing.reason.zh == "name of a 的书面证明已于 2026-11-22 到期"


@pytest.mark.parametrize("tested", [Outcome.PASS, Outcome.FAIL, None])
@pytest.mark.parametrize("attested", [True, False])
def test_where_a_paper_stands_beside_a_test_neither_is_enough(
    tested: Outcome | None, *, attested: bool
) -> None:
    beside = Rule(grade="paper", methods=(Method.ATTEST,))
    rule = GATES[-1].model_copy(update={"rules": (*GATES[-1].rules, beside)})
    rows = [] if tested is None else [row("SEC-10", tested)]
    papers = rows_of(paper("SEC-10")) if attested else ()
    judgement = judged(
        [*passing(*TESTED), *rows, *papers],
        controls=(*CONTROLS, BOTH),
        gates=(*GATES[:-1], rule),
        registered={*TESTED, "SEC-10"},
        exercised={*TESTED, "SEC-10"},
    )
    there = {each.control for each in judgement.gates["production"].missing}
    assert ("SEC-10" not in there) is (attested and tested is Outcome.PASS)
    assert status(judgement, "SEC-10").reached is (attested and tested is Outcome.PASS)
    rehearsal = {each.control for each in judgement.gates["rehearsal"].missing}
    assert ("SEC-10" not in rehearsal) is (tested is Outcome.PASS)


def test_a_check_of_a_run_is_never_taken_for_a_paper() -> None:
    forged = replace(row("OPS-01", grade=Grade.PAPER), paper=False)
    judgement = judged([*passing(*TESTED), forged])
    assert status(judgement, "OPS-01").status is Standing.INCONCLUSIVE


PAPERS = st.lists(
    st.builds(
        paper,
        st.sampled_from(["OPS-01", "SEC-12", "APP-01"]),
        ago=st.timedeltas(-3 * DAY, 40 * DAY),
        days=st.integers(1, 60),
        subject=st.sampled_from([SUBJECT, "another", ""]),
        withdrawn=st.none() | st.just(NOW - DAY / 2),
        approvals=st.lists(
            st.builds(approval, st.sampled_from(["a", "b"]), ago=st.timedeltas(-DAY, 3 * DAY)), max_size=2
        ).map(tuple),
    ),
    max_size=5,
)
CATALOGUE = {each.id: each for each in (DUTY, ABOUT_APP, COMPANY)}


@given(PAPERS)
def test_there_is_at_most_one_row_a_control_and_none_ever_fails(papers: list[Attestation]) -> None:
    rows = paper_rows(papers, CATALOGUE, subject=SUBJECT, as_of=NOW)
    ids = [each.check.control for each in rows]
    assert len(ids) == len(set(ids))
    assert {each.check.outcome for each in rows} <= {Outcome.PASS, Outcome.NEEDS_HUMAN, Outcome.INCONCLUSIVE}


@given(PAPERS, st.randoms())
def test_the_order_of_papers_decides_nothing(papers: list[Attestation], random: Random) -> None:
    numbered = [replace(each, entry=number) for number, each in enumerate(papers, 1)]
    shuffled = list(numbered)
    random.shuffle(shuffled)
    same = [paper_rows(each, CATALOGUE, subject=SUBJECT, as_of=NOW) for each in (numbered, shuffled)]
    assert same[0] == same[1]


@given(PAPERS)
def test_every_pass_has_a_paper_in_force_and_of_two_persons_where_it_must(papers: list[Attestation]) -> None:
    for found in paper_rows(papers, CATALOGUE, subject=SUBJECT, as_of=NOW):
        if found.check.outcome is not Outcome.PASS:
            continue
        control_ = CATALOGUE[found.check.control]
        assert any(
            each.control == control_.id
            and each.given <= NOW < each.valid_until
            and (each.withdrawn is None or each.withdrawn > NOW)
            and (control_ is not ABOUT_APP or each.subject == SUBJECT)
            and (
                control_ is not DUTY or any(one.person != "a" and one.given <= NOW for one in each.approvals)
            )
            for each in papers
        )


@given(PAPERS)
def test_more_papers_never_make_it_worse(papers: list[Attestation]) -> None:
    worth = {Outcome.PASS: 2, Outcome.NEEDS_HUMAN: 1, Outcome.INCONCLUSIVE: 0}

    def told(some: list[Attestation]) -> dict[str, int]:
        rows = paper_rows(some, CATALOGUE, subject=SUBJECT, as_of=NOW)
        return {each.check.control: worth[each.check.outcome] for each in rows}

    fewer, more = told(papers[:-1]), told(papers)
    assert all(more[id_] >= value for id_, value in fewer.items())


@given(
    PAPERS, st.sampled_from([Outcome.FAIL, Outcome.INCONCLUSIVE, Outcome.NEEDS_HUMAN, Outcome.HARNESS_ERROR])
)
def test_no_paper_opens_a_gate_on_what_a_test_did_not_pass(papers: list[Attestation], found: Outcome) -> None:
    rows = [row("CBK-01", found), *passing(*(TESTED - {"CBK-01"}))]
    without = judged(rows).gates
    judgement = judged([*rows, *paper_rows(papers, CATALOGUE, subject=SUBJECT, as_of=NOW)])
    told = {gate: each.verdict for gate, each in judgement.gates.items()}
    assert told == {gate: each.verdict for gate, each in without.items()}
    assert "GO" not in told.values()


@given(PAPERS)
def test_papers_alone_never_show_that_the_app_answered(papers: list[Attestation]) -> None:
    silent = [replace(each, contacted=False) for each in passing(*TESTED)]
    judgement = judged([*silent, *paper_rows(papers, CATALOGUE, subject=SUBJECT, as_of=NOW)])
    assert judgement.doubts == (NEVER_CONTACTED,)
