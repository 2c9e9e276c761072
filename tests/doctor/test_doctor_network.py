"""What the doctor says of loopback, ports, proxies and mirrors."""

from __future__ import annotations

import socket

import pytest

from harness.doctor import network
from harness.doctor.report_line import State
from harness.processes.serving import listen


def test_this_machine_talks_to_itself() -> None:
    assert network.loopback().state is State.OK


def test_a_machine_that_cannot_talk_to_itself_is_not_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(address: tuple[str, int], timeout: float) -> socket.socket:
        raise ConnectionRefusedError(111, f"refused by {address[0]} within {timeout}")

    monkeypatch.setattr(socket, "create_connection", refused)
    found = network.loopback()
    assert found.state is State.MISSING
    assert found.fix is not None
    assert "/etc/hosts" in found.fix.en


def test_a_taken_port_warns_and_a_free_one_does_not() -> None:
    with listen() as holder:
        number = holder.getsockname()[1]
        taken = network.port(number, "golive shop")
    assert taken.state is State.WARN
    assert taken.fix is not None
    assert "golive shop --port 0" in taken.fix.en
    assert network.port(number, "golive shop").state is State.OK


@pytest.mark.parametrize("spared", ["localhost,127.0.0.1,::1", "*", " 127.0.0.1 , localhost,.example.com"])
def test_a_proxy_that_spares_loopback_is_fine(spared: str) -> None:
    found = network.proxies({"HTTPS_PROXY": "http://proxy.example.com:3128", "NO_PROXY": spared})
    assert found.state is State.OK


@pytest.mark.parametrize("spared", ["", "localhost", "127.0.0.1", ".example.com"])
@pytest.mark.parametrize("name", ["HTTP_PROXY", "https_proxy", "ALL_PROXY"])
def test_a_proxy_that_takes_loopback_is_warned_of(name: str, spared: str) -> None:
    found = network.proxies({name: "http://proxy.example.com:3128", "no_proxy": spared})
    assert found.state is State.WARN
    assert found.fix is not None
    assert "127.0.0.1" in found.fix.zh


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("http://proxy.example.com:3128", "http://proxy.example.com:3128"),
        ("http://user:s3cret@proxy.example.com:3128", "http://***@proxy.example.com:3128"),
        ("user:s3cret@proxy.example.com:3128", "***@proxy.example.com:3128"),
        ("http://user:s3cret@s3cret@proxy.example.com", "http://***@proxy.example.com"),
        ("http://user:s3cret#s3cret,s3cret?@proxy.example.com/a", "http://***@proxy.example.com/a"),
        ("https://user:s3://cret:s3cret@proxy.example.com", "https://***@proxy.example.com"),
        ("https://mirror.example.com/simple?token=s3cret#s3cret", "https://mirror.example.com/simple"),
        ("https://a:s3cret@one.example.com https://b:s3cret@two.example.com",
         "https://***@one.example.com https://***@two.example.com"),
    ],
)  # fmt: skip
def test_credentials_are_never_shown(value: str, shown: str) -> None:
    for found in (
        network.proxies({"HTTPS_PROXY": value, "NO_PROXY": "*"}),
        network.mirrors({"PIP_INDEX_URL": value}),
    ):
        assert "s3cret" not in found.model_dump_json()
        assert shown in found.detail.en


def test_a_certificate_bundle_that_is_not_there_is_warned_of() -> None:
    found = network.mirrors({"SSL_CERT_FILE": "/absent/bundle.pem"})
    assert found.state is State.WARN
    assert "SSL_CERT_FILE" in found.detail.en


def test_no_variables_are_no_trouble() -> None:
    assert network.proxies({}).state is State.OK
    assert network.mirrors({}).state is State.OK
