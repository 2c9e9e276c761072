"""A day's life: how long its story takes, from starting a platform to the bills of the next morning."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree as ET

from bench.metrics import Metric, Pair, paired
from bench.plan import Bench
from harness.core.errors import HarnessError

TITLE = "a day's life: one shop from its first order to the bills of the next morning"

STORY = "tests/shop/test_a_days_life.py"
WANTED_S = 10.0
"""What one may wait for it."""
TIMED = 3
LIMIT_S = 120
PROJECT = Path(__file__).parents[2]


def measure(bench: Bench) -> Sequence[Metric]:
    """Seconds of the story alone, on the wall clock; neither Python's start nor pytest's collecting count."""
    told = 1 if bench.plan.repetitions < TIMED else TIMED
    pairs = [Pair(_seconds(bench.scratch / f"day-{number}.xml"), WANTED_S) for number in range(told)]
    return [paired("days-life", "s", pairs, compared_with="what one may wait for", lower_is_better=True)]


def _seconds(report: Path) -> float:
    ended = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "pytest", STORY, "-q", "-p", "no:cacheprovider", f"--junitxml={report}"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    if ended.returncode:
        raise HarnessError(f"the story failed: {ended.stdout[-500:]}", where=STORY, remedy=f"pytest {STORY}")
    (case,) = ET.parse(report).iter("testcase")  # noqa: S314 - written by our own pytest
    return float(case.attrib["time"])
