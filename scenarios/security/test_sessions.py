"""Who orders has a session of the merchant's own pages; callbacks have neither and need none."""

from __future__ import annotations

import pytest

from harness.levers.client import LeversClient
from harness.merchant.client import MerchantClient
from harness.merchant.rungs.html_forms import read_html
from harness.merchant.rungs.prepared import PreparedRequest
from harness.merchant.rungs.strangers import (
    BY_A_FORM,
    from_another_site,
    goes_along,
    unguessed,
    without_session,
)
from harness.plugin import ChangedOrders, Journal, SentOrder, control
from harness.plugin.target.declared import GUEST_ORDERS


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
    _refused(sent, journal)
    changed_orders.expect_still_ordering(kind)


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
    left_out: set[str] = set()

    def change(request: PreparedRequest) -> PreparedRequest:
        anybodys = _fields_for_anybody(merchant, request)
        left_out.update(unguessed(request, anybodys) - anybodys.keys())
        return from_another_site(request, anybodys)

    with MerchantClient(merchant.profile, listeners=merchant.session.listeners, levers=levers) as browser:
        browser.take(along)
        with journal.step("the request of a shopper, for a page of another site"):
            sent = changed_orders.send(change, kind, by=browser)
    names = ", ".join(each.name for each in along) or "none"
    journal.observe(f"for another site: HTTP {sent.status}, {sent.told}; cookies that went along: {names}")
    number = sent.seen.out_trade_no if sent.seen else ""
    whole_session = bool(along) and len(along) == len(merchant.cookies)
    if number and GUEST_ORDERS in changed_orders.capabilities and not whole_session:
        if along:  # of which one could be the session
            journal.doubt("a guest may order, and which cookie holds the session is not known")
        return
    assert not number, (
        f"a page of another site made order {number} in the shopper's name: HTTP {sent.status}; "
        f"cookies that went along: {names}"
    )
    _refused(sent, journal)
    if left_out and along:
        fields = ", ".join(sorted(left_out))
        journal.doubt(
            f"refused without {fields}, which no visitor's page holds: a token, or what is ordered; "
            "write down in the profile's form what is ordered"
        )
    changed_orders.expect_still_ordering(kind)


@control("SEC-07")
def test_a_callback_wants_no_session(changed_orders: ChangedOrders, journal: Journal) -> None:
    order = changed_orders.orders.place("19.90")
    order.pay()
    delivery = order.audit().deliveries[0]
    journal.observe(f"a genuine callback, without session and Origin: HTTP {delivery.status}")
    assert delivery.accepted, (
        f"a genuine callback, which has no session and no Origin, was answered HTTP {delivery.status}"
    )


def _refused(sent: SentOrder, journal: Journal) -> None:
    """Whoever fell over has refused nothing."""
    if sent.failed:
        journal.doubt(f"no order was made, but HTTP {sent.status} is no refusal")


def _fields_for_anybody(merchant: MerchantClient, request: PreparedRequest) -> dict[str, str]:
    """What the page of a request holds for a visitor."""
    if not request.of_page:
        return {}
    with MerchantClient(merchant.profile, listeners=merchant.session.listeners) as visitor:
        page = visitor.session.open(request.headers["Referer"], "look")
    return {name: value for form in read_html(page.text).forms for name, value in form.fields.items()}


def _kind(changed: ChangedOrders) -> str:
    """The way of paying that is tried, once a session has ordered by it."""
    if not changed.merchant.wants_session:
        raise changed.merchant.profile.gap("sign_in", "how a shopper signs in")
    kind = changed.kinds_to_change()[0]
    changed.unspoilt(kind)
    return kind
