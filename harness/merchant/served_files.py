"""Opens all that an app serves: pages, scripts and their maps, and names under which keys lie about."""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error as NoBase64
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import urldefrag, urljoin, urlsplit

from harness.core.errors import MerchantFailure, UnknownOutcome
from harness.core.exchange import Exchange, Listener
from harness.merchant.crawl import MOST_PAGES, MOST_SCRIPTS, Crawl
from harness.merchant.rungs.shopper import ShopperSession

USUAL = (
    *("/.env", "/.env.local", "/.env.production", "/.env.bak", "/.git/config", "/config.json", "/env.js"),
    *("/apiclient_key.pem", "/cert/apiclient_key.pem", "/certs/apiclient_key.pem", "/keys/apiclient_key.pem"),
    *("/static/apiclient_key.pem", "/apiclient_cert.p12", "/cert/apiclient_cert.p12"),
    *("/private_key.pem", "/private.key", "/server.key", "/id_rsa"),
)
"""Where the SDKs' guides, frameworks and hurried people put keys and settings."""
_MAPPED = re.compile(r"[#@] ?sourceMappingURL=(\S+)")
_INLINE = re.compile(r"data:[\w/+.\-]*;[^,]*base64,([A-Za-z0-9+/=]+)")
_ASN1 = b"\x30\x82"
"""How a key or a bag of keys begins in DER."""


@dataclass(slots=True)
class ServedFiles:
    """What one shopper is served.

    Args:
        listeners: hear every answer.
    """

    session: ShopperSession
    listeners: Sequence[Listener] = ()
    pages: int = 0
    scripts: int = 0
    others: int = 0
    """Source maps and usual names that were asked for."""
    key_files: list[str] = field(default_factory=list)
    """Paths of those that are keys in DER."""
    left_out: list[str] = field(default_factory=list)
    """What was not opened although it may be there, in sentences."""
    late: bool = False
    """Whether pages were left when the time was over."""
    inlined: list[bytes] = field(default_factory=list)
    """Source maps that stand in their scripts."""

    def look(self, first: Iterable[str] = ("/",)) -> None:
        """Open everything, from these pages on.

        Raises:
            EnvironmentUnreachable: the app is not up.
        """
        crawl = Crawl(self.session, self.listeners)
        self.pages = len({page.path for path in first for page in crawl.pages(path)})
        self.late, self.left_out = crawl.late, list(_left_out(crawl))
        self.scripts = sum(bool(code) for code in crawl.scripts.values())
        maps = [each for url, code in crawl.scripts.items() if code for each in self._maps(url, code)]
        for path in dict.fromkeys([*maps, *USUAL]):
            self._open(path)

    def _maps(self, url: str, code: str) -> list[str]:
        """Where the map of a script may be: beside it, and where it says."""
        told = _MAPPED.findall(code)
        for each in told:
            if held := _INLINE.match(each):
                try:
                    self.inlined.append(b64decode(held[1]))
                except NoBase64:
                    continue
        own = [urljoin(url, each) for each in told if not each.startswith("data:")]
        beside = urldefrag(url).url.partition("?")[0] + ".map"
        return [each for each in (beside, *own) if urlsplit(each)[:2] == urlsplit(url)[:2]]

    def _open(self, path: str) -> None:
        self.others += 1
        try:
            self.session.open(path, "look", listeners=(*self.listeners, self._note_key))
        except (MerchantFailure, UnknownOutcome):
            return

    def _note_key(self, exchange: Exchange) -> None:
        if exchange.status == 200 and exchange.response_body.startswith(_ASN1):
            self.key_files.append(urlsplit(exchange.url).path)


def _left_out(crawl: Crawl) -> Iterator[str]:
    if crawl.foreign:
        hosts = sorted({urlsplit(each).netloc for each in crawl.foreign})
        count, named = len(crawl.foreign), ", ".join(hosts)
        yield f"scripts that another host serves were not looked at: {count}, of {named}"
    if crawl.more_pages:
        yield f"there are more pages than the {MOST_PAGES} that were looked at"
    if crawl.more_scripts:
        yield f"there are more scripts than the {MOST_SCRIPTS} that were looked at"
