"""The print shop, an Express app under Node, running beside a simulator."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from harness.processes.serving import listen
from harness.simulator.account.env_text import environment_text
from harness.simulator.account.key_files import MERCHANT_KEY, PLATFORM_KEY, write_keys
from harness.simulator.account.key_mode import KeyMode
from harness.simulator.embedded import running_simulator
from tests.examples.running_app import RunningApp
from tests.interop.node_side import PACKAGES, node_program
from tests.scenarios.running import PROJECT

EXAMPLE = PROJECT / "examples" / "print_shop"
STARTS_WITHIN_S = 60
LOOKS_EVERY_S = 0.05
"""Node starts no sooner for being asked without a pause."""


@contextmanager
def print_shop(
    folder: Path, example: Path = EXAMPLE, key_mode: KeyMode = KeyMode.PUBLIC_KEY
) -> Iterator[RunningApp]:
    """The app on a free port, in front of a simulator of the formal edition: its posters cost up to ¥128."""
    with listen() as free:
        port = free.getsockname()[1]
    base_url = f"http://127.0.0.1:{port}"
    with running_simulator(experience=False, key_mode=key_mode) as simulator:
        environment = simulator.environment(notify_url=f"{base_url}/pay/wechat/notify", mcp_enabled=False)
        (folder / ".env.simulator").write_text(environment_text(environment), "utf-8")
        (folder / ".env.simulator").chmod(0o600)
        write_keys(folder / "keys", simulator.simulator.identity)
        with (folder / "app.log").open("wb") as log:
            app = subprocess.Popen(
                [node_program("express"), str(example / "server.cjs")],
                env={
                    **environment,
                    "WECHAT_PAY_PRIVATE_KEY": str(folder / "keys" / MERCHANT_KEY),
                    "WECHAT_PAY_PUBLIC_KEY": str(folder / "keys" / PLATFORM_KEY),
                    "PATH": os.environ["PATH"],
                    "NODE_PATH": str(PACKAGES),
                    "PORT": str(port),
                    "PRINTS_DB": str(folder / "prints.db"),
                },
                stdout=log,
                stderr=log,
            )
        try:
            _await(base_url, app)
            yield RunningApp(
                base_url, simulator.base_url, folder, environment, "http://127.0.0.1:3100", example
            )
        finally:
            app.terminate()
            app.wait(10)


def _await(base_url: str, app: subprocess.Popen[bytes]) -> None:
    ends = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < ends:
        assert app.poll() is None, "the app ended; its log is in app.log"
        try:
            httpx.get(base_url, trust_env=False)
        except httpx.TransportError:
            time.sleep(LOOKS_EVERY_S)
            continue
        return
    raise AssertionError(f"the app did not answer within {STARTS_WITHIN_S} s")
