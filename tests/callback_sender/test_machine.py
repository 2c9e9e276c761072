"""Nothing leaves this machine, by whatever name or turn."""

from __future__ import annotations

import socket
from types import SimpleNamespace
from typing import Any

import httpcore
import psutil
import pytest

from harness.callback_sender.machine import elsewhere, target
from harness.callback_sender.sending import post
from harness.callbacks.callback import Callback
from harness.core.errors import UnsafeRequest, UsageError

PUBLIC = "203.0.113.7"
"""Of an example's network, which leads nowhere."""


def leads_to(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> None:
    """Lets every name lead to these addresses: one look-up's after another's, the last for ever."""
    left = list(answers)

    def looked_up(host: str, port: int, **_: object) -> list[Any]:
        found = left.pop(0) if len(left) > 1 else left[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in found]

    monkeypatch.setattr(socket, "getaddrinfo", looked_up)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:3000/notify",
        "https://127.0.0.1/notify?a=b",
        "http://[::1]:3000/notify",
        "http://localhost:3000/notify",
        "http://0.0.0.0:3000/notify",
        "http://[::ffff:127.0.0.1]:3000/",
    ],
)
def test_this_machine_is_called(url: str) -> None:
    assert target(url) == url


@pytest.mark.parametrize(
    "url",
    [
        f"http://{PUBLIC}/notify",
        "http://[2001:db8::1]/notify",
        f"http://[::ffff:{PUBLIC}]/notify",
        "http://224.0.0.1/notify",
        "http://255.255.255.255/notify",
        "http://3405803783/notify",
    ],
)
def test_another_machine_is_not(url: str) -> None:
    with pytest.raises(UnsafeRequest, match="is not this machine"):
        target(url)


@pytest.mark.parametrize(
    "url",
    [
        "127.0.0.1:3000/notify",
        "ftp://127.0.0.1/",
        "http:///notify",
        "http://127.0.0.1:99999/",
        "http://127.0.0.1:0x1/",
        "",
        "http://\x00/",
        f"http://127.0.0.1@{PUBLIC}/",
        "http://user:word@127.0.0.1/",
        "http://no-such-host.invalid/",
    ],
)
def test_what_is_no_address_is_told_as_that(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(host: str, port: int, **_: object) -> list[Any]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(UsageError) as refused:
        target(url)
    assert refused.value.remedy


def test_port_0_is_nobodys() -> None:
    with pytest.raises(UsageError, match="no address of http or https"):
        target("http://127.0.0.1:0/notify")


@pytest.mark.parametrize("found", [[PUBLIC], ["127.0.0.1", PUBLIC]], ids=["elsewhere", "here and elsewhere"])
def test_a_name_is_where_it_leads(found: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    leads_to(monkeypatch, found)
    with pytest.raises(UnsafeRequest, match=PUBLIC) as refused:
        target("http://my-own-machine.example/notify")
    assert refused.value.exit_code == 4


def test_a_name_that_leads_elsewhere_once_it_was_looked_up_is_not_called(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    called: list[str] = []

    def connect(self: object, host: str, *_: object) -> httpcore.NetworkStream:
        called.append(host)
        raise httpcore.ConnectError("nobody there")

    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", connect)
    leads_to(monkeypatch, ["127.0.0.1"], [PUBLIC])
    url = target("http://rebound.example/notify")
    answer = post(url, Callback((), b""), limit_s=1)
    assert (answer.reached, called) == (False, [])
    assert PUBLIC in answer.error
    leads_to(monkeypatch, ["::1", "127.0.0.1"])
    assert not post(url, Callback((), b""), limit_s=1).reached
    assert called == ["::1", "127.0.0.1"]


def test_the_addresses_of_its_interfaces_are_this_machines_own(monkeypatch: pytest.MonkeyPatch) -> None:
    card = [SimpleNamespace(address=each) for each in ("192.0.2.9", "fe80::1%eth0", "02:42:ac:11:00:02")]
    monkeypatch.setattr(psutil, "net_if_addrs", lambda: {"eth0": card})
    assert elsewhere(["192.0.2.9", "fe80::1%eth0", "127.0.0.1"]) == ""
    assert elsewhere(["192.0.2.9", "192.0.2.8"]) == "192.0.2.8"
