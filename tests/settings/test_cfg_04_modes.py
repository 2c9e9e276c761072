"""CFG-04: the three flags and the target tell one story."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import pytest

from harness.core.findings import told_in
from harness.settings import ConfigurationReport, EnvFile, check

Environment = Callable[..., dict[str, str]]
Judge = Callable[..., ConfigurationReport]
FLAGS = ("WECHAT_MCP_EXPERIENCE", "MCP_EXPERIENCE_MODE", "WECHAT_PAY_SANDBOX")


@pytest.mark.parametrize("values", list(product(["true", "false"], repeat=3)))
@pytest.mark.parametrize(
    ("target", "flag"), [("simulator", "true"), ("experience", "true"), ("production", "false")]
)
def test_every_flag_that_contradicts_the_target_is_found(
    judge_keyless: Judge, target: str, flag: str, values: tuple[str, ...]
) -> None:
    report = judge_keyless(target, **dict(zip(FLAGS, values, strict=True)))
    wrong = {name for name, value in zip(FLAGS, values, strict=True) if value != flag}
    assert {finding.variable for finding in report.of("CFG-04")} == wrong
    assert report.judged["CFG-04"] == 3


@pytest.mark.parametrize("values", list(product(["true", "false"], repeat=3)))
def test_without_a_target_the_flags_are_judged_against_each_other(
    environment: Environment, values: tuple[str, ...]
) -> None:
    env = EnvFile.of(environment("production", **dict(zip(FLAGS, values, strict=True))))
    for report in (check(env), check(env, target="https://api.mch.weixin.qq.com/mcp")):
        odd = {name for name, value in zip(FLAGS, values, strict=True) if value != values[0]}
        assert {finding.variable for finding in report.of("CFG-04")} == odd


def test_a_contradiction_names_the_other_line(environment: Environment) -> None:
    env = EnvFile.parse("WECHAT_PAY_SANDBOX=true\nWECHAT_MCP_EXPERIENCE=false # 关闭体验模式\n", "memory")
    (found,) = check(env).of("CFG-04")
    assert (found.variable, found.line) == ("WECHAT_PAY_SANDBOX", 1)
    assert "line 2 says WECHAT_MCP_EXPERIENCE=false" in found.problem
    assert "API v3 has no sandbox" in found.fix
    assert "API v3 没有沙箱" in told_in(found.fix, "zh")


def test_that_api_v3_has_no_sandbox_is_said_even_when_all_agree(judge_keyless: Judge) -> None:
    report = judge_keyless("experience")
    assert any("API v3 has no sandbox" in note.text for note in report.notes if note.control == "CFG-04")


@pytest.mark.parametrize("flag", FLAGS)
@pytest.mark.parametrize("spelling", ["True", "TRUE", "1", "yes", "on"])
def test_a_flag_spelt_otherwise_is_found(judge_keyless: Judge, flag: str, spelling: str) -> None:
    (found,) = judge_keyless("experience", **{flag: spelling}).of("CFG-04")
    assert found.variable == flag
    assert "neither true nor false" in found.problem
