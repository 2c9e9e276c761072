"""Text of the platform's, and what a shopper names, stands on every page as text and never as mark-up."""

from __future__ import annotations

from collections.abc import Mapping

from harness.callbacks.callback import Issuer
from harness.callbacks.forms import form_of
from harness.core import dialects as table
from harness.core.errors import MerchantFailure, NotExercised, UnknownOutcome
from harness.levers.client import LeversClient
from harness.merchant.client import MerchantClient
from harness.merchant.gap import ProfileGap
from harness.merchant.order_pages import pages_about
from harness.merchant.rungs.markers import Marker
from harness.plugin import Journal, PlacedOrder, PlacedOrders, control

ASKED_YUAN = "19.90"
MEMBERS = ("attach", "trade_state_desc", "bank_type")
"""The texts of a payment that are the platform's, or were the merchant's own once."""
HARM = (
    "a script in its place runs in the browser of whoever opens the page, the operator's too; "
    "write texts with a template that escapes, and never by joining HTML"
)


@control("SEC-11")
def test_texts_of_a_paid_order_are_escaped(
    orders: PlacedOrders,
    merchant: MerchantClient,
    levers: LeversClient,
    issuer: Issuer,
    dialect: str,
    journal: Journal,
) -> None:
    named, told = Marker(), Marker()
    order = _placed(orders, merchant, named, journal)
    order.fault("notify", "lost", times=100)
    order.pay()
    _call_back(order, levers.notification(order.out_trade_no), told, issuer, dialect, journal)
    _look("paid", order, merchant, {"the description": named, "the callback's texts": told}, journal)


@control("SEC-11")
def test_an_unknown_state_is_escaped(
    orders: PlacedOrders, merchant: MerchantClient, journal: Journal
) -> None:
    marker = Marker()
    order = orders.place(ASKED_YUAN)
    order.fault("query", "trade_state", value=marker.text, times=100)
    try:
        order.ask_platform()
    except (MerchantFailure, UnknownOutcome) as error:
        journal.doubt(f"asked about an order in an unknown state, the app failed: {error.what}")
        return
    except ProfileGap:  # the profile has no word for what the app makes of it
        if not _asked(order):
            raise
    if not _asked(order):
        raise NotExercised(
            "the app did not ask the platform about the order",
            where="confirm",
            remedy='describe what "I have paid" sends as [confirm]',
        )
    _look("in an unknown state", order, merchant, {"the queried state": marker}, journal)


def _asked(order: PlacedOrder) -> bool:
    return any(event.kind == "queried" for event in order.audit().events)


def _placed(orders: PlacedOrders, merchant: MerchantClient, marker: Marker, journal: Journal) -> PlacedOrder:
    """An order whose description the shopper names, where one may."""
    trigger = merchant.profile.trigger("qr")
    if trigger is None or "description" in trigger.placeholders:
        try:
            return orders.place(ASKED_YUAN, description=marker.text)
        except AssertionError as refused:
            journal.observe(f"an order with a mark in its description: {refused}")
    return orders.place(ASKED_YUAN)


def _call_back(
    order: PlacedOrder,
    resource: Mapping[str, object],
    marker: Marker,
    issuer: Issuer,
    dialect: str,
    journal: Journal,
) -> None:
    """Deliver a genuine callback with the mark in its texts: in all of them, or in whichever is taken."""
    build = form_of(table.dialect(dialect).callbacks).genuine.build
    for members in (MEMBERS, *((each,) for each in MEMBERS)):
        callback = build(issuer, {**resource, **dict.fromkeys(members, marker.text)})
        answer = order.deliver(callback.headers, callback.body)
        journal.observe(f"a genuine callback with a mark in {', '.join(members)}: HTTP {answer.status}")
        if answer.accepted:
            order.kept(paid=True)
            return
    order.redeliver()
    order.kept(paid=True)
    journal.doubt(
        "no genuine callback with a mark in a text of the platform's was taken, so none could reach a page"
    )


def _look(
    state: str, order: PlacedOrder, merchant: MerchantClient, markers: Mapping[str, Marker], journal: Journal
) -> None:
    pages = pages_about(merchant, order.out_trade_no, order.order_id)
    for page in pages:
        for what, marker in markers.items():
            where = marker.unescaped_in(page.text)
            assert not where, f"{page.path} of an order {state} holds {what} unescaped, {where}: {HARM}"
    of_order = [each.path for each in pages if each.of_order]
    for what, marker in markers.items():
        shown = ", ".join(each.path for each in pages if marker.shown_by(each.text)) or "no page"
        journal.observe(
            f"{what}: shown by {shown}, escaped; pages of the order: {', '.join(of_order) or 'none'}"
        )
    if not of_order:
        raise NotExercised(
            "no page of the order could be seen, so nothing on it was looked at",
            where="observer",
            remedy='add page = "{order_url}" to [observer], or a path with {out_trade_no}, '
            "if the app has a page",
        )
    journal.limit("what scripts write into a page in a browser was not looked at")
