"""`golive export`: one command for every format, from the record alone, and an answer to what is wrong."""

from __future__ import annotations

import errno
import json
import os
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from docx import Document
from openpyxl import load_workbook

import harness.cli.export as module
from harness.cli import golive
from harness.cli.export import command
from harness.core.control import Outcome
from harness.core.errors import EnvironmentUnreachable, UsageError
from reports.export import FORMATS
from tests.reports.sample_run import outcomes, sample_run

FILES = {
    "xlsx": ["review.xlsx"],
    "docx": ["acceptance.docx"],
    "pdf": ["acceptance.pdf"],
    "sarif": ["golive.sarif"],
    "markdown": ["summary.md"],
    "junit": ["junit-zentao.xml", "junit.xml"],
    "allure": ["allure-results", "allurerc.json"],
}


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with one run, in which something failed; a browser that prints at once."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(module, "print_pdf", lambda html, **_: html.encode())
    sample_run(tmp_path / "runs", "run-1", change=outcomes({"CBK-11": Outcome.FAIL}))
    return tmp_path / "runs"


def export(*arguments: str) -> Result:
    return CliRunner(env={"LC_ALL": "C"}).invoke(command, list(arguments), standalone_mode=False)


def refused(*arguments: str) -> str:
    result = export(*arguments)
    assert isinstance(result.exception, UsageError), result.exception
    return str(result.exception)


@pytest.mark.parametrize("form", FORMATS)
def test_a_format_stands_in_the_folder_of_the_run(runs: Path, form: str) -> None:
    result = export("--as", form, *(["--out", "runs/run-1/exports/"] if form == "markdown" else []))
    assert (result.exception, result.return_value) == (None, 0)
    assert sorted(path.name for path in (runs / "run-1" / "exports").iterdir()) == FILES[form]


def test_all_of_them_are_written_with_one_command(runs: Path) -> None:
    result = export("run-1", "--as", "all", "--out", "made")
    assert (result.exception, result.return_value) == (None, 0)
    made = sorted(path.name for path in Path("made").iterdir())
    assert made == sorted(name for names in FILES.values() for name in names)
    assert runs.is_dir()


def test_the_named_file_is_the_export(runs: Path) -> None:
    assert runs.is_dir()
    assert export("--as", "docx", "--out", "deep/er/report.docx").output == "deep/er/report.docx\n"
    assert Document(str(Path("deep/er/report.docx").resolve())).paragraphs[0].text == "验收报告"


def test_markdown_is_printed_and_nothing_else(runs: Path) -> None:
    result = export("--as", "markdown")
    assert result.output.startswith("## GoLive · May we go live and take real money? ❌ **No**\n")
    chinese = export("--as", "markdown", "--lang", "zh").output
    assert chinese.startswith("## GoLive · 可以上线、收取真实货款吗？")
    assert not (runs / "run-1" / "exports").exists()


def test_sarif_can_be_printed(runs: Path) -> None:
    assert runs.is_dir()
    assert json.loads(export("--as", "sarif", "--out", "-").output)["version"] == "2.1.0"


def test_the_language_is_the_one_asked_for(runs: Path) -> None:
    assert runs.is_dir()
    for lang, title in (("zh", "裁决与缺项"), ("en", "Verdict")):
        export("--as", "xlsx", "--lang", lang, "--out", f"{lang}.xlsx")
        assert load_workbook(f"{lang}.xlsx").sheetnames[0] == title


def test_it_is_judged_at_the_moment_asked_for(runs: Path) -> None:
    assert runs.is_dir()
    result = export("--as", "markdown", "--as-of", "2026-12-20T09:00:00+08:00")
    assert "`2026-12-20 09:00:00 (Beijing time)`" in result.output


def test_what_was_exported_again_is_the_same_file(runs: Path) -> None:
    for form in FORMATS:
        export("--as", form, "--out", "one/")
        export("--as", form, "--out", "two/")
    files = [path.relative_to("one") for path in Path("one").rglob("*") if path.is_file()]
    assert len(files) > len(FORMATS)
    assert [
        name for name in files if (Path("one") / name).read_bytes() != (Path("two") / name).read_bytes()
    ] == []
    assert runs.is_dir()


def test_the_record_itself_stays_as_it_was(runs: Path) -> None:
    kept = {path: path.read_bytes() for path in (runs / "run-1").rglob("*") if path.is_file()}
    export("--as", "all")
    assert {path: path.read_bytes() for path in kept} == kept


@pytest.mark.parametrize("form", ["xlsx", "pdf", "all", "junit"])
def test_a_format_that_is_no_text_is_not_printed(runs: Path, form: str) -> None:
    assert runs.is_dir()
    assert "cannot be printed" in refused("--as", form, "--out", "-")


def test_several_files_do_not_replace_one(runs: Path) -> None:
    Path("there").write_text("mine")
    assert "there is one file" in refused("--as", "junit", "--out", "there")
    assert Path("there").read_text() == "mine"
    assert runs.is_dir()


@pytest.mark.parametrize(
    "arguments", [["no-such-run"], ["--as-of", "yesterday"], ["--as-of", "2026-12-20T09:00:00"]]
)
def test_what_is_not_there_is_said(runs: Path, arguments: list[str]) -> None:
    assert runs.is_dir()
    assert " → " in refused(*arguments, "--as", "xlsx")


