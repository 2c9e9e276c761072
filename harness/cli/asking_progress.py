"""What is shown while operations are asked one after the other."""

from __future__ import annotations

import sys
from collections.abc import Callable

from harness.drift.asking import Heard


def counter(count: int) -> Callable[[Heard], None]:
    """Counts on a terminal, on a line that goes away; a file is not told."""

    def tell(heard: Heard) -> None:
        if sys.stderr.isatty():
            ends = "\r\x1b[2K" if heard.number == count else ""
            sys.stderr.write(f"\r\x1b[2K  {heard.number}/{count} {heard.dialect} {heard.operation}{ends}")
            sys.stderr.flush()

    return tell
