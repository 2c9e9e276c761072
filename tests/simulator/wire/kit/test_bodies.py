"""A client that sends its headers and then dribbles is answered in the wire's own shape, and let go."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest

from harness.processes.serving import listen, serving
from harness.signing.envelope import SIGNATURE
from harness.simulator.account.identity import Identity
from harness.simulator.server import Simulator
from harness.simulator.wire.kit.body import Patience, TooSlow

PATIENCE_S = 0.2
GIVES_UP_S = 10.0

DOORS = {
    "apiv3": "/v3/pay/transactions/native",
    "mcp": "/mcp/v1",
    "envelope": "/mcp/v1/wechat/payment/create",
    "levers": "/_golive/pay",
    "bridge": "/cashier/jsapi",
}
SAYS: dict[str, Callable[[Any], bool]] = {
    "apiv3": lambda told: told["code"] == "INVALID_REQUEST" and "0.2 s" in told["message"],
    "mcp": lambda told: "0.2 s" in told["error"]["message"],
    "envelope": lambda told: told["code"] == "INVALID_REQUEST" and bool(told[SIGNATURE]),
    "levers": lambda told: told["reason"] == "invalid" and "0.2 s" in told["message"],
}


class Address(NamedTuple):
    host: str
    port: int


@pytest.fixture(scope="module")
def hurried(identity: Identity) -> Iterator[Address]:
    with serving(Simulator(identity=identity, body_patience_s=PATIENCE_S), listen()) as base_url:
        parts = urlsplit(base_url)
        yield Address(str(parts.hostname), int(parts.port or 0))


def dribble(to: Address, path: str, identity: Identity) -> tuple[int, bytes]:
    """Announce a hundred bytes, send one, and wait until the other side has closed."""
    bearer = identity.levers_token if path.startswith("/_golive") else identity.mcp_api_key
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {to.host}:{to.port}\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {bearer}\r\nUser-Agent: MicroMessenger/8.0\r\n"
        "Accept: application/json, text/event-stream\r\nContent-Length: 100\r\n\r\n{"
    )
    with socket.create_connection(to, timeout=GIVES_UP_S) as connection:
        connection.sendall(head.encode())
        said = b"".join(iter(lambda: connection.recv(65_536), b""))
    first, _, rest = said.partition(b"\r\n")
    return int(first.split()[1]), rest.partition(b"\r\n\r\n")[2]


@pytest.mark.parametrize("door", DOORS)
def test_a_dribbling_client_is_told_so_and_its_connection_closed(
    hurried: Address, identity: Identity, door: str
) -> None:
    status, body = dribble(hurried, DOORS[door], identity)
    assert status == 408, body
    if door in SAYS:
        told: dict[str, Any] = json.loads(body)
        assert SAYS[door](told), told


async def _never() -> Any:

    await asyncio.Event().wait()


def test_patience_ends_with_the_body(identity: Identity) -> None:

    async def lose() -> None:
        await Patience(_never, 0.01).receive()

    async def outlast() -> None:
        messages = iter([{"type": "http.request", "body": b"", "more_body": False}])

        async def receive() -> Any:
            for message in messages:
                return message
            await asyncio.sleep(0.05)
            return {"type": "http.disconnect"}

        patience = Patience(receive, 0.01)
        await patience.receive()
        assert (await patience.receive())["type"] == "http.disconnect"

    with pytest.raises(TooSlow):
        asyncio.run(lose())
    asyncio.run(outlast())
