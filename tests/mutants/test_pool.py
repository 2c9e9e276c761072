"""A pool's jobs are no longer there than the command that started them."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import psutil


def test_a_job_of_a_pool_ends_when_the_command_is_killed(tmp_path: Path) -> None:
    line = "import pathlib, tests.mutants.jobs_that_wait as jobs; "
    line += f"jobs.run(pathlib.Path({str(tmp_path)!r}))"
    with subprocess.Popen([sys.executable, "-c", line], cwd=Path(__file__).parents[2]) as pool:
        sign, deadline = tmp_path / "waits" / "pid", time.monotonic() + 30
        while not sign.exists():
            assert time.monotonic() < deadline
            time.sleep(0.02)
        job = psutil.Process(int(sign.read_text()))
        pool.kill()
    assert not psutil.wait_procs([job], timeout=20)[1]
