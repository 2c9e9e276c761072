"""Whatever makes a scenario vanish, there is no GO without it, and the run says which one it was.

The scenarios themselves are stood in for: here each passes at once, if it is there.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from harness.verdict.locked_parts import LockedPart
from reports.checklist import CHECKLIST, LOCK, folder_of, load
from tests.scenarios.running import PROJECT
from tests.scenarios.warm import run_warm

EVERYTHING_PASSES = """\
import pytest
from harness.evidence.recorder import Recorder
from harness.plugin.session.scenario_result import SCENARIO_RESULT

begin = Recorder.__init__


def answered(recorder, *arguments, **named):
    begin(recorder, *arguments, **named)
    recorder.app_answers = 1


Recorder.__init__ = answered


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item):
    result = item.stash.get(SCENARIO_RESULT, None)
    if result is None:
        return True
    result.journal.observe("stood in for")
    for when in ("setup", "call", "teardown"):
        call = pytest.CallInfo.from_call(lambda: None, when=when)
        result.hear(pytest.TestReport.from_item_and_call(item, call), None)
    return True
"""
DROPS = """\
import pytest


def wanted(item):
    return "test_jsapi.py" not in item.nodeid


@pytest.hookimpl({when}=True)
def {hook}(session):
    session.items[:] = [item for item in session.items if wanted(item)]
"""
OWN = """\
from harness.plugin import Journal, control


@control("PAY-07", dialects=())
def test_mine(journal: Journal) -> None:
    journal.observe("seen")
"""
GONE = "test_jsapi.py"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A copy of the scenarios that may be spoilt, and the plugin that stands in for what they do."""
    shutil.copytree(
        PROJECT / "scenarios", tmp_path / "scenarios", ignore=shutil.ignore_patterns("__pycache__")
    )
    (tmp_path / "everything_passes.py").write_text(EVERYTHING_PASSES, "utf-8")
    return tmp_path


def ran(place: Path, *arguments: str, addopts: str = "") -> subprocess.CompletedProcess[str]:
    """`pytest scenarios` in the copy."""
    return run_warm(
        ["pytest", "scenarios", "-q", "-p", "everything_passes", "--out=run", "--one-by-one", *arguments],
        cwd=place,
        environment={**os.environ, "PYTHONPATH": str(place), "PYTEST_ADDOPTS": addopts},
    )


def edit(place: Path, file: str, old: str, new: str) -> None:
    path = place / "scenarios" / file
    text = path.read_text("utf-8")
    assert old in text, f"{file} has changed: {old!r} is not there"
    path.write_text(text.replace(old, new), "utf-8")


def test_with_every_scenario_it_is_go(place: Path) -> None:
    done = ran(place)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "REHEARSAL GO" in done.stdout
    assert "did not run" not in done.stdout


def test_scenarios_of_ones_own_do_not_break_the_lock(place: Path) -> None:
    (place / "scenarios" / "payments" / "test_mine.py").write_text(OWN, "utf-8")
    (place / "test_more.py").write_text(OWN, "utf-8")
    done = ran(place, "test_more.py")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "REHEARSAL GO" in done.stdout


def deleted(place: Path) -> None:
    (place / "scenarios" / "payments" / GONE).unlink()


def ignored_by_a_conftest(place: Path) -> None:
    (place / "scenarios" / "conftest.py").write_text(f"collect_ignore = ['payments/{GONE}']\n", "utf-8")


def without_its_mark(place: Path) -> None:
    mark = '@control("PAY-03", product=Product.JSAPI, provider=Provider.WECHAT)\n'
    edit(place, f"payments/{GONE}", mark, "")


def skipped_as_a_module(place: Path) -> None:
    edit(
        place, f"payments/{GONE}", "AMOUNT =", "import pytest\npytest.skip(allow_module_level=True)\nAMOUNT ="
    )


@pytest.mark.parametrize(
    "spoil",
    [deleted, ignored_by_a_conftest, without_its_mark, skipped_as_a_module],
    ids=lambda each: each.__name__,
)
def test_a_file_that_is_not_collected_is_missed(spoil: object, place: Path) -> None:
    assert callable(spoil)
    spoil(place)
    expect_missed(ran(place), "PAY-03", GONE)


