"""A refund that was asked for is followed until the platform says that the money is back."""

from __future__ import annotations

import io
from typing import Any

import pytest

from harness.core.errors import GoLiveError, PlatformRefusal, UnknownOutcome
from harness.core.money import Fen
from harness.core.payment import Refund, RefundOrder
from harness.plugin.attended.desk import Desk
from harness.plugin.attended.refunding import Refunding
from tests.plugin.attended.test_watching import Time


class Platform:
    """Answers one thing after the other; every request is for the same refund."""

    def __init__(self, *states: str | GoLiveError) -> None:
        self.states, self.orders = list(states), list[RefundOrder]()

    def refund(self, order: RefundOrder) -> Refund:
        self.orders.append(order)
        return self._said()

    def query_refund(self, out_refund_no: str, out_trade_no: str = "") -> Refund:
        assert (out_refund_no, out_trade_no) == ("GLP1R", "GLP1")
        return self._said()

    def close_connections(self) -> None: ...

    def _said(self) -> Refund:
        state = self.states.pop(0) if len(self.states) > 1 else self.states[0]
        if isinstance(state, GoLiveError):
            raise state
        return Refund(out_refund_no="GLP1R", out_trade_no="GLP1", refund_id="5", status=state)


def given_back(*states: str | GoLiveError, wait_s: float = 60) -> tuple[Refunding, Platform, list[Any]]:
    time, notes, platform = Time(), list[Any](), Platform(*states)
    ended = Refunding(
        out_trade_no="GLP1",
        amount=Fen(3),
        gateway=platform,
        notify_url="https://shop.example.com/notify",
        desk=Desk(io.TextIOWrapper(io.BytesIO(), encoding="utf-8"), None),
        pause_s=1,
        note=lambda kind, members: notes.append(members["state"]),
        clock=time.clock,
        sleep=time.sleep,
    )
    ended.ask()
    ended.follow(wait_s=wait_s)
    return ended, platform, notes


def test_it_is_done_when_the_platform_says_so() -> None:
    ended, platform, notes = given_back("PROCESSING", "PROCESSING", "SUCCESS")
    assert ended.done
    assert notes == ["PROCESSING", "SUCCESS"]
    (order,) = platform.orders
    assert (order.refund, order.total, order.out_refund_no) == (3, 3, "GLP1R")


@pytest.mark.parametrize("state", ["CLOSED", "ABNORMAL"])
def test_what_ends_otherwise_is_not_done_and_not_waited_for(state: str) -> None:
    ended, _, _ = given_back("PROCESSING", state)
    assert (ended.done, ended.state, ended.clock()) == (False, state, 5.0)


def test_it_is_followed_no_longer_than_was_said() -> None:
    ended, _, _ = given_back("PROCESSING", wait_s=20)
    assert (ended.done, ended.state) == (False, "PROCESSING")
    assert 20 <= ended.clock() <= 25


def test_an_unclear_answer_is_followed_by_a_question_and_never_by_another_refund() -> None:
    ended, platform, notes = given_back(UnknownOutcome("no trustworthy answer"), "SUCCESS")
    assert ended.done
    assert len(platform.orders) == 1
    assert notes == ["no trustworthy answer", "SUCCESS"]


def test_a_refusal_is_told_in_the_platforms_words() -> None:
    ended, _, _ = given_back(PlatformRefusal(403, "NOT_ENOUGH", "余额不足"), wait_s=5)
    assert "NOT_ENOUGH" in ended.state


def test_what_was_refused_and_is_not_known_is_waited_for_no_longer() -> None:
    no = PlatformRefusal(403, "NOT_ENOUGH", "余额不足")
    ended, _, notes = given_back(no, PlatformRefusal(404, "RESOURCE_NOT_EXISTS", "退款单不存在"), wait_s=300)
    assert ended.clock() == 5.0
    assert notes == [no.what]
    assert "NOT_ENOUGH" in ended.state


@pytest.mark.parametrize(
    "unclear", [UnknownOutcome("no trustworthy answer"), PlatformRefusal(429, "FREQ", "")]
)
def test_an_unclear_answer_is_followed_though_the_refund_is_not_known_yet(unclear: GoLiveError) -> None:
    not_yet = PlatformRefusal(404, "RESOURCE_NOT_EXISTS", "退款单不存在")
    ended, _, _ = given_back(unclear, not_yet, not_yet, "SUCCESS")
    assert ended.done
