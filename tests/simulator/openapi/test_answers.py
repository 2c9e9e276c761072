"""Every answer of the simulator is as `/openapi.json` tells it, member by member, in every state."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from harness.levers.models import Fault
from harness.simulator.account.identity import Identity
from harness.simulator.openapi.document import document, wires_alone
from harness.simulator.server import Simulator
from harness.simulator.signatures import refused
from tests.simulator.alipay_side import AlipaySide
from tests.simulator.merchant_side import NUMBER, TRANSACTIONS
from tests.simulator.openapi import alipay_stories, wechat_stories
from tests.simulator.openapi.alipay_stories import Ask, by_gateway, by_v3
from tests.simulator.openapi.told import PLACE, Document, Watched

Story = Callable[[Watched], list[str]]


def nonsense(merchant: Watched) -> list[str]:
    """Every operation, asked by nobody and for nothing, in JSON and in no form at all."""
    json_headers = [(b"content-type", b"application/json"), (b"accept", b"application/json")]
    for method, path in merchant.document.operations:
        for headers in ([], json_headers):
            merchant.send(method.upper(), PLACE.sub("x", path), b"{}", headers)
    return []


def asked(story: Callable[[AlipaySide, Ask], list[str]], style: Callable[[AlipaySide], Ask]) -> Story:
    """A story of Alipay's in one of its styles."""

    def told(merchant: Watched) -> list[str]:
        alipay = AlipaySide(merchant)
        return story(alipay, style(alipay))

    return told


TRADES = ["WAIT_BUYER_PAY", *["TRADE_SUCCESS"] * 2, "TRADE_CLOSED", "TRADE_FINISHED"]
GIVEN_BACK = ["Y", "N", "REFUND_SUCCESS", "TRADE_CLOSED", "None"]
BILLED = ["None", "EMPTY_DATA_WITH_BILL_FILE", "application/zip", "text/plain"]
STORIES: Mapping[str, tuple[Story, list[str]]] = {
    "nonsense": (nonsense, []),
    "orders": (wechat_stories.orders, ["NOTPAY", "SUCCESS", "SUCCESS", "REFUND", "CLOSED"]),
    "refunds": (
        wechat_stories.refunds,
        ["PROCESSING", "SUCCESS", "CLOSED", "ABNORMAL", "PROCESSING", "OTHER_BANKCARD"],
    ),
    "bills": (
        wechat_stories.bills,
        ["text/plain; charset=utf-8", "application/x-gzip", "text/plain; charset=utf-8"],
    ),
    "credentials": (wechat_stories.credentials, ["200"]),
    "signatures": (
        wechat_stories.wrong_signatures,
        ["detail", "field", "golive_diagnosis", "location", "sign_information", "golive_diagnosis"],
    ),
    "envelope orders": (wechat_stories.envelope_orders, ["NOTPAY", "SUCCESS", "SUCCESS", "CLOSED"]),
    "envelope refunds": (wechat_stories.envelope_refunds, ["SUCCESS", "PROCESSING", "CLOSED", "ABNORMAL"]),
    "alipay trades": (asked(alipay_stories.trades, by_gateway), TRADES),
    "alipay trades, V3": (asked(alipay_stories.trades, by_v3), TRADES),
    "alipay refunds": (asked(alipay_stories.refunds, by_gateway), GIVEN_BACK),
    "alipay refunds, V3": (asked(alipay_stories.refunds, by_v3), GIVEN_BACK),
    "alipay bills": (asked(alipay_stories.bills, by_gateway), BILLED),
    "alipay bills, V3": (asked(alipay_stories.bills, by_v3), BILLED),
    "alipay gateway": (
        lambda merchant: alipay_stories.gateway_alone(AlipaySide(merchant)),
        ["302", "302", "302", "200", "200", "200", "200", "502"],
    ),
    "alipay envelope": (
        alipay_stories.envelope,
        ["WAIT_BUYER_PAY", "TRADE_SUCCESS", "SUCCESS", "ABNORMAL", "CLOSED", "PROCESSING"],
    ),
}


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    served: dict[str, Any] = json.loads(json.dumps(document(wires_alone())))
    return served


@pytest.fixture(autouse=True)
def _no_second_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    """However slow the machine: of a flood of wrong signatures the last ones are not looked into."""
    monkeypatch.setattr(refused, "time", SimpleNamespace(monotonic=lambda: 0.0))


def lived(identity: Identity, told: Document, name: str, *, tells: bool = True) -> list[str]:
    """Every answer of that story, held to the document."""
    simulator = Simulator(identity=identity, experience=False, tells_signatures=tells)
    side = Watched(simulator, document=told)
    with side.runner:
        return STORIES[name][0](side)


@pytest.mark.parametrize(
    "alipay", [{}, {"certified": True, "tells_open_id": True}], ids=["key", "certificate"]
)
@pytest.mark.parametrize("name", STORIES)
def test_every_answer_of_a_story_is_told(
    identity: Identity, told: dict[str, Any], name: str, alipay: dict[str, Any]
) -> None:
    owner = replace(identity, alipay=replace(identity.alipay, **alipay))
    assert lived(owner, Document(told), name) == STORIES[name][1]


def test_all_that_is_told_is_answered_somewhere(identity: Identity, told: dict[str, Any]) -> None:
    seen = Document(told)
    other = replace(identity, alipay=replace(identity.alipay, certified=True, tells_open_id=True))
    for name in STORIES:
        lived(identity, seen, name, tells=False)
        lived(other, seen, name)
    assert seen.succeeded == seen.operations.keys()
    never = {each for each in seen.operations if each[0] == "head" or each[1].endswith((".do", ".resource"))}
    assert seen.refused >= seen.operations.keys() - never  # the gateway refuses with 200, the probe never
    wrong = [
        f"{name}.{member}: {seen.members[name, member]} of {count}, required: {member in required}"
        for name, count in seen.objects.items()
        for required in [seen.schemas[name].get("required", [])]
        for member in seen.schemas[name]["properties"]
        if not seen.members[name, member] or (seen.members[name, member] == count) != (member in required)
    ]
    assert not wrong, "\n".join(wrong)


def test_a_member_more_one_less_and_a_wrong_one_are_found(identity: Identity, told: dict[str, Any]) -> None:
    seen = Document(told)
    side = Watched(Simulator(identity=identity, experience=False), document=seen)
    with side.runner:
        side.create()
        side.pay(coupon=500)
        genuine = side.query()
        side.simulator.faults.add(Fault(operation="query", action="unknown_members"))
        with pytest.raises(AssertionError, match="unexpected"):
            side.query()
    target = f"{TRANSACTIONS}/out-trade-no/{NUMBER}?mchid={identity.mchid}"
    for name in ("trade_state", "appid", "out_trade_no"):
        less = {member: value for member, value in genuine.json.items() if member != name}
        with pytest.raises(AssertionError, match=f"'{name}' is a required property"):
            seen.hold("GET", target, replace(genuine, body=json.dumps(less).encode()))
    for name, wrong in (
        ("trade_state", "PAID"),
        ("success_time", "yesterday"),
        ("payer", {}),
        ("amount", 1990),
    ):
        other = json.dumps(genuine.json | {name: wrong}).encode()
        with pytest.raises(AssertionError, match=f"\\$.{name}"):
            seen.hold("GET", target, replace(genuine, body=other))
