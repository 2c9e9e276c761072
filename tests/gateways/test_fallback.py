"""Two channels, one order: when the second takes over, and what it asks before it does."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import pytest

from harness.core.errors import (
    EnvironmentUnreachable,
    GoLiveError,
    PlatformRefusal,
    SignatureInvalid,
    TargetFailure,
    UnknownOutcome,
    UsageError,
)
from harness.core.payment import Order, Prepared, Transaction
from harness.gateways.fallback import FallbackGateway
from harness.gateways.protocol import EndpointStatus
from harness.gateways.refusals import ChannelRefusal
from harness.gateways.service_status import ServiceStatus
from tests.gateways.mcp_settings import new_order

UNREACHABLE = EnvironmentUnreachable("no connection")
CHANNEL = ChannelRefusal(401, "", "key")
UNKNOWN = UnknownOutcome("lost")
TAMPERED = SignatureInvalid("tampered")
BROKEN = PlatformRefusal(503, "SERVICE_UNAVAILABLE", "")
MALFORMED = TargetFailure("nonsense")
NOT_FOUND = PlatformRefusal(404, "ORDER_NOT_EXIST", "")
BUSINESS = PlatformRefusal(403, "OUT_TRADE_NO_USED", "")


@dataclass
class Channel:
    """A gateway that does what `fails` and `state` say, and keeps a common list of what it was asked."""

    dialect: str
    asked: list[tuple[str, str, Any]]
    fails: dict[str, GoLiveError] = field(default_factory=dict)
    state: str | None = "NOTPAY"
    can_close: bool = True
    closed: bool = False

    def _does(self, what: str, subject: Any) -> None:
        self.asked.append((self.dialect, what, subject))
        if what in self.fails:
            raise self.fails[what]

    def create(self, order: Order) -> Prepared:
        self._does("create", order)
        return Prepared(out_trade_no=order.out_trade_no, code_url="weixin://x", dialect=self.dialect)

    def query(self, out_trade_no: str) -> Transaction:
        self._does("query", out_trade_no)
        if self.state is None:
            raise NOT_FOUND
        return Transaction(out_trade_no=out_trade_no, trade_state=self.state)

    def close(self, out_trade_no: str) -> None:
        self._does("close", out_trade_no)

    def probe(self) -> EndpointStatus:
        away = "probe" in self.fails
        return EndpointStatus(
            reachable=not away, clock_skew_s=-7.0 if away else 2.0, detail="d", trusted=True
        )

    def status(self) -> ServiceStatus:
        return ServiceStatus(enabled=True, wechat="status" not in self.fails, alipay=False, detail="d")

    def close_connections(self) -> None:
        self.closed = True
        if "close_connections" in self.fails:
            raise self.fails["close_connections"]


class Pair:
    """Both channels, the gateway over them, and its clock."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, Any]] = []
        self.first = Channel("mcp", self.asked)
        self.second = Channel("apiv3", self.asked)
        self.now = 1000.0
        self.gateway = FallbackGateway(self.first, self.second, now=lambda: self.now, retry_after_s=30)

    @property
    def steps(self) -> list[tuple[str, str]]:
        """Who was asked what."""
        return [(str(dialect), what) for dialect, what, _ in self.asked]


@pytest.fixture
def pair() -> Pair:
    return Pair()


def test_what_works_first_is_all_that_is_used(pair: Pair) -> None:
    order = new_order()
    assert pair.gateway.create(order).dialect == "mcp"
    pair.gateway.query(order.out_trade_no)
    pair.gateway.close(order.out_trade_no)
    assert pair.steps == [("mcp", "create"), ("mcp", "query"), ("mcp", "close")]
    assert pair.gateway.dialect == "mcp"


@pytest.mark.parametrize("error", [UNREACHABLE, CHANNEL], ids=["unreachable", "channel"])
def test_where_nothing_was_done_the_second_takes_over_at_once(pair: Pair, error: GoLiveError) -> None:
    pair.first.fails["create"] = error
    order = new_order()
    assert pair.gateway.create(order).dialect == "apiv3"
    assert pair.steps == [("mcp", "create"), ("apiv3", "create")]


