"""What is remembered of a request is what was on the wire, in few objects."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from starlette.types import Message, Receive, Scope, Send

from harness.simulator.console.exchanges import Exchange, Exchanges
from harness.simulator.console.recent import KEPT

HEADERS = [(b"host", b"127.0.0.1"), (b"accept", b""), (b"x-note", b"a: b, c"), (b"accept", b"*/*")]
ANSWER = [(b"content-type", b"application/json"), (b"request-id", b"08AB-0")]


def heard(
    bodies: Sequence[bytes], answers: Sequence[bytes], headers: Sequence[tuple[bytes, bytes]]
) -> Exchange:
    """One request in so many pieces, and its answer likewise."""
    coming = [
        {"type": "http.request", "body": body, "more_body": number < len(bodies)}
        for number, body in enumerate(bodies, start=1)
    ]
    scope = {"method": "POST", "path": "/v3/pay", "query_string": b"mchid=1", "headers": list(headers)}
    exchanges = Exchanges()

    async def receive() -> Message:
        return coming.pop(0)

    async def send(message: Message) -> None:
        assert message

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        while (await receive())["more_body"]:
            pass
        await send({"type": "http.response.start", "status": 200, "headers": ANSWER})
        for body in answers:
            await send({"type": "http.response.body", "body": body, "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    asyncio.run(exchanges.through("API v3", app, scope, receive, send))
    found = exchanges.find(1)
    assert found is not None
    return found


@pytest.mark.parametrize("headers", [HEADERS, HEADERS[:1], []])
def test_headers_are_as_they_came_in_their_order_repeated_and_empty_ones_too(
    headers: list[tuple[bytes, bytes]],
) -> None:
    exchange = heard([b"{}"], [b"{}"], headers)
    assert exchange.headers == headers
    assert exchange.answer_headers == ANSWER
    assert exchange.target == "/v3/pay?mchid=1"


def test_pieces_of_a_body_are_one_text() -> None:
    exchange = heard([b"ab", b"", b"cd"], [b"x" * 10, b"yz"], HEADERS)
    assert (exchange.body, exchange.body_size) == (b"abcd", 4)
    assert (exchange.answer, exchange.answer_size) == (b"x" * 10 + b"yz", 12)
    assert exchange.status == 200
    assert exchange.duration_s is not None


@pytest.mark.parametrize(
    "pieces", [[b"x" * (KEPT + 5)], [b"x" * (KEPT - 2), b"x" * 7], [b"x" * KEPT, b"x" * 5]]
)
def test_no_more_of_a_body_is_kept_than_there_is_room_for(pieces: list[bytes]) -> None:
    exchange = heard(pieces, pieces, HEADERS)
    assert exchange.body == exchange.answer == b"x" * KEPT
    assert exchange.body_size == exchange.answer_size == KEPT + 5


def test_its_size_counts_every_text_that_it_holds() -> None:
    small, large = heard([b"{}"], [b"{}"], HEADERS[:1]), heard([b"{}"], [b"{}"], [(b"x", b"y" * 60_000)])
    assert large.size - small.size > 59_000


def test_an_answer_that_never_began_is_none() -> None:
    exchanges = Exchanges()

    async def hangs_up(scope: Scope, receive: Receive, send: Send) -> None:
        raise ConnectionResetError

    async def nothing() -> Message:
        return {"type": "http.disconnect"}

    async def nowhere(message: Message) -> None:
        raise AssertionError(message)

    scope = {
        "method": "GET",
        "path": "/v3/x",
        "raw_path": b"/v3/%78",
        "query_string": b"",
        "headers": HEADERS,
    }
    with pytest.raises(ConnectionResetError):
        asyncio.run(exchanges.through("API v3", hangs_up, scope, nothing, nowhere))
    (exchange,) = exchanges.recent
    assert (exchange.status, exchange.duration_s, exchange.answer_headers) == (None, None, [])
    assert exchange.target == "/v3/%78"
