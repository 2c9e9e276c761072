"""What the doctor says of Python, packages, cores, memory, disk and the right to write."""

from __future__ import annotations

import os
import tempfile
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest

from harness.doctor import machine
from harness.doctor.packages import packages
from harness.doctor.report_line import State

GIB = 1024**3


@pytest.mark.parametrize(
    ("number", "state"), [((3, 10, 13), State.MISSING), ((3, 11, 0), State.OK), ((3, 14, 1), State.OK)]
)
def test_python_must_be_3_11_or_newer(number: tuple[int, ...], state: State) -> None:
    assert machine.python(number).state is state


@pytest.mark.parametrize(
    ("cores", "memory", "state"),
    [(1, 8 * GIB, State.WARN), (2, GIB, State.WARN), (2, 2 * GIB, State.OK)],
)
def test_little_strength_only_warns(cores: int, memory: int, state: State) -> None:
    assert machine.strength(cores, memory).state is state


def test_the_strength_of_this_machine_is_read() -> None:
    assert machine.usable_cores() >= 1
    assert machine.usable_memory() > GIB // 8


def test_a_containers_limit_bounds_the_memory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    limit = tmp_path / "memory.max"
    limit.write_text("1048576\n")
    monkeypatch.setattr(machine, "CGROUP_LIMIT", limit)
    assert machine.usable_memory() == 1048576
    limit.write_text("max\n")
    assert machine.usable_memory() > 1048576


@pytest.mark.parametrize(
    ("free", "state"), [(100 * 1024**2, State.MISSING), (GIB, State.WARN), (2 * GIB, State.OK)]
)
def test_a_full_disk_is_missing_room_and_a_nearly_full_one_warns(free: int, state: State) -> None:
    assert machine.disk(Path("runs"), free).state is state


def test_a_folder_that_does_not_exist_yet_is_judged_by_the_one_above(tmp_path: Path) -> None:
    runs = tmp_path / "not" / "yet"
    assert machine.existing(runs) == tmp_path
    assert machine.writable(runs).state is State.OK
    assert machine.disk(runs).state is not None
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_may_not_be_written_is_named_with_the_fix(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def refused(dir: Path) -> None:  # noqa: A002 - the name that TemporaryFile has
        raise PermissionError(13, os.strerror(13), str(dir))

    monkeypatch.setattr(tempfile, "TemporaryFile", refused)
    found = machine.writable(tmp_path)
    assert found.state is State.MISSING
    assert str(tmp_path) in found.detail.en
    assert found.fix is not None
    assert "--out" in found.fix.en


def test_packages_as_locked_are_fine(tmp_path: Path) -> None:
    lock = tmp_path / "run.txt"
    lock.write_text(
        f"click=={version('click')} \\\n    --hash=sha256:00\n"
        "pywin32==1 ; sys_platform == 'win32' \\\n    --hash=sha256:00\n"
    )
    found = packages(lock)
    assert found.state is State.OK
    assert found.detail.en.startswith("1,")


def test_a_package_of_another_version_warns_and_an_absent_one_is_missing(tmp_path: Path) -> None:
    lock = tmp_path / "run.txt"
    lock.write_text("click==0.1 \\\n    --hash=sha256:00\n")
    assert packages(lock).state is State.WARN
    assert f"click {version('click')}" in packages(lock).detail.en
    lock.write_text("golive-needs-this==1.0 \\\n    --hash=sha256:00\n")
    assert packages(lock).state is State.MISSING
    assert "golive-needs-this" in packages(lock).detail.en


def test_without_a_lock_the_packages_own_word_counts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("harness.doctor.packages.requires", lambda name: ["click>=8", "x; extra == 'y'"])
    found = packages(tmp_path / "absent.txt")
    assert found.state is State.OK
    assert found.detail.en == "1, all as declared"


def test_a_tree_that_was_never_installed_is_told_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def unknown(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr("harness.doctor.packages.requires", unknown)
    monkeypatch.setattr("harness.doctor.packages.version", unknown)
    found = packages(tmp_path / "absent.txt")
    assert found.state is State.MISSING
    assert "golive" in found.detail.en


def test_the_projects_own_lock_is_met_here() -> None:
    found = packages()
    assert found.state is State.OK, found.detail.en
    assert "locked" in found.detail.en
