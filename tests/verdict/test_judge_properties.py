"""What holds of every judgement, whatever the evidence: found by search, not by example."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from harness.core.control import NOT_STARTED, Grade, Outcome
from harness.verdict import EvidenceRow, Standing, Waiver, relevant, result
from harness.verdict.gate_evidence import usable
from tests.verdict.cases import CONTROLS, FATAL, NOW, RUN, SUBJECT, judged, row, waiver

unhurried = settings(deadline=None)
"""A busy machine is no finding."""
ORDER = {"NO-GO": 0, "NOT YET": 1, "GO": 2}
FATAL_OR_MUST = ["CBK-01", "CBK-02", "OPS-01"]
OUTCOMES = list(Outcome)
IDS = [control.id for control in CONTROLS]


@st.composite
def evidence(
    draw: st.DrawFn,
    controls: list[str] = IDS,
    outcomes: list[Outcome] = OUTCOMES,
) -> EvidenceRow:
    run = draw(st.sampled_from([RUN, "earlier", "narrowed"]))
    outcome = draw(st.sampled_from(outcomes))
    lacking = ["", "", "payer", "wire", "phone", "unattended"] if outcome in NOT_STARTED else [""]
    return row(
        draw(st.sampled_from(controls)),
        outcome,
        grade=draw(st.sampled_from(list(Grade))),
        ago=timedelta(hours=draw(st.integers(0, 24 * 15))),
        run=run,
        complete=run != "narrowed",
        subject=draw(st.sampled_from(["subject-1", "subject-1", "subject-1", "another"])),
        scenario=draw(st.sampled_from(["test_one", "test_two"])),
        exercised=draw(st.integers(0, 2)),
        lacks=draw(st.sampled_from(lacking)),
        contacted=draw(st.sampled_from([True, True, False])),
    )


WORLDS = st.lists(evidence(), max_size=14)
WAIVERS = st.lists(st.builds(waiver, st.sampled_from(IDS), budget=st.integers(1, 2)), max_size=2)


@unhurried
@given(WORLDS, st.randoms(use_true_random=False), WAIVERS)
def test_the_order_of_evidence_never_matters(
    rows: list[EvidenceRow], random: Random, waivers: list[Waiver]
) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)
    assert judged(shuffled, waivers=waivers) == judged(rows, waivers=waivers)


@unhurried
@given(WORLDS, evidence(controls=FATAL_OR_MUST, outcomes=[Outcome.FAIL]))
def test_more_evidence_of_failure_never_raises_a_verdict(
    rows: list[EvidenceRow], failure: EvidenceRow
) -> None:
    before, after = judged(rows), judged([*rows, failure])
    for gate, verdict in after.gates.items():
        assert ORDER[verdict.verdict] <= ORDER[before.gates[gate].verdict]


@unhurried
@given(WORLDS, evidence(controls=FATAL_OR_MUST, outcomes=[Outcome.FAIL]))
def test_a_failure_that_counts_now_is_no_go(rows: list[EvidenceRow], failure: EvidenceRow) -> None:
    newest = row(failure.check.control, Outcome.FAIL, grade=Grade.PRODUCTION)
    judgement = judged([*rows, failure, newest])
    assert judgement.gates["production"].verdict == "NO-GO"


@unhurried
@given(WORLDS, evidence(controls=["CBK-01"], outcomes=[Outcome.PASS]))
def test_a_pass_of_a_lower_grade_changes_nothing_at_a_higher_one(
    rows: list[EvidenceRow], passed: EvidenceRow
) -> None:
    for grade in (each for each in Grade if each > passed.check.grade):
        assert _standing(rows, grade) == _standing([*rows, passed], grade)


@unhurried
@given(WORLDS, WAIVERS)
def test_zero_checks_are_never_go(rows: list[EvidenceRow], waivers: list[Waiver]) -> None:
    others = [each for each in rows if each.run != RUN]
    judgement = judged(others, waivers=waivers)
    assert "GO" not in {verdict.verdict for verdict in judgement.gates.values()}
    assert judged(others, waivers=waivers, selection=True).selection == "FAIL"


@unhurried
@given(WORLDS)
def test_an_interrupted_run_is_never_go_however_good(rows: list[EvidenceRow]) -> None:
    judgement = judged(rows, interrupted=True)
    assert "GO" not in {verdict.verdict for verdict in judgement.gates.values()}


@unhurried
@given(WORLDS, WAIVERS)
def test_a_higher_gate_is_never_better_than_a_lower_one(
    rows: list[EvidenceRow], waivers: list[Waiver]
) -> None:
    verdicts = [ORDER[each.verdict] for each in judged(rows, waivers=waivers).gates.values()]
    assert verdicts == sorted(verdicts, reverse=True)


@unhurried
@given(WORLDS)
def test_history_may_be_cut_down_to_what_is_relevant(rows: list[EvidenceRow]) -> None:
    ours = [each for each in rows if each.run == RUN]
    earlier = [each for each in rows if each.run != RUN and each.subject == "subject-1"]
    fresh = [each for each in earlier if all(each.recorded <= own.recorded for own in ours)]
    assert judged([*ours, *relevant(fresh)]) == judged([*ours, *fresh])


@unhurried
@given(WORLDS, WAIVERS)
def test_go_means_that_nothing_is_missing(rows: list[EvidenceRow], waivers: list[Waiver]) -> None:
    for verdict in judged(rows, waivers=waivers).gates.values():
        assert (verdict.verdict == "GO") == (not verdict.missing and not verdict.notes)
        assert (verdict.verdict == "NO-GO") == bool(verdict.failing)


def _standing(rows: list[EvidenceRow], grade: Grade) -> Standing | None:
    found = result(FATAL, usable(rows, subject=SUBJECT, as_of=NOW).get(FATAL.id, []), grade)
    return found.standing if found else None
