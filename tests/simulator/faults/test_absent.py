"""What a rule names that is not there is said where the rule is given, and the rule is taken all the same."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from harness.core.control import Text
from harness.levers.client import LeversClient
from harness.levers.models import Fault
from harness.simulator.embedded import RunningSimulator, running_simulator
from harness.simulator.faults.named_outages import outage, outages


@pytest.fixture(scope="module")
def running() -> Iterator[RunningSimulator]:
    with running_simulator(experience=False) as simulator:
        yield simulator


def lacking(running: RunningSimulator, **rule: object) -> list[Text]:
    told = {"operation": "query", "action": "refuse", **rule}
    return running.simulator.present.lacks(Fault.model_validate(told))


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ({"account": "1900000109"}, "nobody here has the account 1900000109 so far"),
        ({"out_trade_no": "nowhere"}, "there is no order nowhere so far"),
        ({"operation": "close", "dialect": "envelope"}, "there is no operation close on envelope"),
        ({"operation": "abnormal-refund", "provider": "alipay"}, "on alipay-mcp, alipay-envelope, alipay"),
        ({"operation": "bill", "dialect": "mcp"}, "there is no operation bill on mcp"),
    ],
)
def test_a_rule_about_what_is_not_there_says_so(
    running: RunningSimulator, rule: dict[str, object], why: str
) -> None:
    (told,) = lacking(running, **rule)
    assert why in told.en
    assert all(str(value) in told.zh for name, value in rule.items() if name != "provider")


def test_a_rule_about_what_is_there_or_comes_by_itself_says_nothing(running: RunningSimulator) -> None:
    identity = running.simulator.identity
    for rule in (
        {},
        {"account": identity.mchid},
        {"account": identity.alipay.seller_id},
        {"operation": "create", "out_trade_no": "to-be-placed"},
        {"operation": "bill-download", "provider": "alipay"},
        {"operation": "notify", "dialect": "mcp"},
        {"operation": "close"},
    ):
        assert lacking(running, **rule) == [], rule
    for name in outages():
        assert [why for each in outage(name).rules for why in running.simulator.present.lacks(each)] == []


def test_the_levers_answer_with_it_rule_by_rule(running: RunningSimulator) -> None:
    with LeversClient(running.levers_url, running.levers_token) as levers:
        there = Fault(operation="query", action="refuse", times="always")
        elsewhere = there.model_copy(update={"account": "1900000109", "operation": "refund"})
        (alone,) = levers.add_fault(elsewhere)
        assert alone.en.startswith("nobody here has the account")
        assert levers.add_fault(there) == []
        (second,) = levers.stand(there, elsewhere, source="mine")
        assert second.en == f"rule 2: {alone.en}"
        assert second.zh.startswith("规则 2：")
        levers.clear_faults()
        levers.stand()
