"""How a run ends at a terminal: exit codes in their order, and the last lines."""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness.core.control import Blame, Grade, Outcome, Scope
from harness.verdict import EvidenceRow, exit_code, open_points, verdict_lines
from tests.verdict.cases import CONTROLS, TESTED, control, judged, passing, row

FAILS = row("CBK-01", Outcome.FAIL)
BREAKS = row("CBK-02", Outcome.HARNESS_ERROR)
UNREACHABLE = row("CBK-02", Outcome.INCONCLUSIVE, blame=Blame.ENVIRONMENT, scenario="test_far")
UNDECIDED = row("CBK-02", Outcome.NEEDS_HUMAN, scenario="test_eye")
GOOD = passing(*TESTED)


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        (GOOD, 0),
        ([*GOOD, UNDECIDED], 2),
        ([*GOOD, UNDECIDED, UNREACHABLE], 3),
        ([*GOOD, UNDECIDED, UNREACHABLE, BREAKS], 5),
        ([*GOOD, UNDECIDED, UNREACHABLE, BREAKS, FAILS], 1),
        ([], 5),
        (passing("CBK-01"), 2),
        ([*GOOD, row("CBK-03", Outcome.FAIL)], 0),
    ],
    ids=["go", "undecided", "unreachable", "broken", "failed", "nothing ran", "some missing", "S failed"],
)
@pytest.mark.parametrize("selection", [False, True], ids=["gate", "selection"])
def test_the_first_code_that_applies_is_the_exit_code(
    rows: list[EvidenceRow], code: int, *, selection: bool
) -> None:
    if selection and rows == passing("CBK-01"):
        code = 0  # a narrowed run misses nothing: it judges what it ran
    assert exit_code(judged(rows, selection=selection), "rehearsal") == code


def test_the_gate_asked_for_decides_the_code() -> None:
    judgement = judged(GOOD)
    assert (exit_code(judgement, "rehearsal"), exit_code(judgement, "production")) == (0, 2)


def test_an_interrupted_run_does_not_end_with_zero() -> None:
    assert exit_code(judged(GOOD, interrupted=True), "rehearsal") == 2


def test_a_fault_of_our_own_ends_with_five() -> None:
    assert exit_code(judged(GOOD, faults=("a secret stands in the record",)), "rehearsal") == 5


def test_the_first_line_says_the_judged_gate() -> None:
    lines = verdict_lines(judged(GOOD), "rehearsal")
    assert lines[0] == "REHEARSAL GO · 3 controls of the app passed"
    assert [line.partition(" · ")[0] for line in lines[1:]] == ["EXPERIENCE NOT YET", "PRODUCTION NOT YET"]


ABOUT_OTHERS = (
    control("CBK-01"),
    control("MCP-01", scope=Scope.ENDPOINT),
    control("CFG-01", scope=Scope.SETTINGS),
)


def test_what_is_about_others_does_not_fill_the_count_of_the_app() -> None:
    ids = frozenset(each.id for each in ABOUT_OTHERS)
    rows = passing(*ids)
    judgement = judged(rows, controls=ABOUT_OTHERS, registered=ids, exercised=ids)
    said = [verdict_lines(judgement, "rehearsal", lang)[0] for lang in ("en", "zh")]
    assert said == [
        "REHEARSAL GO · 1 controls of the app passed (beside endpoint 1, settings 1)",
        "REHEARSAL GO · 应用 1 项控制通过（另有支付接口 1、配置 1）",
    ]


def test_an_endpoint_that_passes_alone_opens_no_gate() -> None:
    others = ABOUT_OTHERS[1:]
    ids = frozenset(each.id for each in others)
    judgement = judged(passing(*ids), controls=others, registered=ids, exercised=ids)
    assert judgement.gates["rehearsal"].verdict == "NOT YET"


def test_another_gate_comes_first_when_it_was_asked_for() -> None:
    assert verdict_lines(judged(GOOD), "production")[0].startswith("PRODUCTION NOT YET")


def test_what_is_missing_is_named_cheapest_first() -> None:
    world = (*CONTROLS, control("CBK-09"), control("STB-01", rehearsed=False, grade=Grade.PRODUCTION))
    rows = [*passing("CBK-01"), row("CBK-02", Outcome.NEEDS_HUMAN, lacks="merchant")]
    registered = TESTED | {"STB-01"}
    line = verdict_lines(judged(rows, controls=world, registered=registered), "production")[0]
    prices = ["rehearsal run", "person's look", "attestation"]
    prices += ["experience run", "production run", "not built"]
    positions = [line.index(price) for price in prices]
    assert positions == sorted(positions)
    assert "6 missing, cheapest first: 1 × rehearsal run (CBK-03)" in line


def test_no_go_names_what_fails() -> None:
    line = verdict_lines(judged([*GOOD, FAILS, row("CBK-02", Outcome.FAIL)]), "rehearsal")[0]
    assert line.startswith("REHEARSAL NO-GO · 2 failing: CBK-01 CBK-02")


def test_a_warning_is_printed_beside_go() -> None:
    line = verdict_lines(judged([*GOOD, row("CBK-03", Outcome.FAIL)]), "rehearsal")[0]
    assert line == "REHEARSAL GO · 2 controls of the app passed · warning: CBK-03"