@pytest.mark.parametrize(
    ("hook", "when"),
    [
        ("pytest_collection_modifyitems", "trylast"),
        ("pytest_collection_finish", "tryfirst"),
        ("pytest_collection_finish", "trylast"),
        ("pytest_runtestloop", "tryfirst"),
    ],
)
def test_what_a_plugin_drops_is_missed(hook: str, when: str, place: Path) -> None:
    (place / "drops.py").write_text(DROPS.format(hook=hook, when=when), "utf-8")
    done = ran(place, "-p", "drops")
    assert done.returncode == 2, done.stdout + done.stderr
    assert "REHEARSAL NOT YET" in done.stdout
    assert "PAY-03" in done.stdout


def test_other_names_for_files_are_missed(place: Path) -> None:
    expect_missed(ran(place, "-o", "python_files=test_[!j]*.py"), "PAY-03", GONE)


def test_the_environment_narrows_no_less(place: Path) -> None:
    expect_missed(ran(place, addopts="-o python_files=test_[!j]*.py"), "PAY-03", GONE)


@pytest.mark.parametrize(
    ("file", "old", "new", "control", "missed"),
    [
        ("payments/test_amounts.py", '"0.29", ', "", "PAY-07", "0.29"),
        ("queries/test_trade_states.py", '"state", MEANING', '"state", []', "QRY-01", "NOTPAY"),
        (
            "callbacks/test_forged.py",
            '"attack", FORGED',
            '"attack", []',
            "CBK-04",
            "test_a_forged_callback_is_refused",
        ),
    ],
    ids=["one parameter", "every parameter", "every attack"],
)
def test_a_parameter_that_is_gone_is_missed(
    file: str, old: str, new: str, control: str, missed: str, place: Path
) -> None:
    edit(place, file, old, new)
    expect_missed(ran(place), control, missed)


def test_a_narrowed_run_misses_what_its_controls_want(place: Path) -> None:
    deleted(place)
    done = ran(place, "--only=PAY-03")
    assert done.returncode == 2, done.stdout + done.stderr
    assert "SELECTION FAIL" in done.stdout
    assert GONE in done.stdout
    other = ran(place, "--only=PAY-07", "--out=other")
    assert "SELECTION PASS" in other.stdout, other.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("-k", "not jsapi"),
        ("--deselect", f"scenarios/payments/{GONE}"),
        ("--ignore", f"scenarios/payments/{GONE}"),
        ("--ignore-glob", "*jsapi*"),
    ],
    ids=lambda given: given[0],
)
def test_what_the_user_leaves_out_gets_no_gate_judged(arguments: tuple[str, str], place: Path) -> None:
    done = ran(place, *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "SELECTION PASS" in done.stdout
    assert "GO" not in done.stdout.replace("GOLIVE", "")


def test_every_folder_by_its_name_is_a_whole_run(place: Path) -> None:
    folders = [f"scenarios/{path.name}" for path in (place / "scenarios").iterdir() if path.is_dir()]
    done = ran(place, "--deselect", "scenarios/nothing_like_it.py", *folders)
    assert "REHEARSAL GO" in done.stdout, done.stdout + done.stderr


def test_the_lock_names_every_scenario_there_is() -> None:
    told = "from harness.plugin.write_lock import *; print(lock_text(collected()), end='')"
    listed = subprocess.run(
        [sys.executable, "-c", told], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    kept = (folder_of(CHECKLIST) / LOCK).read_text("utf-8")
    assert listed.stdout == kept, "the lock is stale: run `make scenarios`, and look at what it drops"


def test_every_control_that_was_ever_exercised_has_a_line() -> None:
    assert {LockedPart.read(line).control for line in load().scenarios} == load().exercised


def expect_missed(done: subprocess.CompletedProcess[str], control: str, name: str) -> None:
    """The run is inconclusive, and says for lack of what."""
    assert done.returncode == 2, done.stdout + done.stderr
    assert "REHEARSAL NOT YET" in done.stdout
    (told,) = [line for line in done.stdout.splitlines() if "did not run" in line]
    assert name in told
    assert control in done.stdout
