"""`golive report`: rebuild a page from its record and end with the code the evidence deserves."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from harness.cli.report import command
from harness.core.control import Outcome, Scope
from harness.core.errors import UsageError
from tests.longer_loads import of_a_rehearsal
from tests.reports.sample_run import START, outcomes, sample_run

APP, ENDPOINT, SETTINGS = (
    sum(each.scope is scope for each in of_a_rehearsal())
    for scope in (Scope.APP, Scope.ENDPOINT, Scope.SETTINGS)
)
GO = f"REHEARSAL GO · {APP} controls of the app passed (beside endpoint {ENDPOINT}, settings {SETTINGS})"


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with an empty `runs`."""
    monkeypatch.chdir(tmp_path)
    return tmp_path / "runs"


def report(*arguments: str) -> Result:
    return CliRunner().invoke(command, list(arguments), standalone_mode=False)


def lines(result: Result) -> list[str]:
    assert result.exception is None, result.exception
    return result.output.splitlines()


def test_the_newest_run_is_reported_by_default(runs: Path) -> None:
    sample_run(runs, "run-1")
    sample_run(runs, "run-2", start=START + timedelta(hours=1))
    result = report()
    assert lines(result)[:2] == ["Page: runs/latest/report.html", GO]
    assert result.return_value == 0
    assert (runs / "run-2" / "report.html").exists()
    assert not (runs / "run-1" / "report.html").exists()


@pytest.mark.parametrize("name", ["run-1", "runs/run-1"])
def test_a_run_is_named_by_its_id_or_its_folder(runs: Path, name: str) -> None:
    sample_run(runs, "run-1")
    assert lines(report(name))[0] == "Page: runs/run-1/report.html"


@pytest.mark.parametrize(
    ("outcome", "code"), [(Outcome.FAIL, 1), (Outcome.HARNESS_ERROR, 5), (Outcome.NEEDS_HUMAN, 2)]
)
def test_it_ends_with_the_code_of_the_run(runs: Path, outcome: Outcome, code: int) -> None:
    sample_run(runs, change=outcomes({"CBK-11": outcome}))
    result = report()
    assert "CBK-11" in lines(result)[1]
    assert result.return_value == code


def test_the_gate_of_the_run_comes_first(runs: Path) -> None:
    sample_run(runs, gate="production")
    result = report()
    assert lines(result)[1].startswith("PRODUCTION NOT YET")
    assert result.return_value == 2


def test_another_moment_judges_the_same_evidence_anew(runs: Path) -> None:
    sample_run(runs)
    result = report("--as-of", "2026-12-20T09:00:00+08:00")
    assert lines(result)[1].startswith("REHEARSAL NOT YET")
    assert result.return_value == 5


def test_it_speaks_chinese(runs: Path) -> None:
    sample_run(runs)
    assert lines(report("--lang", "zh"))[1] == (
        f"REHEARSAL GO · 应用 {APP} 项控制通过（另有支付接口 {ENDPOINT}、配置 {SETTINGS}）"
    )


@pytest.mark.parametrize(
    "moment",
    ["yesterday", "2026-12-20T09:00:00", "", "9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+14:00"],
)
def test_a_moment_without_its_zone_is_refused(runs: Path, moment: str) -> None:
    sample_run(runs)
    error = report("--as-of", moment).exception
    assert isinstance(error, UsageError)
    assert error.where == "--as-of"


def test_a_run_that_does_not_exist_is_a_clear_error(runs: Path) -> None:
    for arguments in ([], ["run-9"]):
        error = report(*arguments).exception
        assert isinstance(error, UsageError)
        assert "no run record" in str(error)
    assert not runs.exists()
