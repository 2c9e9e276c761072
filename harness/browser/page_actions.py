"""Waiting and acting on a page so that every failure is one plain sentence.

Playwright's own time-outs name selectors; a reader of a report wants to know what the payer did not see.
A thing missing from a page is a finding (AssertionError); a page that nothing serves is not.
"""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Error, Locator, Page

from harness.browser.page_failure import PageFailure
from harness.browser.watch import WATCH
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
        raise PageFailure(f"{what} did not appear within {patience_s:g} s at {locator.page.url}") from error
    WATCH.alive()
    return locator


def act(action: Callable[[], object], what: str, page: Page) -> None:
    """Do one thing a payer does; `what` names it, e.g. `press 立即支付`.

    Raises:
        AssertionError: it could not be done: hidden, disabled, covered, or gone.
    """
    try:
        action()
    except Error as error:
        raise PageFailure(f"could not {what} at {page.url}: {first_line(error)}") from error
    WATCH.alive()


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
        raise PageFailure(f"{what} did not open at {url}: {first_line(error)}") from error
    WATCH.alive()
    if answer is not None and not answer.ok:
        raise PageFailure(f"{what} answered HTTP {answer.status} at {url}")


class PageParts:
    """A page whose parts are found by their test ids.

    Args:
        page: the tab to look at, or what is looking at it already: both then follow the payer together.
        patience_s: how long each part may take to appear.

    Every method raises AssertionError with a plain sentence when what it needs is not on the page, and
    EnvironmentUnreachable when nothing serves the page.
    """

    def __init__(self, page: Page | PageParts, *, patience_s: float = PATIENCE_S) -> None:
        self._tabs: list[Page] = page._tabs if isinstance(page, PageParts) else [page]
        self.patience_s = patience_s

    @property
    def page(self) -> Page:
        """The tab that the payer looks at: the newest one followed that is still open."""
        return next((tab for tab in reversed(self._tabs) if not tab.is_closed()), self._tabs[0])

    def follow(self, tab: Page) -> None:
        """Look at a tab that the page opened, until it is closed."""
        if tab is not self.page:
            self._tabs.append(tab)

    def leave(self) -> None:
        """Close the tabs followed, and show an empty page: an open one goes on asking about its order.

        A tab that was ended meanwhile, as that of a page that holds up a run's end, asks about nothing.
        """
        while len(self._tabs) > 1:
            self._tabs.pop().close()
        try:
            self.page.goto("about:blank")
        except Error:
            if not self.page.is_closed():
                raise

    def part(self, name: str) -> Locator:
        """A part of the page, whether it is shown or not."""
        return self.page.get_by_test_id(name)

    def _open(self, url: str, what: str) -> None:
        open_page(self.page, url, what, patience_s=self.patience_s)

    def _shown(self, part: str | Locator, what: str) -> Locator:
        found = self.part(part) if isinstance(part, str) else part
        return visible(found, what, patience_s=self.patience_s)

    def _text(self, name: str, what: str) -> str:
        return self._shown(name, what).inner_text().strip()

    def _press(self, part: str | Locator, what: str) -> None:
        button = self._shown(part, what)
        act(lambda: button.click(timeout=self.patience_s * 1000), f"press {what}", self.page)


def first_line(error: Error) -> str:
    """Playwright's first line, without its call log."""
    return error.message.strip().splitlines()[0] if error.message.strip() else "no reason given"
