"""The load generator: signed creates beside a bare Locust user that signs the same bytes; how late it is."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from bench.metrics import Metric, Pair, once, paired
from bench.plan import Bench
from bench.servers import ENV_FILE, READY, simulator
from harness.core.errors import HarnessError
from harness.processes.child import golive_command
from load.measurement import FILE, read

TITLE = "load generator: signed creates, and the lag at 500 a second"

RATE = 500
SECONDS = 10
LOCUST = (sys.executable, "-m", "locust", "-f", "bench/load_users.py")
LAG_BOUND_MS = 5.0
"""Of the 99th percentile, with the simulator on the same machine."""


def measure(bench: Bench) -> Sequence[Metric]:
    """Requests per CPU second of the generator; its lag, on the wall clock, wants an idle machine."""
    with simulator(bench.scratch):
        env_file = bench.scratch / ENV_FILE
        pairs = [
            Pair(_rate("OurCreate", bench, env_file), _rate("BareSigner", bench, env_file))
            for _ in range(bench.plan.repetitions)
        ]
        bench.say(f"{RATE} creates a second for {SECONDS} s")
        lag_ms = _lag_ms(bench.scratch, env_file)
    return [
        paired(
            "load-create-apiv3", "requests/CPU s", pairs,
            compared_with="a bare FastHttpUser that signs the same bytes",
        ),
        once(
            "load-lag-p99-at-500", "ms", lag_ms,
            baseline=LAG_BOUND_MS, compared_with="the bound for a single process",
        ),
    ]  # fmt: skip


def _rate(user: str, bench: Bench, env_file: Path) -> float:
    """Orders per CPU second of one Locust process."""
    requests = bench.plan.requests
    said = _run(
        [*LOCUST, user, "--headless", "-u", "1", "-r", "1"],
        BENCH_ENV_FILE=str(env_file),
        BENCH_REQUESTS=str(requests),
    )
    line = next((each for each in said.splitlines() if each.startswith(READY)), "")
    seconds, failures = (line.removeprefix(READY).split() or ["0", "all"])[:2]
    if failures != "0":
        raise HarnessError(f"{failures} requests of {user} failed", where="bench.load_users")
    return requests / float(seconds)


def _lag_ms(scratch: Path, env_file: Path) -> float:
    out = scratch / "load"
    arrivals = ["--rate", str(RATE), "--seconds", str(SECONDS), "--poisson", "--lag-bound-ms", "60000"]
    _run(golive_command("generate-load", "--env-file", str(env_file), "--out", str(out), *arrivals))
    return read(out / FILE).lag.quantile_s(0.99) * 1000


def _run(command: Sequence[str], **environment: str) -> str:
    here = {**os.environ, "PYTHONPATH": str(Path.cwd()), **environment}
    done = subprocess.run(command, capture_output=True, text=True, env=here, check=False)  # noqa: S603
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise HarnessError(f"a load ended with {done.returncode}: {last}", where=" ".join(command[1:5]))
    return done.stdout
