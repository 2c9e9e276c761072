"""A whole rehearsal runs its wires side by side, and comes to the same as one scenario after the other."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import pytest

from harness.plugin.workers.scheduler import STOP_WITHIN_S
from tests.scenarios.warm import run_warm

PROJECT = Path(__file__).parents[3]
LIMIT_S = 120
WORKERS = 5
OWN = 7
"""Scenarios of the smoke set that stand on no wire."""


GOLIVE = ("-m", "harness")
MANY = "--only=CFG-01,CFG-12,MCP,PAY,EXP,QRY,CBK-01,CBK-02,CBK-06,CBK-11,CBK-17,CBK-20,RCN"
"""Of every kind of scenario some: on one wire, on each, on none, and late."""
FEW = "--only=CFG-01,CBK-01,CBK-02,CBK-06,CBK-11"
"""Enough for workers to be worth it."""


def command(folder: Path, *arguments: str, python: Sequence[str] = GOLIVE) -> list[str]:
    """A rehearsal without browser and load."""
    return [sys.executable, *python, "run", "--set=smoke", f"--out={folder}", *arguments]


def rehearsed(
    folder: Path, *arguments: str, python: Sequence[str] = GOLIVE
) -> subprocess.CompletedProcess[str]:
    typed, environment = command(folder, *arguments, python=python), {**os.environ, "COLUMNS": "200"}
    if python == GOLIVE:
        return run_warm(
            ["golive", *typed[len(GOLIVE) + 1 :]], cwd=PROJECT, environment=environment, timeout_s=LIMIT_S
        )
    return subprocess.run(
        typed,
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
        env=environment,
    )


def checks(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "results.ndjson").read_text("utf-8").splitlines()]


def found(folder: Path) -> Counter[tuple[str, str, str, str]]:
    """What was exercised, over which wire, and what came of it."""
    return Counter(
        (each["control"], each["scenario"], each["dialect"], each["outcome"]) for each in checks(folder)
    )


@pytest.fixture
def two_cores() -> None:
    """Workers want a second core; this is the machine that the project is built on."""
    assert len(os.sched_getaffinity(0)) > 1


def forks_of(process: subprocess.Popen[str]) -> list[psutil.Process]:
    """Those of its children that are itself once more, and no other program."""
    first = psutil.Process(process.pid)
    found = []
    for each in first.children():
        with suppress(psutil.NoSuchProcess):
            if each.cmdline() == first.cmdline():
                found.append(each)
    return found


@pytest.fixture
def running(tmp_path: Path, two_cores: None) -> Iterator[tuple[subprocess.Popen[str], list[psutil.Process]]]:
    """A rehearsal whose workers have begun, and those workers."""
    with subprocess.Popen(
        command(tmp_path / "run", FEW),
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        workers: list[psutil.Process] = []
        try:
            ends = time.monotonic() + LIMIT_S
            while len(workers) < WORKERS and process.poll() is None and time.monotonic() < ends:
                # The first may have ended before the last begins.
                workers += [each for each in forks_of(process) if each not in workers]
            yield process, workers
        finally:
            for each in (
                psutil.Process(process.pid).children(recursive=True) if process.poll() is None else ()
            ):
                with suppress(psutil.NoSuchProcess):
                    each.kill()
            process.kill()


def told(process: subprocess.Popen[str]) -> str:
    """Everything that it still says, to its end."""
    assert process.stdout is not None
    # `communicate` would begin behind what was read ahead, in the middle of a character even.
    limit = threading.Timer(LIMIT_S, process.kill)
    limit.start()
    try:
        said = process.stdout.read()
        process.wait(LIMIT_S)
    finally:
        limit.cancel()
    return said


@pytest.fixture(scope="module")
def single(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A rehearsal of one scenario after the other: where its record is, and its last line."""
    folder = tmp_path_factory.mktemp("one-by-one") / "single"
    done = rehearsed(folder, "--one-by-one", MANY)
    assert done.returncode == 0, done.stdout
    return folder, done.stdout.splitlines()[-1]


def test_side_by_side_comes_to_the_same_as_one_by_one(
    single: tuple[Path, str], tmp_path: Path, two_cores: None
) -> None:
    workers = rehearsed(tmp_path / "workers", MANY)
    assert workers.returncode == 0, workers.stdout
    assert found(tmp_path / "workers") == found(single[0])
    assert workers.stdout.splitlines()[-1] == single[1]


def test_scenarios_of_a_wire_stand_together_and_its_books_are_compared_last(
    single: tuple[Path, str],
) -> None:
    wires = [each["dialect"] for each in checks(single[0])]
    assert [wire for wire, before in zip(wires, [None, *wires], strict=False) if wire != before] == [
        "-",
        "mcp",
        "envelope",
        "apiv3",
        "-",  # what breaks an app of its own comes after every wire
        "apiv3",  # whose books are compared when its merchant ends
        "alipay-mcp",  # judged by a sample
        "alipay-envelope",
        "alipay",
    ]
    last = {each["dialect"]: each["control"] for each in checks(single[0])}
    assert {wire: last[wire] for wire in ("mcp", "envelope", "apiv3")} == dict.fromkeys(
        ("mcp", "envelope", "apiv3"), "RCN-03"
    )


