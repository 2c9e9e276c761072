"""A QA engineer's own repository: the wheel is all it takes, and costs nothing without scenarios."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
SCENARIO = """
from harness.plugin import Journal, PlacedOrders, control


@control("CBK-01")
def test_a_paid_order_is_credited_once(orders: PlacedOrders, journal: Journal) -> None:
    order = orders.place("1.00")
    order.pay()
    kept = order.kept()
    journal.observe(f"{kept.status}, credited {kept.credits} times")
    assert (kept.status, kept.credits) == ("paid", 1)
"""
OF_ITS_OWN = """
import pytest


@pytest.mark.parametrize("dialect", ["yue", "wu"])
def test_it_is_spoken(dialect):
    assert dialect
"""
HEAVY = {"cryptography", "gevent", "harness.plugin.hooks", "httpx", "mcp", "pydantic", "starlette"}
UNIT = f"import sys\n\ndef test_unit():\n    assert not {HEAVY!r} & set(sys.modules)\n"


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment in which the wheel is installed, beside the packages of this one."""
    place = tmp_path_factory.mktemp("installed")
    build = "import sys; from hatchling.build import build_wheel; print(build_wheel(sys.argv[1]))"
    subprocess.run([sys.executable, "-c", build, place], cwd=PROJECT, check=True, capture_output=True)
    venv.create(place / "venv", symlinks=True)
    own = sysconfig.get_path("purelib", "venv", {"base": str(place / "venv")})
    with zipfile.ZipFile(next(place.glob("*.whl"))) as wheel:
        wheel.extractall(own)
    # A path in a .pth is searched, but the .pth files there are not read: the checkout stays out of sight.
    (Path(own) / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return place / "venv" / "bin" / "python"


@pytest.fixture
def ran(python: Path, tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run pytest in an empty directory."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [str(python), "-m", "pytest", *arguments]
        return subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )

    return run


Ran = Callable[..., "subprocess.CompletedProcess[str]"]


def test_ten_lines_run_against_the_embedded_simulator_and_leave_a_record(ran: Ran, tmp_path: Path) -> None:
    (tmp_path / "test_mine.py").write_text(SCENARIO)
    done = ran()
    assert done.returncode == 0, done.stdout + done.stderr
    assert "SELECTION PASS · 4 checks run" in done.stdout
    results = (tmp_path / "runs" / "latest" / "results.ndjson").read_text("utf-8").splitlines()
    assert {(each["control"], each["outcome"]) for each in map(json.loads, results)} == {("CBK-01", "pass")}
    assert {each["dialect"] for each in map(json.loads, results)} == {"mcp", "envelope", "apiv3", "alipay"}


def test_a_test_beside_a_scenario_names_dialects_of_its_own(ran: Ran, tmp_path: Path) -> None:
    (tmp_path / "test_mine.py").write_text(SCENARIO)
    (tmp_path / "test_spoken.py").write_text(OF_ITS_OWN)
    done = ran("test_mine.py", "test_spoken.py")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "SELECTION PASS · 4 checks run" in done.stdout
    assert "6 passed" in done.stdout


def test_a_scenario_under_a_name_that_is_no_tests_is_none(ran: Ran, tmp_path: Path) -> None:
    (tmp_path / "test_mine.py").write_text(
        f"{SCENARIO}\n\njudge = test_a_paid_order_is_credited_once\ndel test_a_paid_order_is_credited_once\n"
    )
    (tmp_path / "test_spoken.py").write_text(OF_ITS_OWN)
    done = ran("test_mine.py", "test_spoken.py")
    assert "SELECTION" not in done.stdout
    assert "2 passed" in done.stdout


def test_what_holds_after_every_scenario_holds_here_too(ran: Ran, tmp_path: Path) -> None:
    (tmp_path / "test_mine.py").write_text(SCENARIO)
    done = ran("--defect=books-one-fen-short")
    assert done.returncode == 1
    assert "RCN-03" in done.stdout


def test_our_scenarios_run_from_any_directory(ran: Ran, tmp_path: Path) -> None:
    done = ran("--pyargs", "scenarios", "--only=CFG-12,RCN-03")
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "runs" / "latest" / "run.json").is_file()


def test_a_test_that_is_no_scenario_keeps_its_failure(ran: Ran, tmp_path: Path) -> None:
    (tmp_path / "test_mine.py").write_text(
        SCENARIO + "\n\ndef test_unit() -> None:\n    assert not 'wrong'\n"
    )
    done = ran()
    assert done.returncode == 1
    assert "SELECTION PASS" in done.stdout


def test_without_scenarios_nothing_is_imported_and_nothing_written(ran: Ran, tmp_path: Path) -> None:
    (tmp_path / "test_unit.py").write_text(UNIT)
    done = ran()
    assert done.returncode == 0, done.stdout
    assert not (tmp_path / "runs").exists()
    assert "golive" not in done.stdout.partition("collected")[2]


def test_threads_that_gevent_replaced_are_refused(ran: Ran, tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text("import locust\n")
    (tmp_path / "test_mine.py").write_text(SCENARIO)
    done = ran()
    assert done.returncode == 4, done.stdout
    assert "gevent has replaced the threads" in done.stdout + done.stderr
