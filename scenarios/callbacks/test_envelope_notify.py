"""The envelope dialect's notification: forged ones refused, and what the dialect itself leaves open (E§5)."""

from __future__ import annotations

import pytest

from harness.callbacks.attack import Attack
from harness.callbacks.envelope_attacks import ENVELOPE_ATTACKS
from harness.callbacks.genuine import Issuer, payment_resource
from harness.clock import wire_now
from harness.gateways.protocol import PaymentGateway
from harness.levers.client import LeversClient
from harness.levers.models import PlatformKeys
from harness.merchant.client import MerchantClient
from harness.merchant.observer import Observer
from harness.money import Fen
from harness.plugin import Journal, PlaceOrder, control

AMOUNT = Fen(1990)
ENVELOPE = ("envelope",)


@control("CBK-17", dialects=ENVELOPE)
@pytest.mark.parametrize("attack", ENVELOPE_ATTACKS, ids=lambda attack: attack.id)
def test_a_forged_notification_is_refused(
    attack: Attack,
    envelope_issuer: Issuer,
    platform_keys: PlatformKeys,
    place_order: PlaceOrder,
    merchant: MerchantClient,
    observer: Observer,
    levers: LeversClient,
    journal: Journal,
) -> None:
    order = place_order(amount_yuan=AMOUNT.yuan)
    resource = payment_resource(
        mchid=platform_keys.mchid,
        appid=platform_keys.appid,
        out_trade_no=order.out_trade_no,
        transaction_id="4200000000000000000000000000",
        total=AMOUNT,
        openid="oForgedForgedForgedForgedFor",
        success_time=wire_now(),
    )
    forged = attack.forge(envelope_issuer, resource)
    with journal.step(attack.text.en):
        answer = merchant.deliver(forged.headers, forged.body)
    kept = observer.order(order.out_trade_no)
    journal.observe(f"{attack.id}: answered HTTP {answer.status}; order {kept.status}, {kept.credits}×")
    believed = kept.credits > 0 or kept.status == "paid"
    assert not believed, f"a forged notification ({attack.text.en}) was believed"
    assert 400 <= answer.status <= 599, f"a forged notification ({attack.text.en}) got HTTP {answer.status}"
    levers.pay(out_trade_no=order.out_trade_no)
    kept = observer.order(order.out_trade_no)
    assert (kept.status, kept.credits) == ("paid", 1), "the genuine notification was not taken over"


@control("CBK-17", dialects=ENVELOPE)
def test_what_the_dialect_leaves_open_is_reported(gateway: PaymentGateway, journal: Journal) -> None:
    status = gateway.probe()
    journal.observe(f"endpoint: {status.detail}")
    assert status.trusted, f"the endpoint's own answer is not signed: {status.detail}"
    journal.warn(
        "nothing inside `data` of an answer is signed: amounts, URLs and states rest on TLS alone (E§5); "
        "a client that verifies only when a signature is present can be robbed of it"
    )
