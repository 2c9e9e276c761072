"""The door shows what it is told to show, and counts who believed it."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from typing import get_args

import httpx
import pytest

from harness.levers.client import LeverRefused, LeversClient
from harness.levers.models import CertificateKind
from harness.simulator.embedded import running_simulator


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
