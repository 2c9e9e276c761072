"""The fault book reaches this wire: what a merchant sees when it fails, and what really happened."""

from __future__ import annotations

import time
from collections.abc import Iterator

import httpx
import pytest

from harness.levers.models import Fault
from harness.simulator.account.identity import Identity
from tests.simulator.mcp_side import NUMBER, Endpoint, RawCaller, endpoint, order

CREATE, QUERY, CLOSE = "create-native-payment", "query-order-by-out-trade-no", "close-order"


@pytest.fixture
def raw(identity: Identity) -> Iterator[RawCaller]:
    with endpoint(identity) as served, RawCaller(served) as raw:
        yield raw


def switch_on(served: Endpoint, operation: str, action: str, **more: object) -> None:
    served.faults.add(
        Fault.model_validate({"operation": operation, "action": action, "dialect": "mcp", **more})
    )


def kinds(served: Endpoint) -> list[str]:
    return [event.kind for event in served.account.audit(NUMBER).events]


@pytest.mark.parametrize("action", ["refuse", "reset"])
def test_a_refused_request_changes_nothing(raw: RawCaller, action: str) -> None:
    switch_on(raw.endpoint, "create", action)
    with pytest.raises(httpx.TransportError):
        raw.call(CREATE, order())
    assert raw.endpoint.account.orders() == []
    assert raw.result(CREATE, order())["isError"] is False


def test_a_dropped_answer_leaves_the_effect(raw: RawCaller) -> None:
    switch_on(raw.endpoint, "create", "drop_after_acceptance")
    with pytest.raises(httpx.TransportError):
        raw.call(CREATE, order())
    assert kinds(raw.endpoint) == ["created"]
    assert raw.result(CREATE, order())["isError"] is False
    assert kinds(raw.endpoint) == ["created", "reordered"]


@pytest.mark.parametrize("status", [429, 500, 503])
def test_an_injected_status_has_no_effect(raw: RawCaller, status: int) -> None:
    switch_on(raw.endpoint, "create", "status", value=status)
    answer = raw.call(CREATE, order())
    assert answer.status_code == status
    assert answer.json()["id"] == 7
    assert answer.json()["error"]["data"]["code"]
    assert raw.endpoint.account.orders() == []


def test_a_delay_is_waited_for(raw: RawCaller) -> None:
    switch_on(raw.endpoint, "create", "delay", value=0.3)
    began = time.monotonic()
    assert raw.result(CREATE, order())["isError"] is False
    assert time.monotonic() - began >= 0.3


def test_a_query_can_be_made_to_say_a_state(raw: RawCaller) -> None:
    raw.result(CREATE, order())
    switch_on(raw.endpoint, "query", "trade_state", value="USERPAYING")
    states = [
        raw.result(QUERY, {"out_trade_no": NUMBER})["structuredContent"]["trade_state"] for _ in range(2)
    ]
    assert states == ["USERPAYING", "NOTPAY"]


def test_a_fault_hits_only_what_it_names(raw: RawCaller) -> None:
    switch_on(raw.endpoint, "close", "status", value=500, out_trade_no=NUMBER, nth=2)
    raw.result(CREATE, order())
    raw.result(CREATE, order(out_trade_no="another-order"))
    answers = [
        raw.call(CLOSE, {"out_trade_no": number}).status_code
        for number in (NUMBER, "another-order", NUMBER, NUMBER)
    ]
    assert answers == [200, 200, 500, 200]


def test_a_fault_of_another_wire_passes_by(raw: RawCaller) -> None:
    raw.endpoint.faults.add(Fault(operation="any", action="refuse", dialect="apiv3"))
    assert raw.result(CREATE, order())["isError"] is False


def test_an_endpoint_that_is_down_answers_no_handshake_either(raw: RawCaller) -> None:
    switch_on(raw.endpoint, "any", "refuse", times=3)
    with pytest.raises(httpx.TransportError):
        raw.open_session()
    with pytest.raises(httpx.TransportError):
        raw.post(raw.message("server/discover"), raw.headers("server/discover"))
    with pytest.raises(httpx.TransportError):
        raw.http.get(raw.endpoint.url, headers=raw.session_headers("0" * 32))
    assert raw.open_session().status_code == 200


def test_the_session_era_fails_the_same_way(raw: RawCaller) -> None:
    session = raw.open_session().headers["mcp-session-id"]
    headers = raw.session_headers(session)
    raw.post({"jsonrpc": "2.0", "method": "notifications/initialized"}, headers)
    switch_on(raw.endpoint, "create", "drop_after_acceptance")
    call = {
        "jsonrpc": "2.0",
        "id": 2,
        "method": "tools/call",
        "params": {"name": CREATE, "arguments": order()},
    }
    with pytest.raises(httpx.TransportError):
        raw.post(call, headers)
    assert kinds(raw.endpoint) == ["created"]
    assert raw.post(call, headers).json()["result"]["isError"] is False
