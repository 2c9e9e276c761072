"""A service that freezes, seen by our load and by plain Locust: `python -m bench.load_freeze` (six minutes).

The simulator answers nothing for 20 of 300 seconds. At the same time it gets 20 requests a second from our
generator, and as many from 20 paced users of plain Locust, whose request events are counted. Printed is the
share of requests that either saw take longer than two seconds; the freeze is 6.7 % of the time.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

import click

from bench.servers import ENV_FILE, READY, simulator
from harness.processes.child import golive_command
from load.measurement import FILE, read

SLOW_S = 2.0
RATE = 20


class Seen(NamedTuple):
    """How many requests there were, and how many of them were slow."""

    requests: int
    slow: int

    def __str__(self) -> str:
        share = self.slow / self.requests if self.requests else float("nan")
        return f"{self.slow} of {self.requests} requests took longer than {SLOW_S:g} s: {share:.2%}"


@click.command()
@click.option("--seconds", default=300.0, show_default=True)
@click.option("--after", default=140.0, show_default=True, help="When the freeze begins.")
@click.option("--freeze", default=20.0, show_default=True, help="How long it lasts.")
def command(*, seconds: float, after: float, freeze: float) -> None:
    """Measure both at once, and print what each saw."""
    frozen = ["--defect=freezes", "--freeze", f"{freeze:g}", f"{after + freeze:g}", "--no-experience-limits"]
    with tempfile.TemporaryDirectory(prefix="golive-freeze-") as folder:
        scratch = Path(folder)
        with simulator(scratch, *frozen):
            env_file = scratch / ENV_FILE
            users = [f"--users={RATE}", f"--spawn-rate={RATE}", f"--run-time={seconds:g}s", "--headless"]
            locust = [sys.executable, "-m", "locust", "-f", "bench/load_users.py", "Paced"]
            plain = _child([*locust, *users], env_file)
            arrivals = [f"--rate={RATE}", f"--seconds={seconds:g}", "--mix=create/native/apiv3"]
            files = [f"--env-file={env_file}", f"--out={scratch}", "--lag-bound-ms=1000"]
            ours = _child(golive_command("generate-load", *arrivals, *files), env_file)
            ours.wait()
            said, _ = plain.communicate()
        click.echo(f"open arrivals        {_ours(scratch)}")
        click.echo(f"20 paced users       {_plain(said)}")


def _child(command: list[str], env_file: Path) -> subprocess.Popen[str]:
    here = {**os.environ, "PYTHONPATH": str(Path.cwd()), "BENCH_ENV_FILE": str(env_file)}
    return subprocess.Popen(  # noqa: S603
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=here
    )


def _ours(scratch: Path) -> Seen:
    (series,) = read(scratch / FILE).series.values()
    slow = sum(cell.times for cell in series.latency if cell.low > SLOW_S * 1e6)
    return Seen(series.requests, slow + series.failures)


def _plain(said: str) -> Seen:
    line = next(each for each in said.splitlines() if each.startswith(READY))
    requests, slow = line.removeprefix(READY).split()
    return Seen(int(requests), int(slow))


if __name__ == "__main__":
    command()
