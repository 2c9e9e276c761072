"""What a server does about garbage: it looks seldom, and never again at what was there when it began."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

SWEEPS = (50_000, 20, 100)
"""Containers between two looks at the youngest, and how many looks make one at the older, and at the oldest.

A request leaves a few hundred behind for a moment, and an order a dozen for good: by Python's own figures
each third request would be interrupted, and all orders looked through again and again.
"""


@contextmanager
def seldom_swept() -> Iterator[None]:
    """Enter it when everything is imported and made, before the first request."""
    before = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(*SWEEPS)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
