"""An order is told to who made it: another shopper and a visitor ask the same, learn and change nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace

from harness.core.errors import NotExercised
from harness.merchant.client import MerchantClient
from harness.merchant.gap import ProfileGap
from harness.merchant.order_requests import OrderRequest, order_requests, requests_about
from harness.merchant.rungs.order_details import GivenAway, OrderDetails, details_of
from harness.merchant.rungs.prepared import PreparedRequest
from harness.plugin import Journal, OtherShoppers, PlacedOrder, PlacedOrders, control
from harness.plugin.target.declared import GUEST_ORDERS
from scenarios.security.strangers import Stranger, answered

ASKED_YUAN = "19.90"
HARM = (
    "whoever knows or counts up numbers reads what others buy and pay, or acts for them; on every route look "
    "an order up by its number and the session's shopper together (… where number = ? and shopper = ?)"
)


@dataclass(frozen=True, slots=True)
class Shown:
    """One request to which its shopper is told something of the order."""

    asked: OrderRequest
    details: OrderDetails


@dataclass(frozen=True, slots=True)
class Look:
    """One order at one moment, as its own shopper sees it beside another of the same shopper's."""

    moment: str
    order: PlacedOrder
    beside: PlacedOrder
    merchant: MerchantClient
    fact: str
    """What the platform made for it: its code, its transaction."""

    def shown(self) -> list[Shown]:
        """The requests to which its shopper is told something that the other order's answer does not say."""
        found = []
        for asked in order_requests(self.merchant, self.order.out_trade_no, self.beside.out_trade_no):
            seen, beside = (answered(self.merchant, each) for each in (asked.request, asked.of_next))
            if seen is None or beside is None or seen.status >= 400:
                continue
            details = details_of(seen, [beside], asked.names, [self.fact])
            if details.words or any(each in seen.text for each in details.facts):
                found.append(Shown(asked, details))
        return found

    def shown_again(self, asked: OrderRequest) -> Shown | None:
        """The same for one of them, asked anew."""
        return next((each for each in self.shown() if each.asked.name == asked.name), None)


@control("SEC-06")
def test_an_order_is_told_to_who_made_it_alone(
    orders: PlacedOrders, merchant: MerchantClient, other_shoppers: OtherShoppers, journal: Journal
) -> None:
    if not merchant.wants_session:
        raise merchant.profile.gap("sign_in", "how a shopper signs in")
    order, next_order = orders.place(ASKED_YUAN), orders.place(ASKED_YUAN)
    visitor = Stranger("a visitor", other_shoppers.visitor)
    unpaid = Look("unpaid", order, next_order, merchant, order.audit().code_url or "")
    of_unpaid = _judged(unpaid, visitor, journal)
    payment = order.pay()
    order.kept(paid=True)
    paid = Look("paid", order, next_order, merchant, payment.transaction_id or "")
    of_paid = _judged(paid, visitor, journal)
    if not of_unpaid and not of_paid:
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
    if not _sees_its_own(other, of_paid or of_unpaid, merchant):
        journal.doubt(
            "the second shopper is not shown an order of its own either, so what it was refused shows "
            "nothing: does [sign_in.other] name an account that may order?"
        )
    _judged(paid, other, journal)
    _judged(Look("unpaid", next_order, order, merchant, next_order.audit().code_url or ""), other, journal)
    tried = ", ".join(dict.fromkeys(each.asked.name for each in (*of_unpaid, *of_paid)))
    journal.limit(f"tried was what the profile describes: {tried}; no other route that reads or refunds")


def _judged(look: Look, stranger: Stranger, journal: Journal) -> list[Shown]:
    """What its shopper is told of the order, none of which is told to the stranger."""
    shown = look.shown()
    before = look.order.seen().standing
    for each in shown:
        with journal.step(f"{stranger.who}: {each.asked.name} of the order, {look.moment}"):
            _ask(look, each, stranger, journal)
    after = look.order.seen().standing
    assert after == before, (
        f"by what {stranger.who} sent, order {look.order.out_trade_no} became {after[0]}: {HARM}"
    )
    return shown


def _ask(look: Look, shown: Shown, stranger: Stranger, journal: Journal) -> None:
    asked, number = shown.asked, look.order.out_trade_no
    given = _given(look, shown, stranger, journal)
    if given.sure:  # what changes with every answer is the same once, and not twice
        again = look.shown_again(asked)
        given = replace(given, sure=again is not None and _given(look, again, stranger, journal).sure)
    if given.sure and GUEST_ORDERS in look.merchant.profile.capabilities and not asked.counts_up:
        journal.limit(
            f"{stranger.who} is shown the order by {asked.name}: as guests are, "
            "by an address that does not count"
        )
        return
    assert not given.sure, (
        f"{stranger.who} was told of order {number}, {look.moment}, by {asked.name}: {given.told}: {HARM}"
    )
    if given.details:
        journal.doubt(
            f"{stranger.who} was answered words that stand in the order's own answer, by {asked.name}: "
            f"{given.told}; whether they tell of the order is not known"
        )


def _given(look: Look, shown: Shown, stranger: Stranger, journal: Journal) -> GivenAway:
    """What the stranger is told of the order by one request."""
    asked, owner = shown.asked, look.merchant.session
    session, token = stranger.client.session, stranger.token(shown.asked.request)
    seen = stranger.ask(asked.by(session, token, owner))
    if seen is None:
        journal.doubt(
            f"{stranger.who} was answered nothing that can be read by {asked.name}: that refuses nothing"
        )
        return GivenAway(())
    others = [stranger.ask(asked.of_nobodys(session, token, owner))]
    if not any(name in seen.url for name in asked.names):  # led elsewhere: what stands there anyhow
        others.append(stranger.ask(PreparedRequest(method="GET", url=seen.url)))
    if stranger.own and (request := requests_about(stranger.client, stranger.own).get(asked.name)):
        others.append(stranger.ask(request))
    given = shown.details.given_away(seen, [each for each in others if each])
    journal.observe(
        f"{asked.name} of the order, {look.moment}: its shopper is told {len(shown.details.words)} details, "
        f"{stranger.who} by HTTP {seen.status} {len(given.details)} of them"
    )
    return given


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
