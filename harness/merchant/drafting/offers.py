"""Which forms of an app order something, and what they offer: read off the pages, before anybody orders."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from harness.merchant.crawl import SitePage
from harness.merchant.rungs.html_forms import Form

_PRICE = re.compile(r"[¥￥]\s*\d|\d\s*元|CNY|RMB|\b\d+\.\d\d\b")
_ORDERS = re.compile(
    r"buy|order|pay|checkout|purchase|购买|下单|支付|结算|立即|提交订单|付款|买", re.IGNORECASE
)
_PAID = re.compile(r"paid|refresh|check|confirm|done|已支付|已付款|支付完成|刷新|确认|查询", re.IGNORECASE)


@dataclass(slots=True)
class Offer:
    """Pages of one kind whose form orders: `/tea/{product}` and the products that stand there."""

    page: str
    """With `{product}` where the pages differ, if they do."""
    products: list[str] = field(default_factory=list)

    def page_of(self, product: str) -> str:
        """The page of one product."""
        return self.page.replace("{product}", product)


def offers_of(pages: Iterable[SitePage]) -> list[Offer]:
    """The likeliest first: what shows a price and has a button that says so."""
    likely: dict[tuple[str, frozenset[str]], list[str]] = {}
    for page in pages:
        for form in page.html.forms:
            if _may_order(form) and _PRICE.search(" ".join(page.html.texts)):
                likely.setdefault((_shape(form), frozenset(form.fields)), []).append(page.path)
    found = [offer for paths in likely.values() for offer in _grouped(list(dict.fromkeys(paths)))]
    return sorted(found, key=lambda offer: -len(offer.products))


def confirming(forms: Iterable[Form]) -> Form | None:
    """The form behind "I have paid" on the page of an order."""
    posted = [form for form in forms if form.method == "POST" and not form.asks_password]
    return next((form for form in posted if _PAID.search(" ".join(form.words))), None)


def _may_order(form: Form) -> bool:
    said = f"{form.action} {' '.join(form.words)}"
    return form.method == "POST" and not form.asks_password and bool(_ORDERS.search(said))


def _shape(form: Form) -> str:
    """Where a form leads, whatever number or name stands there."""
    return re.sub(r"[^/]*\d[^/]*", "*", form.action)


def _grouped(paths: list[str]) -> list[Offer]:
    """Pages that differ in one place are one offer of several products."""
    if len(paths) == 1:
        return [Offer(paths[0])]
    split = [re.split(r"([/=&?])", path) for path in paths]
    if len({len(parts) for parts in split}) != 1:
        return [Offer(path) for path in paths]
    places = [place for place, parts in enumerate(zip(*split, strict=True)) if len(set(parts)) > 1]
    if len(places) != 1:
        return [Offer(path) for path in paths]
    (differs,) = places
    template = [*split[0]]
    template[differs] = "{product}"
    return [Offer("".join(template), [parts[differs] for parts in split])]
