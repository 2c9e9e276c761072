"""What was ordered at a real endpoint is closed again, and what could not be is told."""

from __future__ import annotations

import ssl

import pytest

from harness.core.errors import GoLiveError, PlatformRefusal, UnknownOutcome
from harness.core.money import Fen
from harness.core.payment import Provider, Transaction
from harness.gateways.guard import Guard
from harness.gateways.order_cleanup import (
    ASKED,
    CLOSED,
    KEPT,
    NEVER_MADE,
    NOT_OPENED,
    REFUNDED,
    OrderCleanup,
    may_come_back_by_itself,
    summary,
)

BUDGET = Fen(1000)


class FakeGateway:
    """A gateway that closes, or fails to, as told, and then knows what it is told to know."""

    def __init__(self, state: str | GoLiveError = "NOTPAY", **endings: GoLiveError) -> None:
        self.endings = endings
        self.state = state
        self.closed: list[str] = []
        self.queried: list[str] = []

    def close(self, out_trade_no: str) -> None:
        self.closed.append(out_trade_no)
        if out_trade_no in self.endings:
            raise self.endings[out_trade_no]

    def query(self, out_trade_no: str) -> Transaction:
        self.queried.append(out_trade_no)
        if isinstance(self.state, GoLiveError):
            raise self.state
        return Transaction(out_trade_no=out_trade_no, trade_state=self.state)

    def close_connections(self) -> None:
        """Nothing to give back."""


def cleanup(gateway: FakeGateway, *numbers: str) -> OrderCleanup:
    guard = Guard(
        hosts={("pay.example.com", 443)},
        budget=BUDGET,
        rate=1.0,
        verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
    )
    for number in numbers:
        guard.spend(number, 100)
    return OrderCleanup(guard, gateway)


def test_an_order_is_closed_at_its_own_provider_and_what_nobody_opened_is_not_called_closed() -> None:
    unknown = PlatformRefusal(404, "ORDER_NOT_EXIST", "")
    wechat, alipay = FakeGateway(), FakeGateway(UNOPENED=unknown)
    made = cleanup(wechat, "W")
    for number in ("A", "UNOPENED"):
        made.guard.spend(number, 100, provider=Provider.ALIPAY)
    made.alipay = alipay
    made.close_open()
    assert (wechat.closed, alipay.closed, alipay.queried) == (["W"], ["A", "UNOPENED"], ["UNOPENED"])
    assert [each.state for each in made.requested()] == [CLOSED, CLOSED, NOT_OPENED]


def test_each_order_is_closed_once() -> None:
    gateway = FakeGateway()
    made = cleanup(gateway, "A", "B")
    made.close_open()
    made.close_open()
    assert gateway.closed == ["A", "B"]
    assert [(each.out_trade_no, each.amount, each.state) for each in made.requested()] == [
        ("A", 100, CLOSED),
        ("B", 100, CLOSED),
    ]
    assert "none is open" in summary(made.requested(), BUDGET)[0]


@pytest.mark.parametrize("code", ["ORDER_NOT_EXIST", "RESOURCE_NOT_EXISTS"])
def test_what_was_refused_was_never_made(code: str) -> None:
    gateway = FakeGateway(A=PlatformRefusal(404, code, ""))
    made = cleanup(gateway, "A")
    made.close_open()
    assert made.requested()[0].state == NEVER_MADE
    assert "none is open" in summary(made.requested(), BUDGET)[0]
    assert not gateway.queried


UNCLEAR = UnknownOutcome("no answer")
REFUSED = PlatformRefusal(400, "INVALID_REQUEST", "no")
UNKNOWN = PlatformRefusal(404, "ORDER_NOT_EXIST", "")


@pytest.mark.parametrize(
    ("ending", "known", "state"),
    [
        (UNCLEAR, "CLOSED", CLOSED),
        (REFUSED, "CLOSED", CLOSED),
        (REFUSED, UNKNOWN, NEVER_MADE),
        (REFUSED, "NOTPAY", "OPEN, close it by hand"),
        (UNCLEAR, UNCLEAR, "OPEN, close it by hand: no answer"),
        (PlatformRefusal(400, "ORDERPAID", "paid"), "SUCCESS", "PAID: refund it by hand"),
    ],
    ids=["it was closed", "closed before", "never made", "open", "nobody knows", "paid"],
)
def test_an_unclear_ending_is_looked_up_and_never_guessed(
    ending: GoLiveError, known: str | GoLiveError, state: str
) -> None:
    made = cleanup(FakeGateway(known, LEGAL_NUMBER=ending), "LEGAL_NUMBER")
    made.close_open()
    assert made.requested()[0].state.startswith(state)


def test_no_order_stands_under_a_number_that_is_illegal() -> None:
    bad = "x'; DROP TABLE orders; --"
    made = cleanup(FakeGateway(REFUSED, **{bad: REFUSED}), bad)
    made.close_open()
    assert made.requested()[0].state == NEVER_MADE


def test_what_could_not_be_closed_is_tried_again_and_told() -> None:
    gateway = FakeGateway(A=UNCLEAR)
    made = cleanup(gateway, "A", "B")
    made.close_open()
    made.close_open()
    assert gateway.closed == ["A", "B", "A"]
    assert "1 MAY STILL BE OPEN" in summary(made.requested(), BUDGET)[0]


def test_what_nobody_tried_to_close_counts_as_open() -> None:
    assert "1 MAY STILL BE OPEN" in summary(cleanup(FakeGateway(), "A").requested(), BUDGET)[0]


def test_a_run_without_orders_says_so() -> None:
    assert summary([], BUDGET) == ["no order was made; budget 1000 fen"]


def test_what_somebody_looked_after_is_left_alone() -> None:
    gateway = FakeGateway("SUCCESS")
    made = cleanup(gateway, "PAID", "BACK", "OTHER")
    made.settle("PAID", KEPT)
    made.settle("BACK", REFUNDED)
    made.close_open()
    assert gateway.closed == ["OTHER"]
    assert [each.state for each in made.requested()] == [KEPT, REFUNDED, CLOSED]


def test_what_was_paid_and_kept_is_not_called_open_in_either_language() -> None:
    made = cleanup(FakeGateway("SUCCESS"), "PAID", "GOES")
    made.settle("PAID", KEPT)
    made.settle("GOES", f"{KEPT}; refund GOESR is PROCESSING")
    said = "2 orders asked for, 200 fen in all, budget 1000 fen; 2 PAID AND NOT GIVEN BACK:"
    assert summary(made.requested(), BUDGET)[0] == said
    assert summary(made.requested(), BUDGET, "zh") == [
        "请求下单 2 笔，共 200 分，预算 1000 分；2 笔已支付且未退款：",
        "  PAID  100 分  已支付：请人工退款",
        "  GOES  100 分  已支付：请人工退款；退款 GOESR 的状态：PROCESSING",
    ]


@pytest.mark.parametrize(
    ("state", "may"),
    [
        (CLOSED, False),
        (NEVER_MADE, False),
        (REFUNDED, False),
        (f"{KEPT}; refund GLP1R is PROCESSING", False),
        (KEPT, True),
        (ASKED, True),
        (NOT_OPENED, True),
    ],
)
def test_money_that_somebody_asked_back_is_not_awaited_from_the_platform(state: str, may: bool) -> None:
    assert may_come_back_by_itself(state) is may
