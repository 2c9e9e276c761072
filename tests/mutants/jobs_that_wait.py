"""A pool whose one job writes down its process id, and waits."""

from __future__ import annotations

import os
import time
from pathlib import Path

from harness.mutants.plan import Job
from harness.mutants.pool import run_all


def wait(job: Job, folder: Path) -> None:
    (folder / "pid.new").write_text(str(os.getpid()))
    (folder / "pid.new").rename(folder / "pid")
    time.sleep(60)


def run(folder: Path) -> None:
    list(run_all([Job("waits")], folder, wait, "json", workers=1, began=lambda job: None))
