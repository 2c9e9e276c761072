"""Whether this Python checks assertions: scenarios speak in them, and without them everything passes."""

from __future__ import annotations

import sys

from harness.core.errors import UsageError


def refuse_optimised() -> None:
    """Every door asks this first.

    Raises:
        UsageError: Python was told to drop assertions (`-O`, `-OO`, `PYTHONOPTIMIZE`).
    """
    if sys.flags.optimize:
        raise UsageError(
            "this Python drops assertions, so every check would pass",
            where="python -O, PYTHONOPTIMIZE",
            remedy="unset PYTHONOPTIMIZE, leave -O away, and run it again",
        )
