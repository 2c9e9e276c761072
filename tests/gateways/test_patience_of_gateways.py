"""How gateways wait: bounded, together, and never for a second order."""

from __future__ import annotations

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from harness.core.errors import EnvironmentUnreachable, UnknownOutcome, UsageError
from harness.gateways.choose import ProbingGateway
from harness.gateways.envelope.gateway import EnvelopeGateway
from harness.gateways.envelope.mapping import WeChatOperations
from harness.gateways.loop_thread import LoopThread
from harness.gateways.mcp.gateway import McpGateway
from harness.gateways.mcp.mapping import WeChatTools
from harness.gateways.refusals import ChannelRefusal, refusal
from harness.gateways.retries import attempted
from harness.settings.model import WeChatSettings
from tests.gateways.mcp_settings import mcp_settings
from tests.gateways.payment_service import APPID, disturbed, hang, refused_address


@dataclass
class Work:
    """Fails as planned, on a clock that only pauses move."""

    fails: list[Exception]
    now: float = 0.0
    done: int = 0
    pauses: list[float] = field(default_factory=list)

    def __call__(self) -> str:
        self.done += 1
        if self.fails:
            raise self.fails.pop(0)
        return "done"

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds

    def attempted(self, attempts: int, budget_s: float) -> str:
        return attempted(self, attempts=attempts, budget_s=budget_s, sleep=self.sleep, now=lambda: self.now)


def test_what_did_not_leave_is_tried_again_after_short_pauses() -> None:
    work = Work([EnvironmentUnreachable("a"), EnvironmentUnreachable("b")])
    assert work.attempted(3, 10) == "done"
    assert work.pauses == [0.1, 0.2]


def test_attempts_are_counted_in_all() -> None:
    work = Work([EnvironmentUnreachable("a") for _ in range(9)])
    with pytest.raises(EnvironmentUnreachable):
        work.attempted(3, 10)
    assert work.done == 3


def test_no_attempt_begins_beyond_the_budget() -> None:
    work = Work([EnvironmentUnreachable("a") for _ in range(99)])
    with pytest.raises(EnvironmentUnreachable):
        work.attempted(99, 1)
    assert work.now < 1


def test_what_was_sent_is_never_tried_again() -> None:
    work = Work([UnknownOutcome("lost")])
    with pytest.raises(UnknownOutcome):
        work.attempted(5, 10)
    assert work.done == 1


@pytest.mark.parametrize(
    ("status", "code", "channel"),
    [
        (400, "PARAM_ERROR", False),
        (404, "ORDER_NOT_EXIST", False),
        (403, "RULE_LIMIT", False),
        (400, "ORDERPAID", False),
        (500, "SYSTEM_ERROR", False),
        (503, "", False),
        (401, "SIGN_ERROR", True),
        (429, "RATELIMIT_EXCEEDED", True),
        (404, "", True),
        (404, "INVALID_REQUEST", True),
        (400, "-32602", True),
        (403, "invalid_origin", True),
    ],
)
def test_the_platforms_no_is_told_from_the_channels(status: int, code: str, channel: bool) -> None:
    made = refusal(status, code, "words", where="create", request_id="1")
    assert isinstance(made, ChannelRefusal) is channel
    assert (made.status, made.code, made.where) == (status, code, "create")


def test_a_mute_endpoint_makes_twenty_shoppers_wait_no_longer_than_one(
    settings: WeChatSettings, merchant_key: RSAPrivateKey, platform_key: RSAPrivateKey
) -> None:
    with disturbed(refused_address()) as line:
        line.always = hang
        mcp = mcp_settings(line.base_url, merchant_key, platform_key, timeout_ms=1500)
        gateway = ProbingGateway(
            [McpGateway(mcp, tools=WeChatTools(APPID)), EnvelopeGateway(mcp, WeChatOperations(settings))]
        )
        together = threading.Barrier(20)

        def ask(_: int) -> str:
            together.wait(10)
            try:
                return gateway.query("GL123456").trade_state
            except EnvironmentUnreachable:
                return "away"

        begun = time.monotonic()
        with ThreadPoolExecutor(20) as threads:
            assert set(threads.map(ask, range(20))) == {"away"}
        assert time.monotonic() - begun < 8
        gateway.close_connections()


async def _answer() -> int:
    return 42


def test_a_loop_thread_starts_with_the_first_call_and_ends_when_closed() -> None:
    loop = LoopThread("a-loop-of-the-tests")

    def running() -> list[threading.Thread]:
        return [thread for thread in threading.enumerate() if thread.name == "a-loop-of-the-tests"]

    assert not running()
    assert loop.run(_answer) == 42
    (thread,) = running()
    assert thread.daemon
    loop.close()
    loop.close()
    assert not running()
    with pytest.raises(UsageError):
        loop.run(_answer)


def test_a_loop_does_not_wait_for_itself() -> None:
    loop = LoopThread("a-loop-of-the-tests")

    async def inward() -> int:
        return loop.run(_answer)

    with pytest.raises(UsageError):
        loop.run(inward)
    loop.close()


def test_closing_does_not_leave_a_caller_waiting() -> None:
    loop = LoopThread("a-loop-of-the-tests")
    begun = threading.Event()

    async def forever() -> None:
        begun.set()
        await asyncio.Event().wait()

    with ThreadPoolExecutor(1) as threads:
        call = threads.submit(loop.run, forever)
        assert begun.wait(5)
        loop.close()
        with pytest.raises(UnknownOutcome):
            call.result(5)
