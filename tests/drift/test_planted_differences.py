"""Every difference that is planted in a second simulator is found and named, and nothing else is."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send

from harness.core.payment import Product
from harness.drift.asking import ask_all, questions
from harness.drift.capture import Line
from harness.drift.drift import Drift, compare
from harness.drift.finding import Kind
from harness.processes import answer, connection
from harness.processes.serving import base_url, listen, serving
from harness.settings.env_file import EnvFile
from harness.settings.model import Settings
from harness.signing.wechat_v3 import signature_headers
from harness.simulator.server import Simulator
from harness.simulator.wire.kit.schema import Object
from tests.drift.conftest import DIALECTS

Change = Callable[[int, dict[bytes, bytes], Any], tuple[int, Any]]
"""Status, headers and body as the simulator has them, to what goes out; headers are changed in place."""


class Planted:
    """A simulator that says some things otherwise, and signs what it says."""

    def __init__(self) -> None:
        self.simulator = Simulator()
        self.plants: list[Callable[[str, Any], Change | None]] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.simulator(scope, receive, send)
            return
        sent = b""
        started: Message = {}

        async def hear() -> Message:
            nonlocal sent
            message = await receive()
            sent += message.get("body", b"")
            return message

        async def say(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = message
            else:
                for each in self._changed(scope["path"], sent, started, message):
                    await send(each)

        await self.simulator(scope, hear, say)

    def _changed(self, path: str, sent: bytes, start: Message, end: Message) -> tuple[Message, Message]:
        asked = json.loads(sent) if sent.startswith(b"{") else {}
        status, headers, body = start["status"], dict(start["headers"]), end["body"]
        for plant in self.plants:
            change = plant(path, asked)
            if change is not None and body.startswith(b"{"):
                status, told = change(status, headers, json.loads(body))
                body = json.dumps(told, ensure_ascii=False).encode()
                headers[b"content-length"] = str(len(body)).encode()
                if b"wechatpay-signature" in headers:
                    serial = headers[b"wechatpay-serial"].decode()
                    key = self.simulator.identity.private_key(serial)
                    assert key is not None
                    for name, value in signature_headers(key, serial, body).items():
                        headers[name.lower().encode()] = value.encode()
        return {**start, "status": status, "headers": list(headers.items())}, {**end, "body": body}


@contextmanager
def second() -> Iterator[tuple[Planted, Settings]]:
    planted, listener = Planted(), listen(0)
    with serving(planted, listener):
        values = planted.simulator.environment(
            base_url=base_url(listener), notify_url="https://shop.example/notify"
        )
        yield planted, Settings.load(EnvFile.of(values, "the second simulator's settings"))


@pytest.fixture(scope="module")
def other() -> Iterator[tuple[Planted, Settings]]:
    with second() as both:
        yield both


def on(ending: str, change: Change, **members: object) -> Callable[[str, Any], Change | None]:
    """A change of answers of paths that end so, to requests with these members."""

    def plant(path: str, asked: Any) -> Change | None:
        fits = path.endswith(ending) and all(asked.get(name) == value for name, value in members.items())
        return change if fits else None

    return plant


def without(name: str) -> Change:
    return lambda status, headers, body: (status, {k: v for k, v in body.items() if k != name})


def saying(status: int | None = None, **members: object) -> Change:
    return lambda was, headers, body: (status or was, body | members)


def unlabelled(status: int, headers: dict[bytes, bytes], body: Any) -> tuple[int, Any]:
    del headers[b"content-language"]
    return status, body


def as_text(status: int, headers: dict[bytes, bytes], body: Any) -> tuple[int, Any]:
    headers[b"content-type"] = b"text/plain"
    return status, body


def found(recorded: tuple[Line, ...], simulated: tuple[Line, ...]) -> Drift:
    dialects = {line.dialect for line in recorded}
    return compare(recorded, [line for line in simulated if line.dialect in dialects])


def test_two_simulators_as_they_are_do_not_differ(
    other: tuple[Planted, Settings], simulated: tuple[Line, ...]
) -> None:
    planted, settings = other
    planted.plants = []
    recorded = tuple(line for each in DIALECTS for line in ask_all(each, questions(each, settings), settings))
    drift = found(recorded, simulated)
    assert (drift.findings, drift.open) == ((), ())
    assert drift.compared == len(recorded) > 100


def test_each_planted_difference_is_named_and_no_other(
    other: tuple[Planted, Settings], simulated: tuple[Line, ...]
) -> None:
    planted, settings = other
    planted.plants = [
        on("/security/echo", as_text),
        on("/security/echo", saying(echo_message=7)),
        on("/native", unlabelled, attach="a" * 129),
        on("/native", without("detail"), description=""),
        on("/native", saying(code="INVALID_REQUEST"), amount={"total": 1, "currency": "XYZ"}),
        on("/native", saying(422), description="长" * 43),
        on("/jsapi", saying(hint="who pays?")),
    ]
    apiv3 = ask_all("apiv3", questions("apiv3", settings), settings)
    told = {(each.operation, each.kind, each.place) for each in found(apiv3, simulated).findings}
    assert told == {
        ("echo", Kind.HEADER_VALUE, "Content-Type"),
        ("echo", Kind.TYPE, "/echo_message"),
        ("native-attach-long", Kind.HEADER_EXTRA, "Content-Language"),
        ("native-description-empty", Kind.MEMBER_EXTRA, "/detail"),
        ("native-currency-other", Kind.VALUE, "/code"),
        ("native-description-long", Kind.STATUS, ""),
        ("jsapi-without-openid", Kind.MEMBER_MISSING, "/hint"),
    }


def test_checks_in_another_order_and_names_in_other_letters_are_named(
    other: tuple[Planted, Settings], simulated: tuple[Line, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    planted, settings = other
    planted.plants = []
    bodies: dict[Product, Object] = planted.simulator.wires["apiv3"]._orders.bodies  # type: ignore[attr-defined]
    shape = bodies[Product.NATIVE]
    monkeypatch.setitem(
        bodies, Product.NATIVE, replace(shape, members={"amount": shape.members["amount"], **shape.members})
    )
    for module in (answer, connection):
        monkeypatch.setattr(module, "spelt", lambda name: name + b": ")
    both = "native-amount-zero-and-description-missing"
    alone = ("native-amount-zero", "native-description-missing")
    asks = [ask for ask in questions("apiv3", settings) if ask.id in (both, *alone)]
    drift = found(ask_all("apiv3", asks, settings), simulated)
    orders = [each for each in drift.findings if each.kind is Kind.ORDER]
    assert [(x.operation, x.recorded, x.simulated) for x in orders] == [(both, *alone)]
    letters = {each.place: each.simulated for each in drift.findings if each.kind is Kind.HEADER_LETTERS}
    assert letters["request-id"] == "Request-ID"
    assert len(drift.findings) == len(orders) + len(alone) * len(letters)


def test_a_tool_that_answers_with_another_type_is_named(
    other: tuple[Planted, Settings], simulated: tuple[Line, ...]
) -> None:
    planted, settings = other

    def closed_in_words(status: int, headers: dict[bytes, bytes], body: Any) -> tuple[int, Any]:
        body["result"]["structuredContent"]["closed"] = "true"
        return status, body

    def plant(path: str, asked: Any) -> Change | None:
        return closed_in_words if asked.get("params", {}).get("name") == "close-order" else None

    planted.plants = [plant]
    asks = [ask for ask in questions("mcp", settings) if ask.number == "open"]
    drift = found(ask_all("mcp", asks, settings), simulated)
    assert {(x.operation, x.kind, x.place) for x in drift.findings} == {
        ("close-open", Kind.TYPE, "/result/structuredContent/closed"),
        ("close-closed", Kind.TYPE, "/result/structuredContent/closed"),
    }
