"""`golive doctor` for people in two languages, and for programs."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from rich.console import Console

from harness.cli import doctor
from harness.core.control import Text
from harness.doctor import examine
from harness.doctor.report_line import ReportLine, State
from harness.doctor.table import show

FINE = ReportLine(name="a", title=Text(zh="甲", en="alpha"), state=State.OK, detail=Text.same("1.2 [bold]"))
SHAKY = ReportLine(
    name="b",
    title=Text(zh="乙", en="beta"),
    state=State.WARN,
    detail=Text.same("?"),
    fix=Text(zh="修", en="mend"),
)
GONE = ReportLine(
    name="c",
    title=Text(zh="丙", en="gamma"),
    state=State.MISSING,
    detail=Text.same("-"),
    fix=Text(zh="装", en="install"),
)


def run(monkeypatch: pytest.MonkeyPatch, findings: list[ReportLine], *arguments: str) -> Result:
    monkeypatch.setattr(doctor, "examine", lambda runs: findings)
    return CliRunner().invoke(doctor.command, arguments)


def test_a_machine_that_lacks_nothing_needed_ends_with_0(monkeypatch: pytest.MonkeyPatch) -> None:
    result = run(monkeypatch, [FINE, SHAKY], "--lang", "en")
    assert result.exit_code == 0
    assert result.output.splitlines() == [
        "ok       alpha  1.2 [bold]",
        "warn     beta   ? → mend",
        "ready: golive run",
    ]


def test_a_machine_that_lacks_something_needed_ends_with_3(monkeypatch: pytest.MonkeyPatch) -> None:
    result = run(monkeypatch, [FINE, GONE], "--lang", "zh")
    assert result.exit_code == 3
    assert result.output.splitlines() == [
        "正常     甲  1.2 [bold]",
        "缺失     丙  - → 装",
        "还不能演练：请先处理“缺失”的各行",
    ]


@pytest.mark.parametrize(
    ("locale", "word"), [("zh_CN.UTF-8", "注意"), ("en_US.UTF-8", "warn"), ("C", "warn")]
)
def test_the_language_is_the_terminals(monkeypatch: pytest.MonkeyPatch, locale: str, word: str) -> None:
    monkeypatch.setenv("LC_ALL", locale)
    assert run(monkeypatch, [SHAKY]).output.startswith(word)


def test_programs_get_both_languages(monkeypatch: pytest.MonkeyPatch) -> None:
    result = run(monkeypatch, [FINE, GONE], "--json")
    report = json.loads(result.output)
    assert result.exit_code == 3
    assert (report["schema"], report["ready"]) == (1, False)
    assert [line["state"] for line in report["lines"]] == ["ok", "missing"]
    assert report["lines"][1]["fix"] == {"zh": "装", "en": "install"}


def test_a_terminal_gets_a_table_with_the_fix_below_what_needs_it() -> None:
    screen = io.StringIO()
    show([FINE, GONE], "en", Console(file=screen, force_terminal=True, width=60))
    assert "1.2 [bold]" in screen.getvalue()
    assert "→ install" in screen.getvalue()
    assert "\x1b[" in screen.getvalue()


def test_every_line_that_is_not_fine_has_its_fix_and_every_name_is_its_own(tmp_path: Path) -> None:
    hostile = {"HTTPS_PROXY": "http://u:s3cret@proxy.example.com:1", "SSL_CERT_FILE": "/absent"}
    findings = examine.examine(tmp_path, hostile)
    assert [
        finding.name for finding in findings if finding.state is not State.OK and finding.fix is None
    ] == []
    assert len({finding.name for finding in findings}) == len(findings)
    assert {"proxies", "mirrors"} <= {finding.name for finding in findings if finding.state is State.WARN}
    assert "s3cret" not in "".join(finding.model_dump_json() for finding in findings)
