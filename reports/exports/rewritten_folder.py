"""A folder of generated files that is written anew with each report."""

from __future__ import annotations

import os
import shutil
from pathlib import Path


class RewrittenFolder:
    """Files of an earlier report are written over, and only those that have no successor are removed:
    to remove a hundred thousand files takes minutes, to write over them seconds."""

    def __init__(self, place: Path) -> None:
        self._place = place
        if place.is_symlink() or place.is_file():
            place.unlink()
        place.mkdir(exist_ok=True)
        self._old: dict[str, int] = {}
        """Size by name of what no one has written yet, bytes."""
        for entry in os.scandir(place):
            if entry.is_dir(follow_symlinks=False):
                shutil.rmtree(entry.path)
            elif entry.is_symlink() or entry.stat().st_nlink > 1:  # another file would be written as well
                (place / entry.name).unlink()
            else:
                self._old[entry.name] = entry.stat().st_size

    def write(self, name: str, text: str) -> None:
        """Let a file hold a text and nothing else."""
        data = text.encode()
        size = self._old.pop(name, None)
        with (self._place / name).open("xb" if size is None else "r+b") as file:
            file.write(data)
            if size is not None and size > len(data):
                file.truncate()

    def link(self, source: Path, name: str) -> None:
        """Let a file be another one; a copy where the disk knows no links."""
        target = self._place / name
        if self._old.pop(name, None) is not None:
            target.unlink()
        try:
            os.link(source, target)
        except OSError:  # another disk, or one that knows no links
            shutil.copyfile(source, target)

    def remove_the_rest(self) -> None:
        """Remove what was not written this time."""
        for name in self._old:
            (self._place / name).unlink()
        self._old.clear()
