"""What the shop counts and writes down, and what must never be in it."""

from __future__ import annotations

import json
import logging

import pytest

from harness.levers.models import Fault
from harness.shop.logs import Log, masked
from harness.signing.keys import bare_private, generate, private_pem
from tests.shop.conftest import Trade


def figure(text: str, name: str) -> float:
    """The value of one line of the figures."""
    (line,) = [line for line in text.splitlines() if line.startswith(f"{name} ")]
    return float(line.rpartition(" ")[2])


def test_the_figures_move_with_what_happens(fresh_trade: Trade) -> None:
    number = fresh_trade.order("19.90")
    fresh_trade.levers.pay(out_trade_no=number)
    fresh_trade.merchant.query(number)
    fresh_trade.merchant.deliver((), b"{}")
    fresh_trade.levers.add_fault(Fault(operation="create", action="status", value=400))
    fresh_trade.ask("1")
    fresh_trade.ask("100.01")
    text = fresh_trade.observer.metrics()
    assert figure(text, 'golive_shop_orders_total{result="created"}') == 1
    assert figure(text, 'golive_shop_orders_total{result="error"}') == 1
    assert figure(text, 'golive_shop_orders_total{result="refused"}') == 1
    assert figure(text, 'golive_shop_orders_paid_total{source="callback"}') == 1
    assert figure(text, "golive_shop_paid_fen_total") == 1990
    assert figure(text, 'golive_shop_callbacks_total{result="credited"}') == 1
    assert figure(text, 'golive_shop_callbacks_total{result="unverified"}') == 1
    assert figure(text, "golive_shop_query_seconds_count") == 1
    assert figure(text, 'golive_shop_endpoint_seconds_count{operation="create",result="2xx"}') == 1


def test_one_payment_can_be_followed_by_its_number_and_request_id(
    trade: Trade, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "golive.shop")
    number = trade.order("19.90")
    trade.levers.pay(out_trade_no=number)
    lines = [json.loads(record.message) for record in caplog.records]
    mine = [line for line in lines if line.get("out_trade_no") == number]
    assert [line["event"] for line in mine] == ["endpoint", "order-placed", "order-taken", "callback"]
    assert mine[0]["request_id"] == mine[1]["request_id"]


def test_no_secret_and_no_whole_openid_is_written(
    trade: Trade, environment: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    number = trade.order("19.90")
    trade.levers.pay(out_trade_no=number)
    trade.merchant.confirm(number)
    own = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("golive"))
    assert number in own
    assert environment["GOLIVE_TEST_OPENID"] not in own
    for name in (
        "WECHAT_PAY_APIV3_KEY",
        "WECHAT_PAY_PRIVATE_KEY",
        "WECHAT_MCP_API_KEY",
        "GOLIVE_LEVERS_TOKEN",
    ):
        assert environment[name] not in own
    assert trade.profile.credentials.password not in own


def test_a_careless_line_is_struck_out(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "golive.shop")
    key = generate()
    log = Log((private_pem(key), bare_private(key), 'quoted"secret', "short"))
    log.event("careless", a=private_pem(key), b=f"x{bare_private(key)}y", c='quoted"secret', d="short")
    lines = [json.loads(record.message) for record in caplog.records]
    (written,) = [line for line in lines if line["event"] == "careless"]
    assert written["a"] == "***"
    assert written["b"] == "x***y"
    assert written["c"] == "***"
    assert written["d"] == "short"


@pytest.mark.parametrize(
    ("value", "shown"), [("oUpF8uMuAJO_M2pxb1Q9zNjWeS6o", "oU***6o"), ("13800000", "***")]
)
def test_personal_data_is_masked_but_can_be_told_apart(value: str, shown: str) -> None:
    assert masked(value) == shown
