"""A Ctrl-C while what a scenario clears up on is gone: the record is closed, and a sentence says what is."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.scenarios.warm import run_warm

SCENARIO = """
from harness.plugin import Journal, control


@control("CFG-01", dialects=())
def test_mine(journal: Journal) -> None:
    journal.observe("seen")
"""
GONE = """
import os
import signal

import pytest

from harness.core.errors import EnvironmentUnreachable, MerchantFailure


@pytest.fixture(autouse=True)
def simulator():
    yield
    raise {simulator}


@pytest.fixture(autouse=True)
def shop():
    yield
    raise {shop}


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_call():
    os.kill(os.getpid(), signal.SIGINT)
"""
NOBODY = 'EnvironmentUnreachable("the merchant does not answer: no route")'
WRONG = 'MerchantFailure("its answer is no JSON")'
DOORS = {
    "golive": ["golive", "run", "--only=CFG-01", "--out=record"],
    "pytest": ["pytest", "test_mine.py", "--out=record"],
}


def interrupted(place: Path, door: str, simulator: str, shop: str) -> tuple[int, str]:
    (place / "test_mine.py").write_text(SCENARIO, "utf-8")
    (place / "gone.py").write_text(GONE.format(simulator=simulator, shop=shop), "utf-8")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    done = run_warm(
        DOORS[door],
        cwd=place,
        environment={**environment, "PYTHONPATH": str(place), "PYTEST_ADDOPTS": "-p gone"},
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("shop", [NOBODY, WRONG], ids=["both are gone", "one answers wrongly"])
def test_it_ends_as_every_interruption_does(shop: str, door: str, tmp_path: Path) -> None:
    code, said = interrupted(tmp_path, door, NOBODY, shop)
    assert code == 2, said
    assert "Traceback" not in said
    assert "ExceptionGroup" not in said
    assert "a bug of ours" not in said
    assert said.count("at the end: ") == 1
    assert "the run was interrupted, so it cannot be GO" in said.splitlines()[-1]
    assert json.loads((tmp_path / "record" / "run.json").read_text("utf-8"))["interrupted"] is True


@pytest.mark.parametrize("door", DOORS)
def test_what_is_ours_and_breaks_is_a_bug_all_the_same(door: str, tmp_path: Path) -> None:
    code, said = interrupted(tmp_path, door, NOBODY, 'OSError("the browser is gone")')
    assert code == 5, said
    assert "clearing up broke: OSError: the browser is gone" in said
    assert "Traceback" not in said
    assert json.loads((tmp_path / "record" / "run.json").read_text("utf-8"))["interrupted"] is True
