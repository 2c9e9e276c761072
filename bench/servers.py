"""The servers under measurement, each a process of its own on loopback: ours, and the bare ones beside it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from bench.cpu import SERVER_CORE, cpu_seconds, resident_bytes
from harness.core.errors import EnvironmentUnreachable
from harness.settings import EnvFile

__all__ = ["GOLIVE", "READY", "Server", "bare", "simulator"]

GOLIVE = (sys.executable, "-c", "from harness.cli import main; main()")
READY = "ready "
"""How a bare server begins the line that says where it answers."""
ENDS_WITHIN_S = 15


@dataclass(frozen=True, slots=True)
class Server:
    """A server process that answers at `base_url`; `environment` is what it wrote for its merchant."""

    base_url: str
    process: psutil.Process
    environment: Mapping[str, str] = field(default_factory=dict)

    def cpu_seconds(self) -> float:
        """CPU time it has used so far."""
        return cpu_seconds(self.process)

    def resident_bytes(self) -> int:
        """Memory it holds now."""
        return resident_bytes(self.process)


@contextmanager
def simulator(scratch: Path) -> Iterator[Server]:
    """`golive simulator`, as a developer starts it."""
    env_file = scratch / "env.simulator"
    command = [*GOLIVE, "simulator", "--port", "0", "--force", "--write-env", str(env_file)]
    with _running(command, until="  stop ") as (process, _):
        values = EnvFile.read(env_file).values
        yield Server(values["WECHAT_PAY_BASE_URL"], process, values)


@contextmanager
def bare(name: str) -> Iterator[Server]:
    """One of `bench.bare`, served the way we serve."""
    with _running([sys.executable, "-m", "bench.bare", name], until=READY) as (process, said):
        yield Server(said.removeprefix(READY).strip(), process)


@contextmanager
def _running(command: Sequence[str], *, until: str) -> Iterator[tuple[psutil.Process, str]]:
    """Run a command on the server's core; yields when it printed a line that begins with `until`."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8") as child:  # noqa: S603
        try:
            process = psutil.Process(child.pid)
            if hasattr(process, "cpu_affinity") and SERVER_CORE in process.cpu_affinity():
                process.cpu_affinity([SERVER_CORE])
            yield process, _wait_for(child, until)
        finally:
            child.terminate()
            try:
                child.wait(timeout=ENDS_WITHIN_S)
            except subprocess.TimeoutExpired:
                child.kill()


def _wait_for(child: subprocess.Popen[str], until: str) -> str:
    for line in child.stdout or ():
        if line.startswith(until):
            return line
    raise EnvironmentUnreachable(
        "a server ended before it was ready",
        where=str(child.args),
        remedy="start it by hand and read what it says",
    )
