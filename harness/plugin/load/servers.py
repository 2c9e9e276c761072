"""Starts the simulator and the shop that a load is sent to.

Each is a process of its own, so that neither the scenarios nor the generator take its processor time.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from harness.merchant.profile import MerchantProfile
from harness.processes.child import golive_command, running
from harness.processes.serving import port_for_a_program
from harness.settings.env_file import EnvFile
from harness.shop.embedded import NOTIFY_PATH
from harness.shop.foreground import OBSERVER_TOKEN
from harness.simulator.account.env_file import write_environment

_WHERE = "the endpoint and the merchant of the load"


@dataclass(frozen=True, slots=True)
class SystemUnderLoad:
    """An endpoint and a merchant that are up."""

    env_file: Path
    """Settings: the merchant's account, the endpoint, the levers, and the merchant's `notify_url`."""
    profile: MerchantProfile
    """How the merchant is driven."""
    pid: int | None = None
    """Of the merchant's process, where we started it."""


@contextmanager
def simulator_alone(folder: Path, *, endpoint_defects: Sequence[str] = ()) -> Iterator[Path]:
    """Run an endpoint until the block ends; its settings file is yielded.

    Args:
        folder: where the settings and what it says are written; it must be empty.

    Raises:
        EnvironmentUnreachable: it does not start; the message has its last words.
    """
    env_file = folder / "endpoint.env"
    endpoint = ["simulator", "--port=0", f"--write-env={env_file}"]
    # Thousands of orders stand open at once, which the experience edition's day has no room for.
    endpoint += ["--no-experience-limits", *(f"--defect={name}" for name in endpoint_defects)]

    def ready() -> bool:
        return env_file.exists() and _answers(
            f"{EnvFile.read(env_file).values['WECHAT_MCP_ENDPOINT']}/health"
        )

    with running(golive_command(*endpoint), log=folder / "golive simulator.log", ready=ready, where=_WHERE):
        yield env_file


@contextmanager
def shop_alone(
    env_file: Path, folder: Path, *, shop_defects: Sequence[str] = (), shop_variants: Sequence[str] = ()
) -> Iterator[SystemUnderLoad]:
    """Run a shop until the block ends, before the endpoint of a settings file.

    Args:
        folder: where the shop's own settings and what it says are written.

    Raises:
        EnvironmentUnreachable: as above.
    """
    port = port_for_a_program()
    shop, token = f"http://127.0.0.1:{port}", secrets.token_urlsafe(24)
    values = {**EnvFile.read(env_file).values, "WECHAT_PAY_NOTIFY_URL": f"{shop}{NOTIFY_PATH}"}
    own = folder / "load.env"
    write_environment(own, values, force=False)
    defects = [f"--defect={name}" for name in shop_defects]
    variants = [f"--variant={name}" for name in shop_variants]
    with running(
        golive_command("shop", f"--port={port}", f"--env-file={own}", *defects, *variants),
        log=folder / "golive shop.log",
        ready=lambda: _answers(f"{shop}/healthz"),
        where=_WHERE,
        environment={OBSERVER_TOKEN: token},
    ) as child:
        profile = MerchantProfile.load("shop", base_url=shop, observer_token=token)
        yield SystemUnderLoad(own, profile, child.pid)


def _answers(url: str) -> bool:
    try:
        return httpx.head(url, trust_env=False).status_code < 500
    except httpx.HTTPError:
        return False
