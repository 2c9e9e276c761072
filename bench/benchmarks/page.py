"""The page of ten thousand results: CPU time beside reading the record, memory, and size."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence

from bench.large_record import large_record
from bench.metrics import Metric, Pair, once, paired
from bench.plan import Bench
from harness.core.errors import HarnessError
from harness.evidence import RunRecord
from reports.build import PAGE
from reports.judging import checklist_of, judge_record
from reports.page import render

TITLE = "page: ten thousand results"

RESULTS = 10_000
MOST_MIB = 300
MOST_MB = 6
MIB, MB = 1024 * 1024, 1_000_000
_BUILD = "import sys, pathlib; from reports.build import build; build(pathlib.Path(sys.argv[1]))"


def measure(bench: Bench) -> Sequence[Metric]:
    """Judging and writing in this process, in turn with reading; memory of a process that builds all."""
    record = large_record(bench.scratch / "large", RESULTS)
    pairs: list[Pair] = []
    for repetition in range(bench.plan.repetitions):
        began = time.process_time()
        read = RunRecord.open(record.folder)
        between = time.process_time()
        render(read, checklist_of(read), judge_record(read))
        ended = time.process_time()
        pairs.append(Pair(ended - between, between - began))
        bench.say(f"{repetition + 1}/{bench.plan.repetitions}: {ended - between:.2f} s")
    peak = _peak_bytes(str(record.folder))
    size = (record.folder / PAGE).stat().st_size
    return [
        paired(
            "page-of-10k", "CPU s", pairs,
            compared_with="reading the record", lower_is_better=True,
        ),
        once("page-of-10k-memory", "MiB", peak / MIB, baseline=MOST_MIB, compared_with="what it may take"),
        once("page-of-10k-size", "MB", size / MB, baseline=MOST_MB, compared_with="what it may be"),
    ]  # fmt: skip


def _peak_bytes(folder: str) -> int:
    """The most memory that a process had which built page and exports.

    Raises:
        HarnessError: it did not end well.
    """
    child = os.spawnv(os.P_NOWAIT, sys.executable, [sys.executable, "-c", _BUILD, folder])  # noqa: S606 - ours
    _, status, used = os.wait4(child, 0)
    if status != 0:
        raise HarnessError(f"building the page ended with {status}", where="bench")
    return used.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
