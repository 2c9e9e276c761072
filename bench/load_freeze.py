"""A service that freezes, seen by our load and by plain Locust: `python -m bench.load_freeze` (six minutes).

The simulator stops altogether for 20 of 300 seconds. At the same time it gets 20 requests a second from our
generator, and as many from 20 paced users of plain Locust, whose request events are counted. Printed is the
share of requests that either saw take longer than two seconds; the freeze is 6.7 % of the time.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import click
import uvicorn
from starlette.types import Receive, Scope, Send

from bench.servers import READY
from harness.processes.child import golive_command, running
from harness.processes.parent import end_with_parent
from harness.processes.serving import base_url, configuration, listen
from harness.simulator.account.env_file import write_environment
from harness.simulator.server import Simulator
from load.measurement import FILE, read

__all__ = ["Freezing", "Seen"]

NOWHERE = "http://127.0.0.1:9/notify"
SLOW_S = 2.0
RATE = 20


class Seen(NamedTuple):
    """How many requests there were, and how many of them were slow."""

    requests: int
    slow: int

    def __str__(self) -> str:
        share = self.slow / self.requests if self.requests else float("nan")
        return f"{self.slow} of {self.requests} requests took longer than {SLOW_S:g} s: {share:.2%}"


class Freezing:
    """A simulator that stops altogether, once: connections wait, and nothing is answered."""

    def __init__(self, inner: Simulator, *, after_s: float, for_s: float) -> None:
        self._inner = inner
        self._after_s = after_s
        self._for_s = for_s
        self._armed = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not self._armed:
            self._armed = True
            asyncio.get_running_loop().call_later(self._after_s, time.sleep, self._for_s)
        await self._inner(scope, receive, send)


@click.group(invoke_without_command=True)
@click.option("--seconds", default=300.0, show_default=True)
@click.option("--after", default=140.0, show_default=True, help="When the freeze begins.")
@click.option("--freeze", default=20.0, show_default=True, help="How long it lasts.")
@click.pass_context
def command(context: click.Context, *, seconds: float, after: float, freeze: float) -> None:
    """Measure both at once, and print what each saw."""
    if context.invoked_subcommand is not None:
        return
    with tempfile.TemporaryDirectory(prefix="golive-freeze-") as folder:
        scratch = Path(folder)
        with _served(scratch, after, freeze) as env_file:
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


@command.command("serve", hidden=True)
@click.argument("env_file", type=click.Path(path_type=Path))
@click.argument("after", type=float)
@click.argument("freeze", type=float)
def serve(env_file: Path, after: float, freeze: float) -> None:
    """The freezing simulator, until it is told to end."""
    end_with_parent()
    inner = Simulator(experience=False)
    with listen() as listener:
        write_environment(env_file, inner.environment(base_url=base_url(listener), notify_url=NOWHERE))
        app = Freezing(inner, after_s=after, for_s=freeze)
        uvicorn.Server(configuration(app)).run(sockets=[listener])


@contextmanager
def _served(scratch: Path, after: float, freeze: float) -> Iterator[Path]:
    env_file = scratch / "env.simulator"
    command = [sys.executable, "-m", "bench.load_freeze", "serve", str(env_file), f"{after:g}", f"{freeze:g}"]
    log = scratch / "simulator.log"
    with running(command, log=log, ready=env_file.exists, where="bench.load_freeze"):
        yield env_file


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
