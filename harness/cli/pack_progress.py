"""Says how far packing or verifying has got, where it takes longer than two seconds."""

from __future__ import annotations

import sys
import time

from harness.core.control import Language, Text

_QUIET_S, _EVERY_S = 2.0, 1.0
_TERMINAL_LINE = "\r\x1b[2K"


class PackProgress:
    """Called with bytes; writes to standard error, on a terminal in one line that is removed at the end."""

    def __init__(self, does: Text, language: Language) -> None:
        self._does = does.spoken(language)
        self._next = time.monotonic() + _QUIET_S
        self._told = False

    def __call__(self, done: int) -> None:
        """So many bytes are done."""
        now = time.monotonic()
        if now < self._next:
            return
        terminal = sys.stderr.isatty()
        self._next = now + (_EVERY_S if terminal else 10 * _EVERY_S)
        line = f"{self._does} {done / 1e6:.0f} MB"
        sys.stderr.write(f"{_TERMINAL_LINE}{line}" if terminal else f"{line}\n")
        sys.stderr.flush()
        self._told = terminal

    def end(self) -> None:
        """Nothing of it stays on a terminal."""
        if self._told:
            sys.stderr.write(_TERMINAL_LINE)
            sys.stderr.flush()
