"""What a load is thrown at: a simulator and a shop of its own, each in a process, so that neither the
scenarios nor the generator take their processor time."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx

from harness.errors import EnvironmentUnreachable
from harness.serving import listen
from harness.settings.env_file import EnvFile
from harness.shop.embedded import NOTIFY_PATH

__all__ = ["simulator_and_shop"]

_GOLIVE = (sys.executable, "-c", "from harness.cli import main; main()")
_START_S = 30.0
_END_S = 10.0


@contextmanager
def simulator_and_shop(
    folder: Path, *, endpoint_defects: Sequence[str] = (), shop_defects: Sequence[str] = ()
) -> Iterator[Path]:
    """Run both until the block ends.

    Args:
        folder: where the settings and what the two say are written; it must be empty.

    Yields:
        The settings file: the merchant's account, the endpoint, the levers, and the shop's `notify_url`.

    Raises:
        EnvironmentUnreachable: one of them does not start; the message has its last words.
    """
    with listen() as listener:
        port = listener.getsockname()[1]  # free a moment ago; the shop takes it again
    shop = f"http://127.0.0.1:{port}"
    env_file = folder / "load.env"
    endpoint = ["simulator", "--port=0", f"--write-env={env_file}", f"--notify-url={shop}{NOTIFY_PATH}"]
    endpoint += [f"--defect={name}" for name in endpoint_defects]
    merchant = ["shop", f"--port={port}", f"--env-file={env_file}"]
    merchant += [f"--defect={name}" for name in shop_defects]

    def health() -> str:
        return EnvFile.read(env_file).values["WECHAT_MCP_ENDPOINT"] + "/health" if env_file.exists() else ""

    with _running(endpoint, folder, health), _running(merchant, folder, lambda: f"{shop}/payment"):
        yield env_file


@contextmanager
def _running(arguments: Sequence[str], folder: Path, address: Callable[[], str]) -> Iterator[None]:
    """One of the two; Ctrl-C does not reach it, so that a load that is interrupted can still end in order."""
    log = folder / f"{arguments[0]}.log"
    with (
        log.open("wb") as said,
        subprocess.Popen(
            [*_GOLIVE, *arguments], stdin=subprocess.DEVNULL, stdout=said, stderr=said, start_new_session=True
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
