"""Whatever arrives at whichever route, a simulator answers for itself and soon, stays small, loses no fen."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import psutil
import pytest

from harness.core.clock import LAST
from harness.core.dialects import all_dialects
from harness.simulator.account.identity import Identity
from harness.simulator.server import Simulator
from tests.simulator.badinput.doors import Door, Inside, inside
from tests.simulator.badinput.judged import Answer
from tests.simulator.badinput.junk import PART
from tests.simulator.badinput.message import Message
from tests.simulator.badinput.routes import pages_of
from tests.simulator.badinput.run import Attack, Found

SEED = 20261130
REQUESTS = 3_000
WARM = 600
"""Requests after which every page was drawn once, and every table made."""
MOST_GROWN = 20 * 1024 * 1024


@pytest.fixture
def door(identity: Identity) -> Iterator[Inside]:
    simulator = Simulator(identity=identity, experience=False, console=True, tells_signatures=True)
    with inside(simulator) as door:
        yield door


def attack_on(door: Door, simulator: Simulator) -> Attack:
    settings = simulator.environment(base_url=door.origin, notify_url="http://127.0.0.1:1/")
    return Attack(door, settings, pages_of(simulator))


def test_three_thousand_requests_break_nothing_and_every_route_is_asked(door: Inside) -> None:
    attack, process = attack_on(door, door.simulator), psutil.Process()
    held: list[int] = []

    def so_far(asked: int) -> None:
        if asked >= WARM and not held:
            held.append(process.memory_info().rss)

    attack.ask(REQUESTS, SEED, so_far=so_far)
    assert attack.tally.drawn >= REQUESTS
    assert {good.route for good in attack.goods} <= attack.tally.routes
    assert {200, 201, 204, 302, 400, 401, 403, 404, 405, 409, 415, 422} <= set(attack.tally.statuses)
    assert process.memory_info().rss - held[0] < MOST_GROWN


def test_there_is_a_good_request_for_every_operation_of_every_wire(door: Inside) -> None:
    asked = {good.path for good in attack_on(door, door.simulator).goods}
    variants = {good.variant for good in attack_on(door, door.simulator).goods}
    wires = door.simulator.wires
    apiv3, alipay = wires["apiv3"], wires["alipay"]
    assert set(apiv3._endpoints()) <= asked  # type: ignore[attr-defined]
    assert {*alipay._operations} <= variants  # type: ignore[attr-defined]
    assert set(alipay._v3._operations) <= asked  # type: ignore[attr-defined]
    for name in ("envelope", "alipay-envelope"):
        assert set(wires[name]._operations) <= asked  # type: ignore[attr-defined]
    for name in ("mcp", "alipay-mcp"):
        assert set(wires[name]._tools.entries) <= variants  # type: ignore[attr-defined]
    assert {each.id for each in all_dialects()} == set(wires)


@dataclass
class Spoilt:
    """A simulator that stumbles over one kind of body."""

    behind: Inside

    @property
    def origin(self) -> str:
        return self.behind.origin

    def send(self, message: Message) -> Answer:
        if message.target == "/v3/pay/transactions/native" and b"out_trade_no" not in message.body:
            return Answer(500, "application/json", "", b'{"code":"SYSTEM_ERROR"}')
        return self.behind.send(message)


def test_what_breaks_is_made_small_and_shown_as_a_request_to_repeat(door: Inside) -> None:
    attack = attack_on(Spoilt(door), door.simulator)
    with pytest.raises(Found) as found:
        attack.ask(10 * REQUESTS, SEED)  # the first ends it: one route of 150, and one kind of body there
    said = str(found.value)
    assert said.startswith("POST /v3/pay/transactions/native: HTTP 500")
    assert f"seed {SEED}" in said
    assert said.count("HTTP/1.1") == 1
    assert "POST http://127.0.0.1:8765/v3/pay/transactions/native HTTP/1.1\nhost: 127.0.0.1\n" in said
    assert "curl -sS -i -X POST --path-as-is http://127.0.0.1:8765/v3/pay/transactions/native -H " in said


def test_a_ledger_that_does_not_come_out_is_found(identity: Identity) -> None:
    simulator = Simulator(identity=identity, console=True, defects=["ledger-loses-a-fen"], experience=False)
    with inside(simulator) as door, pytest.raises(Found, match="all balances together"):
        attack_on(door, simulator).ask(1, SEED)


POISON = {
    "out_trade_no": "poison",
    "total_amount": "0.01",
    "subject": "half \ud83c",
    "notify_url": "http://127.0.0.1:1/",
}


@pytest.mark.parametrize("path", ["/cashier/pay", "/cashier/h5/pay", "/alipay/gateway.do"])
@pytest.mark.parametrize("charset", ["undefined", "punycode", "idna"])
def test_a_form_in_a_charset_that_nobody_writes_is_refused(door: Inside, path: str, charset: str) -> None:
    kind = f"multipart/form-data; boundary=b; charset={charset}".encode()
    headers = ((b"user-agent", b"MicroMessenger"), (b"content-type", kind))
    answer = door.send(Message(path, "POST", path, headers, PART))
    assert answer.status in (200, 400, 404, 409)
    assert b"40001" in answer.body or answer.status != 200


@pytest.mark.parametrize(
    "path",
    [
        "/cashier/pay",
        "/cashier/h5/pay",
        "/cashier/jsapi",
        "/alipay/bridge",
        "/_golive/pay",
        "/console/acts/pay",
    ],
)
def test_who_leaves_in_the_middle_of_a_request_breaks_nothing(door: Inside, path: str) -> None:
    customer = attack_on(door, door.simulator).customer
    seal = {"/_golive/pay": customer.lever, "/cashier/jsapi": customer.bridge}.get(path, customer.form)
    message = seal(f"POST {path}", "POST", path, {"code_url": "weixin://"})
    message = message.with_header("user-agent", b"MicroMessenger AlipayClient")
    assert door.send(message, leaves=True).status in (None, 400, 403)


def test_a_number_of_five_thousand_digits_is_a_request_that_is_not_there(door: Inside) -> None:
    path = f"/console/data/requests/{'9' * 5000}"
    answer = door.send(Message(path, "GET", path, ((b"host", b"127.0.0.1"),)))
    assert (answer.status, json.loads(answer.body)["reason"]) == (404, "forgotten")


def test_half_a_character_in_an_order_spoils_no_page_and_no_callback(door: Inside) -> None:
    customer = attack_on(door, door.simulator).customer
    made = customer.gateway("POST g alipay.trade.precreate", "POST", "/alipay/gateway.do", POISON)
    assert b'"10000"' in door.send(made).body
    for method, path, body in (
        ("GET", "/console/data/orders", None),
        ("GET", "/console/data/orders/poison", None),
        ("GET", "/_golive/orders/poison/notification?as_if=paid", None),
        ("POST", "/_golive/pay", {"out_trade_no": "poison"}),
        ("GET", "/_golive/orders/poison", None),
    ):
        assert door.send(customer.lever(path, method, path, body)).status == 200, path
    order = json.loads(door.send(customer.page("o", "GET", "/console/data/orders?q=poison", None)).body)
    assert "half ?" in json.dumps(order, ensure_ascii=False)


@pytest.mark.parametrize("address", ["http://[", "https://[::1", "http://a]b/"])
def test_nobody_is_sent_back_to_an_address_that_is_none(door: Inside, address: str) -> None:
    customer = attack_on(door, door.simulator).customer
    order = {**POISON, "subject": "tea", "product_code": "FAST_INSTANT_TRADE_PAY", "return_url": address}
    answer = door.send(customer.gateway("POST g alipay.trade.page.pay", "POST", "/alipay/gateway.do", order))
    assert (answer.status, answer.location) == (200, "")
    assert b"invalid-parameter" in answer.body


def test_business_time_ends_before_the_calendar_does(door: Inside) -> None:
    customer = attack_on(door, door.simulator).customer
    clock = door.simulator.clock
    clock.advance(LAST - clock.now() - timedelta(days=700))
    year = {"seconds": 400 * 86_400}
    answers = [door.send(customer.lever("a", "POST", "/_golive/advance", year)) for _ in range(2)]
    assert [each.status for each in answers] == [200, 409]
    assert "business time ends in 9000" in json.loads(answers[1].body)["message"]
    assert door.send(customer.page("a", "POST", "/console/acts/advance", year)).status == 409
