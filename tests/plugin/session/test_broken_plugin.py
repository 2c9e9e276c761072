"""A plugin that breaks, with a secret of the run in its hands: no door prints it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.scenarios.warm import run_warm

SECRET = "tell-nobody-0123456789abcdef0123"
SCENARIO = """
from harness.plugin import Journal, control


@control("CFG-01", dialects=())
def test_mine(journal: Journal) -> None:
    journal.observe("seen")
"""
BREAKS = """
import warnings

import pytest

from harness.plugin.session.rehearsal import REHEARSAL


class Breaks:
    def __init__(self, config):
        self.config = config

    def {hook}(self):
        self.config.stash[REHEARSAL].hide(["{secret}"])
        secret = "-".join(["tell", "nobody", "0123456789abcdef0123"])
        long = ["x" * 90, secret, "x" * 200]
        {breaks}


def pytest_configure(config):
    config.pluginmanager.register(Breaks(config))
"""
BREAK = 'raise RuntimeError(f"it broke with {long} \\x1b[2K") from ValueError(secret, long)'
DOORS = {
    "pytest": ["pytest", "test_mine.py"],
    "golive": ["golive", "run", "--only=CFG-01"],
}


def said(place: Path, door: str, hook: str, breaks: str, *options: str) -> tuple[int, str]:
    (place / "test_mine.py").write_text(SCENARIO, "utf-8")
    (place / "breaks.py").write_text(BREAKS.format(hook=hook, secret=SECRET, breaks=breaks), "utf-8")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    done = run_warm(
        DOORS[door],
        cwd=place,
        environment={
            **environment,
            "TMPDIR": str(place),
            "PYTHONPATH": str(place),
            "PYTEST_ADDOPTS": " ".join(["-p", "breaks", *options]),
        },
    )
    kept = "".join(file.read_text("utf-8") for file in place.glob("golive-bug-*"))
    return done.returncode, done.stdout + done.stderr + kept


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("hook", ["pytest_runtest_logfinish", "pytest_sessionfinish", "pytest_unconfigure"])
def test_a_secret_in_what_broke_is_not_printed(hook: str, door: str, tmp_path: Path) -> None:
    code, words = said(tmp_path, door, hook, BREAK)
    assert code in (1, 5), words
    assert "it broke with" in words
    assert "nobody-012345" not in words
    assert "\x1b[2K" not in words


@pytest.mark.parametrize("door", DOORS)
def test_nor_one_in_local_values(door: str, tmp_path: Path) -> None:
    options = ("--full-trace", "--showlocals")
    _, words = said(tmp_path, door, "pytest_runtest_logfinish", BREAK, *options)
    assert "it broke with" in words
    assert "nobody-012345" not in words


def test_nor_one_in_a_warning(tmp_path: Path) -> None:
    _, words = said(tmp_path, "pytest", "pytest_runtest_logfinish", 'warnings.warn(f"it says {secret}")')
    assert "it says" in words
    assert SECRET not in words


def test_nor_one_in_the_reason_of_whoever_ends_pytest(tmp_path: Path) -> None:
    _, words = said(tmp_path, "pytest", "pytest_runtest_logfinish", 'pytest.exit(f"it ends by {secret}")')
    assert "it ends by" in words
    assert SECRET not in words
