"""A shop that pays over MCP first does so at Alipay, too, and books what either form of notify tells it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import httpx
import pytest

from harness.levers.client import LeversClient
from harness.levers.models import Fault
from tests.shop.conftest import SHOPPER_IP, Trade, new_order_id, trading


@pytest.fixture(params=["alipay-mcp", "alipay-envelope"])
def over(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def shop(mcp_environment: dict[str, str], levers: LeversClient, over: str) -> Iterator[Trade]:
    with trading({**mcp_environment, "ALIPAY_MCP_DIALECT": over}, levers) as trade:
        yield trade


def order(trade: Trade, kind: str = "h5") -> Mapping[str, object]:
    created = trade.merchant.create_order(
        order_id=new_order_id(),
        amount_yuan="19.90",
        payment_method="alipay",
        payment_type=kind,
        client_ip=SHOPPER_IP,
    )
    assert created.created, created.raw
    answer: Mapping[str, object] = created.raw
    return answer


def test_a_payment_over_mcp_is_credited_once_and_says_so(shop: Trade, over: str) -> None:
    answer = order(shop)
    number = str(answer["outTradeNo"])
    metadata = answer["metadata"]
    assert isinstance(metadata, dict)
    assert metadata["mcpEnabled"] is True
    created = next(event for event in shop.levers.audit(number).events if event.kind == "created")
    assert (created.detail["dialect"], created.detail["request_id"]) == (over, metadata["mcpRequestId"])
    shop.levers.pay(out_trade_no=number)
    books = shop.books(number)
    assert (books.dialect, books.paid_amount, books.credits) == (over, 1990, 1)
    assert shop.levers.audit(number).deliveries[-1].accepted


def test_while_mcp_is_down_the_same_shopper_pays_over_alipays_own_api(shop: Trade, over: str) -> None:
    down = {"operation": "any", "action": "status", "value": 503, "dialect": over, "times": 1000}
    shop.levers.add_fault(Fault.model_validate(down))
    answer = order(shop)
    httpx.get(str(answer["paymentUrl"]), trust_env=False)
    number = str(answer["outTradeNo"])
    shop.levers.pay(out_trade_no=number)
    books = shop.books(number)
    assert (books.dialect, books.paid_amount, books.credits) == ("alipay", 1990, 1)


def test_a_lost_notify_is_found_by_asking_the_endpoint(shop: Trade) -> None:
    number = str(order(shop)["outTradeNo"])
    lost = Fault(operation="notify", action="lost", out_trade_no=number, times=50)
    shop.levers.add_fault(lost)
    shop.levers.pay(out_trade_no=number)
    shop.merchant.confirm(number)
    assert shop.books(number).paid_amount == 1990
