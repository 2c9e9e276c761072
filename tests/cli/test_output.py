"""Commands end as they should whatever becomes of their output: closed, left, or in any encoding."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from harness.core.control import Outcome
from harness.evidence import RunRecord
from tests.reports.sample_run import sample_run


def shell(line: str, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    script = line.replace("golive", f'"{sys.executable}" -c "from harness.cli import main; main()"')
    return subprocess.run(
        ["bash", "-c", script],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])} | variables,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("closed", [">&-", ">&- 2>&-", "<&- >&- 2>&-"])
def test_a_closed_output_changes_no_exit_code(tmp_path: Path, closed: str) -> None:
    runs = tmp_path / "runs"
    sample_run(runs, "one")
    done = shell(f"golive report runs/one {closed}", runs.parent)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (runs / "one" / "report.html").is_file()


@pytest.mark.parametrize("closed", [">&-", ">&- 2>&-", "<&- >&- 2>&-"])
def test_a_run_whose_output_is_closed_ends_by_its_verdict(tmp_path: Path, closed: str) -> None:
    done = shell(f"golive run --only=CFG-01 --out=run {closed}", tmp_path)
    assert done.returncode == 0, done.stderr
    assert [check.outcome for check in RunRecord.open(tmp_path / "run").checks] == [Outcome.PASS]


@pytest.mark.parametrize("command", ["explain", "report runs/one", "load --list", "doctor"])
def test_a_reader_who_leaves_changes_no_exit_code(tmp_path: Path, command: str) -> None:
    runs = tmp_path / "runs"
    sample_run(runs, "one")
    done = shell(f"golive {command} | true; exit ${{PIPESTATUS[0]}}", runs.parent)
    assert (done.returncode in (0, 3), done.stderr) == (True, "")


@pytest.mark.parametrize(("to", "why"), [(">&-", "the output is closed"), (">/dev/full", "No space left")])
def test_a_document_that_did_not_arrive_is_told(tmp_path: Path, to: str, why: str) -> None:
    """The two lead through the same lines as a reader who leaves, of whom nobody knows when."""
    sample_run(tmp_path / "runs", "one")
    done = shell(f"golive export runs/one --as sarif --out - {to}", tmp_path)
    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr.startswith(f"golive: what was printed did not arrive: {why}")
    assert len(done.stderr.splitlines()) == 1


def test_what_people_would_have_read_is_told_where_the_disk_is_full(tmp_path: Path) -> None:
    done = shell("golive explain CBK-03 > /dev/full", tmp_path)
    assert done.returncode == 0
    assert done.stderr == "golive: what was printed could not be written: No space left on device\n"
    chinese = shell("golive explain CBK-03 --lang zh > /dev/full", tmp_path)
    assert chinese.stderr.startswith("golive: 输出没有写入：")


@pytest.mark.parametrize(
    "command",
    [
        "config check .env --as sarif",
        "config check .env --as github",
        "config check .env --json",
        "message runs/one --dry-run",
        "diff runs/one runs/one --markdown",
        "diff runs/one runs/one --json",
        "explain CBK-03 --json",
        "clauses list --json",
        "outages --json",
    ],
)
def test_every_document_of_a_command_is_told_when_it_did_not_arrive(tmp_path: Path, command: str) -> None:
    sample_run(tmp_path / "runs", "one")
    (tmp_path / ".env").write_text("JWT_SECRET=\n", "utf-8")
    done = shell(f"golive {command} >&-", tmp_path)
    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr.startswith("golive: what was printed did not arrive: the output is closed")


def test_a_terminal_without_chinese_shows_escapes(tmp_path: Path) -> None:
    done = shell("golive explain CBK-03 --lang zh", tmp_path, PYTHONIOENCODING="cp437")
    assert (done.returncode, "\\u" in done.stdout) == (0, True)
