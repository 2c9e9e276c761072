"""A picture that Chromium could not capture is asked for again; any other error is not swallowed."""

from __future__ import annotations

import pytest
from playwright.sync_api import Error

from harness.browser.photograph import TRIES, UNABLE, photograph

BUSY = Error(f"Page.screenshot: Protocol error (Page.captureScreenshot): {UNABLE}")


class Showing:
    """Fails so many times before it is captured."""

    def __init__(self, *errors: Error) -> None:
        self._errors = list(errors)

    def take(self) -> bytes:
        if self._errors:
            raise self._errors.pop(0)
        return b"png"


def test_what_was_not_drawn_yet_is_photographed_again() -> None:
    assert photograph(Showing(BUSY).take) == b"png"


def test_what_can_never_be_captured_is_an_error() -> None:
    with pytest.raises(Error, match=UNABLE):
        photograph(Showing(*[BUSY] * TRIES).take)


def test_another_error_is_told_at_once() -> None:
    with pytest.raises(Error, match="has been closed"):
        photograph(Showing(Error("Target page has been closed")).take)
