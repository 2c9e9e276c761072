"""The log that a merchant writes, as its profile names it: a file, or what a command prints."""

from __future__ import annotations

import subprocess
import threading
from collections import deque
from contextlib import suppress
from os import SEEK_END
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, model_validator

from harness.core.control import Model
from harness.merchant.gap import ProfileGap
from harness.merchant.rungs.crashes import Command

_MOST_OF_A_LOG = 32 << 20
_PIECE = 1 << 16
_COARSE_S = 2.0
"""How far a file system may round the moment of a change."""
COMMAND_S = 20.0
"""For a command to print the log."""


class Logs(Model):
    """Where the merchant writes down what it does."""

    file: Annotated[str, Field(min_length=1)] | None = None
    """From where the profile lies."""
    command: Command | None = None
    """In place of that: prints the log from its beginning, as `docker logs app` does, to either stream."""

    @model_validator(mode="after")
    def _one_rung(self) -> Self:
        if (self.file is None) == (self.command is None):
            raise ValueError("name either the file of the log or a command that prints it")
        return self

    @property
    def name(self) -> str:
        """In messages."""
        return self.file if self.file is not None else " ".join(self.command or ())

    def written_since(self, folder: Path, moment: float) -> bool:
        """Whether the file holds something, and was added to after this moment of the epoch.

        Of what a command prints nobody knows when it was written: that it prints anything is all.
        """
        if self.file is None:
            return bool(self._printed(folder)[1])
        try:
            found = (folder / self.file).stat()
        except OSError:
            return False
        return found.st_size > 0 and found.st_mtime >= moment - _COARSE_S

    def size(self, folder: Path) -> int:
        """Where the log ends now, in bytes; 0 where there is none yet."""
        if self.file is None:
            return self._printed(folder)[0]
        try:
            return (folder / self.file).stat().st_size
        except OSError:
            return 0

    def tail(self, folder: Path, *, since: int = 0) -> bytes:
        """The end of the log, as much of it as is looked through.

        Args:
            since: where it ended once; one that is shorter now was begun anew.

        Raises:
            ProfileGap: there is no such file, or the command fails.
        """
        if self.file is None:
            size, held = self._printed(folder)
            return held[max(0, (since if since <= size else 0) - (size - len(held))) :]
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

    def _printed(self, folder: Path) -> tuple[int, bytes]:
        """How much the command prints, and the end of it."""
        command = list(self.command or ())
        try:
            child = subprocess.Popen(  # noqa: S603 - the user's own command, without a shell
                command,
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
            )
        except OSError as error:
            raise _gap(f"{command[0]} cannot be started: {error.strerror}") from None
        timer = threading.Timer(COMMAND_S, child.kill)
        timer.start()
        size, held = 0, deque[bytes](maxlen=_MOST_OF_A_LOG // _PIECE)
        with child:
            while child.stdout is not None and (piece := child.stdout.read(_PIECE)):
                size += len(piece)
                held.append(piece)
            with suppress(subprocess.TimeoutExpired):
                child.wait(COMMAND_S)
            if timer.is_alive():
                timer.cancel()
            else:
                raise _gap(f"{command[0]} did not end within {COMMAND_S:g} s")
        if child.returncode:
            raise _gap(f"{command[0]} ended with {child.returncode}")
        return size, b"".join(held)


def _gap(what: str) -> ProfileGap:
    return ProfileGap(
        what,
        where="logs.command in the merchant profile",
        remedy="run it by hand, where the profile lies; it prints the whole log, and ends",
    )
