"""CFG-01: every required variable is set, no line of any is a placeholder, and each means one thing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from harness.core.payment import Provider
from harness.settings import ConfigurationReport, EnvFile, check
from harness.settings.variables import VARIABLES, Presence

Environment = Callable[..., dict[str, str]]
Judge = Callable[..., ConfigurationReport]
NEEDED = (Presence.ALWAYS, Presence.PRODUCTION)
WECHAT = [variable.name for variable in VARIABLES if variable.provider is Provider.WECHAT]
ALIPAY = [variable.name for variable in VARIABLES if variable.presence is Presence.ALIPAY]


@pytest.mark.parametrize("target", ["simulator", "experience", "production"])
def test_complete_settings_are_clean_in_every_control(judge: Judge, target: str) -> None:
    report = judge(target)
    assert report.findings == ()
    assert set(report.judged) == {*(f"CFG-{number:02}" for number in range(1, 12)), "APP-05"}
    nothing = {control for control, judged in report.judged.items() if not judged}
    # It never was a file; and a profile of production is judged for production alone.
    assert nothing == {"CFG-07"} | (set() if target == "production" else {"CFG-11"})


def test_an_empty_file_lacks_every_required_variable() -> None:
    report = check(EnvFile.parse("", "memory"), target="production")
    missing = {finding.variable for finding in report.of("CFG-01")}
    assert missing == {variable.name for variable in VARIABLES if variable.presence in NEEDED}
    assert all(finding.line is None and finding.blocks for finding in report.of("CFG-01"))


@pytest.mark.parametrize(
    "name", [variable.name for variable in VARIABLES if variable.presence is Presence.ALWAYS]
)
def test_each_required_variable_is_missed_alone(judge: Judge, name: str) -> None:
    missed = judge("experience", **{name: None}).of("CFG-01")
    assert [finding.variable for finding in missed] == [name]


@pytest.mark.parametrize("name", ["MCP_MAX_AMOUNT", "MCP_DAILY_LIMIT"])
def test_limits_are_required_for_production_alone(judge: Judge, name: str) -> None:
    assert [finding.variable for finding in judge("production", **{name: None}).of("CFG-01")] == [name]
    assert judge("experience", **{name: None}).of("CFG-01") == ()


@pytest.mark.parametrize("name", WECHAT)
def test_a_placeholder_in_any_variable_is_found_with_its_line(environment: Environment, name: str) -> None:
    values = environment("production") | {name: "[您的值]"}
    (found,) = check(EnvFile.of(values), target="production").of("CFG-01")
    assert found.variable == name
    assert found.line == list(values).index(name) + 1
    assert "您的值" not in found.problem + found.fix


def test_a_file_without_alipay_says_nothing_of_it(judge: Judge) -> None:
    report = judge("simulator", ALIPAY_APP_ID="[您的支付宝应用ID]", ALIPAY_PRIVATE_KEY="your_private_key")
    assert report.clean
    assert not [note for note in report.notes if "Alipay" in note.text]


@pytest.mark.parametrize("name", ALIPAY)
def test_a_file_that_begins_with_alipay_is_told_what_is_missing_and_goes_on(
    judge: Judge, alipay: dict[str, str], name: str
) -> None:
    for value in (None, "your_value"):
        report = judge("experience", **(alipay | {name: value}))
        assert report.clean
        assert [name in note.text for note in report.notes if "Alipay is left out" in note.text] == [True]


def test_once_alipay_is_configured_an_overridden_placeholder_is_found(
    environment: Environment, alipay: dict[str, str]
) -> None:
    text = "\n".join(f"{name}={value}" for name, value in (environment("production") | alipay).items())
    report = check(EnvFile.parse(f"ALIPAY_APP_ID=your_app_id\n{text}", "memory"), target="production")
    assert {finding.variable for finding in report.of("CFG-01")} == {"ALIPAY_APP_ID"}


def test_an_optional_variable_may_be_left_empty(judge: Judge) -> None:
    assert judge("simulator", GOLIVE_TEST_OPENID="", WECHAT_MCP_DIALECT="").clean


def test_an_overridden_placeholder_is_still_reported() -> None:
    env = EnvFile.parse("WECHAT_PAY_MCH_ID=[您的微信商户号]\nWECHAT_PAY_MCH_ID=1900007291\n", "memory")
    found = [
        finding
        for finding in check(env, target="experience").of("CFG-01")
        if finding.variable == "WECHAT_PAY_MCH_ID" and finding.line == 1
    ]
    assert "line 2 overrides it" in found[0].problem
    assert not found[0].blocks


def test_a_variable_set_to_two_values_is_reported_with_every_line() -> None:
    env = EnvFile.parse("MCP_TIMEOUT=15000\n\nMCP_TIMEOUT=20000\n", "memory")
    (found,) = [
        finding
        for finding in check(env, target="experience").of("CFG-01")
        if finding.variable == "MCP_TIMEOUT"
    ]
    assert "lines 1, 3" in found.problem
    assert found.line == 3


def test_a_variable_repeated_with_the_same_value_is_no_finding() -> None:
    env = EnvFile.parse("MCP_TIMEOUT=15000\nMCP_TIMEOUT=15000\n", "memory")
    named = {finding.variable for finding in check(env, target="experience").of("CFG-01")}
    assert "MCP_TIMEOUT" not in named


def test_lines_that_are_no_setting_are_reported_as_one_stretch_and_not_repeated() -> None:
    env = EnvFile.parse("MIIEvQIBADAN\nBgkqhkiG9w0B\n\nPAYMENT_MCP_ENABLED=true\nloose\n", "memory")
    found = [finding for finding in check(env, target="experience").of("CFG-01") if not finding.variable]
    assert [(finding.line, "1–2" in finding.problem) for finding in found] == [(1, True), (5, False)]
    assert "MIIE" not in str(found)


@pytest.mark.parametrize("spelling", ["True", "1", "yes", "on", "enabled"])
def test_a_switch_spelt_otherwise_is_refused_because_programs_compare_text(
    judge: Judge, spelling: str
) -> None:
    (found,) = judge("experience", PAYMENT_MCP_ENABLED=spelling).of("CFG-01")
    assert found.variable == "PAYMENT_MCP_ENABLED"
    assert spelling not in found.problem


def test_blanks_kept_by_quotes_are_found(judge: Judge) -> None:
    (found,) = judge("experience", WECHAT_PAY_APP_ID=" wx8888888888888888").of("CFG-01")
    assert "blanks" in found.problem


@pytest.mark.parametrize("blank", ["\n", "\r\n", " ", "\u00a0", "\u200b", "\ufeff", "\u3000", "\u2060"])
@pytest.mark.parametrize(
    "name", ["WECHAT_PAY_CERT_SERIAL", "WECHAT_PAY_MCH_ID", "WECHAT_PAY_APIV3_KEY", "MCP_TIMEOUT"]
)
def test_invisible_characters_count_as_blanks(
    judge: Judge, environment: Environment, name: str, blank: str
) -> None:
    value = environment("production")[name]
    for spoilt in (value + blank, blank + value):
        found = judge("production", **{name: spoilt}).of("CFG-01")
        assert [(each.variable, "blanks at the start or the end" in each.problem) for each in found] == [
            (name, True)
        ]


@pytest.mark.parametrize("code", ["\u200b", "\u00a0", "\n"])
def test_an_invisible_character_inside_is_named_with_its_place(judge_keyless: Judge, code: str) -> None:
    report = judge_keyless("production", WECHAT_MCP_API_KEY=f"mcpkey-7f3a9c51{code}e2d84b60")
    (found,) = [each for each in report.of("CFG-01") if "invisible" in each.problem]
    assert f"U+{ord(code):04X} at place 16" in found.problem


@pytest.mark.parametrize("blank", ["\u200b", "\u00a0", "\ufeff \u200b"])
def test_a_value_of_invisible_characters_alone_is_empty(blank: str) -> None:
    report = check(EnvFile.parse(f"WECHAT_PAY_MCH_ID={blank}\n", ".env"), target="production")
    found = [each for each in report.of("CFG-01") if each.variable == "WECHAT_PAY_MCH_ID" and each.blocks]
    assert ["is still empty" in each.problem for each in found] == [True]
