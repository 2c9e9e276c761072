"""An order is told to who made it: another shopper and a visitor ask the same, learn and change nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from harness.core.errors import MerchantFailure, NotExercised, UnknownOutcome
from harness.merchant.answers import Answered
from harness.merchant.client import MerchantClient
from harness.merchant.gap import ProfileGap
from harness.merchant.order_requests import OrderRequest, order_requests, requests_about
from harness.merchant.rungs.html_forms import read_html
from harness.merchant.rungs.order_details import OrderDetails, details_of
from harness.merchant.rungs.prepared import PreparedRequest
from harness.plugin import Journal, OtherShoppers, PlacedOrder, PlacedOrders, control
from harness.plugin.target.declared import GUEST_ORDERS

ASKED_YUAN = "19.90"
HARM = (
    "whoever knows or counts up numbers reads what others buy and pay, or acts for them; on every route look "
    "an order up by its number and the session's shopper together (… where number = ? and shopper = ?)"
)


@dataclass(frozen=True, slots=True)
class Stranger:
    """Somebody whose order it is not."""

    who: str
    client: MerchantClient
    own: str = ""
    """The number of an order of its own; empty: it has none."""

    def ask(self, request: PreparedRequest) -> Answered | None:
        """What the app answers; None: nothing."""
        return answered(self.client, request)

    def token(self, request: PreparedRequest) -> str:
        """That of a page of its own, where the request holds one."""
        if not request.csrf:
            return ""
        signs_in = self.client.profile.sign_in
        pages = [self.client.session.order_urls.get(self.own, ""), "/", (signs_in and signs_in.page) or ""]
        opened = (self.ask(PreparedRequest(method="GET", url=each)) for each in pages if each)
        return next((csrf for each in opened if each and (csrf := read_html(each.text).csrf)), "")


@dataclass(frozen=True, slots=True)
class Shown:
    """One request to which its shopper is told something of the order."""

    asked: OrderRequest
    details: OrderDetails


@control("SEC-06")
def test_an_order_is_told_to_who_made_it_alone(
    orders: PlacedOrders, merchant: MerchantClient, other_shoppers: OtherShoppers, journal: Journal
) -> None:
    if not merchant.wants_session:
        raise merchant.profile.gap("sign_in", "how a shopper signs in")
    order, next_order = orders.place(ASKED_YUAN), orders.place(ASKED_YUAN)
    shown = _shown(merchant, order, next_order, [order.audit().code_url or ""])
    strangers = [Stranger("a visitor", other_shoppers.visitor)]
    _judge("unpaid", order, shown, merchant, strangers, journal)
    paid = order.pay()
    order.kept(paid=True)
    of_paid = _shown(merchant, order, next_order, [paid.transaction_id or ""])
    _judge("paid", order, of_paid, merchant, strangers, journal)
    if not shown and not of_paid:
        raise NotExercised(
            "nothing that the profile describes tells its own shopper of the order",
            where="observer",
            remedy='add [observer] page or request, or [confirm], e.g. page = "{order_url}"',
        )
    try:
        second = other_shoppers.second
    except ProfileGap as gap:
        journal.doubt(f"only a visitor was tried: {gap.what}; {gap.remedy}")
        return
    other = Stranger("another shopper", second, other_shoppers.ordered(orders.spent(ASKED_YUAN)))
    if not _sees_its_own(other, of_paid or shown, merchant):
        journal.doubt(
            "the second shopper is not shown an order of its own either, so what it was refused shows "
            "nothing: does [sign_in.other] name an account that may order?"
        )
    _judge("paid", order, of_paid, merchant, [other], journal)
    next_details = _shown(merchant, next_order, order, [next_order.audit().code_url or ""])
    _judge("unpaid", next_order, next_details, merchant, [other], journal)
    tried = ", ".join(dict.fromkeys(each.asked.name for each in (*shown, *of_paid)))
    journal.limit(f"tried was what the profile describes: {tried}; no other route that closes or refunds")


def _shown(merchant: MerchantClient, order: PlacedOrder, other: PlacedOrder, facts: list[str]) -> list[Shown]:
    """The requests to which the order's own shopper is told something that no other order's answer says."""
    found = []
    for asked in order_requests(merchant, order.out_trade_no, other.out_trade_no):
        seen, beside = (answered(merchant, each) for each in (asked.request, asked.of_next))
        if seen is None or beside is None or seen.status >= 400:
            continue
        details = details_of(seen, [beside], asked.names, facts)
        if details.words or any(each in seen.text for each in details.facts):
            found.append(Shown(asked, details))
    return found


def _judge(
    moment: str,
    order: PlacedOrder,
    shown: list[Shown],
    merchant: MerchantClient,
    strangers: Iterable[Stranger],
    journal: Journal,
) -> None:
    before = order.seen().standing
    for stranger in strangers:
        for each in shown:
            with journal.step(f"{stranger.who}: {each.asked.name} of the order, {moment}"):
                _ask(moment, order, each, merchant, stranger, journal)
        after = order.seen().standing
        assert after == before, (
            f"by what {stranger.who} sent, order {order.out_trade_no} became {after[0]}: {HARM}"
        )


def _ask(
    moment: str,
    order: PlacedOrder,
    shown: Shown,
    merchant: MerchantClient,
    stranger: Stranger,
    journal: Journal,
) -> None:
    asked, owner = shown.asked, merchant.session
    session, token = stranger.client.session, stranger.token(shown.asked.request)
    seen = stranger.ask(asked.by(session, token, owner))
    if seen is None:
        journal.doubt(
            f"{stranger.who} was answered nothing that can be read by {asked.name}: that refuses nothing"
        )
        return
    others = [stranger.ask(asked.of_nobodys(session, token, owner))]
    if not any(name in seen.url for name in asked.names):  # led elsewhere: what stands there anyhow
        others.append(stranger.ask(PreparedRequest(method="GET", url=seen.url)))
    if stranger.own and (request := requests_about(stranger.client, stranger.own).get(asked.name)):
        others.append(stranger.ask(request))
    given = shown.details.given_away(seen, [each for each in others if each])
    journal.observe(
        f"{asked.name} of the order, {moment}: its shopper is told {len(shown.details.words)} details, "
        f"{stranger.who} by HTTP {seen.status} {len(given.details)} of them"
    )
    if given.sure and GUEST_ORDERS in merchant.profile.capabilities and not asked.counts_up:
        journal.limit(
            f"{stranger.who} is shown the order by {asked.name}: as guests are, "
            "by an address that does not count"
        )
        return
    assert not given.sure, (
        f"{stranger.who} was told of order {order.out_trade_no}, {moment}, by {asked.name}: "
        f"{given.told}: {HARM}"
    )
    if given.details:
        journal.doubt(
            f"{stranger.who} was answered words that stand in the order's own answer, by {asked.name}: "
            f"{given.told}; whether they tell of the order is not known"
        )


def _sees_its_own(other: Stranger, shown: list[Shown], merchant: MerchantClient) -> bool:
    """Whether the other shopper's session counts for the app: it is told of its own order."""
    mine = requests_about(other.client, other.own)
    for each in shown:
        request = mine.get(each.asked.name)
        seen = other.ask(request) if request is not None else None
        nobodys = other.ask(
            each.asked.of_nobodys(other.client.session, other.token(each.asked.request), merchant.session)
        )
        told = details_of(seen, [nobodys], ()) if seen and nobodys and seen.status < 400 else None
        if told is not None and told.words:
            return True
    return False


def answered(client: MerchantClient, request: PreparedRequest) -> Answered | None:
    """What the app answers; None: nothing that can be read."""
    try:
        return client.session.send(request, "ask")
    except (MerchantFailure, UnknownOutcome):
        return None