def test_a_narrowed_run_ends_in_a_selection_line() -> None:
    passed = verdict_lines(judged(GOOD, selection=True), "rehearsal")
    failed = verdict_lines(judged([*GOOD, FAILS, UNDECIDED], selection=True), "rehearsal")
    assert passed == ["SELECTION PASS · 3 checks run, no gate judged"]
    assert failed == ["SELECTION FAIL · 5 checks run, no gate judged: CBK-01 CBK-02"]


def test_a_narrowed_run_that_our_own_error_spoilt_names_the_error() -> None:
    spoilt = judged(GOOD, selection=True, faults=("a worker broke",))
    assert verdict_lines(spoilt, "rehearsal") == [
        "SELECTION FAIL · 3 checks run, no gate judged · harness error: a worker broke"
    ]
    assert "检查工具出错：a worker broke" in verdict_lines(spoilt, "rehearsal", "zh")[0]
    assert exit_code(spoilt, "rehearsal") == 5


def test_the_lines_exist_in_chinese() -> None:
    lines = verdict_lines(judged([*GOOD, FAILS]), "rehearsal", "zh")
    assert lines[0].startswith("REHEARSAL NO-GO · 1 项不合格：CBK-01")
    assert "由易到难：1 × 书面证明（OPS-01）" in lines[2]
    assert verdict_lines(judged(GOOD, selection=True), "rehearsal", "zh")[0].endswith("不评判门禁")


def test_the_words_around_go_exist_in_chinese() -> None:
    line = verdict_lines(judged([*GOOD, row("CBK-03", Outcome.FAIL)]), "rehearsal", "zh")[0]
    assert line == "REHEARSAL GO · 应用 2 项控制通过 · 警告：CBK-03"


def test_warnings_are_named_one_after_another() -> None:
    rows = [row("CBK-01", Outcome.WARN), row("CBK-02"), row("CBK-03", Outcome.FAIL)]
    assert verdict_lines(judged(rows), "rehearsal")[0].endswith(" · warning: CBK-01 CBK-03")


@pytest.mark.parametrize(
    ("count", "named"),
    [(4, "(CBK-11 CBK-12 CBK-13 CBK-14)"), (5, "(CBK-11 CBK-12 CBK-13 CBK-14 …)")],
)
def test_of_one_kind_four_ids_are_named(count: int, named: str) -> None:
    ids = [f"CBK-{number}" for number in range(11, 11 + count)]
    world = (*CONTROLS, *(control(id_) for id_ in ids))
    line = verdict_lines(judged(GOOD, controls=world, registered={*TESTED, *ids}), "rehearsal")[0]
    assert line == f"REHEARSAL NOT YET · {count} missing, cheapest first: {count} × rehearsal run {named}"


def test_kinds_of_what_is_missing_are_separated_by_commas() -> None:
    rows = [*passing("CBK-01"), row("CBK-02", Outcome.NEEDS_HUMAN, lacks="merchant")]
    line = verdict_lines(judged(rows), "rehearsal")[0]
    assert line.endswith("cheapest first: 1 × rehearsal run (CBK-03), 1 × person's look (CBK-02)")


def lacking(control: str, message: str, outcome: Outcome = Outcome.NEEDS_HUMAN) -> EvidenceRow:
    """A check that the run's target lacked a payer for."""
    plain = row(control, outcome, exercised=0)
    return replace(plain, check=plain.check.model_copy(update={"lacks": "payer", "message": message}))


def test_controls_that_want_the_same_share_a_line() -> None:
    assert open_points(judged(passing("CBK-01")), "rehearsal") == [
        "what rehearsal still wants, 2:",
        "  CBK-02 CBK-03  rehearsal run: no conclusive simulated evidence younger than 14 days",
        "  rehearsal run: golive run",
    ]
    assert open_points(judged(passing("CBK-01")), "rehearsal", "zh") == [
        "rehearsal 尚缺 2 项：",
        "  CBK-02 CBK-03  演练运行：没有 14 天内的模拟级有效证据",
        "  演练运行：golive run",
    ]


def test_a_gate_that_is_open_wants_nothing() -> None:
    assert open_points(judged(GOOD), "rehearsal") == []


def test_what_the_target_lacked_is_said_once_and_before_the_reason() -> None:
    rows = [lacking("CBK-02", "pay with a phone"), lacking("CBK-02", "pay with a phone")]
    rows += [lacking("CBK-02", "no such order", Outcome.INCONCLUSIVE)]
    said = open_points(judged([*passing("CBK-01", "CBK-03"), *rows]), "rehearsal")
    assert said[1] == (
        "  CBK-02  rehearsal run: needs-human: pay with a phone; no such order "
        "(no conclusive simulated evidence younger than 14 days)"
    )


def test_what_the_target_lacked_is_said_in_the_words_that_are_given_for_it() -> None:
    rows = [lacking("CBK-02", "pay with a phone")]
    said = open_points(judged([*passing("CBK-01", "CBK-03"), *rows]), "rehearsal", "zh", str.upper)
    assert "NEEDS-HUMAN: PAY WITH A PHONE" in said[1]


def test_what_another_run_lacked_or_what_does_not_apply_is_not_wanted() -> None:
    dropped = lacking("CBK-02", "no such order", Outcome.NOT_APPLICABLE)
    earlier = replace(lacking("CBK-02", "pay with a phone"), run="yesterday")
    failed = replace(FAILS, check=FAILS.check.model_copy(update={"message": "credited twice"}))
    said = open_points(judged([failed, dropped, earlier]), "rehearsal")
    assert "credited twice" not in " ".join(said)
    assert "no such order" not in " ".join(said)
    assert "pay with a phone" not in " ".join(said)
