"""The plan's own environment blocks, as printed in P§2 and P§4.2, alone and one after the other."""

from __future__ import annotations

from harness.settings import ConfigurationReport, EnvFile, check


def lines(report: ConfigurationReport, control: str, *, saying: str = "") -> set[tuple[str, int | None]]:
    return {(f.variable, f.line) for f in report.of(control) if saying in f.problem}


def written_in_brackets(text: str) -> set[tuple[str, int]]:
    """Where a placeholder stands, read off the text itself."""
    numbered = enumerate(text.splitlines(), start=1)
    return {(line.partition("=")[0], number) for number, line in numbered if "=[" in line}


def test_section_2_every_placeholder_and_the_93_second_wait(plan_section_2: str) -> None:
    report = check(EnvFile.parse(plan_section_2, ".env.local"))
    assert (report.target, report.assumed) == ("experience", True)
    assert lines(report, "CFG-01", saying="placeholder") == written_in_brackets(plan_section_2)
    assert len(written_in_brackets(plan_section_2)) == 7
    assert any("93 s" in finding.problem for finding in report.of("CFG-05"))
    assert report.of("CFG-04") == ()
    assert len(report.of("APP-05")) == 5


def test_section_4_2_every_placeholder_and_both_limit_contradictions(plan_section_4_2: str) -> None:
    report = check(EnvFile.parse(plan_section_4_2, ".env.local"))
    assert (report.target, report.assumed) == ("production", True)
    assert lines(report, "CFG-01", saying="placeholder") == written_in_brackets(plan_section_4_2)
    assert len(written_in_brackets(plan_section_4_2)) == 3
    single, daily = report.of("CFG-06")
    assert (single.variable, "¥10,000.00" in single.problem, "100元" in single.problem) == (
        "MCP_MAX_AMOUNT",
        True,
        True,
    )
    assert (daily.variable, "¥100,000.00" in daily.problem, "1万元" in daily.problem) == (
        "MCP_DAILY_LIMIT",
        True,
        True,
    )


def test_both_blocks_one_after_the_other(plan_section_2: str, plan_section_4_2: str) -> None:
    merged = plan_section_2 + plan_section_4_2
    report = check(EnvFile.parse(merged, ".env.local"))
    assert report.target == "production"
    # Every placeholder, those that a later line overrides too.
    assert lines(report, "CFG-01", saying="placeholder") == written_in_brackets(merged)
    assert len(written_in_brackets(merged)) == 10
    # Experience is switched off; the sandbox, which P§4.2 forgets, stays on.
    sandbox = merged.splitlines().index("WECHAT_PAY_SANDBOX=true") + 1
    assert lines(report, "CFG-04") == {("WECHAT_PAY_SANDBOX", sandbox)}
    assert lines(report, "CFG-05", saying="93 s") == {
        ("MCP_TIMEOUT", merged.splitlines().index("MCP_TIMEOUT=30000") + 1)
    }
    assert {variable for variable, _ in lines(report, "CFG-06")} == {"MCP_MAX_AMOUNT", "MCP_DAILY_LIMIT"}


def test_no_placeholder_is_repeated_in_what_is_said_of_it(plan_section_2: str, plan_section_4_2: str) -> None:
    report = check(EnvFile.parse(plan_section_2 + plan_section_4_2, ".env.local"))
    assert "从微信商户平台获取" not in report.model_dump_json()
    assert "生产环境API密钥" not in report.model_dump_json()
