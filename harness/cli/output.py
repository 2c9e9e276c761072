"""Standard streams that nothing ends because of: closed, left by their reader, full, or of any encoding.

What people read may get lost, since the work is done and its record is there: that a disk was full is said,
and changes no exit code. A document that a program reads is the work itself: `print_document` fails when it
did not arrive.
"""

from __future__ import annotations

import io
import os
import sys
from contextlib import suppress
from typing import Any

import click

from harness.core.errors import UsageError

_LOST: dict[int, str] = {}
"""By descriptor, why what was written to it got lost."""
_FAILED: dict[int, str] = {}
"""The same, where nobody wanted it: the disk is full."""


class _Descriptor(io.FileIO):
    """Output whose reader may leave, as in `golive run | head`, or whose disk is full: the rest goes nowhere,
    and the run counts."""

    def write(self, data: Any, /) -> int:
        try:
            return super().write(data)
        except OSError as error:
            _LOST[self.fileno()] = error.strerror or type(error).__name__
            if not isinstance(error, BrokenPipeError):
                _FAILED.setdefault(self.fileno(), _LOST[self.fileno()])
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self.fileno())
            os.close(nowhere)
            return memoryview(data).nbytes


def prepare_streams() -> None:
    """Let whatever is printed from now on end nothing.

    A closed descriptor leads nowhere, so that no file of ours is opened in its place; a character that a
    terminal's encoding lacks is shown as its escape.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            _LOST[number] = "the output is closed"
            os.open(os.devnull, os.O_RDWR)  # the lowest number that is free: this one
    if sys.stdout is sys.__stdout__:  # else somebody listens in this process, as tests do
        sys.stdout = _patient(sys.stdout, 1)
    if sys.stderr is sys.__stderr__:
        sys.stderr = _patient(sys.stderr, 2)


def print_document(text: str, *, nl: bool = True) -> None:
    """Print what a program reads, all of it.

    Raises:
        UsageError: it did not arrive.
    """
    click.echo(text, nl=nl)
    sys.stdout.flush()
    if why := _LOST.get(1):
        _FAILED.clear()  # it is told here
        raise UsageError(
            f"what was printed did not arrive: {why}",
            where="standard output",
            remedy="let its reader read to the end, or write to a file",
        )


def unwritten() -> str | None:
    """Why something that was printed for people could not be written, after a last try; None: all was, or its
    reader had closed or left."""
    with suppress(OSError, ValueError):
        sys.stdout.flush()
    return _FAILED.get(1)


def _patient(stream: object, number: int) -> io.TextIOWrapper:
    was = stream if isinstance(stream, io.TextIOWrapper) else None
    if was is not None:
        was.flush()
    raw = _Descriptor(number, "w", closefd=False)
    unbuffered = was is not None and was.write_through
    return io.TextIOWrapper(
        raw if unbuffered else io.BufferedWriter(raw),  # `python -u` has it raw as well
        encoding=was.encoding if was else "utf-8",
        errors="backslashreplace",
        line_buffering=number == 2 or (was is not None and was.line_buffering),
        write_through=unbuffered,
    )
