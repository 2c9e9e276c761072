"""The notifier climbs the official ladder, keeps the answer deadline, and never calls a stranger."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Coroutine, Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from harness.callbacks.genuine import Issuer
from harness.clock import BusinessClock
from harness.errors import SignatureInvalid, UsageError
from harness.levers.models import Delivery, Fault
from harness.serving import listen, serving
from harness.signing import keys
from harness.signing.wechat_v3 import PROBE_PREFIX, Verifier, decrypt_resource
from harness.simulator import courier
from harness.simulator.faults import FaultBook
from harness.simulator.ladder import LADDER, OFFSETS
from harness.simulator.notifier import Notifier

ORDER = "order-20261123-001"
RESOURCE = {"out_trade_no": ORDER, "amount": {"total": 1990}}
DAY = OFFSETS[-1]
ISSUER = Issuer("PUB_KEY_ID_0114232134912410000000000000", keys.generate(), "k" * 32)
VERIFIER = Verifier({ISSUER.serial: ISSUER.private_key.public_key()})


class Merchant:
    """A merchant's server whose answers a test scripts: the last one repeats."""

    def __init__(self) -> None:
        self.base = ""
        self.received: list[tuple[list[tuple[str, str]], bytes]] = []
        self.answers: list[int] = [204]
        self.under_way = 0
        self.most_under_way = 0
        self.freed = threading.Event()

    @property
    def url(self) -> str:
        """Where callbacks go."""
        return f"{self.base}/notify"

    async def notify(self, request: Request) -> Response:
        """Keep what came and give the next answer."""
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        try:
            body = await request.body()
            self.received.append((list(request.headers.items()), body))
            status = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
            return Response(status_code=status)
        finally:
            self.under_way -= 1

    async def moved(self, request: Request) -> Response:
        """Point elsewhere, to a place that would accept."""
        self.received.append((list(request.headers.items()), await request.body()))
        return RedirectResponse(self.url, status_code=307)

    async def silent(self, request: Request) -> Response:
        """Take the callback and answer only when the test lets go."""
        await asyncio.to_thread(self.freed.wait)
        return Response(status_code=200)

    async def trickle(self, request: Request) -> Response:
        """Begin an answer of 200 at once, but do not end it until the test lets go."""

        async def body() -> Any:
            yield b"{"
            await asyncio.to_thread(self.freed.wait)
            yield b"}"

        return StreamingResponse(body())

    async def endless(self, request: Request) -> Response:
        """Answer 200 with more than anybody should read."""

        async def body() -> Any:
            while not await request.is_disconnected():
                yield b"x" * 65_536

        return StreamingResponse(body())

    def app(self) -> Starlette:
        """The server's routes."""
        return Starlette(
            routes=[
                Route(f"/{name}", getattr(self, name), methods=["POST"])
                for name in ("notify", "moved", "silent", "trickle", "endless")
            ]
        )


@pytest.fixture
def merchant() -> Iterator[Merchant]:
    """A merchant's server on loopback."""
    merchant = Merchant()
    with serving(merchant.app(), listen()) as base:
        merchant.base = base
        yield merchant
        merchant.freed.set()


class World:
    """One simulator's time, faults and records around a notifier."""

    def __init__(self, allowed_hosts: frozenset[str] = frozenset()) -> None:
        self.clock = BusinessClock()
        self.faults = FaultBook()
        self.deliveries: list[Delivery] = []
        self.recorded = asyncio.Event()
        self.notifier = Notifier(
            clock=self.clock,
            issuer=lambda serial: ISSUER,
            faults=self.faults,
            record=self.record,
            allowed_hosts=allowed_hosts,
        )

    def record(self, out_trade_no: str, delivery: Delivery) -> None:
        """Keep one attempt, as the platform's audit trail would."""
        self.deliveries.append(delivery)
        self.recorded.set()

    async def pass_time(self, by: timedelta) -> None:
        """Move business time and wait for what fell due."""
        self.clock.advance(by)
        await self.notifier.drain()

    async def until(self, reached: Callable[[], bool]) -> None:
        """Wait until the background work got there."""
        async with asyncio.timeout(10):
            while not reached():
                self.recorded.clear()
                await self.recorded.wait()


def play(scene: Callable[[World], Coroutine[Any, Any, None]], **options: Any) -> World:
    """Run a scene with a running notifier and return the world as it was left."""

    async def run() -> World:
        world = World(**options)
        async with world.notifier:
            await scene(world)
        return world

    return asyncio.run(run())


def paid(url: str) -> Callable[[World], Coroutine[Any, Any, None]]:
    """The scene of one payment, and its first attempt ended."""

    async def scene(world: World) -> None:
        await world.notifier.enqueue(ORDER, url, RESOURCE)
        await world.notifier.drain()

    return scene


def paid_then(url: str, later: timedelta) -> Callable[[World], Coroutine[Any, Any, None]]:
    """The scene of one payment, and then a jump of business time."""

    async def scene(world: World) -> None:
        await paid(url)(world)
        await world.pass_time(later)

    return scene


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
            await world.notifier.enqueue(number, merchant.url, {"out_trade_no": number})
        await world.notifier.drain()
        await world.pass_time(DAY)

    world = play(scene)
    numbers = [json.loads(body)["id"] for _, body in merchant.received]
    assert len(world.deliveries) == 32
    assert {numbers.count(each) for each in set(numbers)} == {16}


