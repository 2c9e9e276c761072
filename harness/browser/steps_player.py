"""`python -m harness.browser.steps_player`: plays a shopper's steps, one JSON line asked, one answered.

A process of its own, since a scenario in a browser may be under way in the one that asks.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TextIO
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Error, Page, Response, Route, sync_playwright

from harness.browser.devices import DESKTOP, PHONE, WECHAT_PHONE
from harness.browser.launch import find_browser, launch_arguments
from harness.browser.recorded_steps import StepFailure, play, play_file
from harness.browser.shown_codes import photograph_codes, scroll_within

DEVICES = {"qr": DESKTOP, "h5": PHONE, "jsapi": WECHAT_PHONE}
PATIENCE_MS = 10_000
LATE_S = 5.0
"""How long a code may take to be drawn."""
GLANCE_MS = 100
SETTLES_MS = 300
"""After the last step a page may lead on, or open a tab."""


@dataclass
class Player:
    """One browser; a fresh context for each order, which stays until the next.

    It has no slots: Playwright marks whom it tells of answers.
    """

    browser: Browser
    _context: BrowserContext | None = None
    _status: int = 0

    def answer(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Play the steps, or look for codes on the page that they led to."""
        if "codes" in asked:
            return {"codes": sorted(self._codes(asked["codes"]))}
        if self._context is not None:
            self._context.close()
        self._status, begun = 0, time.monotonic()
        device = DEVICES.get(asked["kind"], DESKTOP)
        options = {**device, "storage_state": asked["state"]}
        self._context = self.browser.new_context(base_url=asked["base_url"], **options)
        if asked["headers"]:
            self._context.route(_of(asked["base_url"]), partial(_sent_with, asked["headers"]))
        self._context.set_default_timeout(PATIENCE_MS)
        self._context.on("response", self._noted)
        page = self._context.new_page()
        failed: dict[str, Any] = {}
        try:
            if "file" in asked:
                play_file(page, Path(asked["file"]), asked["values"])
            else:
                play(page, asked["steps"])
        except StepFailure as failure:
            failed = {"failed": str(failure), "wanted": failure.wanted, "seen": failure.seen}
        page.wait_for_timeout(SETTLES_MS)
        page = self._context.pages[-1]  # the same tab, or one that the app opened
        return {
            **failed,
            "status": self._status,
            "url": page.url,
            "html": self._html(page),
            "duration_s": time.monotonic() - begun,
            "cookies": self._context.cookies(),
        }

    @staticmethod
    def _html(page: Page) -> str:
        try:
            page.wait_for_load_state("domcontentloaded")
            return page.content()
        except Error:
            return ""

    def _noted(self, response: Response) -> None:
        if not response.request.is_navigation_request():
            return
        with suppress(Error):  # of a tab that is just being opened there is no frame yet
            if response.frame.parent_frame is not None:
                return
        self._status = response.status

    def _codes(self, issued: str) -> set[str]:
        """What a camera sees of the page: drawn late, in a frame, or in a box that scrolls."""
        if self._context is None:
            return set()
        page, turn, ends = self._context.pages[-1], 0, time.monotonic() + LATE_S
        body = page.locator("body")
        seen: set[str] = set()
        while True:
            shown = photograph_codes(page, body)
            seen |= {*shown.in_part, *shown.elsewhere}
            if issued in seen or time.monotonic() > ends:
                return seen
            scroll_within(body, turn)
            turn += 1
            page.wait_for_timeout(GLANCE_MS)


def _of(base_url: str) -> Callable[[str], bool]:
    """Whether an address is of the app itself: what lets a shopper in is told to nobody else."""
    return lambda url: urlsplit(url)[:2] == urlsplit(base_url)[:2]


def _sent_with(headers: Mapping[str, str], route: Route) -> None:
    # Playwright keeps header names in lower case.
    added = {name.lower(): value for name, value in headers.items()}
    with suppress(Error):  # the page has gone on to another
        route.continue_(headers={**route.request.headers, **added})


def main() -> int:
    """Answer until nobody asks any more."""
    answers = _answers()
    found = find_browser()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found.executable or None, args=launch_arguments(), handle_sigint=False
        )
        player = Player(browser)
        for line in sys.stdin:
            try:
                told = player.answer(json.loads(line))
            except Error as error:
                told = {"failed": str(error).strip().splitlines()[0], "wanted": "", "seen": [], "status": 0}
            print(json.dumps(told), file=answers, flush=True)
        browser.close()
    return 0


def _answers() -> TextIO:
    """Where answers go; what a user's own steps print goes elsewhere."""
    kept = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return kept


if __name__ == "__main__":
    sys.exit(main())