@pytest.mark.parametrize(
    "error", [UNKNOWN, TAMPERED, BROKEN, MALFORMED], ids=["unknown", "tampered", "5xx", "malformed"]
)
@pytest.mark.parametrize("state", [None, "NOTPAY", "USERPAYING", "PAYERROR"])
def test_where_something_may_have_been_done_the_query_comes_first(
    pair: Pair, error: GoLiveError, state: str | None
) -> None:
    pair.first.fails["create"], pair.second.state = error, state
    order = new_order()
    assert pair.gateway.create(order).dialect == "apiv3"
    assert pair.steps == [("mcp", "create"), ("apiv3", "query"), ("apiv3", "create")]


def test_the_second_is_asked_for_the_very_same_order(pair: Pair) -> None:
    pair.first.fails["create"] = UNKNOWN
    order = new_order()
    pair.gateway.create(order)
    assert [subject for _, what, subject in pair.asked if what == "create"] == [order, order]


@pytest.mark.parametrize("state", ["SUCCESS", "REFUND", "CLOSED", "REVOKED", "FROZEN"])
def test_a_settled_or_unknown_order_is_not_placed_again(pair: Pair, state: str) -> None:
    pair.first.fails["create"], pair.second.state = UNKNOWN, state
    with pytest.raises(UnknownOutcome, match=state) as caught:
        pair.gateway.create(new_order())
    assert "query" in caught.value.remedy
    assert pair.steps == [("mcp", "create"), ("apiv3", "query")]


@pytest.mark.parametrize(
    "error", [UNREACHABLE, UNKNOWN, TAMPERED, BROKEN, CHANNEL], ids=["away", "lost", "bad", "5xx", "key"]
)
def test_an_order_that_nobody_can_look_up_is_never_placed_again_unseen(
    pair: Pair, error: GoLiveError
) -> None:
    pair.first.fails["create"], pair.second.fails["query"] = UNKNOWN, error
    order = new_order()
    with pytest.raises(TargetFailure):
        pair.gateway.create(order)
    assert pair.steps == [("mcp", "create"), ("apiv3", "query")]
    del pair.second.fails["query"], pair.first.fails["create"]
    pair.asked.clear()
    pair.gateway.create(order)
    assert pair.steps == [("apiv3", "query"), ("apiv3", "create")]


def test_an_order_the_first_may_have_is_unclear_when_the_second_goes_away(pair: Pair) -> None:
    pair.first.fails["create"], pair.second.fails["create"] = UNKNOWN, UNREACHABLE
    with pytest.raises(UnknownOutcome):
        pair.gateway.create(new_order())


def test_what_the_platform_decided_is_not_asked_twice(pair: Pair) -> None:
    pair.first.fails = {"create": BUSINESS, "query": NOT_FOUND, "close": BUSINESS}
    for call in (
        lambda: pair.gateway.create(new_order()),
        lambda: pair.gateway.query("GL1"),
        lambda: pair.gateway.close("GL1"),
    ):
        with pytest.raises(PlatformRefusal):
            call()
    assert {who for who, _ in pair.steps} == {"mcp"}


def test_a_call_that_was_wrong_from_the_start_changes_nothing(pair: Pair) -> None:
    pair.first.fails["create"] = UsageError("no openid")
    with pytest.raises(UsageError):
        pair.gateway.create(new_order())
    del pair.first.fails["create"]
    assert pair.gateway.create(new_order()).dialect == "mcp"


@pytest.mark.parametrize(
    "error",
    [UNREACHABLE, CHANNEL, UNKNOWN, TAMPERED, BROKEN, MALFORMED],
    ids=["away", "key", "lost", "bad", "5xx", "malformed"],
)
@pytest.mark.parametrize("what", ["query", "close"])
def test_looking_and_closing_go_on_over_the_second(pair: Pair, error: GoLiveError, what: str) -> None:
    pair.first.fails[what] = error
    getattr(pair.gateway, what)("GL1")
    assert pair.steps == [("mcp", what), ("apiv3", what)]


