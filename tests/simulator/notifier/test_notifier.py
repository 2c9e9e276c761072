"""The notifier climbs the official ladder, and redelivers when asked to."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from harness.core.errors import UsageError
from harness.levers.models import Fault
from harness.signing.wechat_v3 import decrypt_resource
from harness.simulator.notifier.ladder import LADDER, OFFSETS
from tests.simulator.notifier.conftest import (
    DAY,
    ISSUER,
    MCHID,
    ORDER,
    RESOURCE,
    VERIFIER,
    Merchant,
    World,
    paid,
    paid_then,
    play,
    world_of,
)


@pytest.mark.parametrize("status", [200, 204])
def test_an_accepted_first_delivery_ends_the_ladder(merchant: Merchant, status: int) -> None:
    merchant.answers = [status]
    world = play(paid_then(merchant.url, DAY))
    assert [(each.attempt, each.status, each.accepted) for each in world.deliveries] == [(1, status, True)]
    assert len(merchant.received) == 1


def test_the_callback_that_arrives_is_genuine(merchant: Merchant) -> None:
    world = play(paid(merchant.url))
    headers, body = merchant.received[0]
    VERIFIER.verify(headers, body)
    parsed = json.loads(body)
    assert json.loads(decrypt_resource(ISSUER.apiv3_key, parsed["resource"])) == RESOURCE
    assert parsed["event_type"] == "TRANSACTION.SUCCESS"
    assert world.deliveries[0].signature_kind == "genuine"


def test_no_compression_is_offered(merchant: Merchant) -> None:
    play(paid(merchant.url))
    assert "accept-encoding" not in dict(merchant.received[0][0])


@pytest.mark.parametrize("status", [201, 202, 302, 400, 404, 500, 503])
def test_any_other_answer_is_a_failure_and_comes_again(merchant: Merchant, status: int) -> None:
    merchant.answers = [status, 200]
    world = play(paid_then(merchant.url, LADDER[0]))
    assert [(each.status, each.accepted) for each in world.deliveries] == [(status, False), (200, True)]


def test_a_dead_merchant_gets_sixteen_attempts_on_the_official_ladder(merchant: Merchant) -> None:
    merchant.answers = [500]
    world = play(paid_then(merchant.url, DAY))
    first = world.deliveries[0].due
    assert tuple(each.due - first for each in world.deliveries) == OFFSETS
    assert [each.attempt for each in world.deliveries] == list(range(1, 17))
    assert len(merchant.received) == 16


def test_after_the_last_attempt_nothing_is_sent_any_more(merchant: Merchant) -> None:
    merchant.answers = [500]
    world = play(paid_then(merchant.url, 10 * DAY))
    assert len(world.deliveries) == 16


@pytest.mark.parametrize("back_up_at", range(2, 17))
def test_a_merchant_that_comes_back_is_told_at_the_next_rung(merchant: Merchant, back_up_at: int) -> None:
    merchant.answers = [500] * (back_up_at - 1) + [200]
    world = play(paid_then(merchant.url, DAY))
    assert [each.accepted for each in world.deliveries] == [False] * (back_up_at - 1) + [True]
    assert len(merchant.received) == back_up_at


def test_nothing_comes_before_its_rung(merchant: Merchant) -> None:
    merchant.answers = [500]

    async def scene(world: World) -> None:
        await paid(merchant.url)(world)
        await world.pass_time(timedelta(seconds=45))
        assert len(world.deliveries) == 3
        await world.pass_time(timedelta(minutes=2))
        assert len(world.deliveries) == 4

    play(scene)


def test_a_resend_keeps_number_and_body_and_is_signed_afresh(merchant: Merchant) -> None:
    merchant.answers = [500]
    play(paid_then(merchant.url, timedelta(minutes=10)))
    bodies = {body for _, body in merchant.received}
    assert len(bodies) == 1
    assert len(merchant.received) == 5
    for (one, _), (following, _) in pairwise(merchant.received):
        for name in ("wechatpay-nonce", "wechatpay-signature"):
            assert dict(one)[name] != dict(following)[name]
    for headers, body in merchant.received:
        VERIFIER.verify(headers, body)


def test_signed_timestamps_are_wire_time_even_when_business_time_jumped(merchant: Merchant) -> None:
    merchant.answers = [500]
    world = play(paid_then(merchant.url, DAY))
    now = datetime.now(UTC).timestamp()
    for headers, _ in merchant.received:
        assert abs(int(dict(headers)["wechatpay-timestamp"]) - now) < 60
    assert world.deliveries[-1].due.timestamp() - now > DAY.total_seconds() - 60


def test_two_orders_climb_side_by_side(merchant: Merchant) -> None:
    merchant.answers = [500]

    async def scene(world: World) -> None:
        for number in ("order-a", "order-b"):
            await world.notifier.enqueue(
                number, merchant.url, {"out_trade_no": number}, mchid=MCHID, dialect="apiv3"
            )
        await world.notifier.drain()
        await world.pass_time(DAY)

    world = play(scene)
    numbers = [json.loads(body)["id"] for _, body in merchant.received]
    assert len(world.deliveries) == 32
    assert {numbers.count(each) for each in set(numbers)} == {16}


def test_a_payment_is_delivered_without_anybody_draining(merchant: Merchant) -> None:
    async def scene(world: World) -> None:
        await world.notifier.enqueue(ORDER, merchant.url, RESOURCE, mchid=MCHID, dialect="apiv3")
        assert not world.deliveries
        await world.until(lambda: bool(world.deliveries))

    assert play(scene).deliveries[0].accepted


def test_a_rung_is_climbed_when_its_real_time_comes(
    merchant: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    world_of(monkeypatch, ladder=(timedelta(milliseconds=50),))
    merchant.answers = [500, 200]

    async def scene(world: World) -> None:
        await world.notifier.enqueue(ORDER, merchant.url, RESOURCE, mchid=MCHID, dialect="apiv3")
        await world.until(lambda: len(world.deliveries) == 2)

    assert play(scene).deliveries[1].accepted


def test_one_notification_is_never_sent_twice_at_once(merchant: Merchant) -> None:
    merchant.answers = [500]

    async def scene(world: World) -> None:
        await world.notifier.enqueue(ORDER, merchant.url, RESOURCE, mchid=MCHID, dialect="apiv3")
        world.clock.advance(DAY)
        await asyncio.gather(
            *(world.notifier.drain() for _ in range(3)),
            *(world.notifier.redeliver(MCHID, ORDER) for _ in range(3)),
        )

    world = play(scene)
    assert merchant.most_under_way == 1
    assert len(world.deliveries) == 19


def test_redelivery_is_one_genuine_callback_outside_the_ladder(merchant: Merchant) -> None:
    merchant.answers = [500]

    async def scene(world: World) -> None:
        await paid(merchant.url)(world)
        world.faults.add(Fault(operation="notify", action="lost"))
        again = await world.notifier.redeliver(MCHID, ORDER)
        assert (again.attempt, again.status, again.signature_kind) == (2, 500, "genuine")
        world.faults.clear()
        await world.pass_time(DAY)

    world = play(scene)
    assert len(world.deliveries) == 17
    ladder = [each for each in world.deliveries if each.attempt != 2]
    assert tuple(each.due - ladder[0].due for each in ladder) == OFFSETS


def test_a_resend_is_the_next_attempt_of_the_ladder_before_its_time(merchant: Merchant) -> None:
    merchant.answers = [500]

    async def scene(world: World) -> None:
        await paid(merchant.url)(world)
        world.faults.add(Fault(operation="notify", action="lost"))
        assert await world.notifier.resend(MCHID, ORDER)
        world.faults.clear()
        assert await world.notifier.resend(MCHID, ORDER)
        await world.pass_time(DAY)

    world = play(scene)
    assert [each.signature_kind for each in world.deliveries[:3]] == ["genuine", "lost", "genuine"]
    assert tuple(each.due - world.deliveries[0].due for each in world.deliveries) == OFFSETS


def test_a_resend_waits_for_an_attempt_that_has_begun_by_itself(merchant: Merchant) -> None:
    merchant.answers = [500, 204]

    async def scene(world: World) -> None:
        await paid(merchant.url)(world)
        world.clock.advance(OFFSETS[1])
        tick = asyncio.create_task(world.notifier.drain())
        await asyncio.sleep(0)  # it has begun, and nothing waits any more
        assert await world.notifier.resend(MCHID, ORDER)
        assert len(world.deliveries) == 2
        await tick

    assert [each.accepted for each in play(scene).deliveries] == [False, True]


def test_nothing_is_sent_again_of_what_was_heard_or_never_sent(merchant: Merchant) -> None:
    async def scene(world: World) -> None:
        await paid(merchant.url)(world)
        assert not await world.notifier.resend(MCHID, ORDER)
        assert not await world.notifier.resend(MCHID, "order-nobody-paid")

    assert len(play(scene).deliveries) == 1


def test_redelivery_of_an_accepted_callback_repeats_its_body(merchant: Merchant) -> None:
    async def scene(world: World) -> None:
        await paid(merchant.url)(world)
        await world.notifier.redeliver(MCHID, ORDER)

    play(scene)
    (_, first), (headers, second) = merchant.received
    assert first == second
    VERIFIER.verify(headers, second)


def test_redelivery_without_a_payment_says_what_to_do() -> None:
    async def scene(world: World) -> None:
        with pytest.raises(UsageError, match="pay the order first"):
            await world.notifier.redeliver(MCHID, "order-nobody-paid")

    play(scene)


def test_leaving_while_an_attempt_hangs_does_not_wait_for_it(merchant: Merchant) -> None:
    async def scene(world: World) -> None:
        await world.notifier.enqueue(ORDER, f"{merchant.base}/silent", RESOURCE, mchid=MCHID, dialect="apiv3")
        await asyncio.sleep(0)

    assert play(scene).deliveries == []
