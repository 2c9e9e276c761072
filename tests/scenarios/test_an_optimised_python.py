"""A Python that drops assertions proves nothing: no door lets it in, nor does a verdict rest on `assert`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from harness.processes.child import golive_command
from tests.scenarios.running import PROJECT, rehearse

OPTIMISED = [
    pytest.param([], {"PYTHONOPTIMIZE": "1"}, id="PYTHONOPTIMIZE=1"),
    pytest.param([], {"PYTHONOPTIMIZE": "2"}, id="PYTHONOPTIMIZE=2"),
    pytest.param(["-O"], {}, id="-O"),
    pytest.param(["-OO"], {}, id="-OO"),
]
SCENARIO = """
from harness.plugin import Journal, control


@control("CFG-01", dialects=())
def test_mine(journal: Journal) -> None:
    journal.observe("seen")
    assert not "wrong"
"""
WORDS = "this Python drops assertions"


def said_by(command: list[str], environment: dict[str, str], place: Path) -> tuple[int, str]:
    done = subprocess.run(
        command,
        cwd=place,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize(("flags", "environment"), OPTIMISED)
@pytest.mark.parametrize(
    "door",
    [
        ["-m", "harness", "run", "--only=CFG-01", "--out={out}"],
        ["-m", "pytest", "scenarios", "--only=CFG-01", "--out={out}"],
        ["-m", "load", "--rate", "1", "--out={out}"],
    ],
    ids=["golive run", "pytest scenarios", "python -m load"],
)
def test_every_door_refuses_it(
    door: list[str], flags: list[str], environment: dict[str, str], tmp_path: Path
) -> None:
    out = tmp_path / "run"
    arguments = [each.format(out=out) for each in door]
    code, said = said_by([sys.executable, *flags, *arguments], environment, PROJECT)
    assert code == 4, said
    assert WORDS in said
    assert "Traceback" not in said
    assert not out.exists()


@pytest.mark.parametrize("command", ["measure-load", "generate-load", "simulator", "shop", "report"])
def test_a_child_of_ours_refuses_it_too(command: str, tmp_path: Path) -> None:
    """A parent that ignores the environment (`python -E`) still hands it on."""
    code, said = said_by(golive_command(command), {"PYTHONOPTIMIZE": "1"}, tmp_path)
    assert code == 4, said
    assert WORDS in said


def test_somebodys_own_scenario_is_refused_and_their_other_tests_are_not(tmp_path: Path) -> None:
    (tmp_path / "test_unit.py").write_text("def test_unit():\n    pass\n", "utf-8")
    pytest_of_theirs = [sys.executable, "-O", "-m", "pytest"]
    assert said_by(pytest_of_theirs, {}, tmp_path)[0] == 0
    (tmp_path / "test_mine.py").write_text(SCENARIO, "utf-8")
    code, said = said_by(pytest_of_theirs, {}, tmp_path)
    assert code == 4, said
    assert WORDS in said


def test_assertions_that_are_not_explained_decide_all_the_same(tmp_path: Path) -> None:
    run = rehearse(
        tmp_path / "run", "--assert=plain", "--only=PAY-07", "--defect=float-amount", door="pytest"
    )
    assert run.code == 1, run.output
    assert "SELECTION FAIL" in run.output
