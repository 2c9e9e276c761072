"""A whole rehearsal, `golive run`: how long it and its scenarios take, and how much memory it wants."""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import psutil

from bench.cpu import resident_bytes
from bench.figures import Metric, once
from bench.plan import Bench
from bench.servers import GOLIVE
from harness.control import Check
from harness.errors import HarnessError
from harness.evidence import RunRecord

TITLE = "rehearsal: how long it takes, its scenarios' times, and peak memory"

WHOLE_S = 30.0
"""What one may wait for on every commit."""
LONGEST_S = 5.0
"""No scenario should take longer; a load takes as long as its set says."""
LIMIT_S = 240
LOOKS_EVERY_S = 0.5
MIB = 1024 * 1024
_BROWSER = re.compile(r"\[[^\]]*\b(chromium|firefox|webkit)\b")
_LOAD = "scenarios/performance/"


def measure(bench: Bench) -> Sequence[Metric]:
    """`golive run` twice: one by one, for what its record says of scenarios, then as it is, for its time."""
    if not bench.plan.rehearse:
        bench.say("left out of a quick run")
        return []
    folder, log = bench.scratch / "rehearsal", bench.scratch / "rehearsal.log"
    _peak([*GOLIVE, "run", "--one-by-one", "--out", str(folder)], log)
    began = time.monotonic()
    own, whole = _peak([*GOLIVE, "run", "--out", str(bench.scratch / "in-lanes")], log)
    took = time.monotonic() - began
    return [
        once("rehearsal", "s", took, baseline=WHOLE_S, compared_with="what one may wait for"),
        *of_record(RunRecord.open(folder).checks),
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


def _peak(command: Sequence[str], log: Path) -> tuple[int, int]:
    """Run a command and return the most bytes seen of its process, and of it with all that it started."""
    own = whole = 0
    with log.open("wb") as output, subprocess.Popen(command, stdout=output, stderr=output) as child:  # noqa: S603
        process = psutil.Process(child.pid)
        for _ in range(int(LIMIT_S / LOOKS_EVERY_S)):
            with suppress(subprocess.TimeoutExpired):
                child.wait(timeout=LOOKS_EVERY_S)
                break
            mine = _resident(process)
            own = max(own, mine)
            whole = max(whole, mine + sum(map(_resident, _descendants(process))))
        else:
            child.terminate()
    if child.returncode not in (0, 1, 2):
        raise HarnessError(f"the rehearsal ended with {child.returncode}", where=str(log))
    return own, whole


def _descendants(process: psutil.Process) -> list[psutil.Process]:
    try:
        return list(process.children(recursive=True))
    except psutil.NoSuchProcess:
        return []


def _resident(process: psutil.Process) -> int:
    """Zero for a process that has just ended."""
    try:
        return resident_bytes(process)
    except psutil.NoSuchProcess:
        return 0
