"""Which browser is taken, and what is said where there is none."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from harness.browser import launch
from harness.browser.launch import candidates, find_browser, version_of, wanted_revision
from harness.core.errors import EnvironmentUnreachable


def program(path: Path, script: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def downloaded(registry: Path, *, complete: bool = True) -> Path:
    folder = registry / f"chromium_headless_shell-{wanted_revision()}"
    shell = program(folder / "chrome-headless-shell-linux64" / "chrome-headless-shell", "echo Shell 1.2")
    if complete:
        (folder / "INSTALLATION_COMPLETE").touch()
    return shell


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, str]:
    """The variables of a machine on which nothing is installed."""
    monkeypatch.setattr(launch, "USUAL_PLACES", ())
    return {"HOME": str(tmp_path / "home"), "PATH": str(tmp_path / "bin")}


def test_a_named_browser_comes_before_all_others(bare: dict[str, str], tmp_path: Path) -> None:
    downloaded(tmp_path / "home/.cache/ms-playwright")
    named = program(tmp_path / "mine", "echo Mine 7")
    found = find_browser({**bare, "GOLIVE_BROWSER": str(named)})
    assert (found.executable, found.source, found.version) == (str(named), "GOLIVE_BROWSER", "Mine 7")


def test_a_named_browser_that_does_not_start_is_never_replaced(bare: dict[str, str], tmp_path: Path) -> None:
    program(tmp_path / "bin/chromium", "echo Chromium 9")
    with pytest.raises(EnvironmentUnreachable, match="cannot be started") as refusal:
        find_browser({**bare, "GOLIVE_BROWSER": str(tmp_path / "absent")})
    assert refusal.value.where == str(tmp_path / "absent")


def test_playwrights_own_comes_before_the_systems(bare: dict[str, str], tmp_path: Path) -> None:
    program(tmp_path / "bin/chromium", "echo Chromium 9")
    shell = downloaded(tmp_path / "home/.cache/ms-playwright")
    found = find_browser(bare)
    assert (found.executable, found.source) == (str(shell), "playwright")


def test_playwrights_own_is_found_where_its_variable_says(bare: dict[str, str], tmp_path: Path) -> None:
    shell = downloaded(tmp_path / "elsewhere")
    assert find_browser({**bare, "PLAYWRIGHT_BROWSERS_PATH": str(tmp_path / "elsewhere")}).executable == str(
        shell
    )


def test_an_unfinished_download_is_not_a_browser(bare: dict[str, str], tmp_path: Path) -> None:
    downloaded(tmp_path / "home/.cache/ms-playwright", complete=False)
    with pytest.raises(EnvironmentUnreachable, match="no browser"):
        find_browser(bare)


def test_one_that_does_not_start_gives_way_to_one_that_does(bare: dict[str, str], tmp_path: Path) -> None:
    program(tmp_path / "bin/google-chrome", "echo libnss3.so: cannot open >&2; exit 127")
    working = program(tmp_path / "bin/chromium", "echo Chromium 9 built on Debian")
    found = find_browser(bare)
    assert (found.executable, found.source, found.version) == (str(working), "system", "Chromium 9")


def test_a_headless_shell_comes_before_a_browser_with_windows(bare: dict[str, str], tmp_path: Path) -> None:
    program(tmp_path / "bin/chromium", "echo Chromium 9")
    shell = program(tmp_path / "bin/chromium-headless-shell", "echo Chromium 9")
    assert find_browser(bare).executable == str(shell)


def test_who_wants_to_watch_gets_a_browser_with_windows(bare: dict[str, str], tmp_path: Path) -> None:
    downloaded(tmp_path / "home/.cache/ms-playwright")
    program(tmp_path / "bin/chromium-headless-shell", "echo Chromium 9")
    with pytest.raises(EnvironmentUnreachable, match="windows") as refusal:
        find_browser(bare, windows=True)
    assert "apt-get install chromium" in refusal.value.remedy
    windowed = program(tmp_path / "bin/chromium", "echo Chromium 9")
    assert find_browser(bare, windows=True).executable == str(windowed)


def test_a_named_browser_without_windows_cannot_be_watched(bare: dict[str, str], tmp_path: Path) -> None:
    shell = program(tmp_path / "chromium-headless-shell", "echo Chromium 9")
    with pytest.raises(EnvironmentUnreachable, match="no windows to show") as refusal:
        find_browser({**bare, "GOLIVE_BROWSER": str(shell)}, windows=True)
    assert "GOLIVE_BROWSER" in refusal.value.where


def test_why_the_only_one_does_not_start_is_said(bare: dict[str, str], tmp_path: Path) -> None:
    program(tmp_path / "bin/chromium", "echo libnss3.so: cannot open shared object >&2; exit 127")
    with pytest.raises(EnvironmentUnreachable, match=r"libnss3\.so: cannot open shared object"):
        find_browser(bare)


def test_without_any_browser_the_remedy_is_named(bare: dict[str, str]) -> None:
    with pytest.raises(EnvironmentUnreachable, match="GOLIVE_BROWSER") as refusal:
        find_browser(bare)
    assert refusal.value.exit_code == 3


def test_a_browser_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(launch, "VERSION_LIMIT_S", 0.2)
    hanging = program(tmp_path / "chromium", "exec sleep 60")
    with pytest.raises(EnvironmentUnreachable, match=r"within 0\.2 s"):
        version_of(str(hanging))


def test_a_driver_that_does_not_start_is_told_before_any_browser(
    bare: dict[str, str], tmp_path: Path
) -> None:
    program(tmp_path / "bin/chromium", "echo Chromium 9")
    node = program(tmp_path / "node", "echo 'libatomic.so.1: cannot open shared object file' >&2; exit 127")
    with pytest.raises(EnvironmentUnreachable, match=r"libatomic\.so\.1") as refusal:
        find_browser({**bare, "PLAYWRIGHT_NODEJS_PATH": str(node)})
    assert refusal.value.where == str(node)
    assert "libatomic1" in refusal.value.remedy


def test_two_names_of_one_browser_are_one(bare: dict[str, str], tmp_path: Path) -> None:
    program(tmp_path / "bin/chromium", "echo Chromium 9")
    (tmp_path / "bin/chromium-browser").symlink_to(tmp_path / "bin/chromium")
    assert len(list(candidates(bare))) == 1


def test_set_up_is_told_as_json_what_there_is(tmp_path: Path) -> None:
    named = program(tmp_path / "mine", "echo Mine 7")
    asked = subprocess.run(
        [sys.executable, "-m", "harness.browser"],
        env={**os.environ, "GOLIVE_BROWSER": str(named)},
        capture_output=True,
        check=True,
    )
    told = json.loads(asked.stdout)
    assert told["browser"] == {"executable": str(named), "source": "GOLIVE_BROWSER", "version": "Mine 7"}


def test_set_up_is_told_with_exit_code_3_that_there_is_none() -> None:
    asked = subprocess.run(
        [sys.executable, "-m", "harness.browser"],
        env={**os.environ, "GOLIVE_BROWSER": "/absent"},
        capture_output=True,
        check=False,
    )
    told = json.loads(asked.stdout)
    assert asked.returncode == 3
    assert told["browser"] is None
    assert "/absent" in told["problem"]