def test_a_payment_is_delivered_without_anybody_draining(merchant: Merchant) -> None:
    async def scene(world: World) -> None:
        await world.notifier.enqueue(ORDER, merchant.url, RESOURCE)
        assert not world.deliveries
        await world.until(lambda: bool(world.deliveries))

    assert play(scene).deliveries[0].accepted


def test_a_rung_is_climbed_when_its_real_time_comes(
    merchant: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harness.simulator.ladder.LADDER", (timedelta(milliseconds=50),))
    merchant.answers = [500, 200]

    async def scene(world: World) -> None:
        await world.notifier.enqueue(ORDER, merchant.url, RESOURCE)
        await world.until(lambda: len(world.deliveries) == 2)

    assert play(scene).deliveries[1].accepted


def test_one_notification_is_never_sent_twice_at_once(merchant: Merchant) -> None:
    merchant.answers = [500]

    async def scene(world: World) -> None:
        await world.notifier.enqueue(ORDER, merchant.url, RESOURCE)
        world.clock.advance(DAY)
        await asyncio.gather(
            *(world.notifier.drain() for _ in range(3)),
            *(world.notifier.redeliver(ORDER) for _ in range(3)),
        )

    world = play(scene)
    assert merchant.most_under_way == 1
    assert len(world.deliveries) == 19


def test_a_redirect_is_a_failure_and_is_not_followed(merchant: Merchant) -> None:
    world = play(paid(f"{merchant.base}/moved"))
    assert [(each.status, each.accepted) for each in world.deliveries] == [(307, False)]
    assert len(merchant.received) == 1


def test_a_merchant_that_is_down_is_a_failure_with_a_reason() -> None:
    listener = listen()
    port = listener.getsockname()[1]
    listener.close()
    world = play(paid(f"http://127.0.0.1:{port}/notify"))
    assert world.deliveries[0].status is None
    assert not world.deliveries[0].accepted
    assert "ConnectError" in (world.deliveries[0].error or "")


def test_the_deadline_is_five_seconds() -> None:
    assert courier.DEADLINE_S == 5.0


@pytest.mark.parametrize("path", ["silent", "trickle"])
def test_an_answer_after_the_deadline_is_a_failure(
    merchant: Merchant, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr(courier, "DEADLINE_S", 0.2)
    world = play(paid(f"{merchant.base}/{path}"))
    (delivery,) = world.deliveries
    assert (delivery.status, delivery.accepted) == (None, False)
    assert "within 0.2 s" in (delivery.error or "")
    assert 0.2 <= delivery.duration_s < 5


def test_an_endless_answer_does_not_hold_the_platform(merchant: Merchant) -> None:
    world = play(paid(f"{merchant.base}/endless"))
    assert world.deliveries[0].accepted


@pytest.mark.parametrize(
    "url",
    [
        "https://shop.example.com/notify",
        "http://192.168.1.10/notify",
        "http://127.0.0.1.example.com/notify",
        "http://[2001:db8::1]/notify",
        "ftp://127.0.0.1/notify",
        "not an address",
        "http://127.0.0.1:notaport/",
    ],
)
def test_a_stranger_is_never_called(url: str) -> None:
    world = play(paid_then(url, DAY))
    (delivery,) = world.deliveries
    assert not delivery.accepted
    assert (delivery.error or "").startswith("not sent:")
    assert delivery.signature_kind == "lost"


@pytest.mark.parametrize(
    "url", ["http://localhost:1/n", "http://127.8.9.1:1/n", "https://[::1]:1/n", "http://merchant.test/n"]
)
def test_loopback_and_allowed_hosts_may_be_called(url: str) -> None:
    assert courier.Courier(frozenset({"merchant.test"})).objection(url) is None


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
    assert [each.attempt for each in world.deliveries] == [1, 2]
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


def test_redelivery_is_one_genuine_callback_outside_the_ladder(merchant: Merchant) -> None:
    merchant.answers = [500]

    async def scene(world: World) -> None:
        await paid(merchant.url)(world)
        world.faults.add(Fault(operation="notify", action="lost"))
        again = await world.notifier.redeliver(ORDER)
        assert (again.attempt, again.status, again.signature_kind) == (2, 500, "genuine")
        world.faults.clear()
        await world.pass_time(DAY)

    world = play(scene)
    assert len(world.deliveries) == 17
    ladder = [each for each in world.deliveries if each.attempt != 2]
    assert tuple(each.due - ladder[0].due for each in ladder) == OFFSETS


def test_redelivery_of_an_accepted_callback_repeats_its_body(merchant: Merchant) -> None:
    async def scene(world: World) -> None:
        await paid(merchant.url)(world)
        await world.notifier.redeliver(ORDER)

    play(scene)
    (_, first), (headers, second) = merchant.received
    assert first == second
    VERIFIER.verify(headers, second)


def test_redelivery_without_a_payment_says_what_to_do() -> None:
    async def scene(world: World) -> None:
        with pytest.raises(UsageError, match="pay the order first"):
            await world.notifier.redeliver("order-nobody-paid")

    play(scene)


def test_leaving_while_an_attempt_hangs_does_not_wait_for_it(merchant: Merchant) -> None:
    async def scene(world: World) -> None:
        await world.notifier.enqueue(ORDER, f"{merchant.base}/silent", RESOURCE)
        await asyncio.sleep(0)

    assert play(scene).deliveries == []
