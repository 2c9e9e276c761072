"""`golive clauses` at a terminal: what is asked and where, and what changed since it was read."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from harness.cli.clauses import command
from harness.core.errors import UsageError
from reports.checklist import load

PAGE = "https://pay.weixin.qq.com/doc/v3/merchant/4012791861"


def clauses(*arguments: str) -> Result:
    return CliRunner().invoke(command, list(arguments), standalone_mode=False)


def written(folder: Path, *lines: dict[str, str]) -> str:
    file = folder / "list.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    return str(file)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_list_names_every_clause_with_its_controls(lang: str) -> None:
    output = clauses("list", "--lang", lang).output
    checklist = load()
    for clause in checklist.clauses:
        (line,) = (line for line in output.splitlines() if line.startswith(f"  {clause.id:<7} "))
        assert getattr(clause.statement, lang) in line
        assert all(control in line for control in checklist.resting_on(clause.id))


def test_the_list_that_is_written_compares_as_unchanged(tmp_path: Path) -> None:
    (tmp_path / "now.json").write_text(clauses("list", "--json").output, "utf-8")
    checked = clauses("check", str(tmp_path / "now.json"))
    assert checked.return_value == 0
    assert "0 changed" in checked.output


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ({"page": PAGE, "date": "2024-12-27"}, 0),
        ({"page": PAGE, "date": "2026-12-01"}, 1),
        ({"page": PAGE, "date": "2020-01-01"}, 2),
        ({"clause": "C07", "digest": "sha256:" + 64 * "0"}, 1),
    ],
)
def test_the_exit_code_says_what_was_found(tmp_path: Path, line: dict[str, str], code: int) -> None:
    assert clauses("check", written(tmp_path, line)).return_value == code
    assert clauses("check", written(tmp_path, line), "--json").return_value == code


@pytest.mark.parametrize(
    ("lang", "word"), [("en", "Controls to look at again:"), ("zh", "须重新查看的控制项：")]
)
def test_a_changed_page_names_the_controls_to_look_at_again(tmp_path: Path, lang: str, word: str) -> None:
    output = clauses("check", written(tmp_path, {"page": PAGE, "date": "2026-12-01"}), "--lang", lang).output
    (again,) = (line for line in output.splitlines() if line.startswith(word))
    assert {"CBK-01", "CBK-02", "CBK-03"} < set(again.removeprefix(word).split())
    assert "支付成功回调通知" in output
    assert "2024-12-27" in output


def test_as_json_it_says_the_same(tmp_path: Path) -> None:
    said = json.loads(
        clauses("check", written(tmp_path, {"page": PAGE, "date": "2026-12-01"}), "--json").output
    )
    assert (said["schema"], said["changed"]) == (1, True)
    assert said["entries"][0]["known"] == {"digest": None, "date": "2024-12-27"}
    assert "CBK-03" in said["controls"]


def test_a_saved_page_becomes_a_line_that_is_compared(tmp_path: Path) -> None:
    def line(words: str) -> str:
        (tmp_path / "saved.html").write_text(f"<html><body><p>{words}</p></body></html>", "utf-8")
        return clauses(
            "digest", str(tmp_path / "saved.html"), "--page", f"{PAGE}.md", "--date", "2026-12-01"
        ).output

    assert json.loads(line("5 秒"))["page"] == PAGE
    for name, words in {"november": "5 秒", "same": "5  秒", "december": "6 秒"}.items():
        (tmp_path / name).write_text(line(words), "utf-8")
    for name, code in {"same": 0, "december": 1}.items():
        checked = clauses("check", str(tmp_path / name), "--against", str(tmp_path / "november"))
        assert checked.return_value == code


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "gone.jsonl"),
        ("digest", "gone.html"),
        ("digest", __file__, "--page", "not an address"),
        ("digest", __file__, "--date", "tomorrow"),
    ],
)
def test_what_cannot_be_used_is_refused(arguments: tuple[str, ...]) -> None:
    error = clauses(*arguments).exception
    assert isinstance(error, UsageError)
    assert error.exit_code == 4
    assert error.remedy


@pytest.mark.parametrize("content", [b"", b"[" * 100_000, b"\xff\xfe{\x00", b'{"clause": "C9'])
def test_a_damaged_list_ends_in_one_sentence_and_no_traceback(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "list").write_bytes(content)
    done = subprocess.run(
        [sys.executable, "-m", "harness", "clauses", "check", str(tmp_path / "list"), "--lang", "zh"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 4
    assert "Traceback" not in done.stderr
    assert "摘要清单" in done.stderr or "UTF-8" in done.stderr
    assert len(done.stderr.splitlines()) <= 3
