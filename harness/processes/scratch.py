"""The one folder for everything temporary of this process; what a killed process left is swept by the next.

Settings with keys, TLS keys, databases and browser profiles lie in it. A lock says that it is in use: the
system gives it back with the last process that holds it, however that one ended.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from contextlib import suppress
from functools import cache
from pathlib import Path

from harness.core.system import lock_file

PREFIX = "golive-scratch-"
LOCK = "in-use"
"""Below the folder; held for as long as its process runs."""
_ROOM_BYTES = 1 << 20


@cache
def scratch() -> Path:
    """The folder, made when it is first asked for, readable by nobody else, and gone when we are.

    A forked child shares that of its parent.
    """
    place = Path(tempfile.gettempdir())
    _sweep(place)
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=place))
    lock_file(os.open(folder / LOCK, os.O_CREAT | os.O_RDWR, 0o600), wait=True)  # kept open
    folder.mkdir(mode=0o700, exist_ok=True)  # somebody swept between two lines
    atexit.register(_remove, folder, os.getpid())
    return folder


def use_scratch() -> None:
    """From now on children keep their temporary files in it, too: a browser and its driver among them."""
    os.environ["TMPDIR"] = str(scratch())


def disk_is_full() -> bool:
    """Whether nothing more can be kept in it: then servers and browsers of ours fail, and nobody else."""
    return shutil.disk_usage(scratch()).free < _ROOM_BYTES


def _remove(folder: Path, maker: int) -> None:
    if os.getpid() == maker:
        shutil.rmtree(folder, ignore_errors=True)


def _sweep(place: Path) -> None:
    for left in place.glob(f"{PREFIX}*"):
        # Another user's, or one that is swept by somebody else right now.
        with suppress(OSError):
            lock = os.open(left / LOCK, os.O_RDWR)
            try:
                lock_file(lock)
                shutil.rmtree(left, ignore_errors=True)
            finally:
                os.close(lock)
