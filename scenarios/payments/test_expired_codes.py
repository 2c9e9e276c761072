"""What starts a payment expires; whoever orders again gets a fresh one and can pay (C21, facts 0.1)."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from harness.core.errors import NotExercised
from harness.core.money import Fen
from harness.levers.client import LeverRefused, LeversClient
from harness.merchant.answers import CreatedOrder
from harness.merchant.client import MerchantClient
from harness.plugin import ChangedOrders, Journal, PlacedOrder, PlacedOrders, control
from scenarios.expectations import expect_paid

AMOUNT = Fen(1990)
LIFETIME_S = 2 * 3600
"""Of a prepay_id and a code_url; an h5_url lives five minutes."""
SLACK_S = 60


@dataclass(frozen=True)
class Purchase:
    """One way of paying, asked for under one name."""

    kind: str
    order_id: str
    number: str


@control("PAY-09")
@pytest.mark.late
@pytest.mark.same_order
def test_what_has_expired_is_renewed_by_ordering_again(
    changed_orders: ChangedOrders,
    merchant: MerchantClient,
    orders: PlacedOrders,
    levers: LeversClient,
    pass_time: Callable[[float], None],
    journal: Journal,
) -> None:
    merchant.require_own_order_numbers()
    price = orders.price_of(AMOUNT)

    def ask(kind: str, order_id: str) -> CreatedOrder:
        return merchant.create_order(order_id=order_id, amount_yuan=price.yuan, payment_type=kind)

    placed: list[Purchase] = []
    for kind in changed_orders.kinds_to_change("qr", "h5", "jsapi"):
        orders.daily_limit.spend(price)
        order_id = f"golive-{secrets.token_hex(8)}"
        number = ask(kind, order_id).out_trade_no
        if number is None:
            raise NotExercised(f"no {kind} order was made", where="ordering", remedy="see PAY-08")
        placed.append(Purchase(kind, order_id, number))
    with journal.step("two hours pass"):
        pass_time(LIFETIME_S + SLACK_S)
    for purchase in placed:
        expect_expired(purchase.number, levers)
        again = ask(purchase.kind, purchase.order_id)
        said = f"HTTP {again.status_code}: {again.error or 'no error'}"
        assert again.created, f"two hours later the same {purchase.kind} order was answered {said}"
        number = str(again.out_trade_no)
        journal.observe(f"{purchase.kind}: {purchase.number} had expired; ordered again it is {number}")
        expect_payable(purchase.kind, number, again, orders, levers, journal)


@control("PAY-09")
@pytest.mark.late
@pytest.mark.named_by_app
def test_a_shopper_whose_code_has_expired_can_pay_after_all(
    orders: PlacedOrders, levers: LeversClient, pass_time: Callable[[float], None], journal: Journal
) -> None:
    order = orders.place(AMOUNT.yuan)
    with journal.step("two hours pass"):
        pass_time(LIFETIME_S + SLACK_S)
    expect_expired(order.out_trade_no, levers)
    shown = order.codes_shown_later()
    if order.audit().code_url in shown and not refused(order, levers):
        journal.observe("the order's page shows a fresh code two hours later, which was paid")
        expect_paid(order, journal)
        return
    fresh = orders.place(AMOUNT.yuan)
    fresh.pay()
    expect_paid(fresh, journal)
    journal.observe("the order's page shows no fresh code; a new order was made and paid")
    if shown:
        journal.warn(
            "two hours later the order's page still shows the code that has expired: its shopper scans it in "
            "vain, and has to find out that a new order is needed"
        )


def expect_expired(number: str, levers: LeversClient) -> None:
    """The platform lets nobody pay it any more: only then does ordering again renew anything."""
    try:
        levers.pay(out_trade_no=number, outcome="cancel")
    except LeverRefused as error:
        if error.reason in ("expired", "closed"):
            return
        raise
    raise NotExercised(
        f"two hours later {number} could still be paid as it was",
        where="time",
        remedy="see whether the app renews what it handed out by itself",
    )


def expect_payable(
    kind: str, number: str, again: CreatedOrder, orders: PlacedOrders, levers: LeversClient, journal: Journal
) -> None:
    """The shopper was handed something that starts a payment now."""
    order = orders.find(number, asked=orders.price_of(AMOUNT))
    why = refused(order, levers)
    assert not why, f"two hours later the same {kind} order was taken again and cannot be paid: {why}"
    audit = order.audit()
    text = again.page.text if again.page is not None else ""
    shown = order.codes_shown(again.page) if kind == "qr" else set()
    live = audit.code_url in shown if shown else str(audit.prepay_id) in text
    if shown or kind != "qr":
        assert live, f"two hours later the same {kind} order is answered with what has expired"
    expect_paid(order, journal)


def refused(order: PlacedOrder, levers: LeversClient) -> str:
    """Why nobody can pay it; empty: it was paid."""
    try:
        order.pay()
    except LeverRefused as error:
        return error.reason
    return ""
