"""An agent gives money back: under one number, within ceilings, and told what became of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from harness.core.clock import BusinessClock
from harness.core.payment import RefundStatus
from harness.levers.models import Fault
from harness.simulator.account.identity import Identity
from tests.simulator.mcp_side import RawCaller, endpoint, order
from tests.simulator.merchant_side import NUMBER

REFUND, QUERY = "refund-order", "query-refund-by-out-refund-no"


class Agent:
    """Speaks to one platform of its own, where an order of ¥19.90 is paid."""

    def __init__(self, raw: RawCaller, clock: BusinessClock) -> None:
        self.raw, self.clock, self.account = raw, clock, raw.endpoint.account
        self.paid()

    def paid(self, number: str = NUMBER, total: int = 1990) -> None:
        self.raw.result("create-native-payment", order(out_trade_no=number, amount=total))
        self.raw.endpoint.platform.pay(self.account.find(number))

    def refund(self, number: str = "r1", amount: object = 1000, **more: object) -> dict[str, Any]:
        given = {"out_trade_no": NUMBER, "out_refund_no": number, "amount": amount, **more}
        return self.raw.result(REFUND, {name: value for name, value in given.items() if value is not None})

    def query(self, number: str = "r1") -> dict[str, Any]:
        return self.raw.result(QUERY, {"out_refund_no": number})


@pytest.fixture
def agent(identity: Identity) -> Iterator[Agent]:
    clock = BusinessClock()
    with endpoint(identity, clock=clock) as served, RawCaller(served) as raw:
        yield Agent(raw, clock)


def code(told: dict[str, Any]) -> str:
    assert told["isError"], told
    return str(told["content"][0]["text"])


def test_a_refund_is_accepted_asked_for_and_succeeds(agent: Agent) -> None:
    accepted = agent.refund(reason="行程取消")["structuredContent"]
    assert (accepted["status"], accepted["amount"]["refund"]) == ("PROCESSING", 1000)
    assert agent.refund()["structuredContent"] == agent.query()["structuredContent"] == accepted
    agent.clock.advance(timedelta(minutes=5))
    done = agent.query()["structuredContent"]
    assert done["status"] == "SUCCESS"
    schemas = {tool["name"]: tool["outputSchema"] for tool in listed(agent.raw)}
    for tool, told in ((REFUND, accepted), (QUERY, done)):
        Draft202012Validator(schemas[tool]).validate(told)
    assert agent.account.audit(NUMBER).refunds[0].reason == "行程取消"


def listed(raw: RawCaller) -> list[dict[str, Any]]:
    answer = raw.post(raw.message("tools/list"), raw.headers("tools/list"))
    found: list[dict[str, Any]] = answer.json()["result"]["tools"]
    return found


@pytest.mark.parametrize(
    "changes",
    [
        {"amount": 10.0},
        {"amount": "1000"},
        {"amount": True},
        {"amount": 0},
        {"amount": -1},
        {"amount": 10_001},
        {"amount": None},
        {"number": None},
        {"number": ""},
        {"number": "x" * 65},
        {"number": "退款"},
        {"reason": "茶" * 27},
        {"reason": "🙂"},
        {"total": 1990},
        {"notify_url": "http://127.0.0.1:1/elsewhere"},
    ],
    ids=str,
)
def test_bad_arguments_are_refused_and_move_nothing(agent: Agent, changes: dict[str, Any]) -> None:
    assert "PARAM_ERROR" in code(agent.refund(**changes))
    assert agent.account.audit(NUMBER).refunds == ()


def test_what_the_platform_refuses_keeps_its_code(agent: Agent) -> None:
    agent.refund()
    assert "INVALID_REQUEST" in code(agent.refund(amount=999))
    assert "INVALID_REQUEST" in code(agent.refund("r2", 991))
    assert "FREQUENCY_LIMITED" in code(agent.refund("r2", 990))
    assert "RESOURCE_NOT_EXISTS" in code(agent.refund("r3", out_trade_no="order-nobody"))
    assert "RESOURCE_NOT_EXISTS" in code(agent.query("r2"))
    assert len(agent.account.audit(NUMBER).refunds) == 1


def test_no_number_of_calls_crosses_the_ceiling_of_a_day(identity: Identity) -> None:
    """Twenty orders of ¥100 are paid over two days; within one, no more than ten of them come back."""
    clock = BusinessClock()
    with endpoint(identity, clock=clock) as served, RawCaller(served) as raw:
        agent = Agent(raw, clock)
        clock.advance(timedelta(days=1))
        for number in range(10):
            agent.paid(f"order-day1-{number}", 10_000)
        clock.advance(timedelta(days=1))
        agent.paid("order-day2-1", 10_000)
        for number in range(10):
            told = agent.refund(f"r-{number}", 10_000, out_trade_no=f"order-day1-{number}")
            assert not told["isError"], told
        over: dict[str, Any] = {"number": "r-over", "amount": 1, "out_trade_no": "order-day2-1"}
        assert "RULE_LIMIT" in code(agent.refund(**over))
        assert not agent.refund("r-0", 10_000, out_trade_no="order-day1-0")["isError"]
        clock.advance(timedelta(days=1))
        assert not agent.refund(**over)["isError"]


def test_faults_make_it_end_otherwise_or_deny_it(agent: Agent) -> None:
    faults = agent.raw.endpoint.faults
    faults.add(Fault(operation="refund", action="refund_ends", value="ABNORMAL"))
    agent.refund(amount=500)
    agent.clock.advance(timedelta(minutes=5))
    assert agent.query()["structuredContent"]["status"] == RefundStatus.ABNORMAL
    faults.add(Fault(operation="refund", action="status_after_acceptance", value=429, dialect="mcp"))
    assert "FREQUENCY_LIMITED" in code(agent.refund("r2", 500))
    assert agent.query("r2")["structuredContent"]["status"] == "PROCESSING"
