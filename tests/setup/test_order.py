"""Set-up as it is called: quick when nothing is missing, plain when it cannot go on, one at a time."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from setup import fingerprint, order
from tests.setup.fake_machine import ROOT, FakeMachine


@pytest.fixture
def project(machine: FakeMachine, monkeypatch: pytest.MonkeyPatch) -> FakeMachine:
    """A project that was set up completely."""
    for name in (*fingerprint.MADE_FROM, "setup/locks/uv.txt"):
        place = machine.root / name
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, place)
    for name in ("python", "golive", "browser"):
        place = machine.root / ".venv/bin" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text("#!/bin/sh\n")
        place.chmod(0o755)
    for name in fingerprint.ASKED_FOR:
        monkeypatch.delenv(name, raising=False)
    fingerprint.write(machine.root, os.environ, machine.root / ".venv/bin/browser")
    return machine


def fresh(project: FakeMachine) -> bool:
    return bool(fingerprint.fresh(project.root, os.environ))


def test_with_nothing_missing_it_says_so_and_runs_nothing(
    project: FakeMachine, capsys: pytest.CaptureFixture[str]
) -> None:
    started = time.monotonic()
    assert order.main([], project.root) == 0
    assert time.monotonic() - started < 1
    assert "nothing missing" in capsys.readouterr().out
    assert project.ran == []


@pytest.mark.parametrize("name", fingerprint.MADE_FROM)
def test_a_changed_lock_or_project_is_noticed(project: FakeMachine, name: str) -> None:
    (project.root / name).write_text("changed")
    assert not fresh(project)


@pytest.mark.parametrize("name", ["python", "golive", "browser"])
def test_a_part_that_is_gone_is_noticed(project: FakeMachine, name: str) -> None:
    (project.root / ".venv/bin" / name).unlink()
    assert not fresh(project)


def test_another_python_is_noticed(project: FakeMachine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version", "3.99.0")
    assert not fresh(project)


@pytest.mark.parametrize("name", fingerprint.ASKED_FOR)
def test_another_wish_is_noticed(project: FakeMachine, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "/another")
    assert not fresh(project)


def test_a_tree_that_was_moved_is_noticed(
    project: FakeMachine, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("moved") / "tree"
    shutil.copytree(project.root, elsewhere, symlinks=True)
    assert not fingerprint.fresh(elsewhere, os.environ)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"key": "other"}'])
def test_a_stamp_that_says_nothing_of_use_counts_as_none(project: FakeMachine, text: str) -> None:
    fingerprint.place(project.root).write_text(text)
    assert not fresh(project)


def test_what_cannot_be_had_ends_with_3_and_a_plain_word(
    project: FakeMachine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fingerprint.place(project.root).unlink()
    project.program(
        "uv", "case $1 in --version) echo uv 1.0.0;; *) echo 'no route to host' >&2; exit 2;; esac"
    )
    monkeypatch.setenv("PATH", str(project.bin))
    assert order.main([], project.root) == 3
    said = capsys.readouterr().err
    assert "no route to host" in said
    assert "→" in said
    assert "Traceback" not in said
    assert not fingerprint.place(project.root).exists()


def test_an_unknown_word_ends_with_4(project: FakeMachine, capsys: pytest.CaptureFixture[str]) -> None:
    assert order.main(["everything"], project.root) == 4
    assert "usage" in capsys.readouterr().err


def test_an_old_python_is_told_what_is_wanted(tmp_path: Path) -> None:
    old = (
        "import runpy, sys; sys.version_info = (3, 10, 1); sys.argv = ['setup']; "
        f"runpy.run_path({str(ROOT / 'setup/__main__.py')!r}, run_name='__main__')"
    )
    told = subprocess.run(
        [sys.executable, "-S", "-c", old],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        check=False,
        text=True,
    )
    assert told.returncode == 3
    assert "Python 3.11 or newer; this is 3.10.1" in told.stderr
    assert "Traceback" not in told.stderr


def test_a_newer_python_that_is_only_a_shim_is_passed_over(tmp_path: Path) -> None:
    """A version manager's `python3.12` is on the path before the one that starts."""
    for folder, script in (("shims", "exit 127"), ("usr", 'echo "started $*"')):
        place = tmp_path / folder / "python3.12"
        place.parent.mkdir()
        place.write_text(f"#!/bin/sh\n{script}\n")
        place.chmod(0o755)
    old = (
        "import runpy, sys; sys.version_info = (3, 10, 1); sys.argv = ['setup', 'lock']; "
        f"runpy.run_path({str(ROOT / 'setup/__main__.py')!r}, run_name='__main__')"
    )
    told = subprocess.run(
        [sys.executable, "-S", "-c", old],
        env={"PATH": f"{tmp_path / 'shims'}:{tmp_path / 'usr'}"},
        capture_output=True,
        check=False,
        text=True,
    )
    assert told.returncode == 0
    assert told.stdout.splitlines()[-1] == f"started {ROOT / 'setup/__main__.py'} lock"


def test_make_passes_over_a_python3_that_does_not_start(tmp_path: Path) -> None:
    shim = tmp_path / "python3"
    shim.write_text("#!/bin/sh\nexit 127\n")
    shim.chmod(0o755)
    told = subprocess.run(
        ["make", "--dry-run", "setup"],
        cwd=ROOT,
        env={"PATH": f"{tmp_path}:{os.environ['PATH']}"},
        capture_output=True,
        check=False,
        text=True,
    )
    chosen, *_ = told.stdout.split()
    assert chosen != "python3"
    assert subprocess.run([chosen, "-c", ""], check=False).returncode == 0
