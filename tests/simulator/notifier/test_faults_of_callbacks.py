"""Callbacks that a fault loses, spoils, delays or leaves unanswered."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from harness.core.errors import SignatureInvalid
from harness.levers.models import Fault
from harness.signing.wechat_v3 import PROBE_PREFIX
from harness.simulator.notifier.ladder import LADDER
from tests.simulator.notifier.conftest import VERIFIER, Merchant, World, paid, paid_then, play


def test_a_lost_attempt_counts_and_sends_nothing(merchant: Merchant) -> None:
    async def scene(world: World) -> None:
        world.faults.add(Fault(operation="notify", action="lost", times=2))
        await paid(merchant.url)(world)
        assert not merchant.received
        await world.pass_time(LADDER[0] + LADDER[1])

    world = play(scene)
    assert [each.signature_kind for each in world.deliveries] == ["lost", "lost", "genuine"]
    assert [each.accepted for each in world.deliveries] == [False, False, True]
    assert len(merchant.received) == 1


@pytest.mark.parametrize(("action", "kind"), [("wrong_signature", "wrong"), ("probe_signature", "probe")])
def test_a_spoilt_signature_is_followed_by_a_genuine_resend(
    merchant: Merchant, action: Any, kind: str
) -> None:
    merchant.answers = [401, 200]

    async def scene(world: World) -> None:
        world.faults.add(Fault(operation="notify", action=action))
        await paid_then(merchant.url, LADDER[0])(world)

    world = play(scene)
    assert [each.signature_kind for each in world.deliveries] == [kind, "genuine"]
    (bad_headers, bad_body), (good_headers, good_body) = merchant.received
    assert bad_body == good_body
    assert dict(bad_headers)["wechatpay-signature"].startswith(PROBE_PREFIX) == (kind == "probe")
    with pytest.raises(SignatureInvalid):
        VERIFIER.verify(bad_headers, bad_body)
    VERIFIER.verify(good_headers, good_body)


def test_a_delay_moves_the_attempt_and_the_ladder_above_it(merchant: Merchant) -> None:
    merchant.answers = [500]

    async def scene(world: World) -> None:
        world.faults.add(Fault(operation="notify", action="delay", value=60))
        await paid(merchant.url)(world)
        assert not world.deliveries
        enqueued = world.clock.now()
        await world.pass_time(timedelta(seconds=60))
        assert abs(world.deliveries[0].due - enqueued - timedelta(seconds=60)) < timedelta(seconds=5)
        await world.pass_time(LADDER[0])

    world = play(scene)
    assert [(each.attempt, each.fault) for each in world.deliveries] == [(1, "delay"), (2, "")]
    assert world.deliveries[1].due - world.deliveries[0].due == LADDER[0]


def test_an_answer_lost_on_the_way_makes_the_platform_send_again(merchant: Merchant) -> None:
    async def scene(world: World) -> None:
        world.faults.add(Fault(operation="notify", action="drop_after_acceptance"))
        await paid_then(merchant.url, LADDER[0])(world)

    world = play(scene)
    assert [(each.status, each.accepted) for each in world.deliveries] == [(None, False), (204, True)]
    assert len(merchant.received) == 2


def test_a_fault_for_another_order_leaves_this_one_alone(merchant: Merchant) -> None:
    async def scene(world: World) -> None:
        world.faults.add(Fault(operation="notify", action="lost", out_trade_no="another-order"))
        await paid(merchant.url)(world)

    assert play(scene).deliveries[0].accepted
