"""A load by several machines, played on one: `make distributed`, or `python -m tests.load.namespaces`.

Four network namespaces stand for four machines that share nothing but a wire: a simulator, Locust's master
and two workers. A load goes to its own machine alone, so each worker reaches the simulator as people do it,
through a tunnel of its own (there `ssh -L 8765:127.0.0.1:8765`, here `_forward`). What the workers measured
is put together by the master and judged as one, `golive load --judge`. It wants the right to make
namespaces, and says so where it has none.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from harness.processes.child import end, golive_command, start
from load.measurement import FILE, read

ROOT = Path(__file__).parents[2]
SET = Path(__file__).with_name("distributed.yaml")
SIMULATOR, MASTER, WORKERS = "simulator", "master", ("worker-1", "worker-2")
_PORT = 8765
_NO_RIGHT = 3
_PATIENCE_S = 60.0


def main() -> int:
    """Build the machines, play the load, judge it, and take everything down again.

    Returns:
        As `golive load --judge`; 3 where no namespace may be made.
    """
    given = argparse.ArgumentParser(description=main.__doc__)
    given.add_argument("--set", default=str(SET), help="A set that asks no merchant [default: a gentle one].")
    given.add_argument("--out", type=Path, default=Path("runs/load-distributed"))
    asked = given.parse_args()
    out: Path = asked.out.absolute()
    out.mkdir(parents=True, exist_ok=True)
    if why := _why_not():
        print(f"no network namespace can be made here: {why}; run it as root, on Linux with iproute2")
        return _NO_RIGHT
    with ExitStack() as stack:
        machines = stack.enter_context(_machines(f"golive-{os.getpid()}"))
        env_file = out / ".env.simulator"
        said = stack.enter_context(_logs(out))
        stack.callback(env_file.unlink, missing_ok=True)

        def on(machine: str, command: Sequence[str], name: str) -> subprocess.Popen[bytes]:
            child = start(["ip", "netns", "exec", machines[machine], *command], log=said / f"{name}.log")
            stack.callback(end, child)
            return child

        simulator = ["simulator", f"--port={_PORT}", "--no-experience-limits", f"--write-env={env_file}"]
        on(SIMULATOR, golive_command(*simulator), SIMULATOR)
        on(SIMULATOR, _forwarding(_address(0), "127.0.0.1"), "tunnel-in")
        for worker in WORKERS:
            on(worker, _forwarding("127.0.0.1", _address(0)), f"tunnel-{worker}")
        _until(env_file.exists, "the simulator's settings")
        load = [sys.executable, "-m", "load", f"--env-file={env_file}", f"--out={out}"]
        master = [f"--set={asked.set}", "--master", f"--expect-workers={len(WORKERS)}", "--requests=csv"]
        leads = on(MASTER, [*load, *master, f"--master-bind-host={_address(1)}"], MASTER)
        works = [on(each, [*load, "--worker", f"--master-host={_address(1)}"], each) for each in WORKERS]
        code = leads.wait()
        for each in works:
            each.wait(_PATIENCE_S)
    if not (out / FILE).exists():
        print(f"the master ended with {code} and no measurement; see {out / 'said'}")
        return code or 1
    _tell(out)
    return subprocess.run([*golive_command("load"), "--judge", str(out)], cwd=ROOT, check=False).returncode


def _tell(out: Path) -> None:
    """How much each worker sent, and whether the parts are the whole."""
    parts = [
        len(path.read_text("utf-8").splitlines()) - 1
        for path in sorted((out / "measurements").glob("requests-*.csv"))
    ]
    whole = read(out / FILE)
    print(
        f"{' + '.join(map(str, parts))} requests of {len(parts)} workers, {whole.requests} in the whole; "
        f"scheduler lag p99 {whole.lag.quantile_s(0.99) * 1000:.1f} ms; "
        f"{sum(each.failures for each in whole.series.values())} failed"
    )


def _why_not() -> str:
    """Why this machine lets us make no namespaces; empty: it does."""
    if not sys.platform.startswith("linux") or shutil.which("ip") is None:
        return "there is no `ip netns`"
    name = f"golive-try-{os.getpid()}"
    tried = subprocess.run(["ip", "netns", "add", name], capture_output=True, text=True, check=False)
    if tried.returncode:
        return " ".join(tried.stderr.split())[:200]
    _ip("netns", "del", name)
    return ""


@contextmanager
def _machines(prefix: str) -> Iterator[dict[str, str]]:
    """Namespaces by the machine that each stands for, joined by a bridge, until the block ends."""
    names = {each: f"{prefix}-{each}" for each in (SIMULATOR, MASTER, *WORKERS)}
    hub = names[SIMULATOR]
    with ExitStack() as stack:
        for each in names.values():
            _ip("netns", "add", each)
            stack.callback(_ip, "netns", "del", each)
            _ip("-n", each, "link", "set", "lo", "up")
        _ip("-n", hub, "link", "add", "wire", "type", "bridge")
        _ip("-n", hub, "addr", "add", f"{_address(0)}/24", "dev", "wire")
        _ip("-n", hub, "link", "set", "wire", "up")
        for number, machine in enumerate((MASTER, *WORKERS), 1):
            there, port = names[machine], f"port{number}"
            _ip("-n", hub, "link", "add", port, "type", "veth", "peer", "name", "eth0", "netns", there)
            _ip("-n", hub, "link", "set", port, "master", "wire", "up")
            _ip("-n", there, "addr", "add", f"{_address(number)}/24", "dev", "eth0")
            _ip("-n", there, "link", "set", "eth0", "up")
        yield names


@contextmanager
def _logs(out: Path) -> Iterator[Path]:
    """Where every process writes what it says."""
    said = out / "said"
    said.mkdir(exist_ok=True)
    yield said


def _address(machine: int) -> str:
    """Of the network that nobody else sees."""
    return f"10.77.0.{machine + 1}"


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True)


def _forwarding(here: str, there: str) -> list[str]:
    return [sys.executable, "-m", "tests.load.namespaces", "forward", here, there]


async def _forward(here: str, there: str) -> None:
    """Hand every connection on, in both directions, until it is ended."""

    async def pump(source: asyncio.StreamReader, to: asyncio.StreamWriter) -> None:
        try:
            while data := await source.read(65_536):
                to.write(data)
                await to.drain()
        except ConnectionError:
            pass
        finally:
            to.close()

    async def taken(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            far_reader, far_writer = await asyncio.open_connection(there, _PORT)
        except OSError:
            writer.close()
            return
        await asyncio.gather(pump(reader, far_writer), pump(far_reader, writer))

    server = await asyncio.start_server(taken, here, _PORT)
    await server.serve_forever()


def _until(holds: object, what: str) -> None:
    ends = time.monotonic() + _PATIENCE_S
    while not (callable(holds) and holds()):
        if time.monotonic() > ends:
            raise SystemExit(f"{what} did not come within {_PATIENCE_S:g} s")
        time.sleep(0.05)


if __name__ == "__main__":
    if sys.argv[1:2] == ["forward"]:
        asyncio.run(_forward(*sys.argv[2:4]))
    sys.exit(main())
