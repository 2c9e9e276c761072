"""Who orders has a session of the merchant's own pages; callbacks have neither and need none."""

from __future__ import annotations

import pytest

from harness.levers.client import LeversClient
from harness.merchant.client import MerchantClient
from harness.merchant.rungs.html_forms import read_html
from harness.merchant.rungs.prepared import PreparedRequest
from harness.merchant.rungs.strangers import BY_A_FORM, from_another_site, goes_along, without_session
from harness.plugin import ChangedOrders, Journal, control


@control("SEC-07")
@pytest.mark.by_members
def test_who_has_no_session_orders_nothing(
    changed_orders: ChangedOrders, levers: LeversClient, journal: Journal
) -> None:
    kind, merchant = _kind(changed_orders), changed_orders.merchant
    with MerchantClient(merchant.profile, listeners=merchant.session.listeners, levers=levers) as visitor:

        def change(request: PreparedRequest) -> PreparedRequest:
            page = visitor.session.open(request.headers.get("Referer", "/"), "look")
            return without_session(request, read_html(page.text).csrf, merchant.session.headers)

        with journal.step("the request of a shopper, by who has no session"):
            sent = changed_orders.send(change, kind, by=visitor)
    journal.observe(f"without a session: HTTP {sent.status}, {sent.told}")
    number = sent.seen.out_trade_no if sent.seen else ""
    assert not number, (
        f"who has no session made order {number}: HTTP {sent.status}; "
        "an app that takes orders of guests declares guest-orders"
    )


@control("SEC-07")
def test_another_site_orders_nothing(
    changed_orders: ChangedOrders, levers: LeversClient, journal: Journal
) -> None:
    kind, merchant = _kind(changed_orders), changed_orders.merchant
    signs_in = merchant.profile.sign_in
    if signs_in is not None and signs_in.page is None and signs_in.cookies:
        journal.doubt(
            "how the session's cookie was set was not seen, so other sites were not tried: "
            "sign in by page and fields"
        )
        return
    method = changed_orders.request(kind).method
    if method not in BY_A_FORM:
        journal.observe(f"orders are made by {method}, which no form of another site sends")
        return
    along = [each for each in merchant.cookies if goes_along(each, method)]
    with MerchantClient(merchant.profile, listeners=merchant.session.listeners, levers=levers) as browser:
        browser.take(along)
        with journal.step("the request of a shopper, for a page of another site"):
            sent = changed_orders.send(from_another_site, kind, by=browser)
    names = ", ".join(each.name for each in along) or "none"
    journal.observe(f"for another site: HTTP {sent.status}, {sent.told}; cookies that went along: {names}")
    number = sent.seen.out_trade_no if sent.seen else ""
    assert not number, (
        f"a page of another site made order {number} in the shopper's name: HTTP {sent.status}; "
        f"cookies that went along: {names}"
    )


@control("SEC-07")
def test_a_callback_wants_no_session(changed_orders: ChangedOrders, journal: Journal) -> None:
    order = changed_orders.orders.place("19.90")
    order.pay()
    delivery = order.audit().deliveries[0]
    journal.observe(f"a genuine callback, without session and Origin: HTTP {delivery.status}")
    assert delivery.accepted, (
        f"a genuine callback, which has no session and no Origin, was answered HTTP {delivery.status}"
    )


def _kind(changed: ChangedOrders) -> str:
    """The way of paying that is tried, once a session has ordered by it."""
    if not changed.merchant.wants_session:
        raise changed.merchant.profile.gap("sign_in", "how a shopper signs in")
    kind = changed.kinds_to_change()[0]
    changed.unspoilt(kind)
    return kind
