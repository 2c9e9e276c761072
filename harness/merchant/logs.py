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

    def tail(self, folder: Path) -> bytes:
        """The end of the file, as much of it as is looked through.

        Raises:
            ProfileGap: there is no such file.
        """
        try:
            with (folder / self.file).open("rb") as opened:
                opened.seek(max(0, opened.seek(0, SEEK_END) - _MOST_OF_A_LOG))
                return opened.read()
        except OSError as error:
            raise ProfileGap(
                f"the log cannot be read: {error.strerror}",
                where="logs.file in the merchant profile",
                remedy="the path is from where the profile lies",
            ) from None
