"""Files that are there as a whole or not at all."""

from __future__ import annotations

import errno
import os
from pathlib import Path


def replaceable(path: Path) -> Path:
    """The place that a new file may take: itself, or where a link leads.

    Raises:
        OSError: a folder, a device or a pipe is there, which a file would take the place of.
    """
    try:
        place = path.resolve()
    except RuntimeError as error:  # a link to itself
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path)) from error
    _refuse_no_file(place)
    return place


def _refuse_no_file(place: Path) -> None:
    if place.exists() and not place.is_file():
        raise OSError(errno.EINVAL, "a folder, a device or a pipe is there, and is left alone", str(place))


def write_whole(path: Path, text: str, *, private: bool = False) -> None:
    """Write at once: a reader sees the old file or the new one, also after the machine fell over. A link is
    not followed, but replaced; a device or a pipe never is.

    Args:
        private: nobody else may read it, from the first byte on; it replaces one that others may.

    Raises:
        OSError: the place cannot be written to; nothing is left behind.
    """
    _refuse_no_file(path)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    fresh.unlink(missing_ok=True)
    try:
        with os.fdopen(
            os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if private else 0o666),
            "w",
            encoding="utf-8",
        ) as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def append_whole(path: Path, text: str) -> None:
    """Append at once: on a disk that becomes full the file stays as it was. A link is not followed.

    Raises:
        OSError: the text could not be written; nothing of it is left behind.
    """
    place = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666)
    with os.fdopen(place, "ab", buffering=0) as stream:
        before = stream.seek(0, os.SEEK_END)
        rest = memoryview(text.encode())
        try:
            while rest:
                rest = rest[stream.write(rest) :]
        except OSError:
            stream.truncate(before)
            raise
