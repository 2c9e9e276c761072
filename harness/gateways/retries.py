"""Tries again what did not even leave this machine, within a bounded time."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from harness.core.errors import EnvironmentUnreachable

_T = TypeVar("_T")

_FIRST_PAUSE_S = 0.1


def attempted(
    work: Callable[[], _T],
    *,
    attempts: int,
    budget_s: float,
    sleep: Callable[[float], None] = time.sleep,
    now: Callable[[], float] = time.monotonic,
) -> _T:
    """Do `work`, again after a failed connection, never after anything was sent.

    Pauses are short, because a shopper waits and another channel may serve him: 0.1 s, 0.2 s, 0.4 s …

    Args:
        work: what to do.
        attempts: at most, in all.
        budget_s: no further attempt begins once this many seconds have passed.
        sleep: pauses; injected by tests.
        now: a monotonic clock; injected by tests.

    Raises:
        EnvironmentUnreachable: of the last attempt.
    """
    begun = now()
    for attempt in range(1, max(attempts, 1) + 1):
        try:
            return work()
        except EnvironmentUnreachable:
            pause = _FIRST_PAUSE_S * 2 ** (attempt - 1)
            if attempt >= attempts or now() - begun + pause >= budget_s:
                raise
            sleep(pause)
    raise AssertionError("the last attempt returns or raises")
