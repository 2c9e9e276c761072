"""Looks through an app as a visitor does: opens its links, and writes no form."""

from __future__ import annotations

import re
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import urldefrag, urljoin, urlsplit

from harness.core.errors import MerchantFailure, UnknownOutcome
from harness.core.exchange import Listener
from harness.merchant.answers import Answered
from harness.merchant.rungs.html_forms import Form, HtmlPage, read_html
from harness.merchant.rungs.shopper import ShopperSession

MOST_PAGES = 40
MOST_SCRIPTS = 60
MOST_S = 20.0
"""For all of it."""
_LEAVES = re.compile(
    r"log-?out|sign-?out|delete|remove|unsubscribe|cancel|refund|close|reset|退出|注销|取消|退款|关闭",
    re.IGNORECASE,
)
_CALLS = re.compile(
    r"""["'`](/[\w\-/.$:{}]*(?:order|pay|checkout|buy|purchase)[\w\-/.$:{}]*)["'`]""", re.IGNORECASE
)
_IMPORTED = re.compile(r"""["'`]((?:\.{0,2}/)?[\w\-./]+\.m?js)["'`]""")
"""Scripts that a script names, as bundles do with their parts."""


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
    listeners: Sequence[Listener] = ()
    """Hear what is opened."""
    called: tuple[str, ...] = ()
    """Paths in its scripts that sound like ordering; known when every page was opened."""
    scripts: dict[str, str] = field(default_factory=dict)
    """The files of scripts that were looked through, by their address."""
    foreign: set[str] = field(default_factory=set)
    """Addresses of scripts that another host serves, which are not opened."""
    more_pages: bool = False
    """Whether some were left when `MOST_PAGES` were opened."""
    more_scripts: bool = False
    """Whether some were left when `MOST_SCRIPTS` were opened."""
    late: bool = False
    """Whether some were left after `MOST_S`."""

    def pages(self, first: str = "/") -> Iterator[SitePage]:
        """At most `MOST_PAGES` pages; links out of the app and out of the session are not followed.

        Raises:
            EnvironmentUnreachable: the app is not up.
        """
        ahead, known = deque([first]), {first}
        ends = time.monotonic() + MOST_S
        for _ in range(MOST_PAGES):
            if not ahead:
                return
            if time.monotonic() > ends:
                self.late = True
                return
            path = ahead.popleft()
            answered = self._opened(path)
            if answered is None or (_path(answered.url) != path and _path(answered.url) in known):
                continue
            led = _path(answered.url)
            known.add(led)
            html = read_html(answered.text)
            self._note_calls(answered.text)
            self._read_scripts(urljoin(answered.url, source) for source in html.scripts)
            yield SitePage(led, html)
            for link in html.links:
                url = urldefrag(urljoin(answered.url, link)).url
                if self._own(url) and not _LEAVES.search(url) and _path(url) not in known:
                    known.add(_path(url))
                    ahead.append(_path(url))
        self.more_pages |= bool(ahead)

    def _read_scripts(self, addresses: Iterable[str]) -> None:
        ahead = deque(addresses)
        while ahead:
            url = ahead.popleft()
            if not self._own(url):
                self.foreign |= {url} if url.startswith("http") else set()
                continue
            if url in self.scripts:
                continue
            if len(self.scripts) >= MOST_SCRIPTS:
                self.more_scripts = True
                continue
            opened = self._opened(url)
            self.scripts[url] = code = opened.text if opened else ""
            self._note_calls(code)
            ahead.extend(urljoin(url, each) for each in _IMPORTED.findall(code))

    def _opened(self, address: str) -> Answered | None:
        """What the app shows there; None where it shows nothing."""
        try:
            answered = self.session.open(address, "look", listeners=self.listeners)
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
