"""Looks through an app as a visitor does: opens its links, and writes no form."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urldefrag, urljoin, urlsplit

from harness.core.errors import MerchantFailure, UnknownOutcome
from harness.merchant.answers import Answered
from harness.merchant.rungs.html_forms import Form, HtmlPage, read_html
from harness.merchant.rungs.shopper import ShopperSession

MOST_PAGES = 40
_LEAVES = re.compile(r"log-?out|sign-?out|delete|remove|unsubscribe|退出|注销", re.IGNORECASE)
_CALLS = re.compile(
    r"""["'`](/[\w\-/.$:{}]*(?:order|pay|checkout|buy|purchase)[\w\-/.$:{}]*)["'`]""", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class SitePage:
    """One page of the app."""

    path: str
    """With its query, where it has one."""
    html: HtmlPage

    @property
    def sign_in(self) -> Form | None:
        """The form that asks for a password."""
        return next((form for form in self.html.forms if form.asks_password), None)


@dataclass(slots=True)
class Crawl:
    """The pages that links lead to from the first one, nearest first, and what its scripts call."""

    session: ShopperSession
    called: tuple[str, ...] = ()
    """Paths in its scripts that sound like ordering; known when every page was opened."""
    _read: set[str] = field(default_factory=set)
    """The files of scripts that were looked through."""

    def pages(self, first: str = "/") -> Iterator[SitePage]:
        """At most `MOST_PAGES` pages; links out of the app and out of the session are not followed.

        Raises:
            EnvironmentUnreachable: the app is not up.
        """
        ahead, known = deque([first]), {first}
        for _ in range(MOST_PAGES):
            if not ahead:
                return
            path = ahead.popleft()
            answered = self._opened(path)
            if answered is None or (_path(answered.url) != path and _path(answered.url) in known):
                continue
            led = _path(answered.url)
            known.add(led)
            html = read_html(answered.text)
            self._note_calls(answered.text)
            for source in html.scripts:
                url = urljoin(answered.url, source)
                if self._own(url) and url not in self._read:
                    self._read.add(url)
                    code = self._opened(url)
                    self._note_calls(code.text if code else "")
            yield SitePage(led, html)
            for link in html.links:
                url = urldefrag(urljoin(answered.url, link)).url
                if self._own(url) and not _LEAVES.search(url) and _path(url) not in known:
                    known.add(_path(url))
                    ahead.append(_path(url))

    def _opened(self, address: str) -> Answered | None:
        """What the app shows there; None where it shows nothing."""
        try:
            answered = self.session.open(address, "look")
        except (MerchantFailure, UnknownOutcome):
            return None
        return answered if answered.status < 400 else None

    def _note_calls(self, code: str) -> None:
        self.called = tuple(dict.fromkeys([*self.called, *_CALLS.findall(code)]))

    def _own(self, url: str) -> bool:
        return urlsplit(url)[:2] == urlsplit(self.session.base_url)[:2]


def _path(url: str) -> str:
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
