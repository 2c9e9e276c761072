"""The files that checks name as their artifacts: everybody who shows or copies one asks here first."""

from __future__ import annotations

from pathlib import Path


def kept_file(folder: Path, path: str) -> Path | None:
    """The plain file of a record that a path in it names, without links; None when there is none.

    A record may come from anybody: a path that leads out of its folder, by `..`, from the root or over a
    link, names no file of it.
    """
    try:
        home, file = folder.resolve(), (folder / path).resolve()
        return file if file.is_relative_to(home) and file.is_file() else None
    except (OSError, RuntimeError, ValueError):  # too long, a link to itself, or no path at all
        return None
