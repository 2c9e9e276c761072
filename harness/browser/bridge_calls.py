"""Waiting until a page has called the bridge that a stand-in plays, whichever app it is of."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from playwright.sync_api import Page

from harness.core.errors import EnvironmentUnreachable

Call = TypeVar("Call")

_PUMP_MS = 20
"""How often a wait lets the page's own events through."""


def wait_for_call(
    page: Page,
    name: str,
    calls: Sequence[Call],
    trouble: Callable[[], EnvironmentUnreachable | None],
    *,
    count: int,
    patience_s: float,
) -> Call:
    """Wait until there are `count` calls in all; returns that one.

    Args:
        name: what the page calls.
        calls: grows while the page's events are let through.
        trouble: why the cashier could not be asked, if it could not.

    Raises:
        AssertionError: the page did not call.
        EnvironmentUnreachable: it did, and the cashier could not be asked.
    """
    deadline = time.monotonic() + patience_s
    while len(calls) < count:
        if (failed := trouble()) is not None:
            raise failed
        if time.monotonic() > deadline:
            raise AssertionError(
                f"the page called {name} {len(calls)} times instead of {count} within {patience_s:g} s "
                f"at {page.url}"
            )
        page.wait_for_timeout(_PUMP_MS)
    return calls[count - 1]
