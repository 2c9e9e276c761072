"""CFG-06: limits are whole fen, fit each other, and are what their comments say they are."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from harness.settings import ConfigurationReport, EnvFile, Finding, check

Judge = Callable[..., ConfigurationReport]


def judged(text: str) -> tuple[Finding, ...]:
    return check(EnvFile.parse(text, "memory"), target="production").of("CFG-06")


@pytest.mark.parametrize(
    ("value", "comment"),
    [
        ("10000", "单笔最大金额（100元）"),
        ("1000000", "1万元"),
        ("1000000", "¥10,000"),
        ("100050", "1,000.50元"),
        ("10000", "10000分，即100元"),
        ("10000", "the edition's limit"),
        ("10000", ""),
    ],
)
def test_a_comment_that_agrees_or_names_no_amount_is_clean(value: str, comment: str) -> None:
    assert judged(f"MCP_MAX_AMOUNT={value} # {comment}") == ()


@pytest.mark.parametrize(
    ("value", "comment", "meant"),
    [
        ("1000000", "单笔最大金额（100元）", "10000"),
        ("10000000", "日限额（1万元）", "1000000"),
        ("100", "¥100", "10000"),
        ("100050", "1,000.05元", "100005"),
        ("10000", "10000分，即1元", "100"),
    ],
)
def test_a_comment_that_contradicts_its_value_is_found_with_both_readings(
    value: str, comment: str, meant: str
) -> None:
    (found,) = judged(f"MCP_MAX_AMOUNT={value} # {comment}")
    assert found.line == 1
    assert f"{value} fen" in found.problem
    assert f"write {meant} if" in found.fix
    assert not found.blocks


def test_an_amount_that_is_no_whole_fen_can_only_be_a_wrong_comment() -> None:
    (found,) = judged("MCP_MAX_AMOUNT=10000 # 100.005元")
    assert found.fix == "else correct the comment to ¥100.00"


@pytest.mark.parametrize("value", ["100.00", "100元", "1,000", "-1", "0", "1e6"])
@pytest.mark.parametrize("name", ["MCP_MAX_AMOUNT", "MCP_DAILY_LIMIT"])
def test_what_is_no_whole_number_of_fen_is_refused(judge_keyless: Judge, name: str, value: str) -> None:
    (found,) = judge_keyless("production", **{name: value}).of("CFG-06")
    assert found.variable == name
    assert found.blocks


def test_a_day_below_one_payment_is_found_and_equal_is_fine(judge_keyless: Judge) -> None:
    (found,) = judge_keyless("production", MCP_MAX_AMOUNT="10000", MCP_DAILY_LIMIT="9999").of("CFG-06")
    assert found.variable == "MCP_DAILY_LIMIT"
    assert "¥99.99" in found.problem
    assert judge_keyless("production", MCP_MAX_AMOUNT="10000", MCP_DAILY_LIMIT="10000").of("CFG-06") == ()


def test_no_limit_is_nothing_to_judge(judge_keyless: Judge) -> None:
    report = judge_keyless("experience", MCP_MAX_AMOUNT=None, MCP_DAILY_LIMIT=None)
    assert report.judged["CFG-06"] == 0


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("# 单笔 100元\nMCP_MAX_AMOUNT=1000000", ["100元"]),
        ("# 单笔 100元\nMCP_MAX_AMOUNT=10000", []),
        ("# 单笔 100元，单日 1000元\nMCP_DAILY_LIMIT=100000", []),
        ("# 单笔 100元\n\nMCP_MAX_AMOUNT=1000000", []),
        ("# 100元\n# limits\nMCP_MAX_AMOUNT=1000000", []),
    ],
)
def test_an_amount_in_the_comment_directly_above_is_compared_too(text: str, named: list[str]) -> None:
    found = check(EnvFile.parse(text + "\n", "memory"), target="production").of("CFG-06")
    assert [name for each in found for name in named if name in each.problem] == named
    assert len(found) == len(named)
