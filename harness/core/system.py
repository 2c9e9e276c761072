"""What we ask of the operating system: locks, signals and process groups of POSIX. Windows has none of them.

On macOS everything is there but forking with a browser's libraries loaded: runs then go one wire after the
other, and the kill matrix starts its children from nothing (docs/platforms.md).
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import IO, Any

from harness.core.errors import EnvironmentUnreachable

SYSTEM = os.name


def refuse_other_systems() -> None:
    """Every door asks this before anything is started or written.

    Raises:
        EnvironmentUnreachable: the system is not of the POSIX family.
    """
    if SYSTEM != "posix":
        raise EnvironmentUnreachable(
            "GoLive needs the file locks, signals and process groups of Linux or macOS",
            where="Windows",
            remedy="run it in WSL 2 or in its container image: docs/platforms.md",
        )


def lock_file(file: int | IO[bytes], *, wait: bool = False) -> None:
    """Hold a file for this process alone, until it is closed or the last process that has it ends.

    Raises:
        BlockingIOError: somebody else holds it, and `wait` is false.
    """
    locks: Any = import_module("fcntl")  # asked for when it is used, so that every module can be imported
    locks.flock(file, locks.LOCK_EX if wait else locks.LOCK_EX | locks.LOCK_NB)
