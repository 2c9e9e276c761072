"""Both endpoints receive the batches of revision 2025-03-26; no other revision has any."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from harness.levers.models import Fault
from harness.simulator.account.identity import Identity
from harness.simulator.wire.mcp.batches import MOST, REVISION
from tests.simulator.mcp_side import NUMBER, SESSIONS, Endpoint, RawCaller, endpoint, order

CREATE, QUERY = "create-native-payment", "query-order-by-out-trade-no"
ALIPAY_CREATE, ALIPAY_QUERY = "create-mobile-alipay-payment", "query-alipay-payment"
NOTICE = {"jsonrpc": "2.0", "method": "notifications/initialized"}
PING = {"jsonrpc": "2.0", "id": "p", "method": "ping"}


@pytest.fixture
def raw(identity: Identity) -> Iterator[RawCaller]:
    with endpoint(identity) as served, RawCaller(served) as raw:
        yield raw


def call(number: int, tool: str, arguments: object) -> dict[str, Any]:
    params = {"name": tool, "arguments": arguments}
    return {"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": params}


def headers_of(raw: RawCaller, revision: str = REVISION) -> dict[str, str]:
    """Those of a session; no header named a revision then."""
    headers = raw.session_headers(raw.open_session(revision).headers["mcp-session-id"])
    del headers["mcp-protocol-version"]
    return headers


def test_a_batch_is_answered_as_one_with_what_each_message_is_answered_alone(raw: RawCaller) -> None:
    batch = [
        NOTICE,
        call(1, CREATE, order()),
        call(2, QUERY, {"out_trade_no": NUMBER}),
        call(3, QUERY, {"out_trade_no": "nobodys-order"}),
        PING,
        call(4, "create-gold", {}),
        {"jsonrpc": "2.0", "id": 5, "method": "payments/steal"},
        call(6, CREATE, []),
        {"jsonrpc": "1.0", "id": 7, "method": "ping"},
        "ping",
    ]
    answer = raw.post(batch, headers_of(raw))
    told = answer.json()
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    assert answer.headers["request-id"]
    assert [each["id"] for each in told] == [1, 2, 3, "p", 4, 5, 6, 7, None]
    assert told[0]["result"]["structuredContent"]["code_url"]
    assert told[1]["result"]["structuredContent"]["trade_state"] == "NOTPAY"
    assert told[2]["result"]["isError"] is True
    assert told[3]["result"] == {}
    codes = [each["error"]["code"] for each in told[4:]]
    assert codes == [-32602, -32601, -32602, -32600, -32600]
    names = [each["result"]["_meta"]["golive/requestId"] for each in told[:3]]
    assert len({*names}) == 3  # each is a request of its own
    assert [event.kind for event in raw.endpoint.account.audit(NUMBER).events] == ["created", "queried"]


def test_alipays_endpoint_receives_them_as_well(identity: Identity) -> None:
    with endpoint(identity, dialect="alipay-mcp") as served, RawCaller(served) as raw:
        wanted = {"outTradeNo": "batch1", "totalAmount": 1.0, "orderTitle": "tea"}
        batch = [call(1, ALIPAY_CREATE, wanted), call(2, ALIPAY_QUERY, {"outTradeNo": "batch1"})]
        placed, asked = raw.post(batch, headers_of(raw)).json()
    assert placed["result"]["structuredContent"]["paymentUrl"]
    assert "ACQ.TRADE_NOT_EXIST" in asked["result"]["content"][0]["text"]


@pytest.mark.parametrize("batch", [[NOTICE], [NOTICE, {"jsonrpc": "2.0", "id": 9, "result": {}}]])
def test_a_batch_without_requests_is_answered_with_nothing(raw: RawCaller, batch: list[Any]) -> None:
    answer = raw.post(batch, headers_of(raw))
    assert (answer.status_code, answer.content) == (202, b"")


@pytest.mark.parametrize(
    ("batch", "word"),
    [
        ([], "no message"),
        ([PING] * (MOST + 1), str(MOST)),
        ([call(1, CREATE, order()), {"jsonrpc": "2.0", "id": 2, "method": "initialize"}], "initialize"),
    ],
    ids=["empty", "too long", "a handshake in it"],
)
def test_of_a_batch_that_is_none_nothing_is_done(raw: RawCaller, batch: list[Any], word: str) -> None:
    answer = raw.post(batch, headers_of(raw))
    told = answer.json()
    assert (answer.status_code, told["error"]["code"], told["id"]) == (400, -32600, None)
    assert word in told["error"]["message"]
    assert raw.endpoint.account.orders() == []


def test_the_longest_batch_is_served(raw: RawCaller) -> None:
    assert len(raw.post([PING] * MOST, headers_of(raw)).json()) == MOST


@pytest.mark.parametrize("revision", ["2024-11-05", "2025-06-18", SESSIONS])
def test_no_other_revision_has_batches(raw: RawCaller, revision: str) -> None:
    answer = raw.post([call(1, CREATE, order())], headers_of(raw, revision))
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, -32600)
    assert REVISION in answer.json()["error"]["message"]
    assert raw.endpoint.account.orders() == []


def test_a_batch_needs_its_own_session_and_comes_as_json(raw: RawCaller) -> None:
    headers = headers_of(raw)
    statuses = {
        404: headers | {"mcp-session-id": "0" * 32},
        415: headers | {"content-type": "text/plain"},
        406: headers | {"accept": "text/html"},
        400: {name: value for name, value in headers.items() if name != "mcp-session-id"},
        401: headers | {"authorization": "Bearer wrong"},
        403: headers | {"origin": "https://evil.example"},
    }
    for status, changed in statuses.items():
        assert raw.post([PING], changed).status_code == status
    assert raw.http.delete(raw.endpoint.url, headers=headers).status_code == 200
    assert raw.post([PING], headers).status_code == 404
    assert raw.post(b"[", headers_of(raw)).json()["error"]["code"] == -32700


def arm(served: Endpoint, action: str, **more: object) -> None:
    fault = {"operation": "create", "action": action, "dialect": "mcp", **more}
    served.faults.add(Fault.model_validate(fault))


def test_a_fault_hits_its_own_message_of_a_batch(raw: RawCaller) -> None:
    arm(raw.endpoint, "status", value=503)
    batch = [PING, call(1, CREATE, order()), call(2, QUERY, {"out_trade_no": NUMBER})]
    pinged, failed, asked = raw.post(batch, headers_of(raw)).json()
    assert pinged["result"] == {}
    assert failed["error"]["code"] == -32603
    assert asked["result"]["isError"] is True
    assert raw.endpoint.account.orders() == []


@pytest.mark.parametrize(("action", "orders"), [("reset", 0), ("drop_after_acceptance", 1)])
def test_a_fault_that_hangs_up_hangs_up_on_the_whole_batch(raw: RawCaller, action: str, orders: int) -> None:
    headers = headers_of(raw)
    arm(raw.endpoint, action)
    with pytest.raises(httpx.TransportError):
        raw.post([call(1, CREATE, order())], headers)
    assert len(raw.endpoint.account.orders()) == orders
