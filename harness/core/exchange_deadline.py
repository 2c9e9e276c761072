"""One deadline for all that a thread reads and writes: a library's own limits are for one read."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

_current = threading.local()


@contextmanager
def ends_by(deadline: float) -> Iterator[None]:
    """Everything this thread reads and writes in here ends by then, on the monotonic clock."""
    _current.deadline = deadline
    try:
        yield
    finally:
        _current.deadline = None


def time_left(timeout: float | None, passed: type[Exception]) -> float | None:
    """Seconds that the next read or write may take; None: as long as it likes.

    Args:
        timeout: the library's own limit for it.
        passed: raised when the deadline is over.
    """
    deadline: float | None = getattr(_current, "deadline", None)
    if deadline is None:  # closing what was kept alive
        return timeout
    left = deadline - time.monotonic()
    if left <= 0:
        raise passed("the answer was not complete in time")
    return left if timeout is None else min(timeout, left)
