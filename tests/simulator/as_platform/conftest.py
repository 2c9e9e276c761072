"""One simulator that plays the platforms, and a record of where this process goes."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from harness.processes.serving import listen, serving
from harness.simulator.as_platform.found import Playing
from harness.simulator.as_platform.playing import playing_platforms
from harness.simulator.server import Simulator

ALLOWED = "partner.example.com"


@dataclass
class Played:
    """A simulator that plays the platforms."""

    simulator: Simulator
    playing: Playing
    environment: dict[str, str]
    """A merchant's settings."""
    refused: list[str] = field(default_factory=list)
    """What its terminal was told."""


@pytest.fixture(scope="session")
def session_of_platforms() -> Iterator[Played]:
    """It may reach one host beside the platforms'."""
    listener = listen()
    simulator = Simulator(experience=False)
    refused: list[str] = []
    with (
        serving(simulator, listener) as address,
        playing_platforms(listener, allowed=(ALLOWED,), refused=refused.append) as playing,
    ):
        environment = simulator.environment(base_url=address, notify_url="http://127.0.0.1:1/notify")
        yield Played(simulator, playing, environment, refused)


@pytest.fixture
def platforms(session_of_platforms: Played) -> Played:
    """The same, with nothing refused yet."""
    session_of_platforms.refused.clear()
    return session_of_platforms


@dataclass
class Network:
    """Where this process went, whichever thread and library it was."""

    connected: list[Any] = field(default_factory=list)
    """Addresses, as sockets take them."""
    looked_up: list[Any] = field(default_factory=list)
    """Names."""


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> Network:
    """Listens from now on until the test ends; the allowed host is this machine meanwhile."""
    seen = Network()
    connect, look_up = socket.socket.connect, socket.getaddrinfo

    def connecting(one: socket.socket, address: Any) -> None:
        seen.connected.append(address)
        connect(one, address)

    def looking_up(host: Any, *rest: Any, **options: Any) -> Any:
        seen.looked_up.append(host)
        return look_up("127.0.0.1" if host == ALLOWED else host, *rest, **options)

    monkeypatch.setattr(socket.socket, "connect", connecting)
    monkeypatch.setattr(socket, "getaddrinfo", looking_up)
    return seen


def reached(port: int = 443, host: str = "api.mch.weixin.qq.com") -> str:
    """The first line with which a tunnel is asked for."""
    return f"CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}\r\n\r\n"


def answered(proxy: str, sent: str) -> bytes:
    """Everything that a proxy answers until it hangs up."""
    host, _, port = proxy.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(sent.encode())
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65536), b""))