@pytest.mark.parametrize(
    "name", ["run.json", "results.ndjson", "snapshots/checklist.json", "snapshots/history.json"]
)
@pytest.mark.parametrize("damage", [b"", b"{", b"[1, 2]\n{", b"\xff\xfe\x00"])
def test_a_damaged_record_is_exported_as_nothing(runs: Path, name: str, damage: bytes) -> None:
    (runs / "run-1" / name).write_bytes(damage)
    result = export("--as", "markdown")
    if result.exception is None:  # what is torn at its end, or was altered, is told rather than refused
        assert "⚠️" in result.output
    else:
        assert isinstance(result.exception, UsageError), result.exception


def test_a_record_that_was_edited_says_so_in_every_format(runs: Path) -> None:
    results = runs / "run-1" / "results.ndjson"
    results.write_bytes(results.read_bytes().replace(b"it was credited twice", b"it was credited once!"))
    text = export("--as", "markdown").output
    assert "⚠️" in text.split("###", maxsplit=1)[0]
    export("--as", "xlsx", "--out", "edited.xlsx", "--lang", "en")
    said = [str(row[0]) for row in load_workbook("edited.xlsx").worksheets[0].iter_rows(values_only=True)]
    export("--as", "docx", "--out", "edited.docx", "--lang", "en")
    paragraphs = [each.text for each in Document(BytesIO(Path("edited.docx").read_bytes())).paragraphs]
    assert any("results.ndjson" in each for each in said[:6])
    assert any("results.ndjson" in each for each in paragraphs[:6])


def test_what_wants_no_browser_is_written_where_there_is_none(
    runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(*_: object, **__: object) -> bytes:
        raise EnvironmentUnreachable("no browser", where="here", remedy="install one")

    monkeypatch.setattr(module, "print_pdf", none)
    assert isinstance(export("--as", "all").exception, EnvironmentUnreachable)
    made = {path.name for path in (runs / "run-1" / "exports").iterdir()}
    assert made == {name for form, names in FILES.items() if form != "pdf" for name in names}


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EACCES])
def test_a_full_or_closed_disk_is_said_and_leaves_no_half_file(
    runs: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def full(self: Path, *_: object) -> Path:
        raise OSError(number, "no room", str(self))

    monkeypatch.setattr(Path, "replace", full)
    assert "the export cannot be written: no room" in refused("--as", "xlsx")
    assert list((runs / "run-1" / "exports").iterdir()) == []


def test_nothing_is_written_through_a_link_that_lies_in_a_record(runs: Path) -> None:
    mine = runs / "mine"
    mine.write_text("untouched")
    place = runs / "run-1" / "exports"
    place.mkdir()
    (place / "review.xlsx").symlink_to(mine)
    assert export("--as", "xlsx").return_value == 0
    assert mine.read_text() == "untouched"
    assert not (place / "review.xlsx").is_symlink()


def test_a_folder_of_results_in_a_record_that_leads_out_of_it_is_not_written_to(
    runs: Path, tmp_path: Path
) -> None:
    (elsewhere := tmp_path / "elsewhere").mkdir()
    (runs / "run-1" / "exports").mkdir()
    (runs / "run-1" / "exports" / "allure-results").symlink_to(elsewhere, target_is_directory=True)
    assert export("--as", "allure").return_value == 0
    assert list(elsewhere.iterdir()) == []


def test_a_named_link_leads_to_the_file_that_is_written(runs: Path) -> None:
    assert runs.is_dir()
    Path("link.sarif").symlink_to("real.sarif")
    assert export("--as", "sarif", "--out", "link.sarif").return_value == 0
    assert Path("link.sarif").is_symlink()
    assert json.loads(Path("real.sarif").read_text())["version"] == "2.1.0"


def test_a_named_pipe_takes_the_bytes_and_stays_a_pipe(runs: Path) -> None:
    assert runs.is_dir()
    os.mkfifo("pipe")
    reader = os.open("pipe", os.O_RDONLY | os.O_NONBLOCK)
    assert export("--as", "markdown", "--out", "pipe").return_value == 0
    assert os.read(reader, 1 << 16).startswith(b"## GoLive")
    os.close(reader)
    assert Path("pipe").is_fifo()


def test_results_of_an_earlier_export_do_not_stand_beside_the_new_ones(runs: Path) -> None:
    sample_run(runs, "run-2")
    export("run-1", "--as", "allure", "--out", "made")
    others = Path("made/allure-results/ec0ffa3e-11aa-4f13-8a3e-0a3d9c0a5d11-result.json")
    others.write_text('{"labels":[{"name":"framework","value":"pytest"}]}')
    export("run-2", "--as", "allure", "--out", "made")
    export("run-2", "--as", "allure", "--out", "alone")
    left = {path.name for path in Path("made/allure-results").iterdir()}
    assert left == {path.name for path in Path("alone/allure-results").iterdir()} | {others.name}


def test_a_folder_that_leads_out_of_the_record_is_not_written_to(runs: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (runs / "run-1" / "exports").symlink_to(elsewhere, target_is_directory=True)
    assert "leads out of the record" in refused("--as", "xlsx")
    assert list(elsewhere.iterdir()) == []


def test_help_says_every_format_and_how_it_ends() -> None:
    said = CliRunner(env={"LC_ALL": "C"}).invoke(golive, ["export", "--help"]).output
    for word in (*FORMATS, "GITHUB_STEP_SUMMARY", "Exit codes"):
        assert word in said
