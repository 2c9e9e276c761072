"""Photographs what the browser shows, and asks once more where Chromium could not capture it."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Error

UNABLE = "Unable to capture screen"
"""What Chromium says when it had drawn nothing yet, as it does now and then on a busy machine."""
TRIES = 3


def photograph(take: Callable[[], bytes]) -> bytes:
    """A picture (PNG), by whatever takes it.

    Raises:
        Error: there is nothing to photograph, or it cannot be captured at all.
    """
    for _ in range(TRIES - 1):
        try:
            return take()
        except Error as error:
            if UNABLE not in str(error):
                raise
    return take()
