"""A whole rehearsal, `golive run`: how long it and its scenarios take, and how much memory it wants."""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import psutil

from bench.cpu import proportional_bytes, resident_bytes
from bench.metrics import Metric, Pair, once, paired
from bench.plan import Bench
from harness.core.control import Check
from harness.core.errors import HarnessError
from harness.evidence import RunRecord
from harness.processes.child import golive_command
from harness.settings.history_place import VARIABLE

TITLE = "rehearsal: how long it takes, its scenarios' times, and peak memory"

WHOLE_S = 30.0
"""What one may wait for on every commit."""
LONGEST_S = 5.0
"""No scenario should take longer; a load takes as long as its set says."""
TIMED = 3
"""Whole rehearsals that are timed."""
LIMIT_S = 240
LOOKS_EVERY_S = 0.5
MIB = 1024 * 1024
_BROWSER = re.compile(r"\[[^\]]*\b(chromium|firefox|webkit)\b")
_LOAD = "scenarios/performance/"


def measure(bench: Bench) -> Sequence[Metric]:
    """`golive run`: one by one for its scenarios' times, as it is for its own, and once more for its memory.

    Looking at memory takes processor time, so what is timed is not looked at.
    """
    if not bench.plan.rehearse:
        bench.say("left out of a quick run")
        return []
    os.environ[VARIABLE] = str(bench.scratch / "history.sqlite")  # and not among anybody's nights
    log = bench.scratch / "rehearsal.log"
    _seconds(bench, log, "one-by-one", "--one-by-one")
    pairs = [Pair(_seconds(bench, log, f"whole-{number}"), WHOLE_S) for number in range(TIMED)]
    own, whole = _peak(_command(bench, "memory"), log)
    compared = "what one may wait for"
    return [
        paired("rehearsal", "s", pairs, compared_with=compared, lower_is_better=True),
        *of_record(RunRecord.open(bench.scratch / "one-by-one").checks),
        once("rehearsal-peak-memory", "MiB", own / MIB),
        once("rehearsal-peak-memory-with-browser", "MiB", whole / MIB),
    ]


def of_record(checks: Iterable[Check]) -> Iterator[Metric]:
    """Seconds of the slowest scenario, of all, and of all that open no browser.

    Raises:
        HarnessError: the record holds no scenario.
    """
    # One scenario may answer for several controls: it took its time once.
    took = {
        (each.scenario, each.provider, each.dialect, each.started): each.duration_s
        for each in checks
        if not each.scenario.startswith(_LOAD)
    }
    if not took:
        raise HarnessError("the rehearsal recorded nothing, so there is no figure", where="bench")
    unseen = [seconds for key, seconds in took.items() if not _BROWSER.search(key[0])]
    yield once(
        "scenario-slowest", "s", max(took.values()), baseline=LONGEST_S, compared_with="the longest allowed"
    )
    yield once("scenarios-total", "s", sum(took.values()))
    yield once("scenarios-total-without-browser", "s", sum(unseen))


def _command(bench: Bench, name: str, *more: str) -> list[str]:
    return golive_command("run", "--out", str(bench.scratch / name), *more)


def _seconds(bench: Bench, log: Path, name: str, *more: str) -> float:
    """How long a rehearsal takes from start to end, on the wall clock."""
    began = time.monotonic()
    with log.open("wb") as output:
        ended = subprocess.run(  # noqa: S603 - our own command
            _command(bench, name, *more), stdout=output, stderr=output, timeout=LIMIT_S, check=False
        )
    _sound(ended.returncode, log)
    return time.monotonic() - began


def _sound(code: int, log: Path) -> None:
    if code not in (0, 1, 2):
        raise HarnessError(f"the rehearsal ended with {code}", where=str(log))


def _peak(command: Sequence[str], log: Path) -> tuple[int, int]:
    """Run a command and return the most bytes seen of its process, and of it with all that it started."""
    own = whole = 0
    with log.open("wb") as output, subprocess.Popen(command, stdout=output, stderr=output) as child:  # noqa: S603
        process = psutil.Process(child.pid)
        for _ in range(int(LIMIT_S / LOOKS_EVERY_S)):
            with suppress(subprocess.TimeoutExpired):
                child.wait(timeout=LOOKS_EVERY_S)
                break
            own = max(own, _seen(process, resident_bytes))
            all_of_it = [process, *_descendants(process)]
            whole = max(whole, sum(_seen(each, proportional_bytes) for each in all_of_it))
        else:
            child.terminate()
    _sound(child.returncode, log)
    return own, whole


def _descendants(process: psutil.Process) -> list[psutil.Process]:
    try:
        return list(process.children(recursive=True))
    except psutil.NoSuchProcess:
        return []


def _seen(process: psutil.Process, measure: Callable[[psutil.Process], int]) -> int:
    """Zero for a process that has just ended."""
    try:
        return measure(process)
    except psutil.NoSuchProcess:
        return 0
