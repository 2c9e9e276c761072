"""Waiting and acting on a page so that every failure is one plain sentence.

Playwright's own time-outs name selectors; a reader of a report wants to know what the payer did not see.
A thing missing from a page is a finding (AssertionError); a page that nothing serves is not.
"""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Error, Locator, Page

from harness.core.errors import EnvironmentUnreachable

PATIENCE_S = 10.0
NOBODY_THERE = ("ERR_CONNECTION_REFUSED", "ERR_NAME_NOT_RESOLVED", "ERR_ADDRESS_UNREACHABLE", "ERR_INTERNET")


def visible(locator: Locator, what: str, *, patience_s: float = PATIENCE_S) -> Locator:
    """Wait until the element is shown, and return it.

    Args:
        what: the thing in a reader's words, e.g. `the payment QR code`.

    Raises:
        AssertionError: it did not appear within `patience_s` seconds.
    """
    try:
        # `expect` would look again after 0.1, 0.35, 0.85 s …; this looks five times within the first 0.3 s.
        locator.wait_for(state="visible", timeout=patience_s * 1000)
    except Error as error:
        raise AssertionError(
            f"{what} did not appear within {patience_s:g} s at {locator.page.url}"
        ) from error
    return locator


def act(action: Callable[[], object], what: str, page: Page) -> None:
    """Do one thing a payer does; `what` names it, e.g. `press 立即支付`.

    Raises:
        AssertionError: it could not be done: hidden, disabled, covered, or gone.
    """
    try:
        action()
    except Error as error:
        raise AssertionError(f"could not {what} at {page.url}: {first_line(error)}") from error


def open_page(page: Page, url: str, what: str, *, patience_s: float = PATIENCE_S) -> None:
    """Open an address and wait for its document.

    Raises:
        AssertionError: it answered with an error status, or not in time.
        EnvironmentUnreachable: nothing listens there.
    """
    try:
        answer = page.goto(url, timeout=patience_s * 1000, wait_until="domcontentloaded")
    except Error as error:
        if any(sign in error.message for sign in NOBODY_THERE):
            raise EnvironmentUnreachable(
                f"{what} does not answer", where=url, remedy="start it, or correct its address"
            ) from error
        raise AssertionError(f"{what} did not open at {url}: {first_line(error)}") from error
    if answer is not None and not answer.ok:
        raise AssertionError(f"{what} answered HTTP {answer.status} at {url}")


def first_line(error: Error) -> str:
    """Playwright's first line, without its call log."""
    return error.message.strip().splitlines()[0] if error.message.strip() else "no reason given"
