"""The SDK wechatpayv3 opens what our notifier delivers, and refuses what our forger makes."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from harness.callbacks.apiv3.attacks import ATTACKS
from harness.callbacks.apiv3.genuine import build
from harness.callbacks.attack import Attack
from harness.callbacks.callback import Callback, Issuer
from harness.levers.client import LeversClient
from harness.levers.models import Fault
from harness.signing.keys import load_private_key
from harness.simulator.account.key_mode import KeyMode
from harness.simulator.embedded import RunningSimulator
from tests.interop.sdk_side import Mailbox, connect, on_both_accounts, sdk_mode

pytestmark = on_both_accounts

NewNumber = Callable[[], str]

FORGED_SIGNATURES = [attack for attack in ATTACKS if attack.control in ("CBK-02", "CBK-03")]
"""The SDK checks no timestamp and sees one line per header, so the other attacks are beyond it."""


def paid(sdk: Any, levers: LeversClient, number: str) -> None:
    sdk.pay(description="龙井 250 克", out_trade_no=number, amount={"total": 1990})
    levers.pay(out_trade_no=number)


def test_a_delivered_callback_opens_to_the_payment(
    sdk: Any, new_number: NewNumber, levers: LeversClient, mailbox: Mailbox
) -> None:
    number = new_number()
    paid(sdk, levers, number)
    ((headers, body),) = mailbox.received
    opened = sdk.callback(headers, body)
    assert opened["event_type"] == "TRANSACTION.SUCCESS"
    assert opened["resource"] == levers.notification(number)
    assert opened["resource"]["out_trade_no"] == number
    assert opened["resource"]["amount"]["total"] == 1990


def test_every_resend_of_a_day_opens_as_well(
    sdk: Any, new_number: NewNumber, levers: LeversClient, mailbox: Mailbox
) -> None:
    number = new_number()
    levers.add_fault(Fault(operation="notify", action="drop_after_acceptance", out_trade_no=number, times=15))
    paid(sdk, levers, number)
    levers.advance(24 * 3600 + 4 * 60)
    assert len(mailbox.received) == 16
    opened = [sdk.callback(headers, body) for headers, body in mailbox.received]
    assert {each["id"] for each in opened} == {opened[0]["id"]}
    assert len({headers["wechatpay-signature"] for headers, _ in mailbox.received}) == 16


@pytest.mark.parametrize("action", ["wrong_signature", "probe_signature"])
def test_a_spoilt_delivery_is_refused_and_the_resend_opens(
    sdk: Any, new_number: NewNumber, levers: LeversClient, mailbox: Mailbox, *, action: str
) -> None:
    number = new_number()
    # The mailbox accepts whatever comes; that the platform sends again is forced by losing its answer.
    fault = Fault(operation="notify", action=action, out_trade_no=number)
    levers.add_fault(fault)
    paid(sdk, levers, number)
    levers.redeliver(number)
    spoilt, genuine = mailbox.received
    assert sdk.callback(*spoilt) is None
    assert sdk.callback(*genuine)["resource"]["out_trade_no"] == number


def test_a_truly_signed_callback_with_another_amount_opens_and_only_the_book_tells(
    sdk: Any, new_number: NewNumber, levers: LeversClient, mailbox: Mailbox
) -> None:
    number = new_number()
    levers.stand(Fault(operation="notify", action="wrong_amount", value=1, out_trade_no=number))
    paid(sdk, levers, number)
    levers.redeliver(number)
    told = [sdk.callback(*each)["resource"]["amount"]["total"] for each in mailbox.received]
    assert told == [1991, 1990]
    assert levers.audit(number).total == 1990
    levers.stand()


@pytest.mark.parametrize("action", ["unsigned", "unknown_serial"])
def test_an_answer_that_nobody_may_believe_is_refused_and_the_next_is_not(
    sdk: Any, new_number: NewNumber, levers: LeversClient, *, action: str
) -> None:
    number = new_number()
    paid(sdk, levers, number)
    levers.add_fault(Fault.model_validate({"operation": "query", "action": action}))
    with pytest.raises(Exception, match=r"verify|signature|algorithm"):
        sdk.query(out_trade_no=number)
    status, said = sdk.query(out_trade_no=number)
    assert (status, json.loads(said)["trade_state"]) == (200, "SUCCESS")


@pytest.fixture(scope="module")
def issuer(simulator: RunningSimulator) -> Issuer:
    """The platform's own keys."""
    with LeversClient(simulator.levers_url, simulator.levers_token) as levers:
        keys = levers.keys()
    key = load_private_key(keys.callback_key_pem)
    return Issuer(keys.callbacks_by, key, keys.apiv3_key, key)


@pytest.fixture(scope="module")
def judge(key_mode: KeyMode, simulator: RunningSimulator, environment: dict[str, str]) -> Any:
    """The SDK as a judge of callbacks."""
    return connect(environment, sdk_mode(key_mode), simulator.base_url)


RESOURCE = {"out_trade_no": "interop-forged", "trade_state": "SUCCESS", "amount": {"total": 1990}}


def verdict(judge: Any, callback: Callback) -> Any:
    """What the SDK makes of a callback; None when it refuses, by its answer or by raising."""
    headers = {name.lower(): value for name, value in callback.headers}
    try:
        return judge.callback(headers, callback.body)
    except Exception as refusal:  # the SDK raises a bare Exception for a type it does not speak
        if "does not support this algorithm" not in str(refusal):
            raise
        return None


@pytest.mark.parametrize("attack", FORGED_SIGNATURES, ids=lambda attack: attack.id)
def test_a_forged_signature_does_not_deceive_somebody_elses_verifier(
    judge: Any, issuer: Issuer, attack: Attack
) -> None:
    assert verdict(judge, attack.forge(issuer, RESOURCE)) is None


def test_the_genuine_one_does_convince_it(judge: Any, issuer: Issuer) -> None:
    opened = verdict(judge, build(issuer, RESOURCE))
    assert json.loads(json.dumps(opened["resource"])) == RESOURCE
