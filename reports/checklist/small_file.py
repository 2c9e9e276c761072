"""Reads a text file that somebody hands in: an ordinary file, of bearable size, in UTF-8."""

from __future__ import annotations

from pathlib import Path

from harness.core.errors import UsageError


def read_small(path: Path, longest: int) -> str:
    """The whole text; a byte order mark is taken off.

    Raises:
        UsageError: there is no such file, it is none, it is longer than `longest` bytes, or not UTF-8.
    """
    try:
        if not path.is_file():  # a pipe would be waited for, and a folder cannot be read
            what = "the file is no ordinary file" if path.exists() else "the file does not exist"
            raise UsageError(what, where=str(path), remedy="name a file")
        with path.open("rb") as file:
            data = file.read(longest + 1)
    except (OSError, ValueError) as error:  # a name with NUL is a ValueError
        why = getattr(error, "strerror", None) or str(error)
        raise UsageError(f"the file cannot be read: {why}", where=str(path), remedy="name a file") from error
    if len(data) > longest:
        raise UsageError(
            f"the file is longer than {longest // 1024 // 1024} MB",
            where=str(path),
            remedy="hand in what was meant, without what was pasted into it",
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(
            f"the file is not UTF-8 (byte {error.start})",
            where=str(path),
            remedy="save it as UTF-8",
        ) from error
