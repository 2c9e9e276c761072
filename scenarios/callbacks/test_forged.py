"""Forged callbacks: whatever is wrong with signature, moment or headers, the order stays unpaid.

The attacks are aimed at an order that is still to be paid, so a merchant that believed one would credit money
that nobody sent. In the end the order is really paid: the merchant must not simply refuse everything.
"""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from harness.callbacks.apiv3.genuine import payment_resource
from harness.callbacks.attack import Attack
from harness.callbacks.callback import Issuer
from harness.callbacks.forms import every_form
from harness.core.clock import wire_now
from harness.core.dialects import callback_form, callback_forms
from harness.core.dialects import dialect as row_of
from harness.core.money import Fen
from harness.levers.models import PlatformKeys
from harness.merchant.client import MerchantClient
from harness.plugin import Journal, PlacedOrder, PlacedOrders, control

AMOUNT = Fen(1990)
CONTROLS = ("CBK-02", "CBK-04", "CBK-06", "CBK-17")
FORGED = [
    pytest.param(attack, id=attack.id, marks=control(name, callbacks=form.row.id))
    for form in every_form()
    for name in CONTROLS
    for attack in form.attacks_for(name)
]


def whatever_is_forged(scenario: Callable[..., None]) -> Callable[..., None]:
    """Declare, form by form, the control that its forged signatures exercise."""
    for form in reversed(callback_forms()):
        scenario = control(form.control, callbacks=form.id)(scenario)
    return scenario


@pytest.mark.parametrize("attack", FORGED)
def test_a_forged_callback_is_refused(
    attack: Attack,
    issuer: Issuer,
    dialect: str,
    platform_keys: PlatformKeys,
    still_unpaid: list[PlacedOrder],
    orders: PlacedOrders,
    merchant: MerchantClient,
    journal: Journal,
) -> None:
    order = still_unpaid.pop() if still_unpaid else orders.place(AMOUNT.yuan)
    resource = payment_resource(
        mchid=platform_keys.mchid,
        appid=platform_keys.appid,
        out_trade_no=order.out_trade_no,
        transaction_id="4200000000000000000000000000",
        total=AMOUNT,
        openid="oForgedForgedForgedForgedFor",
        success_time=wire_now(),
    )
    forged = attack.forge(issuer, resource)
    with journal.step(attack.text.en):
        answer = merchant.deliver(forged.headers, forged.body)
    kept = order.kept()
    journal.observe(f"{attack.id}: answered HTTP {answer.status}; order {kept.status}, {kept.credits}×")
    if kept.status == "pending" and kept.credits == 0:
        still_unpaid.append(order)
    believed = kept.credits > 0 or kept.status == "paid"
    assert not believed, f"a forged callback ({attack.text.en}) was believed"
    assert 400 <= answer.status <= 599, f"a forged callback ({attack.text.en}) got HTTP {answer.status}"
    if callback_form(row_of(dialect).callbacks).says_fail and not _says_fail(answer.body):
        journal.warn('refused without the body {"code":"FAIL","message":…} (C11)')


@whatever_is_forged
def test_the_genuine_callback_after_every_forgery_is_taken_over(
    still_unpaid: list[PlacedOrder],
    orders: PlacedOrders,
    journal: Journal,
) -> None:
    order = still_unpaid.pop() if still_unpaid else orders.place(AMOUNT.yuan)
    order.pay()
    kept = order.kept()
    journal.observe(f"really paid: order {kept.status}, {kept.credits}×")
    assert (kept.status, kept.credits) == ("paid", 1), "the genuine callback was not taken over"


@pytest.fixture(scope="session")
def still_unpaid(dialect: str) -> list[PlacedOrder]:
    """The order that every forgery of a dialect is aimed at, until one is believed."""
    return []


def _says_fail(body: bytes) -> bool:
    try:
        return bool(json.loads(body).get("code") == "FAIL")
    except (ValueError, AttributeError):
        return False
