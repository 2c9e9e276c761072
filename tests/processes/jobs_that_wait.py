"""A pool whose one job writes down its process id, and waits."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import NamedTuple

from harness.processes.pool import run_all


class Waits(NamedTuple):
    name: str = "waits"
    patience_s: float = 60.0
    alone: bool = False


def wait(job: Waits, folder: Path) -> None:
    (folder / "pid.new").write_text(str(os.getpid()))
    (folder / "pid.new").rename(folder / "pid")
    time.sleep(60)


def run(folder: Path) -> None:
    list(run_all([Waits()], folder, wait, "json", workers=1, began=lambda job: None))
