"""Options of other plugins that scenarios cannot heed: a sentence and exit code 4, not silence or a crash."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.scenarios.warm import run_warm

SCENARIO = """
from harness.plugin import Journal, control


@control("CFG-01", dialects=())
def test_mine(journal: Journal) -> None:
    journal.observe("seen")
"""
DOORS = {
    "pytest": ["pytest", "test_mine.py"],
    "golive": ["golive", "run", "--only=CFG-01"],
}


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "test_mine.py").write_text(SCENARIO, "utf-8")
    return tmp_path


def ran(
    place: Path, *arguments: str, door: str = "pytest", addopts: str = "", locale: str = "C.UTF-8"
) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    return run_warm(
        [*DOORS[door], *arguments],
        cwd=place,
        environment={**environment, "PYTEST_ADDOPTS": addopts, "LC_ALL": locale},
    )


def expect_refusal(done: subprocess.CompletedProcess[str], words: str, place: Path) -> None:
    said = done.stdout + done.stderr
    assert done.returncode == 4, said
    assert words in said
    assert "INTERNALERROR" not in said
    assert "Traceback" not in said
    assert not list(place.glob("runs/*"))


@pytest.mark.parametrize(
    "arguments",
    [
        ("-n", "2"),
        ("-n", "auto"),
        ("--numprocesses=1",),
        ("--dist=load", "--tx=2*popen"),
        ("--dist=each", "--tx=popen"),
    ],
    ids=" ".join,
)
def test_scenarios_are_not_distributed(arguments: tuple[str, ...], place: Path) -> None:
    expect_refusal(ran(place, *arguments), "leave -n and --dist away", place)


@pytest.mark.parametrize("door", DOORS)
def test_nor_through_the_environment(door: str, place: Path) -> None:
    expect_refusal(ran(place, door=door, addopts="-n 2"), "leave -n and --dist away", place)


def test_distributing_to_nobody_is_no_distributing(place: Path) -> None:
    done = ran(place, "-n", "0")
    assert done.returncode == 0, done.stdout


def test_tests_that_are_no_scenarios_may_be_distributed(place: Path) -> None:
    (place / "test_mine.py").write_text("def test_unit() -> None:\n    pass\n", "utf-8")
    done = ran(place, "-n", "2")
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    "option",
    [
        "--tracing=on",
        "--video=retain-on-failure",
        "--screenshot=on",
        "--device=iPhone 15",
        "--browser=firefox",
        "--slowmo=5",
    ],
)
def test_what_would_do_nothing_is_refused(option: str, place: Path) -> None:
    expect_refusal(ran(place, option), option.partition("=")[0], place)


@pytest.mark.parametrize("door", DOORS)
def test_nor_does_it_come_in_through_the_environment(door: str, place: Path) -> None:
    expect_refusal(ran(place, door=door, addopts="--video=on"), "--video has no effect", place)


@pytest.mark.parametrize("option", ["--tracing=off", "--browser=chromium", "--output=elsewhere"])
def test_what_changes_nothing_is_taken(option: str, place: Path) -> None:
    done = ran(place, option)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("-n", "2"), "所有场景共用一个商户与一份运行记录"),
        (("--video=on",), "--video 对场景不起作用"),
        ((), "记录：runs/"),
    ],
)
def test_a_chinese_terminal_is_spoken_to_in_chinese(
    arguments: tuple[str, ...], words: str, place: Path
) -> None:
    done = ran(place, *arguments, locale="zh_CN.UTF-8")
    assert words in done.stdout + done.stderr
