"""Where ordering leads to Alipay's own pages, the shopper's browser goes on, and makes the order there.

An app that sells by `alipay.trade.page.pay` or `.wap.pay` asks the platform for nothing: it signs an address,
or a form that sends itself, and the shopper's browser carries it there (facts alipay 3.7).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

import httpx

from harness.merchant.answers import Answered
from harness.merchant.rungs.html_forms import read_html
from harness.merchant.rungs.prepared import PreparedRequest

GATEWAY = "/gateway.do"
PATIENCE_S = 15.0


@dataclass(frozen=True, slots=True)
class CashierVisit:
    """Opens the pages of one platform that is played, and of no other host."""

    platform: str
    """Scheme, host and port."""

    def after(self, answered: Answered) -> Answered:
        """The same answer; where it leads to the cashier, the browser has been there.

        What becomes of that visit is no answer of the app's: a platform that fails then is not told here.
        """
        way = next(self._ways(answered), None)
        if way is None:
            return answered
        # A client of its own: no cookie of the app's goes along, and a fault keeps no connection of it.
        browser = httpx.Client(trust_env=False, timeout=PATIENCE_S, follow_redirects=False)
        with browser, suppress(httpx.TransportError):
            browser.request(way.method, way.address, content=way.content, headers=way.all_headers)
        return replace(answered, by_browser=True)

    def _ways(self, answered: Answered) -> Iterator[PreparedRequest]:
        for text in (answered.leads_to, *_texts(answered)):
            if self._is_cashier(text):
                yield PreparedRequest(method="GET", url=text)
                continue
            if GATEWAY not in text:
                continue
            page = read_html(text)
            for form in page.forms:
                if self._is_cashier(form.action):
                    yield PreparedRequest(method=form.method, url=form.action, fields=form.fields)
            for link in page.links:
                if self._is_cashier(link):
                    yield PreparedRequest(method="GET", url=link)

    def _is_cashier(self, address: str) -> bool:
        try:
            parts = urlsplit(address.strip())
        except ValueError:
            return False
        return f"{parts.scheme}://{parts.netloc}" == self.platform and parts.path.endswith(GATEWAY)


def _texts(answered: Answered) -> Iterator[str]:
    """The page; of JSON every text in it, for scripts open an address or write a form into the page."""
    try:
        held: object = json.loads(answered.text)
    except (ValueError, RecursionError):
        yield answered.text
        return
    ahead = [held]
    while ahead:
        each = ahead.pop()
        if isinstance(each, str):
            yield each
        elif isinstance(each, dict):
            ahead.extend(each.values())
        elif isinstance(each, list):
            ahead.extend(each)
