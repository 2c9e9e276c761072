"""Faults of the new wires on real connections: each meets its own dialect only, and a reset is a reset."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator, MutableMapping
from dataclasses import dataclass
from typing import Any, cast

import httpx
import pytest

from harness.levers.actions import ACTIONS, Action, Request, Send
from harness.levers.client import LeversClient
from harness.levers.models import Fault
from harness.signing.envelope import verify_rsa2
from harness.signing.wechat_v3 import PROBE_PREFIX
from harness.simulator.embedded import RunningSimulator, running_simulator
from harness.simulator.wire.mcp.routes import PATH
from tests.simulator.envelope_side import CREATE, HEALTH, QUERY, EnvelopeSide
from tests.simulator.mcp_side import STATELESS, VERSION_KEY
from tests.simulator.merchant_side import TRANSACTIONS, MerchantSide

PROBE = "/mcp/v1/health"


@dataclass
class Line:
    """A merchant on a real socket, beside the levers."""

    running: RunningSimulator
    levers: LeversClient
    http: httpx.Client
    side: EnvelopeSide

    def send(self, target: str, body: bytes) -> httpx.Response:
        headers = [pair for pair in self.side.headers(body) if pair[0] != b"content-length"]
        return self.http.post(target, content=body, headers=headers)

    def create(self, number: str) -> httpx.Response:
        body = self.side.signed(**self.side.order(outTradeNo=number))
        return self.send(CREATE, json.dumps(body).encode())

    def query(self, number: str) -> httpx.Response:
        body = self.side.signed(outTradeNo=number, paymentMethod="wechat")
        return self.send(QUERY, json.dumps(body).encode())

    def classic(self, number: str) -> httpx.Response:
        merchant, target = self.side.side, f"{TRANSACTIONS}/native"
        body = json.dumps(merchant.order(out_trade_no=number)).encode()
        headers = [pair for pair in merchant.headers("POST", target, body) if pair[0] != b"content-length"]
        return self.http.post(target, content=body, headers=headers)

    def tools(self, _: str) -> httpx.Response:
        """What the MCP endpoint offers."""
        message = {
            "jsonrpc": "2.0",
            "id": 1,
            "method": "tools/list",
            "params": {"_meta": {VERSION_KEY: STATELESS}},
        }
        headers = {
            "authorization": f"Bearer {self.running.simulator.identity.mcp_api_key}",
            "accept": "application/json, text/event-stream",
            "mcp-protocol-version": STATELESS,
            "mcp-method": "tools/list",
        }
        return self.http.post(PATH, json=message, headers=headers)

    def genuine(self, answer: httpx.Response) -> bool:
        key = self.running.simulator.identity.mcp.platform_key.public_key()
        return verify_rsa2(key, answer.json(), answer.json()["signature"])


@pytest.fixture(scope="module")
def running() -> Iterator[RunningSimulator]:
    with running_simulator(experience=False) as simulator:
        yield simulator


@pytest.fixture
def line(running: RunningSimulator) -> Iterator[Line]:
    side = EnvelopeSide(MerchantSide(running.simulator))
    with (
        side.side.runner,
        LeversClient(running.levers_url, running.levers_token) as levers,
        httpx.Client(base_url=running.base_url, trust_env=False, timeout=5.0) as http,
    ):
        yield Line(running, levers, http, side)
        levers.clear_faults()


@pytest.mark.parametrize("action", ["refuse", "reset"])
def test_a_request_that_was_cut_off_never_happened(line: Line, action: str) -> None:
    number = f"envelope-{action}"
    line.levers.add_fault(Fault.model_validate({"operation": "create", "action": action}))
    with pytest.raises(httpx.TransportError):
        line.create(number)
    assert line.query(number).status_code == 404
    assert line.create(number).json()["code"] == "0000"


def test_a_dropped_answer_leaves_the_order_in_place(line: Line) -> None:
    line.levers.add_fault(Fault(operation="create", action="drop_after_acceptance"))
    with pytest.raises(httpx.TransportError):
        line.create("envelope-dropped")
    assert line.query("envelope-dropped").json()["data"]["tradeState"] == "NOTPAY"


@pytest.mark.parametrize(("status", "code"), [(429, "FREQUENCY_LIMITED"), (500, "SYSTEM_ERROR")])
def test_a_status_fault_answers_in_an_envelope_and_does_nothing(line: Line, status: int, code: str) -> None:
    number = f"envelope-status-{status}"
    line.levers.add_fault(Fault(operation="create", action="status", value=status))
    answer = line.create(number)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert line.genuine(answer)
    assert line.query(number).status_code == 404


def test_a_delay_delays(line: Line) -> None:
    line.levers.add_fault(Fault(operation="query", action="delay", value=0.3))
    begun = time.monotonic()
    line.query("envelope-late")
    assert time.monotonic() - begun >= 0.3


def test_spoilt_signatures_are_not_genuine_and_the_next_one_is(line: Line) -> None:
    line.levers.add_fault(Fault(operation="create", action="wrong_signature"))
    assert not line.genuine(line.create("envelope-spoilt"))
    line.levers.add_fault(Fault(operation="create", action="probe_signature"))
    probe = line.create("envelope-spoilt")
    assert probe.json()["signature"].startswith(PROBE_PREFIX)
    assert not line.genuine(probe)
    assert line.genuine(line.create("envelope-spoilt"))


def test_a_state_of_ones_choice_is_answered(line: Line) -> None:
    line.create("envelope-state")
    line.levers.add_fault(Fault(operation="query", action="trade_state", value="MYSTERY"))
    answer = line.query("envelope-state")
    assert answer.json()["data"]["tradeState"] == "MYSTERY"
    assert line.query("envelope-state").json()["data"]["tradeState"] == "NOTPAY"


@pytest.mark.parametrize(("dialect", "hit"), [("envelope", True), ("mcp", False), ("apiv3", False)])
def test_a_fault_of_one_dialect_leaves_the_others_alone(line: Line, dialect: str, hit: bool) -> None:
    line.levers.add_fault(Fault(operation="create", action="status", value=503, dialect=dialect))
    assert (line.create(f"envelope-of-{dialect}").status_code == 503) is hit
    assert (line.classic(f"classic-of-{dialect}").status_code == 503) is (dialect == "apiv3")


def test_a_fault_of_any_operation_meets_probes_as_well(line: Line) -> None:
    line.levers.add_fault(Fault(operation="any", action="refuse", dialect="envelope", times=2))
    with pytest.raises(httpx.TransportError):
        line.http.head(PROBE)
    with pytest.raises(httpx.TransportError):
        line.send(HEALTH, json.dumps(line.side.signed()).encode())
    assert line.http.head(PROBE).status_code == 200


@pytest.mark.parametrize("path", [CREATE, "/mcp/v1", f"{TRANSACTIONS}/native"])
def test_a_reset_reaches_the_client_as_a_reset_on_every_wire(line: Line, path: str) -> None:
    """On a bare socket, because HTTP clients word a reset and a plain close much alike."""
    line.levers.add_fault(Fault(operation="any", action="reset"))
    key = line.running.simulator.identity.mcp_api_key
    host, port = line.running.base_url.removeprefix("http://").split(":")
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {host}:{port}\r\nAuthorization: Bearer {key}\r\n"
        "Accept: application/json, text/event-stream\r\n"
        "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
    )
    with socket.create_connection((host, int(port)), timeout=5) as connection:
        connection.sendall(head.encode())
        with pytest.raises(ConnectionResetError):
            connection.recv(1)


def test_a_new_action_is_one_row_whatever_the_wire(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    def garbled(request: Request, send: Send, value: object) -> Send:
        async def garble(message: MutableMapping[str, Any]) -> None:
            body = message.get("body", b"")
            await send({**message, "body": b"#" * len(body)} if body else message)

        return garble

    monkeypatch.setitem(cast("dict[str, Action]", ACTIONS), "garble", Action(answer=garbled))
    for send in (line.create, line.classic, line.tools):
        line.levers.add_fault(Fault(operation="any", action="garble"))
        answer = send("garbled")
        assert set(answer.content) == {ord("#")}


def test_a_refusal_reaches_the_client_as_an_orderly_close(line: Line) -> None:
    line.levers.add_fault(Fault(operation="any", action="refuse"))
    host, port = line.running.base_url.removeprefix("http://").split(":")
    head = f"HEAD {PROBE} HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n"
    with socket.create_connection((host, int(port)), timeout=5) as connection:
        connection.sendall(head.encode())
        assert connection.recv(1) == b""
