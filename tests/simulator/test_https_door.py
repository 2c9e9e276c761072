"""The door shows what it is told to show, and counts who believed it."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from typing import get_args
from urllib.parse import urlsplit

import httpx
import pytest

from harness.levers.client import LeverRefused, LeversClient
from harness.levers.models import CertificateKind
from harness.simulator.embedded import running_simulator
from harness.simulator.only_http1 import WHY


@pytest.fixture(scope="module")
def levers() -> Iterator[LeversClient]:
    """Of a platform that is served over https, too."""
    with (
        running_simulator(https=True) as simulator,
        LeversClient(simulator.levers_url, simulator.levers_token) as opened,
    ):
        yield opened


def believing(levers: LeversClient) -> ssl.SSLContext:
    door = levers.door()
    assert door is not None
    return ssl.create_default_context(cadata=door.ca_pem)


def test_who_believes_the_authority_reaches_the_platform(levers: LeversClient) -> None:
    url = levers.show("trusted").url
    answer = httpx.get(f"{url}/v3/certificates", verify=believing(levers), trust_env=False)
    door = levers.door()
    assert answer.status_code == 401
    assert door is not None
    assert (door.certificate, door.connections, door.spoken) == ("trusted", 1, 1)


@pytest.mark.parametrize("certificate", [each for each in get_args(CertificateKind) if each != "trusted"])
def test_who_verifies_says_nothing_to_anybody_else(
    levers: LeversClient, certificate: CertificateKind
) -> None:
    url = levers.show(certificate).url
    with pytest.raises(httpx.ConnectError, match="certificate verify failed"):
        httpx.get(f"{url}/v3/certificates", verify=believing(levers), trust_env=False)
    door = levers.door()
    assert door is not None
    assert (door.connections, door.spoken) == (1, 0)


def test_who_insists_on_http2_is_told_why_in_frames_that_it_can_read() -> None:
    heard: list[str] = []
    with running_simulator(https=True) as simulator:
        door = simulator.door
        assert door is not None
        door._refused = heard.append
        address = urlsplit(door.url)
        context = ssl.create_default_context(cadata=door.ca_pem)
        context.set_alpn_protocols(["h2"])
        with (
            socket.create_connection((address.hostname, address.port), timeout=5) as plain,
            context.wrap_socket(plain, server_hostname="127.0.0.1") as line,
        ):
            assert line.selected_alpn_protocol() is None, "nobody offers what nobody speaks"
            line.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(3) + b"\x04" + bytes(5))
            said = b""
            while b"golive" not in said:
                said += line.recv(4096)
    assert said[:9] == bytes(3) + b"\x04" + bytes(5)  # SETTINGS, without any
    length, kind, code = int.from_bytes(said[9:12], "big"), said[12], int.from_bytes(said[22:26], "big")
    assert (length, kind, code) == (len(said) - 18, 7, 0xD)  # GOAWAY, HTTP_1_1_REQUIRED
    assert b"insists on HTTP/2" in said
    assert heard == [WHY]


def test_who_verifies_nothing_is_seen(levers: LeversClient) -> None:
    url = levers.show("expired").url
    httpx.get(f"{url}/v3/certificates", verify=False, trust_env=False)  # noqa: S501 - that is what is seen
    door = levers.door()
    assert door is not None
    assert door.spoken == 1


def test_a_connection_does_not_outlast_its_certificate(levers: LeversClient) -> None:
    url = f"{levers.show('trusted').url}/v3/certificates"
    with httpx.Client(verify=believing(levers), trust_env=False) as client:
        client.get(url)
        levers.show("unknown-authority")
        with pytest.raises(httpx.ConnectError, match="certificate verify failed"):
            client.get(url)


def test_a_simulator_without_one_says_so() -> None:
    with (
        running_simulator() as simulator,
        LeversClient(simulator.levers_url, simulator.levers_token) as opened,
    ):
        assert opened.door() is None
        with pytest.raises(LeverRefused):
            opened.show("expired")
