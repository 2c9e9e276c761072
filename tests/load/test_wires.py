"""A genuine answer of each dialect is believed; the same answer, changed in any way that matters, is not."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import Any

import httpx
import pytest

from harness.core import dialects
from harness.core.errors import UsageError
from harness.core.money import Fen
from harness.core.payment import Product
from harness.settings import EnvFile, Settings
from harness.simulator.embedded import running_simulator
from load.users.answers import Answer, Wrong, judged_state
from load.users.order_numbers import Numbers
from load.users.wire import Request, Wire, open_wires

UNPAID = frozenset({"NOTPAY"})
DIALECTS = ("apiv3", "envelope", "mcp")
ALIPAY = "alipay"
OVER_MCP = {"alipay-mcp": Product.PAGE, "alipay-envelope": Product.NATIVE}
"""Alipay through an MCP endpoint, each with a product that the other does not sell."""


@dataclass(frozen=True)
class Endpoint:
    wires: dict[str, Wire]
    http: httpx.Client
    numbers: Numbers

    def answer(self, wire: Wire, request: Request) -> Answer:
        headers = dict(request.headers)
        got = self.http.request(
            request.method,
            wire.origin + request.path,
            content=request.body,
            headers=headers,  # type: ignore[arg-type]
        )
        return Answer(got.status_code, got.headers.multi_items(), got.content)


@pytest.fixture(scope="module")
def endpoint() -> Iterator[Endpoint]:
    with running_simulator() as running, httpx.Client(trust_env=False) as http:
        settings = Settings.load(EnvFile.of(running.environment(notify_url="http://127.0.0.1:9/notify")))
        wires = open_wires(
            (*DIALECTS, ALIPAY, *OVER_MCP), settings, notify_url="http://127.0.0.1:9/notify", amount=Fen(1)
        )
        yield Endpoint(wires, http, Numbers())


@pytest.mark.parametrize("product", [Product.NATIVE, Product.H5, Product.JSAPI], ids=str)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_genuine_order_and_its_query_are_believed(
    endpoint: Endpoint, dialect: str, product: Product
) -> None:
    wire, number = endpoint.wires[dialect], endpoint.numbers.new()
    for request in (wire.create(number, product), wire.query(number, product, UNPAID)):
        assert request.judge(endpoint.answer(wire, request))
    if dialects.dialect(dialect).can(dialects.Operation.CLOSE):
        request = wire.close(number, product)
        request.judge(endpoint.answer(wire, request))


@pytest.mark.parametrize("product", [Product.NATIVE, Product.H5, Product.PAGE], ids=str)
def test_alipays_codes_and_links_are_believed(endpoint: Endpoint, product: Product) -> None:
    wire, number = endpoint.wires[ALIPAY], endpoint.numbers.new()
    for request in (
        wire.create(number, product),
        wire.query(number, product, UNPAID),
        wire.close(number, product),
    ):
        assert request.judge(endpoint.answer(wire, request))


def test_a_load_has_no_payer_for_alipays_bridge(endpoint: Endpoint) -> None:
    with pytest.raises(UsageError, match="codes and links"):
        endpoint.wires[ALIPAY].create("LOAD1", Product.JSAPI)


def test_a_link_that_is_not_believed_is_no_order(endpoint: Endpoint) -> None:
    wire = endpoint.wires[ALIPAY]
    request = wire.create(endpoint.numbers.new(), Product.H5)
    bent = request.path.replace("0.01", "0.02")
    assert bent != request.path
    with pytest.raises(Wrong, match="without a cashier"):
        request.judge(endpoint.answer(wire, replace(request, path=bent)))


def _body(change: Callable[[Any], object]) -> Callable[[Answer], Answer]:
    """Changes the JSON of an answer; its headers stay."""

    def changed(answer: Answer) -> Answer:
        members = json.loads(answer.body)
        change(members)
        return answer._replace(body=json.dumps(members, separators=(",", ":")).encode())

    return changed


def _without_headers(name: str) -> Callable[[Answer], Answer]:
    return lambda answer: answer._replace(
        headers=[(key, value) for key, value in answer.headers if not key.lower().startswith(name)]
    )


def test_an_answer_over_mcp_may_come_as_a_stream_of_events(endpoint: Endpoint) -> None:
    wire = endpoint.wires["mcp"]
    request = wire.create(endpoint.numbers.new(), Product.NATIVE)
    genuine = endpoint.answer(wire, request)
    notice = b'{"jsonrpc":"2.0","method":"notifications/progress","params":{"result":1}}'
    events = b": ping\r\n\r\ndata: " + notice + b"\r\n\r\ndata:" + genuine.body + b"\r\n\r\n"
    assert request.judge(genuine._replace(body=events)) == request.judge(genuine)


@pytest.mark.parametrize(
    ("dialect", "change", "reason"),
    [
        ("apiv3", _body(lambda m: m.update(code_url="weixin://elsewhere")), "bad signature"),
        ("apiv3", lambda a: a._replace(body=a.body + b" "), "bad signature"),
        ("apiv3", _without_headers("wechatpay-"), "bad signature"),
        ("apiv3", lambda a: a._replace(status=201), "HTTP 201"),
        ("envelope", _body(lambda m: m.pop("signature")), "bad signature"),
        ("envelope", _body(lambda m: m.update(signature="AAAA")), "bad signature"),
        ("envelope", _body(lambda m: m.update(message="other")), "bad signature"),
        ("envelope", _body(lambda m: m["data"].update(outTradeNo="LOAD1")), "answer about another order"),
        ("envelope", lambda a: a._replace(body=b"[]"), "no JSON object"),
        ("mcp", _body(lambda m: m.update(id=999_999)), "answer to another request"),
        ("mcp", _body(lambda m: m["result"].update(isError=True)), "tool error"),
        ("mcp", _body(lambda m: m["result"].pop("structuredContent")), "no structured content"),
        (
            "mcp",
            _body(lambda m: m["result"]["structuredContent"].update(out_trade_no="LOAD1")),
            "answer about another order",
        ),
        ("mcp", _body(lambda m: m["result"]["structuredContent"].update(code_url="")), "no code_url"),
        ("mcp", lambda a: a._replace(body=b"<html>"), "no JSON"),
        ("mcp", lambda a: a._replace(status=502), "HTTP 502"),
        ("alipay", lambda a: a._replace(body=a.body.replace(b"qr.alipay", b"qr.elsewhere")), "bad signature"),
        ("alipay", lambda a: a._replace(body=a.body.replace(b"\\/", b"/")), "bad signature"),
        ("alipay", _body(lambda m: m.pop("sign")), "bad signature"),
        ("alipay", lambda a: a._replace(body=a.body.replace(b"precreate", b"query")), "another request"),
        ("alipay", lambda a: a._replace(body=b"<html>"), "no JSON"),
        ("alipay", lambda a: a._replace(status=502), "HTTP 502"),
    ],
    ids=[
        "apiv3-code-changed",
        "apiv3-blank-added",
        "apiv3-unsigned",
        "apiv3-another-success",
        "envelope-unsigned",
        "envelope-garbage-signature",
        "envelope-message-changed",
        "envelope-another-order",
        "envelope-no-object",
        "mcp-another-id",
        "mcp-tool-error",
        "mcp-unstructured",
        "mcp-another-order",
        "mcp-empty-code",
        "mcp-no-json",
        "mcp-bad-gateway",
        "alipay-code-changed",
        "alipay-slashes-unescaped",
        "alipay-unsigned",
        "alipay-another-method",
        "alipay-page",
        "alipay-bad-gateway",
    ],
)
def test_a_changed_answer_is_a_failure_with_its_reason(
    endpoint: Endpoint, dialect: str, change: Callable[[Answer], Answer], reason: str
) -> None:
    wire = endpoint.wires[dialect]
    request = wire.create(endpoint.numbers.new(), Product.NATIVE)
    genuine = endpoint.answer(wire, request)
    assert request.judge(genuine)
    with pytest.raises(Wrong, match=reason):
        request.judge(change(genuine))


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_genuine_answer_to_another_request_is_not_believed(endpoint: Endpoint, dialect: str) -> None:
    wire = endpoint.wires[dialect]
    first, second = endpoint.numbers.new(), endpoint.numbers.new()
    for number in (first, second):
        created = wire.create(number, Product.NATIVE)
        created.judge(endpoint.answer(wire, created))
    replayed = endpoint.answer(wire, wire.query(first, Product.NATIVE, UNPAID))
    with pytest.raises(Wrong, match="another"):
        wire.query(second, Product.NATIVE, UNPAID).judge(replayed)


@pytest.mark.parametrize(
    ("members", "believed"),
    [
        ({"tradeState": "NOTPAY"}, True),
        ({"status": "NOTPAY"}, True),
        ({"tradeState": "NOTPAY", "status": "SUCCESS"}, True),
        ({"tradeState": "SUCCESS", "status": "NOTPAY"}, False),
        ({"tradeState": None, "status": "NOTPAY"}, False),
        ({"tradeState": ["NOTPAY"]}, False),
        ({}, False),
    ],
)
def test_the_first_name_that_an_answer_has_says_its_state(members: dict[str, Any], believed: bool) -> None:
    with nullcontext() if believed else pytest.raises(Wrong, match="another trade_state"):
        assert judged_state(members, UNPAID, "tradeState", "status") is members


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_state_that_was_not_to_be_is_a_failure(endpoint: Endpoint, dialect: str) -> None:
    wire, number = endpoint.wires[dialect], endpoint.numbers.new()
    created = wire.create(number, Product.NATIVE)
    created.judge(endpoint.answer(wire, created))
    asked = wire.query(number, Product.NATIVE, frozenset({"SUCCESS"}))
    with pytest.raises(Wrong, match="another trade_state"):
        asked.judge(endpoint.answer(wire, asked))


@pytest.mark.parametrize("own", [False, True], ids=["h5", "its own product"])
@pytest.mark.parametrize("dialect", OVER_MCP)
def test_alipays_orders_over_mcp_and_their_queries_are_believed(
    endpoint: Endpoint, dialect: str, *, own: bool
) -> None:
    wire, number = endpoint.wires[dialect], endpoint.numbers.new()
    product = OVER_MCP[dialect] if own else Product.H5
    placed = wire.create(number, product)
    assert placed.key.dialect == dialect
    placed.judge(endpoint.answer(wire, placed))
    asked = wire.query(number, product, UNPAID)
    asked.judge(endpoint.answer(wire, asked))
    paid = wire.query(number, product, frozenset({"SUCCESS"}))
    with pytest.raises(Wrong, match="another trade_state"):
        paid.judge(endpoint.answer(wire, paid))


@pytest.mark.parametrize("dialect", OVER_MCP)
def test_what_is_not_sold_and_a_close_are_refused_before_anything_is_sent(
    endpoint: Endpoint, dialect: str
) -> None:
    wire = endpoint.wires[dialect]
    with pytest.raises(UsageError):
        wire.create(endpoint.numbers.new(), Product.JSAPI)
    with pytest.raises(UsageError):
        wire.close(endpoint.numbers.new(), Product.H5)


def test_an_unsigned_word_that_nothing_is_open_is_not_believed(endpoint: Endpoint) -> None:
    wire, number = endpoint.wires["alipay-envelope"], endpoint.numbers.new()
    asked = wire.query(number, Product.H5, UNPAID)
    told = json.loads(endpoint.answer(wire, asked).body)
    bare = json.dumps({name: value for name, value in told.items() if name != "signature"}).encode()
    with pytest.raises(Wrong, match="bad signature"):
        asked.judge(Answer(404, [], bare))
