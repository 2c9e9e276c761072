"""Writes the settings file of a simulator: private, whole, and never over somebody's own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from harness.core.errors import UsageError
from harness.core.whole_file import write_whole
from harness.simulator.account.env_text import MARKER, environment_text


def write_environment(path: Path, values: Mapping[str, str], *, force: bool = False) -> None:
    """Write the file with mode 600, all at once: a reader sees the old file or the new one.

    Args:
        force: overwrite also a file that is not ours.

    Raises:
        UsageError: a file of somebody else's is there, or the place cannot be written to.
    """
    if not force and path.exists() and not _is_ours(path):
        raise UsageError(
            f"{path} exists and was not written by `golive simulator`",
            where=str(path),
            remedy="choose another file, or overwrite it with --force",
        )
    try:
        write_whole(path, environment_text(values), private=True)
    except OSError as error:
        raise UsageError(
            f"cannot write {path}: {error.strerror}", where=str(path), remedy="choose another place"
        ) from error


def _is_ours(path: Path) -> bool:
    try:
        with path.open(encoding="utf-8") as file:
            return file.readline().rstrip("\n") == MARKER
    except (OSError, UnicodeDecodeError):
        return False
