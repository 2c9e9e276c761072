"""What a load is thrown at: a simulator and a shop, each in a process of its own, so that neither the
scenarios nor the generator take their processor time."""

from __future__ import annotations

import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx

from harness.core.errors import EnvironmentUnreachable
from harness.merchant.profile import MerchantProfile
from harness.processes.parent import ending_with_us
from harness.processes.serving import listen
from harness.settings.env_file import EnvFile
from harness.shop.embedded import NOTIFY_PATH
from harness.shop.foreground import OBSERVER_TOKEN
from harness.simulator.account.env_file import write_environment

__all__ = ["Stage", "shop_before", "simulator_alone", "simulator_and_shop"]

_GOLIVE = (sys.executable, "-c", "from harness.cli import main; main()")
_START_S = 30.0
_END_S = 10.0


@dataclass(frozen=True, slots=True)
class Stage:
    """An endpoint and a merchant that are up."""

    env_file: Path
    """Settings: the merchant's account, the endpoint, the levers, and the merchant's `notify_url`."""
    profile: MerchantProfile
    """How the merchant is driven."""


@contextmanager
def simulator_and_shop(
    folder: Path, *, endpoint_defects: Sequence[str] = (), shop_defects: Sequence[str] = ()
) -> Iterator[Stage]:
    """Run both until the block ends.

    Args:
        folder: where the settings and what the two say are written; it must be empty.

    Raises:
        EnvironmentUnreachable: one of them does not start; the message has its last words.
    """
    with (
        simulator_alone(folder, endpoint_defects=endpoint_defects) as env_file,
        shop_before(env_file, folder, shop_defects=shop_defects) as stage,
    ):
        yield stage


@contextmanager
def simulator_alone(folder: Path, *, endpoint_defects: Sequence[str] = ()) -> Iterator[Path]:
    """Run an endpoint until the block ends; its settings file is yielded.

    Args:
        folder: as above.

    Raises:
        EnvironmentUnreachable: as above.
    """
    env_file = folder / "endpoint.env"
    endpoint = ["simulator", "--port=0", f"--write-env={env_file}"]
    # Thousands of orders stand open at once, which the experience edition's day has no room for.
    endpoint += ["--no-experience-limits", *(f"--defect={name}" for name in endpoint_defects)]

    def health() -> str:
        return EnvFile.read(env_file).values["WECHAT_MCP_ENDPOINT"] + "/health" if env_file.exists() else ""

    with _running(endpoint, folder, health):
        yield env_file


@contextmanager
def shop_before(env_file: Path, folder: Path, *, shop_defects: Sequence[str] = ()) -> Iterator[Stage]:
    """Run a shop until the block ends, before the endpoint of a settings file.

    Args:
        folder: where the shop's own settings and what it says are written.

    Raises:
        EnvironmentUnreachable: it does not start; the message has its last words.
    """
    with listen() as listener:
        port = listener.getsockname()[1]  # free a moment ago; the shop takes it again
    shop, token = f"http://127.0.0.1:{port}", secrets.token_urlsafe(24)
    values = {**EnvFile.read(env_file).values, "WECHAT_PAY_NOTIFY_URL": f"{shop}{NOTIFY_PATH}"}
    own = folder / "load.env"
    write_environment(own, values, force=False)
    arguments = [
        "shop",
        f"--port={port}",
        f"--env-file={own}",
        *(f"--defect={name}" for name in shop_defects),
    ]
    with _running(arguments, folder, lambda: f"{shop}/healthz", {OBSERVER_TOKEN: token}):
        yield Stage(own, MerchantProfile.load("shop", base_url=shop, observer_token=token))


@contextmanager
def _running(
    arguments: Sequence[str],
    folder: Path,
    address: Callable[[], str],
    environment: Mapping[str, str] | None = None,
) -> Iterator[None]:
    """One of the two; Ctrl-C does not reach it, so that a load that is interrupted can still end in order."""
    log = folder / f"{arguments[0]}.log"
    with (
        log.open("wb") as said,
        subprocess.Popen(
            [*_GOLIVE, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            env={**ending_with_us(), **(environment or {})},
            start_new_session=True,
        ) as process,
    ):
        try:
            if not _answers(process, address):
                raise EnvironmentUnreachable(
                    f"golive {arguments[0]} did not start: {_last_words(log)}",
                    where="the endpoint and the merchant of the load",
                    remedy=f"try it by itself: golive {' '.join(arguments)}",
                )
            yield
        finally:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(_END_S)
            process.kill()


def _answers(process: subprocess.Popen[bytes], address: Callable[[], str]) -> bool:
    deadline = time.monotonic() + _START_S
    while process.poll() is None and time.monotonic() < deadline:
        with suppress(httpx.HTTPError):
            if (url := address()) and httpx.head(url, trust_env=False).status_code < 500:
                return True
        time.sleep(0.05)
    return False


def _last_words(log: Path) -> str:
    lines = log.read_text("utf-8", "replace").strip().splitlines()
    return lines[-1] if lines else "it said nothing"
