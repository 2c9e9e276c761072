"""GO, NO-GO or NOT YET: the truth table of architecture section 5, and what surrounds it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from harness.core.control import APPROVAL, PHONE, Blame, Grade, Outcome, Severity, Text
from harness.verdict import EvidenceRow, Price, Rule, Standing, Tally, exit_code, judge, verdict_lines
from harness.verdict.doubts import NEVER_CONTACTED
from tests.verdict.cases import (
    CONTROLS,
    FATAL,
    GATES,
    MUST,
    NOW,
    RUN,
    SUBJECT,
    TESTED,
    control,
    judged,
    passing,
    row,
    verdict,
    waiver,
)

BY_SEVERITY = {Severity.FATAL: "CBK-01", Severity.MUST: "CBK-02", Severity.SHOULD: "CBK-03"}
OPEN = {"fail": "NO-GO", "waived": "NO-GO"} | dict.fromkeys(
    ["harness-error", "inconclusive", "needs-human"], "NOT YET"
)
TABLE = {
    Severity.FATAL: OPEN,
    Severity.MUST: OPEN,
    Severity.SHOULD: OPEN | {"fail": "GO", "waived": "GO"},
}


def others(id_: str) -> list[EvidenceRow]:
    return passing(*(TESTED - {id_}))


@pytest.mark.parametrize("severity", Severity)
@pytest.mark.parametrize("outcome", Outcome)
def test_one_outcome_among_passes_decides_the_gate(severity: Severity, outcome: Outcome) -> None:
    id_ = BY_SEVERITY[severity]
    judgement = judged([*others(id_), row(id_, outcome)])
    assert verdict(judgement) == TABLE[severity].get(outcome.value, "GO")


@pytest.mark.parametrize("severity", Severity)
def test_a_registered_control_without_any_evidence_is_inconclusive_and_blocks(severity: Severity) -> None:
    id_ = BY_SEVERITY[severity]
    judgement = judged(others(id_))
    assert verdict(judgement) == "NOT YET"
    assert [each.control for each in judgement.gates["rehearsal"].missing] == [id_]
    assert next(each for each in judgement.controls if each.id == id_).status is Standing.INCONCLUSIVE


def test_everything_passed_is_go_with_nothing_missing() -> None:
    judgement = judged(passing(*TESTED))
    gate = judgement.gates["rehearsal"]
    assert (gate.verdict, gate.passed, gate.required, gate.missing, gate.warnings) == ("GO", 3, 3, (), ())


def test_nothing_at_all_is_never_go() -> None:
    for registered in (TESTED, frozenset[str]()):
        judgement = judged([], registered=registered, exercised=registered)
        assert {verdict(judgement, gate) for gate in judgement.gates} == {"NOT YET"}


def test_a_gate_without_any_requirement_is_never_go() -> None:
    judgement = judged([row("OPS-01", grade=Grade.PAPER)], registered=(), exercised=())
    assert verdict(judgement) == "NOT YET"


def test_a_run_of_not_applicable_alone_is_never_go() -> None:
    judgement = judged([row(each, Outcome.NOT_APPLICABLE) for each in TESTED])
    assert verdict(judgement) == "NOT YET"


def test_a_run_that_recorded_nothing_cannot_lean_on_earlier_ones() -> None:
    earlier = passing(*TESTED, run="yesterday", ago=timedelta(days=1))
    assert verdict(judged(earlier)) == "NOT YET"
    assert verdict(judged([*earlier, row("CBK-01")])) == "GO"


def test_a_pass_that_exercised_nothing_opens_no_gate() -> None:
    assert verdict(judged([*others("CBK-01"), row("CBK-01", exercised=0)])) == "NOT YET"


def test_a_failing_should_control_is_a_warning() -> None:
    judgement = judged([*others("CBK-03"), row("CBK-03", Outcome.FAIL)])
    assert judgement.gates["rehearsal"].warnings == ("CBK-03",)
    assert verdict(judgement) == "GO"


def test_a_failing_should_control_does_not_cover_what_is_undecided_beside_it() -> None:
    rows = [row("CBK-03", Outcome.FAIL), row("CBK-03", Outcome.INCONCLUSIVE, scenario="test_other")]
    judgement = judged([*others("CBK-03"), *rows])
    assert verdict(judgement) == "NOT YET"
    assert [each.price for each in judgement.gates["rehearsal"].missing] == [Price.RUN]


def test_a_warning_is_printed_and_does_not_block() -> None:
    judgement = judged([*others("CBK-01"), row("CBK-01", Outcome.WARN)])
    assert judgement.gates["rehearsal"].warnings == ("CBK-01",)
    assert verdict(judgement) == "GO"


def test_an_interrupted_run_is_never_go() -> None:
    judgement = judged(passing(*TESTED), interrupted=True)
    assert verdict(judgement) == "NOT YET"
    assert "interrupted" in judgement.gates["rehearsal"].notes[0].en


def test_an_interrupted_run_that_failed_is_no_go() -> None:
    assert verdict(judged([row("CBK-01", Outcome.FAIL)], interrupted=True)) == "NO-GO"


def test_a_fault_of_our_own_is_never_go() -> None:
    judgement = judged(passing(*TESTED), faults=("a secret stands in the record",))
    assert verdict(judgement) == "NOT YET"
    assert judgement.tally.harness_errors == 1
    assert judgement.gates["rehearsal"].notes[0].en == "harness error: a secret stands in the record"


def test_a_narrowed_run_says_what_spoilt_it_beside_its_controls() -> None:
    judgement = judged([row("CBK-01")], selection=True, faults=("a worker broke",), interrupted=True)
    assert judgement.selection == "FAIL"
    assert [note.en.partition(",")[0] for note in judgement.selection_notes] == [
        "harness error: a worker broke",
        "the run was interrupted",
    ]
    assert judged([row("CBK-01")], faults=("a worker broke",)).selection_notes == ()


def test_an_earlier_run_that_no_verdict_rests_on_cannot_stand_for_the_apps_answer() -> None:
    silent = replace(row("CBK-01"), contacted=False)
    narrowed = row("CBK-01", run="narrowed", complete=False, ago=timedelta(days=1))
    assert judged([silent, narrowed]).doubts == (NEVER_CONTACTED,)
    assert judged([silent, replace(narrowed, complete=True)]).doubts == ()


def test_what_passed_where_the_app_never_answered_is_missing_with_the_reason() -> None:
    heard = row("CBK-01", run="yesterday", ago=timedelta(days=1))
    rows = [heard, *(replace(each, contacted=False) for each in passing("CBK-02", "CBK-03"))]
    gate = judged(rows).gates["rehearsal"]
    assert gate.verdict == "NOT YET"
    assert (gate.app.passed, gate.app.required) == (1, 3)
    assert [each.control for each in gate.missing] == ["CBK-02", "CBK-03"]
    assert {each.price for each in gate.missing} == {Price.RUN}
    (why,) = {each.reason for each in gate.missing}
    assert "a run that the app never answered" in why.en
    assert "应用从未应答过" in why.zh


def test_a_failure_below_is_no_go_above() -> None:
    judgement = judged([*others("CBK-02"), row("CBK-02", Outcome.FAIL)])
    assert {verdict(judgement, gate) for gate in judgement.gates} == {"NO-GO"}


def test_simulated_evidence_opens_no_gate_above_rehearsal() -> None:
    judgement = judged(passing(*TESTED))
    missing = judgement.gates["experience"].missing
    assert verdict(judgement, "experience") == "NOT YET"
    assert [(each.control, each.grade, each.price) for each in missing] == [
        ("CBK-01", "experience", Price.EXPERIENCE_RUN)
    ]


def test_evidence_at_every_grade_opens_every_gate() -> None:
    rows = [*passing(*TESTED), row("CBK-01", grade=Grade.EXPERIENCE), row("OPS-01", grade=Grade.PAPER)]
    judgement = judged(rows, grade=Grade.EXPERIENCE)
    assert {verdict(judgement, gate) for gate in judgement.gates} == {"GO"}
    assert judgement.readiness_percent == 100


def test_readiness_alone_keeps_production_shut() -> None:
    unasked = [control(f"PRF-{number:02d}", Severity.MUST) for number in range(1, 9)]
    rows = [*passing(*TESTED), row("CBK-01", grade=Grade.EXPERIENCE), row("OPS-01", grade=Grade.PAPER)]
    rule = Rule(grade="confirmed", sections=("CBK", "OPS"))
    gates = [*GATES[:2], GATES[2].model_copy(update={"rules": (rule,)})]
    gate = judged(rows, controls=(*CONTROLS, *unasked), gates=gates).gates["production"]
    assert (gate.verdict, gate.missing) == ("NOT YET", ())
    assert "readiness" in gate.notes[0].en


def test_a_control_without_a_check_is_planned() -> None:
    new = control("CBK-09")
    judgement = judged(passing(*TESTED), controls=(*CONTROLS, new))
    assert judgement.controls[-1].status is Standing.PLANNED
    assert verdict(judgement) == "GO"
    assert ("CBK-09", Price.CHECK) in {(m.control, m.price) for m in judgement.gates["production"].missing}


def test_a_control_that_lost_its_check_is_inconclusive_and_blocks() -> None:
    judgement = judged(passing("CBK-01", "CBK-02", "CBK-03"), registered=TESTED - {"CBK-02"})
    assert verdict(judgement) == "NOT YET"
    assert judgement.controls[1].status is Standing.INCONCLUSIVE


def test_a_control_that_lost_its_check_and_its_evidence_is_not_just_planned() -> None:
    judgement = judged(passing("CBK-01", "CBK-03"), registered=TESTED - {"CBK-02"})
    assert judgement.controls[1].status is Standing.INCONCLUSIVE


def test_a_control_missing_twice_is_named_once_with_the_dearer_price() -> None:
    judgement = judged(others("CBK-01"))
    missing = [each for each in judgement.gates["experience"].missing if each.control == "CBK-01"]
    assert [(each.price, each.grade) for each in missing] == [(Price.EXPERIENCE_RUN, "experience")]


def test_a_control_that_fails_below_is_to_be_mended_before_it_is_confirmed() -> None:
    judgement = judged([*others("CBK-01"), row("CBK-01", Outcome.FAIL)])
    missing = [each for each in judgement.gates["experience"].missing if each.control == "CBK-01"]
    assert [(each.price, each.grade) for each in missing] == [(Price.MEND, "simulated")]


def test_a_lost_check_does_not_soften_its_last_failure() -> None:
    rows = [*others("CBK-02"), row("CBK-02", Outcome.FAIL, run="yesterday", ago=timedelta(days=1))]
    assert verdict(judged(rows, registered=TESTED - {"CBK-02"})) == "NO-GO"


def test_a_capability_declared_away_makes_its_controls_not_applicable() -> None:
    refunds = control("RFD-01", capability="refunds")
    judgement = judged(passing(*TESTED), controls=(*CONTROLS, refunds), capabilities=frozenset({"login"}))
    status = judgement.controls[-1]
    assert (status.status, status.dropped, status.reached) == (Standing.NOT_APPLICABLE, True, True)
    assert "RFD-01" not in {each.control for each in judgement.gates["production"].missing}


def test_a_control_of_a_capability_declared_away_that_fails_nonetheless_fails() -> None:
    refunds = control("RFD-01", capability="refunds")
    judgement = judged(
        [*passing(*TESTED), row("RFD-01", Outcome.FAIL)],
        controls=(*CONTROLS, refunds),
        registered=TESTED | {"RFD-01"},
        capabilities=frozenset(),
    )
    assert verdict(judgement) == "NO-GO"


def test_a_waiver_opens_the_gate_for_its_time_only() -> None:
    rows = [*others("CBK-02"), row("CBK-02", Outcome.FAIL)]
    assert verdict(judged(rows, waivers=[waiver(days=2)])) == "GO"
    later = NOW + timedelta(days=2)
    assert verdict(judged(rows, waivers=[waiver(days=2)], as_of=later)) == "NO-GO"


@pytest.mark.parametrize(
    ("lacks", "price"),
    [("merchant", Price.DECISION), (PHONE, Price.PHONE), ("", Price.PHONE), (APPROVAL, Price.APPROVAL)],
)
def test_what_waits_for_a_person_costs_what_that_person_has_to_do(lacks: str, price: Price) -> None:
    """Whoever was there with a phone, and did not say what it showed, lacked nothing: they pay again."""
    asked = row("CBK-02", Outcome.NEEDS_HUMAN, lacks=lacks, exercised=0)
    judgement = judged([*others("CBK-02"), asked])
    assert [each.price for each in judgement.gates["rehearsal"].missing] == [price]


@pytest.mark.parametrize("severity", Severity)
@pytest.mark.parametrize("beside", [None, *Outcome], ids=str)
@pytest.mark.parametrize("selection", [False, True], ids=["whole", "narrowed"])
def test_a_waiver_over_its_budget_gives_the_verdict_that_no_waiver_gives(
    severity: Severity, beside: Outcome | None, selection: bool
) -> None:
    """Truth table: two parts fail, one is covered, and a third of any outcome stands beside them."""
    controls = [control("CBK-02", severity) if each is MUST else each for each in CONTROLS]
    rows = [*others("CBK-02"), *(row("CBK-02", Outcome.FAIL, scenario=f"test_{each}") for each in "ab")]
    if beside is not None:
        rows.append(row("CBK-02", beside, scenario="test_c"))
    without = judged(rows, controls=controls, selection=selection)
    over = judged(rows, controls=controls, selection=selection, waivers=[waiver(budget=1)])
    assert over.selection == without.selection
    assert over.selection_failing == without.selection_failing
    assert exit_code(over, "rehearsal") == exit_code(without, "rehearsal")
    for gate, verdict_without in without.gates.items():
        found = over.gates[gate]
        assert (found.verdict, found.failing) == (verdict_without.verdict, verdict_without.failing)
        assert (found.warnings, found.passed) == (verdict_without.warnings, verdict_without.passed)
        assert {each.control for each in found.missing} == {each.control for each in verdict_without.missing}


def test_what_a_waiver_covers_no_more_is_mended_or_the_waiver_widened_before_all_else() -> None:
    fails = [row("CBK-02", Outcome.FAIL, scenario=f"test_{number}") for number in range(2)]
    judgement = judged([*others("CBK-02"), *fails], waivers=[waiver(budget=1)])
    assert verdict(judgement) == "NO-GO"
    first = judgement.gates["rehearsal"].missing[0]
    assert (first.control, first.price) == ("CBK-02", Price.WAIVER)
    assert first.reason.en == "more parts fail than the waiver covers"
    assert verdict_lines(judgement, "rehearsal")[0].startswith("REHEARSAL NO-GO · 1 failing: CBK-02")


def test_a_payment_that_a_person_is_to_make_has_a_price_of_its_own() -> None:
    asked = row("CBK-01", Outcome.NEEDS_HUMAN, grade=Grade.EXPERIENCE, exercised=0, lacks="phone")
    missing = judged([*passing(*TESTED), asked]).gates["experience"].missing
    (named,) = [each for each in missing if each.control == "CBK-01"]
    assert named.price is Price.PHONE
    assert "golive pay --attended" in named.price.command.en


def test_a_waived_control_is_not_counted_as_ready() -> None:
    passed = judged(passing(*TESTED)).readiness_percent
    waived = judged([*others("CBK-02"), row("CBK-02", Outcome.FAIL)], waivers=[waiver()])
    assert waived.readiness_percent < passed


def test_as_time_goes_by_evidence_stops_counting() -> None:
    rows = passing(*TESTED)
    assert verdict(judged(rows, as_of=NOW + timedelta(days=13))) == "GO"
    assert verdict(judged(rows, as_of=NOW + timedelta(days=14))) == "NOT YET"


def saying(message: str, outcome: Outcome, *, after_s: int = 0) -> EvidenceRow:
    """Evidence on CBK-01 whose check started that late and left a message."""
    said = {"message": message, "started": NOW + timedelta(seconds=after_s), "scenario": message}
    plain = row("CBK-01", outcome)
    return replace(plain, check=plain.check.model_copy(update=said))


@pytest.mark.parametrize(
    "rows",
    [
        [row("CBK-01", scenario="test_silent"), saying("worst", Outcome.FAIL)],
        [saying("fine", Outcome.PASS), saying("worst", Outcome.FAIL, after_s=9)],
        [saying("worst", Outcome.FAIL), saying("fine", Outcome.PASS, after_s=9)],
        [saying("later", Outcome.FAIL, after_s=9), saying("worst", Outcome.FAIL)],
        [saying("worst of all", Outcome.FAIL), saying("worst", Outcome.FAIL)],
    ],
    ids=["the only one", "though later", "though earlier", "the first of two", "by name in a tie"],
)
def test_the_worst_check_speaks_for_its_control(rows: list[EvidenceRow]) -> None:
    assert judged(rows).controls[0].message == "worst"


def test_a_paper_stands_at_its_own_grade() -> None:
    on_file = judged([row("OPS-01", grade=Grade.PAPER)]).controls[-1]
    absent = judged([]).controls[-1]
    assert (on_file.status, on_file.grade) == (Standing.PASS, "paper")
    assert (absent.status, absent.grade) == (Standing.INCONCLUSIVE, "paper")


def test_a_pass_at_one_grade_and_a_warning_at_another_are_a_control_passed() -> None:
    world = (FATAL,)
    rows = [row(run="yesterday", ago=timedelta(days=1), grade=Grade.EXPERIENCE), row(outcome=Outcome.WARN)]
    gate = judged(rows, controls=world).gates["experience"]
    assert (gate.verdict, gate.passed, gate.warnings) == ("GO", 1, ("CBK-01",))


def test_readiness_that_is_just_reached_opens_the_gate() -> None:
    rows = [*passing(*TESTED), row("CBK-01", grade=Grade.EXPERIENCE), row("OPS-01", grade=Grade.PAPER)]
    gates = [*GATES[:2], GATES[2].model_copy(update={"readiness": 100.0})]
    assert verdict(judged(rows, gates=gates), "production") == "GO"


def test_a_status_names_the_run_it_rests_on() -> None:
    judgement = judged([row("CBK-01", run="yesterday", ago=timedelta(days=1)), row("CBK-02")])
    status = judgement.controls[0]
    assert (status.runs, status.checks, status.recorded) == (("yesterday",), (), NOW - timedelta(days=1))


def test_a_status_shows_its_checks_of_this_run_in_the_order_they_started() -> None:
    rows = [
        saying("third", Outcome.PASS, after_s=2),
        saying("second", Outcome.PASS, after_s=1),
        row("CBK-01"),
    ]
    earlier = row("CBK-01", run="yesterday", ago=timedelta(days=1))
    checks = judged([*rows, earlier]).controls[0].checks
    assert checks == tuple(each.check for each in reversed(rows))


def test_milestones_follow_the_evidence() -> None:
    settings = control("CFG-01", grade=Grade.EXPERIENCE)
    pay = control("PAY-01", grade=Grade.EXPERIENCE)
    world = (settings, pay, FATAL)
    ids = {each.id for each in world}
    none = judged(passing(*ids), controls=world, registered=ids, exercised=ids)
    first = judged(
        [*passing(*ids), *passing("CFG-01", "PAY-01", grade=Grade.EXPERIENCE)],
        controls=world,
        registered=ids,
        exercised=ids,
    )
    everything = judged(passing(*ids, grade=Grade.EXPERIENCE), controls=world, registered=ids, exercised=ids)
    assert none.milestones == (False, False, False)
    assert first.milestones == (True, False, False)
    assert everything.milestones == (True, True, True)


def test_a_narrowed_run_reaches_no_milestone_of_a_gate() -> None:
    whole = [*passing(*TESTED, grade=Grade.EXPERIENCE), row("OPS-01", grade=Grade.PAPER)]
    assert judged(whole).milestones == (False, True, True)
    assert judged(whole, selection=True).milestones == (False,)


@pytest.mark.parametrize(
    ("rows", "ending"),
    [
        ([row("CBK-01")], "PASS"),
        ([row("CBK-01"), row("CBK-02", Outcome.FAIL)], "FAIL"),
        ([row("CBK-01"), row("CBK-03", Outcome.FAIL)], "PASS"),
        ([row("CBK-01"), row("CBK-02", Outcome.INCONCLUSIVE)], "NOT YET"),
        ([row("CBK-01", Outcome.INCONCLUSIVE), row("CBK-02", Outcome.FAIL)], "FAIL"),
        ([row("CBK-01", Outcome.NOT_APPLICABLE)], "NOT YET"),
        ([row("CBK-01", run="yesterday", ago=timedelta(days=1))], "FAIL"),
        ([], "FAIL"),
    ],
)
def test_a_narrowed_run_judges_no_gate(rows: list[EvidenceRow], ending: str) -> None:
    judgement = judged(rows, selection=True)
    assert (judgement.gates, judgement.selection) == ({}, ending)


def test_a_selection_whose_record_is_doubted_is_not_yet_and_not_failed() -> None:
    doubt = Text(zh="甲", en="judged as of a moment before its end")
    doubted = judged([row("CBK-01")], selection=True, doubts=(doubt,))
    assert (doubted.selection, doubted.selection_notes, exit_code(doubted, "rehearsal")) == (
        "NOT YET",
        (doubt,),
        2,
    )
    failed = judged([row("CBK-01", Outcome.FAIL)], selection=True, doubts=(doubt,))
    assert (failed.selection, exit_code(failed, "rehearsal")) == ("FAIL", 1)


def test_a_selection_left_to_another_wire_is_not_yet() -> None:
    left = row("CBK-01", Outcome.NOT_APPLICABLE, exercised=0, lacks="wire")
    judgement = judged([left, row("CBK-02")], selection=True)
    assert (judgement.selection, judgement.selection_open) == ("NOT YET", ("CBK-01",))


def test_a_selection_of_what_does_not_apply_is_not_yet_and_names_it() -> None:
    judgement = judged([row("CBK-01", Outcome.NOT_APPLICABLE)], selection=True)
    assert (judgement.selection, judgement.selection_open, judgement.selection_failing) == (
        "NOT YET",
        ("CBK-01",),
        (),
    )
    assert exit_code(judgement, "rehearsal") == 2


def test_an_interrupted_selection_fails() -> None:
    assert judged([row("CBK-01")], selection=True, interrupted=True).selection == "FAIL"


@pytest.mark.parametrize("capabilities", [None, frozenset({"refunds", "login"})], ids=["all", "named"])
def test_a_capability_that_the_merchant_has_drops_nothing(capabilities: frozenset[str] | None) -> None:
    refunds = control("RFD-01", capability="refunds")
    world = (*CONTROLS, refunds)
    statuses = judged(passing(*TESTED), controls=world, capabilities=capabilities).controls
    assert not any(status.dropped for status in statuses)
    assert statuses[-1].status is Standing.PLANNED


def test_a_whole_run_that_ended_by_itself_is_what_is_judged_unless_told_otherwise() -> None:
    judgement = judge(
        CONTROLS,
        passing(*TESTED),
        gates=GATES,
        as_of=NOW,
        run=RUN,
        subject=SUBJECT,
        registered=TESTED,
        exercised=TESTED,
        grade=Grade.SIMULATED,
    )
    assert judgement == judged(passing(*TESTED))
    assert (judgement.interrupted, judgement.selection, verdict(judgement)) == (False, None, "GO")


def test_a_waiver_in_force_covers_a_narrowed_run_too() -> None:
    rows = [row("CBK-01"), row("CBK-02", Outcome.FAIL)]
    assert judged(rows, selection=True, waivers=[waiver()]).selection == "PASS"


def test_a_waiver_covers_no_fatal_control_of_a_narrowed_run() -> None:
    rows = [row("CBK-01", Outcome.FAIL), row("CBK-02")]
    judgement = judged(rows, selection=True, waivers=[waiver("CBK-01")])
    assert (judgement.selection, judgement.selection_failing) == ("FAIL", ("CBK-01",))


def test_a_waiver_opens_no_gate_for_a_fatal_control() -> None:
    rows = [*others("CBK-01"), row("CBK-01", Outcome.FAIL)]
    assert verdict(judged(rows, waivers=[waiver("CBK-01")])) == "NO-GO"


def test_a_status_says_the_grade_of_the_evidence_it_rests_on() -> None:
    better, plain = judged([row("CBK-01", grade=Grade.EXPERIENCE), row("CBK-02")]).controls[:2]
    assert (better.grade, plain.grade) == ("experience", "simulated")


def test_where_no_check_said_anything_the_message_is_empty() -> None:
    assert judged([row("CBK-01")]).controls[0].message == ""


@pytest.mark.parametrize(
    ("confirmed", "reached"),
    [({"CFG-01", "PAY-01"}, True), ({"CFG-01"}, False), ({"PAY-01"}, False), (set[str](), False)],
    ids=["both", "settings only", "payment only", "neither"],
)
def test_the_first_milestone_is_settings_and_a_payment_at_experience(
    confirmed: set[str], reached: bool
) -> None:
    world = tuple(control(id_, grade=Grade.EXPERIENCE) for id_ in ("CFG-01", "PAY-01"))
    judgement = judged(passing(*confirmed, grade=Grade.EXPERIENCE), controls=world)
    assert judgement.milestones[0] is reached


def test_a_tally_counts_what_this_run_itself_brought() -> None:
    rows = [
        row("CBK-01", Outcome.HARNESS_ERROR),
        row("CBK-01", Outcome.HARNESS_ERROR, scenario="test_other"),
        row("CBK-02", Outcome.INCONCLUSIVE, blame=Blame.ENVIRONMENT),
        row("CBK-03", Outcome.NEEDS_HUMAN),
        row("CBK-03", run="yesterday", ago=timedelta(days=1)),
        row("OPS-01"),
    ]
    assert judged(rows, faults=("disk full",)).tally == Tally(
        checks=5, harness_errors=3, unreachable=1, undecided=2
    )
