"""The link `latest` beside the runs: it points at the newest of them."""

from __future__ import annotations

import os
from pathlib import Path

from harness.core.errors import UsageError

LATEST = "latest"
"""Its name."""


def point_latest(folder: Path) -> None:
    """Let `latest` beside a run's folder point at it: relative, and never missing in between.

    Raises:
        UsageError: something that is no link stands in its place.
    """
    link = folder.parent / LATEST
    fresh = folder.parent / f".{LATEST}.{os.getpid()}"
    try:
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(folder.name, target_is_directory=True)
        fresh.replace(link)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise UsageError(
            f"cannot point {LATEST} at the new run: {error.strerror}",
            where=str(link),
            remedy=f"remove or rename {link}: it must be a link, not a folder",
        ) from error
