"""With MCP switched on: who brings an order, what happens when MCP fails, and what is said of it."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import timedelta

import pytest

from harness.core.clock import wire_now
from harness.core.money import Fen
from harness.levers.client import LeversClient
from harness.levers.models import Fault
from harness.simulator.embedded import running_simulator
from tests.shop.conftest import ANY_NOTIFY_URL, Trade, new_order_id, trading


@pytest.fixture(params=["mcp", "envelope"])
def spoken(request: pytest.FixtureRequest, mcp_environment: dict[str, str]) -> tuple[str, dict[str, str]]:
    """A dialect, and the settings of a shop that speaks it."""
    return str(request.param), {**mcp_environment, "WECHAT_MCP_DIALECT": str(request.param)}


@pytest.mark.parametrize("kind", ["qr", "h5", "jsapi", "miniprogram"])
def test_an_order_goes_over_mcp_and_the_marker_says_so(
    spoken: tuple[str, dict[str, str]], levers: LeversClient, kind: str
) -> None:
    dialect, environment = spoken
    with trading(environment, levers) as trade:
        created = trade.ask(kind=kind)
        number = str(created.out_trade_no)
        audit = levers.audit(number)
        assert created.created, created.raw
        assert (audit.dialect, created.dialect, created.mcp_enabled) == (dialect, dialect, True)
        placed = next(event for event in audit.events if event.kind == "created")
        assert placed.detail["request_id"] == created.mcp_request_id
        books = trade.books(number)
        assert (books.dialect, books.request_id) == (dialect, created.mcp_request_id)


def test_a_payment_is_credited_once_whatever_the_dialect_of_its_notify(
    spoken: tuple[str, dict[str, str]], levers: LeversClient
) -> None:
    _, environment = spoken
    with trading(environment, levers) as trade:
        number = trade.order("19.90")
        levers.pay(out_trade_no=number, coupon=Fen(100))
        levers.redeliver(number)
        assert levers.audit(number).deliveries[0].accepted
        books = trade.books(number)
        assert (books.status, books.paid_amount, books.credits) == ("paid", Fen(1990), 1)


def test_a_lost_notify_is_made_up_for_by_a_query(
    spoken: tuple[str, dict[str, str]], levers: LeversClient
) -> None:
    _, environment = spoken
    with trading(environment, levers) as trade:
        number = trade.order("19.90")
        levers.add_fault(Fault(operation="notify", action="lost", out_trade_no=number, times=50))
        levers.pay(out_trade_no=number)
        assert trade.merchant.confirm(number).status == "paid"
        assert trade.books(number).paid_amount == Fen(1990)


@pytest.mark.parametrize(
    "fault",
    [
        Fault(operation="create", action="refuse", times=9),
        Fault(operation="create", action="reset", times=9),
        Fault(operation="create", action="status", value=503, times=9),
        Fault(operation="create", action="drop_after_acceptance"),
    ],
    ids=lambda fault: fault.action,
)
def test_when_mcp_fails_the_same_order_goes_over_the_classic_api(
    spoken: tuple[str, dict[str, str]], levers: LeversClient, fault: Fault
) -> None:
    dialect, environment = spoken
    with trading(environment, levers) as trade:
        before = set(levers.orders())
        levers.add_fault(fault.model_copy(update={"dialect": dialect}))
        created = trade.ask("5")
        assert created.created, created.raw
        assert set(levers.orders()) - before == {created.out_trade_no}
        audit = levers.audit(str(created.out_trade_no))
        assert (audit.dialect, created.dialect, created.mcp_enabled) == ("apiv3", "apiv3", False)
        assert created.mcp_request_id is None
        assert created.code_url == audit.code_url
        levers.pay(out_trade_no=str(created.out_trade_no))
        assert trade.books(str(created.out_trade_no)).credits == 1


def test_half_a_minute_after_it_failed_mcp_is_tried_again(
    mcp_environment: dict[str, str], levers: LeversClient
) -> None:
    with trading(mcp_environment, levers) as trade:
        levers.add_fault(Fault(operation="create", action="refuse", dialect="mcp", times=9))
        assert trade.ask("5").mcp_enabled is False
        levers.clear_faults()
        assert trade.ask("5").mcp_enabled is False
        trade.merchant.advance(31)
        assert trade.ask("5").mcp_enabled is True


def test_switched_off_nothing_goes_over_mcp(trade: Trade) -> None:
    created = trade.ask("5")
    assert (created.mcp_enabled, created.mcp_request_id, created.dialect) == (False, None, "apiv3")
    assert trade.levers.audit(str(created.out_trade_no)).dialect == "apiv3"
    assert trade.merchant.status().enabled is False


def test_the_service_status_is_what_the_endpoint_says(mcp_trade: Trade) -> None:
    status, health = mcp_trade.merchant.status(), mcp_trade.merchant.mcp_health()
    assert (status.status_code, status.enabled, status.wechat, status.alipay) == (200, True, True, False)
    assert (health.status_code, health.wechat, health.alipay) == (200, True, False)


def test_an_endpoint_that_is_gone_is_no_service(
    mcp_environment: dict[str, str], levers: LeversClient
) -> None:
    gone = {**mcp_environment, "WECHAT_MCP_ENDPOINT": "http://127.0.0.1:9/mcp/v1"}
    with trading(gone, levers) as trade:
        status = trade.merchant.status()
        assert (status.enabled, status.wechat) == (True, False)
        assert trade.merchant.mcp_health().wechat is False
        assert trade.ask("5").created


@pytest.mark.parametrize("path", ["/api/payment/status", "/api/payment/mcp-health"])
def test_a_stranger_is_told_no_status(trade: Trade, path: str) -> None:
    trade.merchant.login()
    own = trade.merchant.page(path, user_agent="")
    assert own.status_code == 200
    with type(trade.merchant)(trade.profile) as stranger:
        assert stranger.page(path, user_agent="").status_code == 401


def test_the_experience_edition_limits_the_day_and_ends_within_a_day() -> None:
    with ExitStack() as stack:
        simulator = stack.enter_context(running_simulator())
        environment = simulator.environment(notify_url=ANY_NOTIFY_URL)
        levers = stack.enter_context(LeversClient(simulator.levers_url, simulator.levers_token))
        trade = stack.enter_context(trading(environment, levers))
        for _ in range(10):
            created = trade.ask("100")
            assert created.created, created.raw
            assert created.expire_time is not None
            assert created.expire_time <= wire_now() + timedelta(hours=24)
        order_id = new_order_id()
        over = trade.ask("0.01", order_id=order_id)
        assert over.status_code == 400
        assert "limit" in str(over.error)
        assert "限额" in str(over.error)
        assert order_id not in {order.order_id for order in trade.observer.orders()}
