"""What a merchant meets on a real connection when a fault is switched on, and that nothing else breaks."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest

from harness.core.errors import SignatureInvalid
from harness.levers.actions import FORGED_CODE, FORGERIES
from harness.levers.client import LeversClient
from harness.levers.models import Fault
from harness.signing.wechat_v3 import PROBE_PREFIX, response_message, verifies
from harness.simulator.embedded import RunningSimulator, running_simulator
from tests.simulator.merchant_side import NUMBER, TRANSACTIONS, MerchantSide

NATIVE = f"{TRANSACTIONS}/native"


@dataclass
class Line:
    """A merchant on a real socket, beside the levers."""

    running: RunningSimulator
    levers: LeversClient
    http: httpx.Client
    side: MerchantSide

    def send(self, method: str, target: str, body: bytes = b"") -> httpx.Response:
        headers = [
            (name, value)
            for name, value in self.side.headers(method, target, body)
            if name != b"content-length"
        ]
        return self.http.request(method, target, content=body, headers=headers)

    def create(self, number: str = NUMBER) -> httpx.Response:
        return self.send("POST", NATIVE, json.dumps(self.side.order(out_trade_no=number)).encode())

    def query(self, number: str = NUMBER) -> httpx.Response:
        target = f"{TRANSACTIONS}/out-trade-no/{number}?mchid={self.side.signer.mchid}"
        return self.send("GET", target)

    def close(self, number: str = NUMBER) -> httpx.Response:
        body = json.dumps({"mchid": self.side.signer.mchid}).encode()
        return self.send("POST", f"{TRANSACTIONS}/out-trade-no/{number}/close", body)

    def genuine(self, answer: httpx.Response) -> bool:
        try:
            self.side.verifier.verify(answer.headers.multi_items(), answer.content)
        except SignatureInvalid:
            return False
        return True


@pytest.fixture(scope="module")
def running() -> Iterator[RunningSimulator]:
    with running_simulator(experience=False) as simulator:
        yield simulator


@pytest.fixture
def line(running: RunningSimulator) -> Iterator[Line]:
    side = MerchantSide(running.simulator)
    with (
        side.runner,
        LeversClient(running.levers_url, running.levers_token) as levers,
        httpx.Client(base_url=running.base_url, trust_env=False, timeout=5.0) as http,
    ):
        yield Line(running, levers, http, side)
        levers.clear_faults()


def test_a_refused_request_never_happened(line: Line) -> None:
    line.levers.add_fault(Fault(operation="create", action="refuse"))
    with pytest.raises(httpx.TransportError):
        line.create("refused-1")
    assert line.query("refused-1").status_code == 404
    assert line.create("refused-1").status_code == 200


def test_a_dropped_answer_leaves_the_order_in_place(line: Line) -> None:
    line.levers.add_fault(Fault(operation="create", action="drop_after_acceptance"))
    with pytest.raises(httpx.TransportError):
        line.create("dropped-1")
    assert line.query("dropped-1").json()["trade_state"] == "NOTPAY"
    assert line.create("dropped-1").status_code == 200


def test_a_dropped_close_has_closed(line: Line) -> None:
    line.create("dropped-2")
    line.levers.add_fault(Fault(operation="close", action="drop_after_acceptance"))
    with pytest.raises(httpx.TransportError):
        line.close("dropped-2")
    assert line.query("dropped-2").json()["trade_state"] == "CLOSED"


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (429, "FREQUENCY_LIMITED"),
        (500, "SYSTEM_ERROR"),
        (502, "SERVICE_UNAVAILABLE"),
        (503, "SERVICE_UNAVAILABLE"),
        (418, "INVALID_REQUEST"),
        (599, "SYSTEM_ERROR"),
    ],
)
def test_a_status_fault_answers_in_the_platforms_shape_and_does_nothing(
    line: Line, status: int, code: str
) -> None:
    number = f"status-{status}"
    line.levers.add_fault(Fault(operation="create", action="status", value=status))
    answer = line.create(number)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert "wechatpay-signature" not in answer.headers
    assert line.query(number).status_code == 404


def test_a_202_is_signed_as_every_2xx_is(line: Line) -> None:
    line.create("paying-1")
    line.levers.add_fault(Fault(operation="query", action="status", value=202))
    answer = line.query("paying-1")
    assert (answer.status_code, answer.json()["code"]) == (202, "USER_PAYING")
    assert line.genuine(answer)
    assert answer.headers["wechatpay-serial"] == line.running.simulator.identity.public_key_id


def test_a_delayed_request_still_takes_effect(line: Line) -> None:
    line.levers.add_fault(Fault(operation="create", action="delay", value=0.3))
    started = time.monotonic()
    assert line.create("late-1").status_code == 200
    assert time.monotonic() - started >= 0.3


def test_a_client_that_gave_up_waiting_has_ordered_all_the_same(line: Line) -> None:
    line.levers.add_fault(Fault(operation="create", action="delay", value=0.4))
    line.http.timeout = httpx.Timeout(0.1)
    with pytest.raises(httpx.ReadTimeout):
        line.create("late-2")
    line.http.timeout = httpx.Timeout(5.0)
    deadline = time.monotonic() + 5
    while line.query("late-2").status_code != 200:
        assert time.monotonic() < deadline


@pytest.mark.parametrize("action", ["wrong_signature", "probe_signature"])
def test_a_spoilt_signature_fails_once_and_the_retry_holds(line: Line, action: str) -> None:
    line.create("spoilt-1")
    line.levers.add_fault(Fault.model_validate({"operation": "query", "action": action}))
    spoilt = line.query("spoilt-1")
    assert spoilt.status_code == 200
    assert not line.genuine(spoilt)
    assert spoilt.headers["wechatpay-signature"].startswith(PROBE_PREFIX) == (action == "probe_signature")
    assert line.genuine(line.query("spoilt-1"))


@pytest.mark.parametrize("state", ["USERPAYING", "FROBNICATED"])
def test_an_invented_state_is_truly_signed(line: Line, state: str) -> None:
    line.create("state-01")
    line.levers.add_fault(Fault(operation="query", action="trade_state", value=state))
    answer = line.query("state-01")
    assert line.genuine(answer)
    assert answer.json()["trade_state"] == state
    assert line.query("state-01").json()["trade_state"] == "NOTPAY"


def test_a_fault_for_one_order_spares_the_others(line: Line) -> None:
    line.levers.add_fault(
        Fault(operation="any", action="status", value=500, out_trade_no="victim-1", times=9)
    )
    assert line.create("bystander").status_code == 200
    assert line.create("victim-1").status_code == 500
    assert line.query("victim-1").status_code == 500
    assert line.close("victim-1").status_code == 500
    assert line.close("bystander").status_code == 204


def test_a_fault_finds_its_order_by_the_platforms_number_too(line: Line) -> None:
    line.create("by-id-01")
    payment = line.levers.pay(out_trade_no="by-id-01")
    target = f"{TRANSACTIONS}/id/{payment.transaction_id}?mchid={line.side.signer.mchid}"
    line.levers.add_fault(Fault(operation="query", action="status", value=500, out_trade_no="by-id-01"))
    assert line.send("GET", target).status_code == 500
    assert line.send("GET", target).json()["trade_state"] == "SUCCESS"


def test_certificates_and_echo_have_faults_of_their_own(line: Line) -> None:
    for operation in ("certificates", "echo"):
        line.levers.add_fault(Fault(operation=operation, action="status", value=500))
    assert line.create("unharmed").status_code == 200
    assert line.send("GET", "/v3/certificates").status_code == 500
    assert line.send("POST", "/v3/security/echo", b'{"echo_message":"x"}').status_code == 500


def test_a_body_beyond_the_limit_does_not_take_the_server_down(line: Line) -> None:
    huge = b" " * (5 * 1024 * 1024)
    answer = line.send("POST", NATIVE, huge)
    assert (answer.status_code, answer.json()["code"]) == (400, "INVALID_REQUEST")
    assert line.create("after-huge").status_code == 200


def test_an_unannounced_body_beyond_the_limit_is_refused(line: Line) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(40):
            yield b" " * 65_536

    headers = line.side.headers("POST", NATIVE, b"{}", without=["content-length"])
    answer = line.http.post(NATIVE, content=endless(), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "INVALID_REQUEST")


def test_a_trickling_answer_holds_its_client_up_and_is_whole_and_true(line: Line) -> None:
    line.levers.add_fault(Fault(operation="create", action="trickle", value=0.4))
    line.http.timeout = httpx.Timeout(0.2)  # between two bytes, which no byte of it exceeds
    started = time.monotonic()
    answer = line.create("trickle-1")
    assert time.monotonic() - started >= 0.3
    assert answer.json()["code_url"]
    assert line.genuine(answer)


def test_a_trickling_answer_ends_with_the_client_that_gave_up(line: Line) -> None:
    line.levers.add_fault(Fault(operation="create", action="trickle", value=600))
    with line.http.stream(
        "POST",
        NATIVE,
        content=(body := json.dumps(line.side.order(out_trade_no="trickle-2")).encode()),
        headers=[each for each in line.side.headers("POST", NATIVE, body) if each[0] != b"content-length"],
    ) as answer:
        assert next(answer.iter_raw()) == b"{"
    assert line.query("trickle-2").json()["trade_state"] == "NOTPAY"


@pytest.mark.parametrize("how", FORGERIES)
def test_a_forged_answer_to_an_order_names_another_code_and_the_order_is_there(line: Line, how: str) -> None:
    number = f"forged-{how}"
    line.levers.add_fault(Fault(operation="create", action="forged_answer", value=how))
    answer = line.create(number)
    assert answer.status_code == 200
    assert answer.json()["code_url"] == FORGED_CODE
    assert not line.genuine(answer)
    assert ("wechatpay-signature" in answer.headers) == (how != "unsigned")
    assert line.levers.audit(number).code_url != FORGED_CODE


@pytest.mark.parametrize("how", FORGERIES)
def test_a_forged_answer_to_a_query_pays_the_order_in_words_alone(line: Line, how: str) -> None:
    number = f"paid-{how}"
    line.create(number)
    line.levers.add_fault(Fault(operation="query", action="forged_answer", value=how))
    answer = line.query(number)
    told = answer.json()
    assert (told["trade_state"], told["out_trade_no"]) == ("SUCCESS", number)
    assert told["amount"]["total"] == line.levers.audit(number).total
    assert not line.genuine(answer)
    assert line.query(number).json()["trade_state"] == "NOTPAY"


def test_a_stale_answer_was_truly_signed_an_hour_ago(line: Line) -> None:
    line.levers.add_fault(Fault(operation="create", action="forged_answer", value="stale"))
    answer = line.create("stale-1")
    moment, once = answer.headers["wechatpay-timestamp"], answer.headers["wechatpay-nonce"]
    key = line.running.simulator.identity.public_key_private.public_key()
    message = response_message(moment, once, answer.content)
    assert verifies(key, message, answer.headers["wechatpay-signature"])
    assert 3599 <= time.time() - int(moment) <= 3660


def test_whom_a_fault_met_is_told_until_faults_are_cleared(line: Line) -> None:
    line.levers.clear_faults()
    line.levers.add_fault(Fault(operation="create", action="status", value=500, times=2))
    for _ in range(3):
        line.create("met-1")
    (first, second) = line.levers.faults_met()
    assert (first.operation, first.action, first.out_trade_no, first.dialect) == (
        "create",
        "status",
        "met-1",
        "apiv3",
    )
    assert first.at <= second.at
    line.levers.clear_faults()
    assert line.levers.faults_met() == []
