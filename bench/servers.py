"""The servers under measurement, each a process of its own on loopback: ours, and the bare ones beside it."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from bench.cpu import SERVER_CORE, cpu_seconds, on_core, resident_bytes
from harness.processes.child import golive_command, running
from harness.settings import EnvFile

ENV_FILE = "env.simulator"
"""What the simulator writes for its merchant, below the scratch folder."""
READY = "ready "
"""How a bare server begins the line that says where it answers."""


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
def simulator(scratch: Path, *options: str) -> Iterator[Server]:
    """`golive simulator`, as a developer starts it."""
    env_file = scratch / ENV_FILE
    command = golive_command("simulator", "--port=0", "--force", f"--write-env={env_file}", *options)
    with _running(command, scratch / "simulator.log", until="  stop ") as (process, _):
        values = EnvFile.read(env_file).values
        yield Server(values["WECHAT_PAY_BASE_URL"], process, values)


@contextmanager
def bare(name: str, scratch: Path) -> Iterator[Server]:
    """One of `bench.bare_servers`, served the way we serve."""
    command = [sys.executable, "-m", "bench.bare_servers", name]
    with _running(command, scratch / f"{name}.log", until=READY) as (process, said):
        yield Server(said.removeprefix(READY).strip(), process)


@contextmanager
def _running(command: Sequence[str], log: Path, *, until: str) -> Iterator[tuple[psutil.Process, str]]:
    """Run a command on the server's core; yields when it printed a line that begins with `until`."""

    def line() -> str:
        return next((each for each in log.read_text("utf-8").splitlines() if each.startswith(until)), "")

    server = running(command, log=log, ready=lambda: bool(line()), where="the benchmarks")
    with ExitStack() as stack:
        with on_core(SERVER_CORE):
            child = stack.enter_context(server)
        yield psutil.Process(child.pid), line()
