"""Alipay's tools do what the official server's do: yuan in, a link out, a trade once a payer opens it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from harness.core.clock import BusinessClock
from harness.levers.models import Fault
from harness.simulator.account.identity import Identity
from harness.simulator.wire.alipay_mcp.catalogue import (
    CREATE_MOBILE,
    CREATE_WEB_PAGE,
    QUERY,
    QUERY_REFUND,
    REFUND,
)
from tests.simulator.mcp_side import Endpoint, RawCaller, endpoint, refusal

NUMBER = "GL20261129000001"
NOTIFY_URL = "http://127.0.0.1:1/callbacks/alipay"


def order(number: str = NUMBER, amount: object = 19.9, **more: object) -> dict[str, Any]:
    """The arguments of a good order; a change to None leaves one out."""
    given = {"outTradeNo": number, "totalAmount": amount, "orderTitle": "龙井 250 克", **more}
    return {name: value for name, value in given.items() if value is not None}


class Agent:
    """Speaks to one platform of its own."""

    def __init__(self, served: Endpoint, raw: RawCaller, clock: BusinessClock) -> None:
        self.raw, self.clock, self.platform, self.account = raw, clock, served.platform, served.alipay

    def taken(self, tool: str, given: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        """What a tool that did its work said, and its members, which are what its schema promises."""
        told = self.raw.result(tool, given)
        assert not told["isError"], told
        members: dict[str, Any] = told["structuredContent"]
        schemas = {each["name"]: each["outputSchema"] for each in self.tools()}
        Draft202012Validator(schemas[tool]).validate(members)
        return str(told["content"][0]["text"]), members

    def tools(self) -> list[dict[str, Any]]:
        answer = self.raw.post(self.raw.message("tools/list"), self.raw.headers("tools/list"))
        found: list[dict[str, Any]] = answer.json()["result"]["tools"]
        return found

    def paid(self, number: str = NUMBER, amount: object = 19.9) -> None:
        self.taken(CREATE_MOBILE, order(number, amount))
        self.platform.pay(self.account.find(number))

    def refund(self, amount: object = 10, number: str = "R1", of: str = NUMBER) -> dict[str, Any]:
        return self.raw.result(REFUND, {"outTradeNo": of, "refundAmount": amount, "outRequestNo": number})


@pytest.fixture
def agent(identity: Identity) -> Iterator[Agent]:
    clock = BusinessClock()
    with endpoint(identity, clock=clock, dialect="alipay-mcp") as served, RawCaller(served) as raw:
        yield Agent(served, raw, clock)


@pytest.mark.parametrize(
    ("tool", "label", "product"),
    [(CREATE_MOBILE, "支付链接", "h5"), (CREATE_WEB_PAGE, "网页支付链接", "page")],
)
def test_an_order_is_a_link_that_a_payer_opens(agent: Agent, tool: str, label: str, product: str) -> None:
    said, told = agent.taken(tool, order(notifyUrl=NOTIFY_URL, passbackParams="a%20b"))
    assert said == f"{label}: [点击完成支付]({told['paymentUrl']})"
    audit = agent.account.audit(NUMBER)
    assert (audit.dialect, audit.product, audit.total) == ("alipay-mcp", product, 1990)
    assert refusal(agent.raw.result(QUERY, {"outTradeNo": NUMBER})) == {
        "code": "ACQ.TRADE_NOT_EXIST",
        "message": "交易查询失败. 错误信息: 交易不存在",
    }
    agent.platform.pay(agent.account.find(NUMBER))
    said, trade = agent.taken(QUERY, {"outTradeNo": NUMBER})
    assert said == f"交易状态: TRADE_SUCCESS, 交易金额: 19.90, 支付宝交易号: {trade['tradeNo']}"


@pytest.mark.parametrize(
    ("amount", "fen"), [(19.9, 1990), (20, 2000), ("19.90", 1990), (0.01, 1), (100_000_000, 10_000_000_000)]
)
def test_yuan_is_a_number_or_a_text(agent: Agent, amount: object, fen: int) -> None:
    agent.taken(CREATE_MOBILE, order(amount=amount))
    assert agent.account.find(NUMBER).total == fen


@pytest.mark.parametrize(
    "changes",
    [
        {"totalAmount": 0.1 + 0.2},
        {"totalAmount": 19.999},
        {"totalAmount": "1e2"},
        {"totalAmount": " 1.00"},
        {"totalAmount": 0},
        {"totalAmount": -1},
        {"totalAmount": True},
        {"totalAmount": 10**30},
        {"totalAmount": None},
        {"outTradeNo": "x'; DROP TABLE orders; --"},
        {"outTradeNo": None},
        {"orderTitle": "长" * 257},
        {"orderTitle": "a=b"},
        {"orderTitle": ""},
        {"notifyUrl": "ftp://shop.example"},
        {"discount": 99},
    ],
    ids=str,
)
def test_bad_arguments_are_refused_without_effect(agent: Agent, changes: dict[str, Any]) -> None:
    told = refusal(agent.raw.result(CREATE_MOBILE, order(**changes)))
    assert told["code"] == "PARAM_ERROR"
    assert not agent.account.orders()


def test_a_number_that_is_paid_is_refused_to_the_payer_and_asks_for_the_same_order(agent: Agent) -> None:
    agent.paid()
    agent.taken(CREATE_MOBILE, order())
    assert list(agent.account.orders()) == [NUMBER]


def test_a_refund_is_given_back_once_and_found_again(agent: Agent) -> None:
    agent.paid()
    asked = {"outTradeNo": NUMBER, "refundAmount": 9.9, "outRequestNo": "R1", "refundReason": "行程取消"}
    said, told = agent.taken(REFUND, asked)
    assert said == f"退款结果: 退款成功, 退款交易: {told['tradeNo']}"
    said, again = agent.taken(REFUND, asked)
    assert said == f"退款结果: 重复请求退款幂等成功, 退款交易: {told['tradeNo']}"
    assert (told["fundChange"], again["fundChange"], again["refundFee"]) == ("Y", "N", "9.90")
    said, found = agent.taken(QUERY_REFUND, {"outTradeNo": NUMBER, "outRequestNo": "R1"})
    trade_no = found["tradeNo"]
    assert said == f"查询到退款成功, 退款交易: {trade_no}, 退款金额: 9.90, 退款状态: REFUND_SUCCESS"
    said, unknown = agent.taken(QUERY_REFUND, {"outTradeNo": NUMBER, "outRequestNo": "R2"})
    assert said.startswith("未查询到退款成功. 退款状态: ")
    assert unknown == {}
    assert [each.refund for each in agent.account.audit(NUMBER).refunds] == [990]


def test_what_the_platform_refuses_keeps_its_code(agent: Agent) -> None:
    agent.paid()
    agent.refund()
    told = refusal(agent.refund(9))
    assert told == {
        "code": "ACQ.DISCORDANT_REPEAT_REQUEST",
        "message": "退款执行失败. 错误信息: 请求信息不一致",
    }
    assert refusal(agent.refund(9.91, "R2"))["code"] == "ACQ.REASON_TRADE_REFUND_FEE_ERR"
    assert refusal(agent.refund(of="GL0"))["code"] == "ACQ.TRADE_NOT_EXIST"
    assert len(agent.account.audit(NUMBER).refunds) == 1


def test_no_number_of_calls_crosses_the_ceilings_of_agents(agent: Agent) -> None:
    """Twelve orders of ¥100 are paid; within a day, no more than ten of them come back."""
    for number in range(12):
        agent.paid(f"GL{number}", 100)
    too_much = refusal(agent.refund(100.01, of="GL0"))
    assert (too_much["code"], "from 0.01 to 100" in too_much["message"]) == ("PARAM_ERROR", True), too_much
    for number in range(10):
        assert not agent.refund(100, of=f"GL{number}")["isError"]
    assert refusal(agent.refund(0.01, of="GL11"))["code"] == "ACQ.AGENT_REFUND_LIMIT"
    assert not agent.refund(100, of="GL0")["isError"], "the same number again is no new refund"
    agent.clock.advance(timedelta(days=1))
    assert not agent.refund(0.01, of="GL11")["isError"]


def test_faults_lie_about_a_trade_and_deny_a_refund(agent: Agent) -> None:
    faults = agent.raw.endpoint.faults
    agent.paid()
    faults.add(Fault(operation="query", action="trade_state", value="TRADE_ODD", dialect="alipay-mcp"))
    assert agent.taken(QUERY, {"outTradeNo": NUMBER})[1]["tradeStatus"] == "TRADE_ODD"
    faults.add(Fault(operation="refund", action="status_after_acceptance", value=500, out_trade_no=NUMBER))
    assert agent.refund()["isError"]
    assert agent.account.audit(NUMBER).refunds[0].status == "SUCCESS"


def test_the_key_of_the_other_provider_opens_nothing(agent: Agent, identity: Identity) -> None:
    answer = agent.raw.call(CREATE_MOBILE, order(), authorization=f"Bearer {identity.mcp_api_key}")
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith('Bearer realm="alipay-mcp"')


@pytest.mark.parametrize(
    ("defect", "shows"),
    [
        ("mcp-tool-missing", lambda tools: QUERY_REFUND not in tools),
        (
            "mcp-loose-schemas",
            lambda tools: tools[CREATE_MOBILE]["inputSchema"]["additionalProperties"] is True,
        ),
        ("mcp-query-says-it-writes", lambda tools: tools[QUERY]["annotations"]["readOnlyHint"] is False),
    ],
)
def test_the_defects_of_the_list_are_alipays_too(identity: Identity, defect: str, shows: Any) -> None:
    clock = BusinessClock()
    with endpoint(identity, defects=[defect], dialect="alipay-mcp") as served, RawCaller(served) as raw:
        assert shows({tool["name"]: tool for tool in Agent(served, raw, clock).tools()})


def test_the_defects_of_calls_are_alipays_too(identity: Identity) -> None:
    broken = ["mcp-loose-amounts", "mcp-result-tells-key", "mcp-repeat-orders-again"]
    with endpoint(identity, defects=broken, dialect="alipay-mcp") as served, RawCaller(served) as raw:
        agent = Agent(served, raw, BusinessClock())
        agent.taken(CREATE_MOBILE, order(amount=19.999))
        assert agent.account.find(NUMBER).total == 2000
        agent.platform.pay(agent.account.find(NUMBER))
        assert identity.alipay.mcp_api_key in str(agent.raw.result(QUERY, {"outTradeNo": NUMBER}))
        agent.taken(CREATE_MOBILE, order())
        assert len(agent.account.orders()) == 2
