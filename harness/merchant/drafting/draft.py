"""Drafts a profile: signs in, orders each product once, pays one order, and writes down what was seen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from harness.core.clock import wire_now
from harness.core.errors import NotExercised, TargetFailure
from harness.levers.client import LeversClient
from harness.levers.models import Creation
from harness.merchant.answers import Answered
from harness.merchant.arrivals import Arrivals
from harness.merchant.crawl import Crawl
from harness.merchant.drafting.database import Database, observed_by
from harness.merchant.drafting.offers import confirming, offers_of
from harness.merchant.drafting.words import Words, words_between
from harness.merchant.gap import ProfileGap
from harness.merchant.http import MerchantHttp
from harness.merchant.rungs.described import AppRequest, SignIn
from harness.merchant.rungs.html_forms import read_html
from harness.merchant.rungs.shopper import ShopperSession

MOST_ORDERS = 8
"""Of them at most so many products are ordered, to see their price."""


_KINDS = {"native": "qr"}
"""What `[order]` and the capabilities call a product of the platform, where they call it otherwise."""


@dataclass(slots=True)
class Drafted:
    """What was found out; whatever stays empty was not found."""

    base_url: str
    sign_in: SignIn | None = None
    asks_sign_in: str = ""
    """The page with a sign-in form, where no account was given."""
    products: dict[str, str] = field(default_factory=dict)
    """Price in yuan by product, as the platform was told; under the empty name where there is but one."""
    order_page: str = ""
    kind: str = "qr"
    """How the form lets pay, as `[order]` calls it."""
    confirms: bool = False
    sql: str = ""
    words: Words | None = None
    called: tuple[str, ...] = ()
    """Paths in the app's scripts that sound like ordering."""


@dataclass(slots=True)
class Drafter:
    """Looks at one running app, whose platform is the simulator.

    Args:
        fields: of the sign-in form, by name; a value `$NAME` is read from the environment.
        database: a SQLite file of the app.
    """

    base_url: str
    levers: LeversClient
    fields: Mapping[str, str] = field(default_factory=dict)
    database: Database | None = None

    def look(self, drafted: Drafted) -> Iterator[tuple[str, str]]:
        """Fill in what is found; yields each finding as a kind and what was seen.

        Raises:
            EnvironmentUnreachable: the app is not up.
            ConfigurationError: the account does not fit, or the database cannot be read.
        """
        with MerchantHttp(self.base_url) as http:
            session = ShopperSession(http, self.base_url, Path(), {})
            crawl = Crawl(session)
            pages = list(crawl.pages())
            entry = next((page for page in pages if page.sign_in is not None), None)
            if entry is not None and self.fields:
                drafted.sign_in = SignIn(page=entry.path, fields=dict(self.fields))
                session.sign_in(drafted.sign_in)
                yield "signed_in", entry.path
                pages = list(crawl.pages())
            elif entry is not None:
                drafted.asks_sign_in = entry.path
                yield (
                    "asks_sign_in",
                    f"{entry.path}: {', '.join(entry.sign_in.fields) if entry.sign_in else ''}",
                )
            yield "pages", str(len(pages))
            drafted.called = crawl.called
            last: tuple[Creation, Answered] | None = None
            for offer in offers_of(pages):
                for product in (offer.products or [""])[:MOST_ORDERS]:
                    ordered = self._ordered(session, offer.page_of(product))
                    if ordered is None:
                        continue
                    last, (creation, _) = ordered, ordered
                    drafted.products[product] = self.levers.audit(creation.out_trade_no).total.yuan
                    drafted.order_page = offer.page
                    drafted.kind = _KINDS.get(creation.product, creation.product)
                    yield "ordered", f"{product or offer.page} ¥{drafted.products[product]}"
                if drafted.products:
                    break
            if last is not None:
                yield from self._paid(drafted, session, *last)

    def _ordered(self, session: ShopperSession, page: str) -> tuple[Creation, Answered] | None:
        """The order that a page's form made; None: the form made none."""
        begun = wire_now()
        try:
            answered = session.ask(AppRequest(page=page), {}, "order", "order.qr")
            came = Arrivals(self.levers).since(begun, "native", patience_s=1.0)
        except (ProfileGap, TargetFailure, NotExercised):
            return None
        return None if came is None else (came, answered)

    def _paid(
        self, drafted: Drafted, session: ShopperSession, creation: Creation, answered: Answered
    ) -> Iterator[tuple[str, str]]:
        number, url = creation.out_trade_no, answered.url
        shown = read_html(session.open(url, "look").text)
        drafted.confirms = confirming(shown.forms) is not None
        held = self.database.holding(number) if self.database else None
        self.levers.pay(out_trade_no=number)
        yield "paid", f"{number}: HTTP {self.levers.audit(number).deliveries[-1].status}"
        if self.database is not None and held is not None:
            table, column, before = held
            after = self.database.holding(number)
            price = int(self.levers.audit(number).total)
            seen = observed_by(table, column, before, after[2], price) if after else None
            if seen is not None:
                drafted.sql, drafted.words = seen
                yield "sql", drafted.sql
                return
        drafted.words = words_between(shown.texts, read_html(session.open(url, "look").text).texts)
        if drafted.words is not None:
            yield "page", f"{urlsplit(url).path}: {drafted.words.pending} → {drafted.words.paid}"
