"""`golive config check`: every finding readable at any width, in both languages and as JSON; exit 0 or 4."""

from __future__ import annotations

import io
import json
import re
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from rich.cells import cell_len
from rich.console import Console

from harness.cli import golive, main
from harness.core.control import Language
from harness.core.findings import told_in
from harness.settings import ConfigurationReport, EnvFile, check
from harness.settings.report_text import print_report, summary
from harness.signing import keys

DATA = Path(__file__).parents[1] / "settings" / "data"
MERGED = "".join((DATA / name).read_text("utf-8") for name in ("plan_section_2.env", "plan_section_4_2.env"))


def run(*arguments: str) -> Result:
    return CliRunner().invoke(golive, ["config", "check", *arguments])


@pytest.fixture
def merged(tmp_path: Path) -> Path:
    """P§2's block and P§4.2's, one after the other."""
    path = tmp_path / ".env.local"
    path.write_text(MERGED, "utf-8")
    path.chmod(0o600)
    return path


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Settings for a simulator with nothing wrong."""
    ours, mcp, platform = keys.generate(), keys.generate(), keys.generate().public_key()
    path = tmp_path_factory.mktemp("clean") / ".env.simulator"
    path.write_text(
        f"""\
PAYMENT_MCP_ENABLED=true
WECHAT_MCP_ENDPOINT=http://127.0.0.1:8765/mcp
WECHAT_MCP_API_KEY=7f3a9c51e2d84b60a1f7c93d5e08b246c05d71e9a4f2b8360d9e5c17a28f64b3
WECHAT_MCP_MERCHANT_ID=1900007291
WECHAT_MCP_PRIVATE_KEY={keys.bare_private(mcp)}
WECHAT_MCP_PUBLIC_KEY={keys.bare_public(platform)}
WECHAT_MCP_EXPERIENCE=true
WECHAT_PAY_APP_ID=wx8888888888888888
WECHAT_PAY_MCH_ID=1900007291
WECHAT_PAY_API_KEY=q7Zf2LxV9sKd4RbTn8WcY3hGm6PjE1uA
WECHAT_PAY_SANDBOX=true
WECHAT_PAY_APIV3_KEY=A9b8C7d6E5f4G3h2I1j0K9l8M7n6O5p4
WECHAT_PAY_CERT_SERIAL=408B07E79B8269FEC3D5D3E6AB8ED163A6A380DB
WECHAT_PAY_PRIVATE_KEY={keys.bare_private(ours)}
WECHAT_PAY_PUBLIC_KEY_ID=PUB_KEY_ID_0119000072912024101500
WECHAT_PAY_PUBLIC_KEY={keys.bare_public(platform)}
WECHAT_PAY_NOTIFY_URL=http://127.0.0.1:3000/notify
WECHAT_PAY_BASE_URL=http://127.0.0.1:8765
MCP_EXPERIENCE_MODE=true
MCP_TIMEOUT=15000
MCP_RETRY_COUNT=3
MCP_MAX_AMOUNT=10000  # 100元
MCP_DAILY_LIMIT=100000  # 1000元
""",
        "utf-8",
    )
    path.chmod(0o600)
    return path


def test_the_plans_two_blocks_end_in_4_with_everything_that_is_wrong(merged: Path) -> None:
    result = run(str(merged), "--lang", "en")
    assert result.exit_code == 4
    for number, line in enumerate(MERGED.splitlines(), start=1):
        if "=[" in line:
            assert re.search(
                rf"line {number}  {line.partition('=')[0]}  is still a placeholder", result.output
            )
    for said in (
        "30000 ms × 3 + 3 s = 93 s",
        "¥10,000.00, but its comment says 100元",
        "¥100,000.00, but its comment says 1万元",
        "WECHAT_PAY_SANDBOX  is true, but line 30 says WECHAT_MCP_EXPERIENCE=false",
        "target production (assumed from the file; name it with --target)",
        "CONFIGURATION FAILS · 31 findings in 6 controls",
    ):
        assert said in result.output


def test_chinese_says_the_same(merged: Path) -> None:
    result = run(str(merged), "--lang", "zh")
    assert result.exit_code == 4
    for said in ("缺少这个变量", "93 秒", "注释却写 100元", "API v3 没有沙箱", "6 项控制共 31 个问题"):
        assert said in result.output


@pytest.mark.parametrize(
    ("locale", "said"), [("zh_CN.UTF-8", "配置检查未通过"), ("de_DE.UTF-8", "CONFIGURATION FAILS")]
)
def test_the_locale_chooses_the_language_when_nobody_does(
    merged: Path, monkeypatch: pytest.MonkeyPatch, locale: str, said: str
) -> None:
    monkeypatch.setenv("LC_ALL", locale)
    assert said in run(str(merged)).output


def test_clean_settings_end_in_0_with_one_line_that_says_so(clean: Path) -> None:
    result = run(str(clean), "--target", "simulator", "--lang", "en")
    assert (result.exit_code, result.output.splitlines()[-1]) == (
        0,
        "CONFIGURATION CLEAN · 11 controls · nothing to judge: CFG-11",
    )
    assert "worst-case wait: 15000 ms × 3 + 3 s = 48 s" in result.output


def test_a_loopback_endpoint_is_assumed_to_be_a_simulator(clean: Path) -> None:
    result = run(str(clean), "--lang", "en")
    assert result.exit_code == 0
    assert "target simulator (assumed" in result.output


def test_the_same_file_is_refused_for_another_target(clean: Path) -> None:
    result = run(str(clean), "--target", "production", "--lang", "en")
    assert result.exit_code == 4
    assert "contradicts target production" in result.output
    assert "plain http" in result.output


def test_a_control_that_could_judge_nothing_is_not_called_passed(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text("PAYMENT_MCP_ENABLED=true\n")
    output = run(str(path), "--target", "production", "--lang", "en").output
    assert "– CFG-03 keys load and belong where they stand (0 values judged, 0 findings)" in output
    assert "nothing to judge: CFG-03, CFG-04, CFG-05, CFG-06" in output


def test_json_holds_every_finding_in_both_languages(merged: Path) -> None:
    result = run(str(merged), "--json")
    assert result.exit_code == 4
    document = json.loads(result.output)
    assert (document["schema"], document["clean"], document["assumed"]) == (1, False, True)
    assert len(document["findings"]) == 31
    assert all(
        finding["control"] and finding["fix"]["zh"] and finding["problem"]["en"]
        for finding in document["findings"]
    )


def test_the_file_in_the_working_directory_is_the_default(
    merged: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(merged.parent)
    assert run("--lang", "en").output.startswith(".env.local · target production")


def test_help_teaches_with_an_example() -> None:
    result = run("--help")
    assert result.exit_code == 0
    assert "$ golive config check .env.local" in result.output
    assert "--target production" in result.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["absent.env"], "there is no such file [absent.env]"),
        (["."], "this is a directory"),
        ([".env.local", "--target", "sandbox"], "use simulator, experience, production or a URL"),
        ([".env.local", "--lang", "fr"], "Invalid value for '--lang'"),
    ],
)
def test_what_cannot_be_judged_ends_in_4_with_a_remedy_and_no_traceback(
    merged: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    said: str,
) -> None:
    monkeypatch.chdir(merged.parent)
    monkeypatch.setattr(sys, "argv", ["golive", "config", "check", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    output = capsys.readouterr()
    assert ended.value.code == 4
    assert said in output.err
    assert "Traceback" not in output.out + output.err


def on_terminal(report: ConfigurationReport, width: int, language: Language) -> str:
    stream = io.StringIO()
    console = Console(
        file=stream, force_terminal=True, width=width, highlight=False, markup=False, color_system=None
    )
    print_report(report, console, "zh" if language == "zh" else "en")
    return stream.getvalue()


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("width", [60, 80, 200])
def test_a_terminal_of_any_width_shows_every_variable_and_every_fix_in_full(
    width: int, language: Language
) -> None:
    report = check(EnvFile.parse(MERGED, ".env.local"))
    shown = on_terminal(report, width, language)
    assert max(cell_len(line) for line in shown.splitlines()) <= width
    assert "…" not in shown.replace("[…]", "")
    # Cells are folded over lines: join the last column again, blanks aside, and look for each text in it.
    column = "".join(line.rpartition("│")[2] for line in shown.splitlines())
    squeezed = re.sub(r"\s", "", column)
    for finding in report.findings:
        assert finding.variable in shown
        for text in (finding.problem, finding.fix):
            assert re.sub(r"\s", "", told_in(text, language)) in squeezed


def test_plain_output_keeps_a_finding_on_one_line_however_narrow(
    merged: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    lines = run(str(merged), "--lang", "en").output.splitlines()
    report = check(EnvFile.read(merged))
    for finding in report.findings:
        assert any(line.endswith(finding.problem) and finding.variable in line for line in lines)
        assert f"      → {finding.fix}" in lines


def test_one_finding_is_not_called_several(clean: Path) -> None:
    text = clean.read_text("utf-8").replace("MCP_TIMEOUT=15000", "MCP_TIMEOUT=30000")
    report = check(EnvFile.parse(text, "memory"), target="simulator")
    assert summary(report, "en").startswith("CONFIGURATION FAILS · 1 finding in 1 control ·")


@pytest.mark.parametrize("form", ["github", "sarif"])
def test_findings_are_told_to_other_programs_too_and_end_alike(merged: Path, form: str) -> None:
    told = run(str(merged), "--as", form)
    assert told.exit_code == 4
    assert ("::error file=" if form == "github" else '"ruleId": "CFG-04"') in told.output
    both = run(str(merged), "--as", form, "--json")
    assert both.exit_code != 0
    assert "--json and --as exclude each other" in str(both.exception)
