"""The log that a merchant writes, as its profile names it."""

from __future__ import annotations

from os import SEEK_END
from pathlib import Path
from typing import Annotated

from pydantic import Field

from harness.core.control import Model
from harness.merchant.gap import ProfileGap

_MOST_OF_A_LOG = 32 << 20
_COARSE_S = 2.0
"""How far a file system may round the moment of a change."""


class Logs(Model):
    """Where the merchant writes down what it does."""

    file: Annotated[str, Field(min_length=1)]
    """From where the profile lies."""

    def written_since(self, folder: Path, moment: float) -> bool:
        """Whether the file holds something, and was added to after this moment of the epoch."""
        try:
            found = (folder / self.file).stat()
        except OSError:
            return False
        return found.st_size > 0 and found.st_mtime >= moment - _COARSE_S

    def size(self, folder: Path) -> int:
        """Where the file ends now; 0 where there is none yet."""
        try:
            return (folder / self.file).stat().st_size
        except OSError:
            return 0

    def tail(self, folder: Path, *, since: int = 0) -> bytes:
        """The end of the file, as much of it as is looked through.

        Args:
            since: where the file ended once; one that is shorter now was begun anew.

        Raises:
            ProfileGap: there is no such file.
        """
        try:
            with (folder / self.file).open("rb") as opened:
                size = opened.seek(0, SEEK_END)
                opened.seek(max(since if since <= size else 0, size - _MOST_OF_A_LOG))
                return opened.read()
        except OSError as error:
            raise ProfileGap(
                f"the log cannot be read: {error.strerror}",
                where="logs.file in the merchant profile",
                remedy="the path is from where the profile lies",
            ) from None
