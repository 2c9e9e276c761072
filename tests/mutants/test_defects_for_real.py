"""`golive mutants` as a user runs it, on the cheapest defects there are."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from harness.mutants.pool import OUTPUT

PROJECT = Path(__file__).parents[2]
LONGEST_S = 240
COMMAND = "from harness.cli import main; main()"
MISPLACED = f"""
from harness.plugin.defects import DEFECTS
DEFECTS["env-long-wait"] = DEFECTS["env-long-wait"].model_copy(update={{"control": "CFG-01"}})
{COMMAND}
"""
"""The command, with a defect that the control named beside it does not notice."""


def start(out: Path, arguments: Sequence[str], command: str = COMMAND) -> subprocess.Popen[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    return subprocess.Popen(
        [sys.executable, "-c", command, "mutants", f"--out={out}", *arguments],
        cwd=PROJECT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def run(out: Path, *arguments: str, command: str = COMMAND) -> tuple[int, str]:
    process = start(out, arguments, command)
    said, _ = process.communicate(timeout=LONGEST_S)
    return process.returncode, said


def matrix(out: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((out / "kill-matrix.json").read_text("utf-8"))
    return read


def test_three_cheap_defects_are_caught_and_the_correct_shop_is_let_through(tmp_path: Path) -> None:
    code, said = run(tmp_path / "out", "--only=env-placeholder,env-modes-disagree,mcp-any-version")
    assert code == 0, said
    assert "MUTANTS PASS · 3 of 3 defects caught · 0 false alarms in 1 correct run" in said
    rows = {row["id"]: row for row in matrix(tmp_path / "out")["defects"]}
    assert {name: row["killed_by"] for name, row in rows.items()} == {
        "env-placeholder": ["CFG-01"],
        "env-modes-disagree": ["CFG-04"],
        "mcp-any-version": ["MCP-01"],
    }
    (correct,) = matrix(tmp_path / "out")["correct"]
    assert correct["checks"] > 3
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"kill-matrix.json", "kill-matrix.html"}
    assert "\x1b" not in said, "no terminal, no colours"


def test_a_defect_that_no_control_notices_survives_and_fails_the_command(tmp_path: Path) -> None:
    code, said = run(tmp_path / "out", "--only=env-long-wait", command=MISPLACED)
    assert code == 1, said
    assert "survived: env-long-wait (CFG-01), kept in env-long-wait/" in said
    (row,) = matrix(tmp_path / "out")["defects"]
    assert (row["state"], row["killed"], row["killed_by"]) == ("survived", False, [])
    assert "1 passed" in (tmp_path / "out" / "env-long-wait" / OUTPUT).read_text("utf-8")


def test_ctrl_c_keeps_what_was_measured(tmp_path: Path) -> None:
    with start(tmp_path / "out", ["--only=CFG-02,env-placeholder", "--jobs=1"]) as process:
        assert process.stdout is not None
        assert any(line.startswith("[1/3]") for line in process.stdout), "it ended and told of no run"
        deadline = time.monotonic() + 30
        while not (tmp_path / "out" / "env-placeholder" / OUTPUT).exists():
            assert time.monotonic() < deadline
            time.sleep(0.05)
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does it
        rest, _ = process.communicate(timeout=LONGEST_S)
    assert process.returncode == 2, rest
    assert "interrupted after 1 of 3 runs; what was measured is kept" in rest
    assert matrix(tmp_path / "out")["interrupted"] is True
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"kill-matrix.json", "kill-matrix.html"}


@pytest.mark.parametrize(
    ("arguments", "advice"),
    [(["--only=skip-signature"], "did you mean skips-signature"), (["--soak=2", "--wide"], "--soak")],
)
def test_bad_usage_is_told_before_anything_runs(tmp_path: Path, arguments: list[str], advice: str) -> None:
    code, said = run(tmp_path / "out", *arguments)
    assert (code, advice in said) == (4, True), said
    assert not (tmp_path / "out").exists()


def test_the_fork_server_starts_no_thread_before_its_children(tmp_path: Path) -> None:
    looked = "import harness.mutants.preload, threading, sys; "
    looked += "print(threading.active_count(), sum(name.startswith('scenarios.') for name in sys.modules))"
    told = subprocess.run(
        [sys.executable, "-c", looked], cwd=PROJECT, capture_output=True, text=True, check=True
    ).stdout.split()
    assert int(told[0]) == 1
    assert int(told[1]) > 10, "nothing was collected: every child would import it all again"
