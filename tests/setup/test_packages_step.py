"""uv and the environment: what is there is used, what is missing is installed from the locks."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from setup.packages import name_the_project_by_the_way_there, packages_remedy, ready_environment, ready_uv
from setup.programs import SetupFailed, Work
from tests.setup.fake_machine import FakeMachine

DEV_LOCK = "click==8.5.1 \\\n    --hash=sha256:00\n"


@pytest.fixture
def work(machine: FakeMachine, monkeypatch: pytest.MonkeyPatch) -> Work:
    """A project with locks, whose Python is a script."""
    locks = machine.root / "setup/locks"
    locks.mkdir(parents=True)
    (locks / "uv.txt").write_text("uv==0.13.9 \\\n    --hash=sha256:00\n")
    (locks / "dev.txt").write_text(DEV_LOCK)
    python = machine.program("python3", installs_uv(machine, "0.13.9"))
    monkeypatch.setattr(sys, "executable", str(python))
    return Work(machine.root, machine.environment)


def installs_uv(machine: FakeMachine, version: str) -> str:
    own = machine.root / ".tools/uv/bin/uv"
    own.parent.mkdir(parents=True, exist_ok=True)
    kept = machine.root / "uv-to-come"
    kept.write_text(f'#!/bin/sh\necho "uv {version} (of here)"\n')
    kept.chmod(0o755)
    return f'cp "{kept}" "{own}"'


def test_the_machines_own_uv_is_used(machine: FakeMachine, work: Work) -> None:
    mine = machine.program("uv", 'echo "uv 0.9.1 (abc 2026-01-01)"')
    assert ready_uv(work) == mine
    assert machine.ran == ["uv --version"]


@pytest.mark.parametrize("says", ["echo 'uv 0.4.30'", "exit 1", "echo 'error: bad'"])
def test_an_old_or_broken_uv_gives_way_to_the_locked_one(machine: FakeMachine, work: Work, says: str) -> None:
    machine.program("uv", says)
    assert ready_uv(work) == machine.root / ".tools/uv/bin/uv"
    pip = machine.ran[-1]
    assert pip.startswith("python3 -m pip install --require-hashes")
    assert "--target .tools/uv -r setup/locks/uv.txt" in pip


def test_the_locked_uv_is_installed_once_and_again_when_the_lock_moves(
    machine: FakeMachine, work: Work
) -> None:
    ready_uv(work)
    ready_uv(work)
    assert len([line for line in machine.ran if "pip install" in line]) == 1
    (machine.root / "setup/locks/uv.txt").write_text("uv==0.14.0 \\\n    --hash=sha256:00\n")
    ready_uv(work)
    assert len([line for line in machine.ran if "pip install" in line]) == 2


def test_a_python_without_pip_is_told_what_to_install(machine: FakeMachine, work: Work) -> None:
    machine.program("python3", 'echo "$0: No module named pip"; exit 1')
    with pytest.raises(SetupFailed, match="has no pip") as failure:
        ready_uv(work)
    assert "python3-pip" in failure.value.remedy


def test_a_closed_network_is_told_with_the_variables_that_help(machine: FakeMachine, work: Work) -> None:
    machine.program("python3", 'echo "ERROR: Could not find a version"; exit 1')
    with pytest.raises(SetupFailed, match="Could not find a version") as failure:
        ready_uv(work)
    assert "PIP_INDEX_URL" in failure.value.remedy


def test_the_environment_is_made_from_the_lock_and_the_project_itself(
    machine: FakeMachine, work: Work
) -> None:
    uv = machine.program("uv")
    ready_environment(work, uv)
    made, synced, project = machine.ran
    assert made == f"uv venv --clear --quiet --python {sys.executable} .venv"
    assert synced.endswith("setup/locks/dev.txt")
    assert "pip sync --require-hashes" in synced
    assert "--no-deps --no-build-isolation" in project
    assert project.endswith("-e .")


def answers(machine: FakeMachine, prefix: Path) -> None:
    machine.python(f'echo "{sys.version_info[:3]} {prefix}"')


def test_an_environment_of_this_python_and_place_is_kept(machine: FakeMachine, work: Work) -> None:
    answers(machine, machine.root / ".venv")
    ready_environment(work, machine.program("uv"))
    assert not [line for line in machine.ran if line.startswith("uv venv")]


def test_an_environment_that_was_moved_is_made_anew(machine: FakeMachine, work: Work) -> None:
    answers(machine, Path("/elsewhere/.venv"))
    ready_environment(work, machine.program("uv"))
    assert [line for line in machine.ran if line.startswith("uv venv --clear")]


def test_what_uv_said_is_told_when_it_fails(machine: FakeMachine, work: Work) -> None:
    answers(machine, machine.root / ".venv")
    with pytest.raises(SetupFailed, match="hash mismatch for click"):
        ready_environment(work, machine.program("uv", "echo 'hash mismatch for click' >&2; exit 2"))


def test_an_environment_below_a_chinese_folder_starts_where_everything_is_ascii(tmp_path: Path) -> None:
    root = tmp_path / "支付项目"
    venv.create(root / ".venv", with_pip=False, symlinks=True)
    (root / "of_the_project.py").write_text("")
    (packages,) = (root / ".venv/lib").glob("python*/site-packages")
    (packages / "_golive.pth").write_text(str(root), "utf-8")
    name_the_project_by_the_way_there(Work(root))
    started = subprocess.run(
        [root / ".venv/bin/python", "-c", "import of_the_project"],
        env={"LC_ALL": "C", "PATH": os.defpath},
        capture_output=True,
        check=False,
    )
    assert (started.returncode, started.stderr) == (0, b"")


@pytest.mark.parametrize(("kind", "asks"), [("x86_64", False), ("aarch64", True), ("arm64", True)])
def test_where_a_package_has_to_be_compiled_the_remedy_is_a_compiler(
    work: Work, monkeypatch: pytest.MonkeyPatch, kind: str, *, asks: bool
) -> None:
    monkeypatch.setattr(platform, "machine", lambda: kind)
    assert ("C compiler" in packages_remedy(work)) is asks


def test_a_compiler_that_is_there_is_not_asked_for(
    machine: FakeMachine, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.program("cc")
    monkeypatch.setattr(platform, "machine", lambda: "aarch64")
    assert "C compiler" not in packages_remedy(work)
