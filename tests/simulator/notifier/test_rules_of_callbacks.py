"""Callbacks that a rule repeats, lets be overtaken, or lets say what is not so under a true signature."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from harness.callbacks.callback import STRANGER
from harness.core.errors import SignatureInvalid
from harness.levers.models import Fault
from harness.signing.wechat_v3 import decrypt_resource
from harness.simulator.faults.altering import altered
from tests.simulator.notifier.conftest import (
    ISSUER,
    MCHID,
    ORDER,
    RESOURCE,
    VERIFIER,
    Merchant,
    World,
    paid,
    play,
)


def opened(body: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(decrypt_resource(ISSUER.apiv3_key, json.loads(body)["resource"]))
    return found


def test_a_repeated_callback_is_sent_so_often_each_signed_anew_and_the_last_answer_counts(
    merchant: Merchant,
) -> None:
    merchant.answers = [204, 204, 500, 204]

    async def scene(world: World) -> None:
        world.faults.add(Fault(operation="notify", action="duplicate", value=3))
        await paid(merchant.url)(world)
        await world.pass_time(timedelta(seconds=15))

    world = play(scene)
    assert [(each.attempt, each.accepted, each.fault) for each in world.deliveries] == [
        (1, True, "duplicate"),
        (2, True, "duplicate"),
        (3, False, "duplicate"),
        (4, True, ""),
    ]
    for headers, body in merchant.received:
        VERIFIER.verify(headers, body)
    assert len({dict(headers)["wechatpay-signature"] for headers, _ in merchant.received}) == 4
    assert len({body for _, body in merchant.received}) == 1


@pytest.mark.parametrize("followed", [True, False])
def test_an_overtaken_callback_comes_after_the_next_one_or_when_its_time_is_up(
    merchant: Merchant, *, followed: bool
) -> None:
    async def scene(world: World) -> None:
        world.faults.add(Fault(operation="notify", action="reorder", value=600))
        await paid(merchant.url)(world)
        assert not merchant.received
        if followed:
            resource = {**RESOURCE, "out_trade_no": "the-next-one"}
            for mchid in ("1900000109", MCHID):  # another merchant's lets nothing go
                await world.notifier.enqueue(
                    "the-next-one", merchant.url, resource, mchid=mchid, dialect="apiv3"
                )
                await world.notifier.drain()
        await world.pass_time(timedelta(seconds=0 if followed else 601))

    play(scene)
    told = [opened(body)["out_trade_no"] for _, body in merchant.received]
    assert told == (["the-next-one", "the-next-one", ORDER] if followed else [ORDER])


@pytest.mark.parametrize(
    ("action", "value", "told"),
    [
        ("wrong_amount", 1, {**RESOURCE, "amount": {"total": 1991}}),
        ("wrong_amount", -5000, {**RESOURCE, "amount": {"total": 1}}),
        ("unknown_members", None, {**RESOURCE, STRANGER: "2099"}),
    ],
)
def test_what_is_not_so_is_truly_signed_and_the_next_attempt_tells_the_truth(
    merchant: Merchant, action: str, value: int | None, told: dict[str, object]
) -> None:
    merchant.answers = [500, 204]

    async def scene(world: World) -> None:
        world.faults.add(Fault(operation="notify", action=action, value=value))
        await paid(merchant.url)(world)
        await world.pass_time(timedelta(seconds=15))

    play(scene)
    for (headers, body), wanted in zip(merchant.received, (told, RESOURCE), strict=True):
        VERIFIER.verify(headers, body)
        assert opened(body) == wanted


@pytest.mark.parametrize("action", ["unsigned", "stale_signature", "unknown_serial"])
def test_what_nobody_may_believe_a_careful_reader_refuses(merchant: Merchant, action: str) -> None:
    async def scene(world: World) -> None:
        world.faults.add(Fault(operation="notify", action=action))
        await paid(merchant.url)(world)

    play(scene)
    ((headers, body),) = merchant.received
    with pytest.raises(SignatureInvalid):
        VERIFIER.verify(headers, body)


@pytest.mark.parametrize(
    ("alters", "value", "said", "told"),
    [
        ("amount", 1, {"total_amount": "19.90"}, {"total_amount": "19.91"}),
        ("amount", 10, {"totalFee": 1990, "cashFee": 1900}, {"totalFee": 2000, "cashFee": 1910}),
        (
            "amount",
            -1,
            {"out_refund_no": "r", "amount": {"total": 9, "refund": 5}},
            {"out_refund_no": "r", "amount": {"total": 9, "refund": 4}},
        ),
        ("amount", 1, {"trade_no": "1"}, {"trade_no": "1"}),
        ("account", None, {"mchid": "1900000109"}, {"mchid": "1900000100"}),
        (
            "account",
            None,
            {"seller_id": "2088", "app_id": "1"},
            {"seller_id": "2089", "app_id": "1"},
        ),
        ("", None, {"mchid": "1"}, {"mchid": "1"}),
    ],
)
def test_each_wires_own_names_are_known(
    alters: str, value: int | None, said: dict[str, object], told: dict[str, object]
) -> None:
    assert altered(said, alters, value) == told
