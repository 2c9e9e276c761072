"""The Makefile and .ci/run: every door sets up first, and no failure is lost."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.longest_first import LONGEST, longest_first
from tests.setup.fake_machine import ROOT, FakeMachine

PARTS = ["make setup", "make check", "make golive", "make test", "make mutants"]
DOORS = {"golive", "test", "mutants", "soak", "check", "fmt", "doctor", "simulator", "shop"}
"""The targets that use the environment, and so set it up first."""
COREUTILS = ("dirname", "timeout", "bash", "env")


def build(machine: FakeMachine, make: str) -> subprocess.CompletedProcess[str]:
    """Run a copy of .ci/run with a make that is a script."""
    script = machine.root / ".ci/run"
    script.parent.mkdir()
    shutil.copy(ROOT / ".ci/run", script)
    for name in COREUTILS:
        found = shutil.which(name)
        assert found, name
        if not (machine.bin / name).exists():
            (machine.bin / name).symlink_to(found)
    machine.program("make", make)
    return subprocess.run(
        [machine.bin / "bash", script],
        env={**machine.environment, "CI": "true"},
        capture_output=True,
        check=False,
        text=True,
    )


def test_a_build_runs_every_part_and_tells_its_minutes(machine: FakeMachine) -> None:
    ended = build(machine, "true")
    assert ended.returncode == 0
    assert machine.ran == PARTS
    assert ended.stdout.count("done in 0.0 min") == len(PARTS)
    assert "all parts passed" in ended.stdout


@pytest.mark.parametrize("part", ["check", "golive", "test", "mutants"])
def test_a_part_that_fails_fails_the_build_after_the_others_ran(machine: FakeMachine, part: str) -> None:
    ended = build(machine, f'[ "$1" != {part} ] || exit 2')
    assert ended.returncode != 0
    assert machine.ran == PARTS
    assert f"=== FAILED: {part}" in ended.stdout
    assert "all parts passed" not in ended.stdout


def test_a_set_up_that_fails_stops_the_build(machine: FakeMachine) -> None:
    ended = build(machine, "exit 2")
    assert ended.returncode != 0
    assert machine.ran == PARTS[:1]


def test_the_builds_limits_leave_a_slow_machine_time_and_a_hanging_one_none() -> None:
    limits = [
        int(line.split()[2])
        for line in (ROOT / ".ci/run").read_text().splitlines()
        if line.startswith("part ")
    ]
    assert len(limits) == len(PARTS)
    assert sum(limits) <= 75


def test_help_lists_the_doors() -> None:
    told = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, check=True, text=True).stdout
    listed = {line.split()[1] for line in told.splitlines() if line.startswith("  make ")}
    assert DOORS | {"lock", "clean"} <= listed


@pytest.mark.parametrize("door", sorted(DOORS))
def test_every_door_sets_up_first(door: str) -> None:
    plan = subprocess.run(
        ["make", "--dry-run", "--always-make", door], cwd=ROOT, capture_output=True, check=True, text=True
    )
    commands = [line for line in plan.stdout.splitlines() if not line.startswith("make")]
    assert commands[0] == "python3 setup"
    assert len(commands) > 1


def test_every_local_program_of_the_makefile_comes_from_the_environment() -> None:
    recipes = [line[1:] for line in (ROOT / "Makefile").read_text().splitlines() if line.startswith("\t")]
    tools = ("golive ", "pytest", "ruff", "mypy", "lint-imports")
    for recipe in recipes:
        if any(tool in recipe for tool in tools) and not recipe.startswith(("@sed", "rm ")):
            assert "$(BIN)/" in recipe


def test_what_takes_long_begins_first_and_is_there() -> None:
    files = [f"tests/{name}" for name in LONGEST]
    assert not [file for file in files if not (ROOT / file).is_file()]
    items: list[Any] = [
        SimpleNamespace(nodeid=f"{file}::test_{turn}")
        for file in ("tests/core/test_money.py", *reversed(files))
        for turn in range(2)
    ]
    assert [each.nodeid for each in longest_first(items)] == [
        f"{file}::test_{turn}" for file in (*files, "tests/core/test_money.py") for turn in range(2)
    ]


def test_the_scripts_are_well_formed() -> None:
    subprocess.run(["bash", "-n", ".ci/run"], cwd=ROOT, check=True)
    assert Path(ROOT / ".ci/run").stat().st_mode & 0o111
