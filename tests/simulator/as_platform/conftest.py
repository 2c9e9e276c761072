"""One simulator that plays the platforms, and a record of where this process goes."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field

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
    """Where this process went, as the interpreter itself tells."""

    watched: bool = False
    connected: list[object] = field(default_factory=list)
    looked_up: list[object] = field(default_factory=list)

    def hear(self, event: str, arguments: tuple[object, ...]) -> None:
        """An audit hook; it stays for good, so it listens only while it is asked to."""
        if not self.watched:
            return
        if event == "socket.connect":
            self.connected.append(arguments[1])
        elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
            self.looked_up.append(arguments[0])


_NETWORK = Network()
sys.addaudithook(_NETWORK.hear)


@pytest.fixture
def network() -> Iterator[Network]:
    """Listens from now on until the test ends."""
    _NETWORK.connected.clear()
    _NETWORK.looked_up.clear()
    _NETWORK.watched = True
    yield _NETWORK
    _NETWORK.watched = False


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
