"""The sentence beside each missing control: what is open, and at which grade, in both languages."""

from __future__ import annotations

import pytest

from harness.core.control import Grade, Text
from harness.verdict import Readiness, Standing
from harness.verdict.reasons import fault, readiness_short, reason


def test_a_missing_rehearsal_is_named_as_such() -> None:
    assert reason(Standing.INCONCLUSIVE, Grade.SIMULATED) == Text(
        zh="没有 14 天内的模拟级有效证据", en="no conclusive simulated evidence younger than 14 days"
    )


@pytest.mark.parametrize(
    ("grade", "zh", "en"),
    [(Grade.EXPERIENCE, "体验版", "experience"), (Grade.PRODUCTION, "生产", "production")],
)
def test_missing_evidence_of_the_platform_is_named_with_its_grade(grade: Grade, zh: str, en: str) -> None:
    assert reason(Standing.INCONCLUSIVE, grade) == Text(
        zh=f"需要真实平台的证据：没有 14 天内的{zh}级有效证据",
        en=f"needs a platform grade: no conclusive {en} evidence younger than 14 days",
    )


@pytest.mark.parametrize("standing", [Standing.PLANNED, Standing.INCONCLUSIVE])
def test_a_paper_that_is_not_there_is_said_to_be_no_paper(standing: Standing) -> None:
    absent = Text(zh="尚无有效的书面证明", en="no valid attestation is on file")
    assert reason(standing, Grade.PAPER) == absent


def test_what_a_run_judges_misses_no_paper() -> None:
    told = reason(Standing.INCONCLUSIVE, Grade.PAPER, attested=False)
    assert told.en == "no run of the last 14 days was given what decides it"
    assert reason(Standing.PLANNED, Grade.PAPER, attested=False).en == "it has no check yet"


@pytest.mark.parametrize("grade", Grade)
def test_a_failure_is_a_failure_at_every_grade(grade: Grade) -> None:
    assert reason(Standing.FAIL, grade) == Text(zh="不合格", en="it fails")


def test_a_control_without_a_check_is_said_to_have_none() -> None:
    assert {reason(Standing.PLANNED, grade).en for grade in Grade if grade} == {"it has no check yet"}


def test_every_standing_that_keeps_a_gate_shut_has_its_own_reason() -> None:
    shut = [each for each in Standing if not each.satisfies]
    for lang in ("zh", "en"):
        said = {getattr(reason(each, Grade.EXPERIENCE), lang) for each in shut}
        assert len(said) == len(shut)
        assert not any("{" in sentence for sentence in said)


def test_a_fault_of_our_own_repeats_what_happened() -> None:
    assert fault("disk full") == Text(zh="检查工具出错：disk full", en="harness error: disk full")


def test_short_readiness_is_said_with_both_figures() -> None:
    ready = Readiness(points=94, of_points=99, controls=30, of_controls=32)
    assert readiness_short(ready, 95) == Text(
        zh="就绪度 94.9% 低于 95%（99 分中得 94 分，32 项控制项中 30 项）",
        en="readiness 94.9 % is below 95 % (94 of 99 points, 30 of 32 controls)",
    )