def test_a_first_that_cannot_close_is_not_asked_to(pair: Pair) -> None:
    pair.first.can_close = False
    pair.gateway.close("GL1")
    assert pair.steps == [("apiv3", "close")]


def test_a_failed_first_is_left_alone_and_then_tried_again(pair: Pair) -> None:
    pair.first.fails["create"] = UNREACHABLE
    pair.gateway.create(new_order())
    del pair.first.fails["create"]
    pair.now += 29.9
    assert pair.gateway.create(new_order()).dialect == "apiv3"
    pair.now += 0.2
    assert pair.gateway.create(new_order()).dialect == "mcp"
    assert pair.gateway.create(new_order()).dialect == "mcp"


def test_a_first_that_fails_again_is_left_alone_again(pair: Pair) -> None:
    pair.first.fails["create"] = UNREACHABLE
    pair.gateway.create(new_order())
    pair.now += 31
    pair.gateway.create(new_order())
    pair.now += 29
    pair.gateway.create(new_order())
    assert pair.steps.count(("mcp", "create")) == 2


def test_a_refusal_by_the_platform_shows_that_the_first_works(pair: Pair) -> None:
    pair.first.fails["create"] = UNREACHABLE
    pair.gateway.create(new_order())
    pair.now += 31
    pair.first.fails["create"] = BUSINESS
    with pytest.raises(PlatformRefusal):
        pair.gateway.create(new_order())
    del pair.first.fails["create"]
    assert pair.gateway.create(new_order()).dialect == "mcp"


def test_one_call_tries_the_first_while_the_others_go_on(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    pair.first.fails["query"] = UNREACHABLE
    pair.gateway.query("GL1")
    pair.now += 31
    inside, finish = threading.Event(), threading.Event()
    slow = pair.first.query

    def query(number: str) -> Transaction:
        inside.set()
        finish.wait(5)
        return slow(number)

    monkeypatch.setattr(pair.first, "query", query)
    pair.asked.clear()
    with ThreadPoolExecutor(1) as threads:
        trial = threads.submit(pair.gateway.query, "GL2")
        assert inside.wait(5)
        for _ in range(20):
            pair.gateway.query("GL3")
        assert pair.steps == [("apiv3", "query")] * 20
        finish.set()
        trial.result(5)


def test_a_probe_is_as_good_as_the_worse_of_both(pair: Pair) -> None:
    assert pair.gateway.probe().reachable
    pair.second.fails["probe"] = UNREACHABLE
    probed = pair.gateway.probe()
    assert not probed.reachable
    assert probed.clock_skew_s == -7.0


def test_the_status_says_who_stands_in(pair: Pair) -> None:
    assert pair.gateway.status().wechat
    pair.first.fails["status"] = UNREACHABLE
    told = pair.gateway.status()
    assert (told.enabled, told.wechat) == (True, False)
    assert "apiv3" in told.detail


def test_both_are_closed_even_if_one_complains(pair: Pair) -> None:
    pair.first.fails["close_connections"] = UNKNOWN
    with pytest.raises(UnknownOutcome):
        pair.gateway.close_connections()
    assert pair.second.closed


def test_twenty_orders_at_once_are_each_placed_once(pair: Pair) -> None:
    pair.first.fails["create"] = UNKNOWN
    pair.second.state = None
    orders = [new_order() for _ in range(20)]
    place: Callable[[Order], Prepared] = pair.gateway.create
    with ThreadPoolExecutor(20) as threads:
        made = list(threads.map(place, orders))
    assert {prepared.dialect for prepared in made} == {"apiv3"}
    placed = [subject for dialect, what, subject in pair.asked if (dialect, what) == ("apiv3", "create")]
    assert sorted(order.out_trade_no for order in placed) == sorted(order.out_trade_no for order in orders)
