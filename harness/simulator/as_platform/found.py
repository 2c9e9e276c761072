"""Finds the simulator that plays the platforms, as another process of the same user sees it."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from harness.core.errors import EnvironmentUnreachable, UsageError
from harness.core.system import lock_file
from harness.processes.scratch import LOCK, PREFIX
from harness.simulator.as_platform.names import FOLDER, TOLD


@dataclass(frozen=True, slots=True)
class Playing:
    """A simulator that plays the platforms."""

    folder: Path
    """Of the files of `harness.simulator.as_platform.trust`."""
    proxy: str
    """Where its proxy is."""
    simulator: str
    """Where it is reached under its own address."""


def find_playing(port: int | None = None) -> Playing:
    """The one that runs now, or of several the one on this port.

    Raises:
        EnvironmentUnreachable: none does.
        UsageError: several do, and no port says which.
    """
    found = [each for each in _all_playing() if port in (None, urlsplit(each.simulator).port)]
    if not found:
        raise EnvironmentUnreachable(
            "no simulator plays the platforms"
            if port is None
            else f"no simulator plays the platforms on port {port}",
            where="golive exec",
            remedy="start one in another terminal: golive simulator --as-platform --write-env .env.simulator",
        )
    if len(found) > 1:
        addresses = ", ".join(sorted(each.simulator for each in found))
        raise UsageError(
            f"{len(found)} simulators play the platforms: {addresses}",
            where="golive exec",
            remedy="say which by --port",
        )
    return found[0]


def _all_playing() -> Iterator[Playing]:
    for scratch in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        # Somebody else's, one that has no part in this, one that goes this very moment.
        with suppress(OSError, ValueError, KeyError):
            if scratch.lstat().st_uid == os.getuid() and _in_use(scratch / LOCK):
                for told in scratch.glob(f"{FOLDER}*/{TOLD}"):
                    where = json.loads(told.read_text("utf-8"))
                    yield Playing(told.parent, where["proxy"], where["simulator"])


def _in_use(lock: Path) -> bool:
    """Whether the process that made a folder is still there."""
    held = os.open(lock, os.O_RDWR)
    try:
        lock_file(held)
    except BlockingIOError:
        return True
    finally:
        os.close(held)
    return False
