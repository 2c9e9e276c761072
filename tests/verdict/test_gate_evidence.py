"""What feeds a requirement: the newest result of the grade, and never a pass over a newer fail."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from harness.core.control import OTHER_WIRE, Grade, Outcome, Scope
from harness.verdict import FRESH, EvidenceRow, Standing, relevant, result
from harness.verdict.gate_evidence import usable
from tests.verdict.cases import FATAL, NOW, SUBJECT, row

DAY = timedelta(days=1)


def standing(rows: list[EvidenceRow], grade: Grade = Grade.SIMULATED) -> Standing | None:
    kept = usable(rows, subject=SUBJECT, as_of=NOW).get(FATAL.id, [])
    found = result(FATAL, kept, grade)
    return found.standing if found else None


def test_the_newest_run_decides() -> None:
    old_fail, new_pass = row(outcome=Outcome.FAIL, ago=2 * DAY, run="old"), row(ago=DAY, run="new")
    old_pass, new_fail = row(ago=2 * DAY, run="old"), row(outcome=Outcome.FAIL, ago=DAY, run="new")
    assert standing([old_fail, new_pass]) is Standing.PASS
    assert standing([old_pass, new_fail]) is Standing.FAIL


def test_evidence_of_a_lower_grade_feeds_nothing_higher() -> None:
    assert standing([row(grade=Grade.SIMULATED)], Grade.EXPERIENCE) is None


def test_evidence_of_a_higher_grade_feeds_what_is_lower() -> None:
    assert standing([row(grade=Grade.EXPERIENCE)], Grade.SIMULATED) is Standing.PASS


def test_a_newer_fail_of_any_grade_stands_beside_a_pass() -> None:
    passed = row(grade=Grade.EXPERIENCE, ago=2 * DAY, run="experience")
    failed = row(outcome=Outcome.FAIL, grade=Grade.SIMULATED, ago=DAY, run="simulated")
    assert standing([passed, failed], Grade.EXPERIENCE) is Standing.FAIL


def test_an_older_fail_of_a_lower_grade_does_not() -> None:
    failed = row(outcome=Outcome.FAIL, grade=Grade.SIMULATED, ago=2 * DAY, run="simulated")
    passed = row(grade=Grade.EXPERIENCE, ago=DAY, run="experience")
    assert standing([failed, passed], Grade.EXPERIENCE) is Standing.PASS


def test_a_fail_of_a_lower_grade_in_the_same_run_is_never_hidden() -> None:
    failed = row(outcome=Outcome.FAIL, grade=Grade.SIMULATED, ago=2 * DAY, scenario="test_other")
    passed = row(grade=Grade.EXPERIENCE, ago=DAY)
    assert standing([failed, passed], Grade.EXPERIENCE) is Standing.FAIL


def test_a_mended_fail_of_a_lower_grade_says_nothing_where_no_higher_evidence_is() -> None:
    failed = row(outcome=Outcome.FAIL, ago=2 * DAY, run="old")
    mended = row(ago=DAY, run="new")
    assert standing([failed, mended], Grade.EXPERIENCE) is None


@pytest.mark.parametrize(
    ("age", "expected"),
    [(FRESH - timedelta(seconds=1), Standing.PASS), (FRESH, None), (-timedelta(seconds=1), None)],
    ids=["just fresh", "fourteen days old", "from the future"],
)
def test_evidence_counts_for_fourteen_days(age: timedelta, expected: Standing | None) -> None:
    assert standing([row(ago=age)]) is expected


def test_evidence_of_another_subject_counts_for_nothing() -> None:
    assert standing([row(subject="another build")]) is None


def test_of_a_narrowed_or_interrupted_earlier_run_only_fails_count() -> None:
    whole = row(ago=2 * DAY, run="whole")
    broken_pass = row(ago=DAY, run="broken", complete=False)
    broken_fail = row(outcome=Outcome.FAIL, ago=DAY, run="broken", complete=False)
    assert standing([broken_pass]) is None
    assert standing([whole, broken_pass]) is Standing.PASS
    assert standing([whole, broken_fail]) is Standing.FAIL
    assert standing([broken_fail]) is Standing.FAIL


def test_every_part_of_the_newest_run_counts() -> None:
    rows = [row(scenario="test_one"), row(outcome=Outcome.INCONCLUSIVE, scenario="test_two")]
    assert standing(rows) is Standing.INCONCLUSIVE


def test_of_two_runs_at_the_same_moment_the_worse_speaks() -> None:
    rows = [row(run="b"), row(outcome=Outcome.INCONCLUSIVE, run="a")]
    assert standing(rows) is standing(rows[::-1]) is Standing.INCONCLUSIVE


def test_what_is_superseded_is_not_relevant_any_more() -> None:
    rows = [
        row(outcome=Outcome.FAIL, ago=3 * DAY, run="first"),
        row(ago=2 * DAY, run="second"),
        row(outcome=Outcome.FAIL, grade=Grade.EXPERIENCE, ago=2 * DAY, run="experience"),
        row(ago=DAY, run="third"),
    ]
    assert [each.run for each in relevant(rows)] == ["experience", "third"]


def lacking(grade: Grade, **details: object) -> EvidenceRow:
    """A scenario that the target lacked a payer for."""
    return row(outcome=Outcome.NEEDS_HUMAN, grade=grade, exercised=0, lacks="payer", **details)  # type: ignore[arg-type]


def test_what_a_real_endpoint_lacks_does_not_undo_a_rehearsal() -> None:
    rehearsed = row(ago=2 * DAY, run="rehearsal")
    asked = lacking(Grade.EXPERIENCE, ago=DAY, run="real")
    assert standing([rehearsed, asked], Grade.SIMULATED) is Standing.PASS
    assert standing([rehearsed, asked], Grade.EXPERIENCE) is Standing.NEEDS_HUMAN


def test_a_part_that_passed_does_not_stand_for_the_part_that_needs_a_payer() -> None:
    part = row(grade=Grade.EXPERIENCE, ago=DAY, run="real", scenario="test_order")
    asked = lacking(Grade.EXPERIENCE, ago=DAY, run="real", scenario="test_payment")
    assert standing([part, asked], Grade.EXPERIENCE) is Standing.NEEDS_HUMAN
    whole = row(grade=Grade.EXPERIENCE, ago=3 * DAY, run="attended")
    assert standing([whole, part, asked], Grade.EXPERIENCE) is Standing.PASS


def test_a_fail_of_a_run_that_lacked_something_is_never_hidden() -> None:
    rehearsed = row(ago=2 * DAY, run="rehearsal")
    failed = row(outcome=Outcome.FAIL, grade=Grade.EXPERIENCE, ago=DAY, run="real", scenario="test_order")
    asked = lacking(Grade.EXPERIENCE, ago=DAY, run="real", scenario="test_payment")
    assert standing([rehearsed, failed, asked], Grade.SIMULATED) is Standing.FAIL


def left(run: str, wire: str, **details: object) -> EvidenceRow:
    """A part that a run left to another wire."""
    return on(wire, row(outcome=Outcome.NOT_APPLICABLE, exercised=0, lacks="wire", run=run, **details))  # type: ignore[arg-type]


def on(wire: str, plain: EvidenceRow) -> EvidenceRow:
    return replace(plain, check=plain.check.model_copy(update={"dialect": wire}))


def test_a_control_whose_every_wire_was_left_to_another_run_is_inconclusive() -> None:
    assert standing([left("now", "mcp"), left("now", "apiv3")]) is Standing.INCONCLUSIVE
    nothing_imported = row(outcome=Outcome.NOT_APPLICABLE, exercised=0, lacks="import", run="now")
    assert standing([nothing_imported]) is Standing.INCONCLUSIVE
    declared_away = row(outcome=Outcome.NOT_APPLICABLE, exercised=0, run="now")
    assert standing([declared_away]) is Standing.NOT_APPLICABLE
    assert standing([declared_away, left("now", "mcp")]) is Standing.INCONCLUSIVE


def test_a_control_exercised_on_one_wire_is_decided_by_it() -> None:
    assert standing([left("now", "mcp"), on("apiv3", row(run="now"))]) is Standing.PASS
    assert standing([left("now", "mcp"), on("apiv3", row(outcome=Outcome.FAIL, run="now"))]) is Standing.FAIL


def test_a_failure_is_left_to_no_other_wire() -> None:
    failed = row(outcome=Outcome.FAIL, lacks=OTHER_WIRE)
    assert standing([failed, on("apiv3", row())]) is Standing.FAIL


def test_what_a_run_left_to_another_wire_is_taken_from_the_run_on_that_wire() -> None:
    first, second = {"run": "first", "ago": 2 * DAY}, {"run": "second", "ago": DAY}
    assert standing([on("mcp", row(**first)), left(wire="mcp", **second)]) is Standing.PASS  # type: ignore[arg-type]
    assert standing([left(wire="mcp", **first), on("mcp", row(**second))]) is Standing.PASS  # type: ignore[arg-type]


def test_a_pass_on_one_wire_hides_no_earlier_fail_on_another() -> None:
    failed = on("mcp", row(outcome=Outcome.FAIL, ago=3 * DAY, run="first"))
    passed = on("apiv3", row(ago=2 * DAY, run="second"))
    rows = [failed, passed, left("first", "apiv3", ago=3 * DAY), left("second", "mcp", ago=2 * DAY)]
    assert standing(rows) is Standing.FAIL
    assert failed in relevant(rows)
    mended = [on("mcp", row(ago=DAY, run="third")), left("third", "apiv3", ago=DAY)]
    assert standing([*rows, *mended]) is Standing.PASS


def by_phone(
    run: str, ago: timedelta, outcome: Outcome = Outcome.PASS, grade: Grade = Grade.EXPERIENCE
) -> EvidenceRow:
    """The part that takes a person with a phone, and was done by one."""
    return row(outcome=outcome, grade=grade, ago=ago, run=run, scenario="test_phone")


def without_phone(run: str, ago: timedelta, grade: Grade = Grade.EXPERIENCE) -> list[EvidenceRow]:
    """What a run finds that nobody attends: a part of its own, one for a person, one for a rehearsal."""
    return [
        row(grade=grade, ago=ago, run=run, scenario="test_order"),
        row(
            outcome=Outcome.NEEDS_HUMAN,
            exercised=0,
            lacks="phone",
            grade=grade,
            ago=ago,
            run=run,
            scenario="test_phone",
        ),
        row(
            outcome=Outcome.NOT_APPLICABLE,
            exercised=0,
            lacks="played",
            grade=grade,
            ago=ago,
            run=run,
            scenario="test_page",
        ),
    ]


def attended(run: str, ago: timedelta, outcome: Outcome = Outcome.PASS) -> list[EvidenceRow]:
    """What a run finds that somebody attends: the rest it leaves to a run without anybody."""
    away = [
        row(
            outcome=Outcome.NOT_APPLICABLE,
            exercised=0,
            lacks="unattended",
            grade=Grade.EXPERIENCE,
            ago=ago,
            run=run,
            scenario=each,
        )
        for each in ("test_order", "test_page")
    ]
    return [by_phone(run, ago, outcome), *away]


def test_a_part_for_a_phone_stays_open_until_somebody_pays() -> None:
    assert standing(without_phone("night", DAY), Grade.EXPERIENCE) is Standing.NEEDS_HUMAN


@pytest.mark.parametrize("order", [(DAY, 2 * DAY), (2 * DAY, DAY)], ids=["paid last", "paid first"])
def test_an_attended_run_and_a_nightly_one_make_one_body_of_evidence(
    order: tuple[timedelta, timedelta],
) -> None:
    paid, night = order
    rows = [*attended("paid", paid), *without_phone("night", night)]
    assert standing(rows, Grade.EXPERIENCE) is Standing.PASS
    assert standing(relevant(rows), Grade.EXPERIENCE) is Standing.PASS


def test_a_night_hides_no_failed_payment_and_the_next_payment_clears_it() -> None:
    failed = [*attended("paid", 2 * DAY, Outcome.FAIL), *without_phone("night", DAY)]
    assert standing(failed, Grade.EXPERIENCE) is Standing.FAIL
    assert standing([*failed, *attended("again", DAY / 2)], Grade.EXPERIENCE) is Standing.PASS


def test_an_attended_run_alone_leaves_open_what_it_left_to_a_machine() -> None:
    found = result(FATAL, attended("paid", DAY), Grade.EXPERIENCE)
    assert found is not None
    assert {each.check.scenario for each in found.rows} == {"test_phone", "test_order", "test_page"}
    nobody = [each for each in attended("paid", DAY) if each.check.lacks]
    assert standing(nobody, Grade.EXPERIENCE) is Standing.INCONCLUSIVE


def test_a_payment_at_a_real_target_undoes_no_rehearsal() -> None:
    rehearsed = [
        row(outcome=Outcome.FAIL, ago=3 * DAY, run="rehearsal", scenario="test_page"),
        row(outcome=Outcome.NOT_APPLICABLE, exercised=0, ago=3 * DAY, run="rehearsal", scenario="test_phone"),
    ]
    rows = [*rehearsed, *without_phone("night", 2 * DAY), *attended("paid", DAY)]
    assert standing(rows, Grade.SIMULATED) is Standing.FAIL


def silent(**details: object) -> EvidenceRow:
    """Of a run that the app never answered."""
    return row(contacted=False, **details)  # type: ignore[arg-type]


def test_a_pass_about_the_app_says_nothing_where_the_app_never_answered() -> None:
    for outcome in (Outcome.PASS, Outcome.WARN):
        assert standing([silent(outcome=outcome)]) is Standing.INCONCLUSIVE
    found = result(FATAL, [silent()], Grade.SIMULATED)
    assert found is not None
    assert found.app_silent
    assert "the app never answered" in found.rows[0].check.message


@pytest.mark.parametrize("scope", [Scope.ENDPOINT, Scope.SETTINGS, Scope.PEOPLE])
def test_a_pass_about_something_else_needs_no_app(scope: Scope) -> None:
    found = result(FATAL.model_copy(update={"scope": scope}), [silent()], Grade.SIMULATED)
    assert found is not None
    assert (found.standing, found.app_silent) == (Standing.PASS, False)


def test_a_real_platform_is_asked_without_the_app_and_that_undoes_no_rehearsal() -> None:
    real = silent(grade=Grade.EXPERIENCE, run="real")
    assert standing([real], Grade.EXPERIENCE) is Standing.PASS
    assert standing([real], Grade.SIMULATED) is Standing.INCONCLUSIVE
    rehearsed = row(ago=DAY, run="rehearsed")
    assert standing([real, rehearsed], Grade.SIMULATED) is Standing.PASS
    assert relevant([rehearsed, real]) == [rehearsed, real]


def test_a_run_that_the_app_never_answered_still_finds_failures() -> None:
    answered = row(ago=DAY, run="answered")
    failed, passed = silent(outcome=Outcome.FAIL, run="now"), silent(run="later", scenario="test_other")
    assert standing([answered, failed]) is Standing.FAIL
    assert standing([answered, failed, passed]) is Standing.FAIL
    assert failed in relevant([answered, failed, passed])


def test_controls_do_not_supersede_each_other() -> None:
    rows = [row("CBK-01", ago=2 * DAY, run="first"), row("CBK-02", ago=DAY, run="second")]
    assert relevant(rows) == rows


def test_a_fail_of_a_lower_grade_at_the_same_moment_stands_beside_a_pass() -> None:
    passed = row(grade=Grade.EXPERIENCE, ago=DAY, run="experience")
    failed = row(outcome=Outcome.FAIL, grade=Grade.SIMULATED, ago=DAY, run="simulated")
    assert standing([passed, failed], Grade.EXPERIENCE) is Standing.FAIL


def test_a_fail_is_counted_once() -> None:
    rows = [row(), row(outcome=Outcome.FAIL, scenario="test_other")]
    found = result(FATAL, rows, Grade.SIMULATED)
    assert found is not None
    assert found.rows == tuple(rows)