def test_a_failure_in_a_worker_is_told_with_its_reason_by_both_doors(tmp_path: Path, two_cores: None) -> None:
    ours = rehearsed(tmp_path / "ours", "--defect=skips-signature", FEW)
    assert ours.returncode == 1
    assert "SELECTION FAIL" in ours.stdout
    asked = ["-q", "--set=smoke", "--defect=skips-signature", FEW, f"--out={tmp_path / 'theirs'}"]
    theirs = run_warm(["pytest", "scenarios", *asked], cwd=PROJECT, environment=os.environ, timeout_s=LIMIT_S)
    assert theirs.returncode == 1
    assert "FAILED scenarios/callbacks/test_forged.py::test_a_forged_callback_is_refused[mcp" in theirs.stdout
    assert found(tmp_path / "ours") == found(tmp_path / "theirs")


def test_a_worker_that_dies_is_a_harness_error_and_never_a_pass(
    running: tuple[subprocess.Popen[str], list[psutil.Process]], tmp_path: Path
) -> None:
    process, workers = running
    assert len(workers) == WORKERS
    workers[-1].kill()  # it has just begun
    said = told(process)
    assert process.returncode == 5, said
    assert json.loads((tmp_path / "run" / "run.json").read_text("utf-8"))["interrupted"] is True
    assert "PASS" not in said.splitlines()[-1]
    assert re.search(r"the worker process of [a-z0-9-]+ was ended by SIGKILL, ", said)
    assert "golive run --one-by-one shows more" in said


@pytest.mark.parametrize(
    ("how", "complaint"),
    [
        ("unreadable", "the worker process of mcp could not be understood (UnpicklingError: "),
        ("endless", "the worker process of apiv3 had cleared up and did not end: killed"),
        ("meddling", "artifacts/exchanges.ndjson was altered while the run went on"),
        ("untidy", "a worker process broke while clearing up: OSError: the browser is gone"),
    ],
)
def test_whatever_breaks_in_a_worker_the_run_ends_and_says_so(
    how: str, complaint: str, tmp_path: Path, two_cores: None
) -> None:
    broken = rehearsed(tmp_path / "run", FEW, python=["-m", "tests.plugin.workers.broken", how])
    assert broken.returncode == 5, broken.stdout
    assert complaint in broken.stdout
    assert "PASS" not in broken.stdout.splitlines()[-1]


def test_a_worker_that_has_done_its_work_is_not_interrupted_any_more(tmp_path: Path, two_cores: None) -> None:
    interrupted = ["-m", "tests.plugin.workers.broken", "interrupted-late"]
    late = rehearsed(tmp_path / "run", FEW, python=interrupted)
    assert late.returncode == 0, late.stdout


def test_ctrl_c_that_a_hook_hears_first_is_no_error_of_ours(tmp_path: Path) -> None:
    hook = rehearsed(
        tmp_path / "run",
        "--only=CFG-01,CFG-02",
        python=["-m", "tests.plugin.workers.broken", "interrupted-in-a-hook"],
    )
    assert hook.returncode == 2, hook.stdout
    assert json.loads((tmp_path / "run" / "run.json").read_text("utf-8"))["interrupted"] is True


@pytest.mark.parametrize(
    "interrupt",
    [lambda pid: os.kill(pid, signal.SIGINT), lambda pid: os.killpg(pid, signal.SIGINT)],
    ids=["the process", "its group, as a terminal does"],
)
def test_ctrl_c_ends_every_worker_and_keeps_the_record(
    tmp_path: Path, interrupt: Callable[[int], None]
) -> None:
    with subprocess.Popen(
        command(tmp_path / "run"),
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        next(line for line in process.stdout if "CFG-01" in line)
        workers = forks_of(process)
        assert workers, "it began none, or all had ended"
        interrupt(process.pid)
        said = told(process)
    assert process.returncode == 2, said
    assert json.loads((tmp_path / "run" / "run.json").read_text("utf-8"))["interrupted"] is True
    assert not psutil.wait_procs(workers, timeout=10)[1]


def test_who_has_had_enough_ends_workers_at_once_and_that_is_told(tmp_path: Path, two_cores: None) -> None:
    sign = tmp_path / "told"
    asked = ["-m", "tests.plugin.workers.broken", "silent", "pytest", "scenarios", "--set=smoke"]
    asked += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]  # we import before pytest does
    with subprocess.Popen(
        [sys.executable, *asked, f"--out={tmp_path / 'run'}"],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "TOLD": str(sign)},
    ) as process:
        assert process.stdout is not None
        results = tmp_path / "run" / "results.ndjson"
        while process.poll() is None and not (results.exists() and len(checks(tmp_path / "run")) >= OWN):
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        while process.poll() is None and not sign.exists():  # it stops its workers now
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        began = time.monotonic()
        said = told(process)
    assert time.monotonic() - began < STOP_WITHIN_S
    meta = json.loads((tmp_path / "run" / "run.json").read_text("utf-8"))
    assert meta["interrupted"] is True
    assert [
        fault for fault in meta["faults"] if fault.startswith("the worker process of mcp was given up")
    ], said


def test_workers_do_not_outlive_the_process_that_started_them(
    running: tuple[subprocess.Popen[str], list[psutil.Process]],
) -> None:
    process, workers = running
    assert len(workers) == WORKERS
    process.kill()
    assert not psutil.wait_procs(workers, timeout=20)[1]
