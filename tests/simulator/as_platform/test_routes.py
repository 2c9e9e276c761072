"""A host leads to the simulator, to this machine, to where its user said, or nowhere."""

from __future__ import annotations

import pytest

from harness.core.errors import UnsafeRequest, UsageError
from harness.core.platform_hosts import is_a_platforms
from harness.simulator.as_platform.routes import PLAYED, Nowhere, Routes

TLS, PLAIN = ("127.0.0.1", 1), ("127.0.0.1", 2)
ROUTES = Routes(over_tls=TLS, plainly=PLAIN, allowed=("Partner.example.com",))


@pytest.mark.parametrize("host", [*PLAYED, "API.mch.weixin.qq.com", "openapi.alipay.com."])
def test_a_platforms_host_leads_to_the_simulator(host: str) -> None:
    assert ROUTES.tunnel(host, 443) == TLS
    assert ROUTES.forward("https", host, None) == PLAIN


@pytest.mark.parametrize(
    ("host", "port"), [("localhost", 3000), ("127.8.0.1", 1), ("::1", 5), ("partner.example.com", 8443)]
)
def test_this_machine_and_what_was_allowed_are_reached_as_they_are(host: str, port: int) -> None:
    assert ROUTES.tunnel(host, port) == ROUTES.forward("http", host, port) == (host, port)


@pytest.mark.parametrize(
    ("host", "port", "why"),
    [
        ("www.example.com", 443, "www.example.com leads nowhere; golive simulator --allow www.example.com"),
        ("partner.example.com.evil.test", 443, "leads nowhere"),
        ("10.0.0.8", 443, "leads nowhere"),
        ("api.mch.weixin.qq.com", 80, "is played on port 443 only"),
        ("wx.tenpay.com", 443, "is not played, and a platform itself is never asked"),
        ("qr.alipay.com", 443, "is not played, and a platform itself is never asked"),
        ("a\x1b[2J", 443, "that is no name of a host"),
        ("::1%\x1b[2J", 3000, "that is no name of a host"),
        ("fe80::1%\x1b[2J", 443, "that is no name of a host"),
        ("a..localhost", 443, "that is no name of a host"),
        ("2001:db8::1", 443, "2001:db8::1 leads nowhere; golive simulator --allow 2001:db8::1"),
    ],
)
def test_everything_else_leads_nowhere_and_says_why(host: str, port: int, why: str) -> None:
    with pytest.raises(Nowhere) as told:
        ROUTES.tunnel(host, port)
    assert why in str(told.value)
    assert str(told.value).isprintable()


@pytest.mark.parametrize(
    ("scheme", "host"),
    [("http", "api.mch.weixin.qq.com"), ("https", "partner.example.com"), ("http", "www.example.com")],
)
def test_a_request_is_sent_on_only_where_that_is_what_its_sender_meant(scheme: str, host: str) -> None:
    with pytest.raises(Nowhere):
        ROUTES.forward(scheme, host, None)


def test_what_a_refusal_names_is_what_it_was() -> None:
    with pytest.raises(Nowhere, match="ftp to localhost wants a tunnel"):
        ROUTES.forward("ftp", "localhost", None)
    for host in ("2001:db8::1", "10.0.0.8", "www.example.com"):  # the advice can be followed
        with pytest.raises(Nowhere, match=f"--allow {host} lets it through"):
            ROUTES.tunnel(host, 443)
        assert Routes(over_tls=TLS, plainly=PLAIN, allowed=(host,)).tunnel(host, 443) == (host, 443)


@pytest.mark.parametrize("host", [*PLAYED, "pay.weixin.qq.com", "Mapi.AliPay.com.", "tenpay.com"])
def test_a_platforms_own_host_is_never_allowed(host: str) -> None:
    assert is_a_platforms(host)
    with pytest.raises(UnsafeRequest, match="is the platform's own"):
        Routes(over_tls=TLS, plainly=PLAIN, allowed=(host,))


@pytest.mark.parametrize(
    "host",
    [
        *("", "*.example.com", "https://example.com", "example.com:443", "茶.example"),
        *("a..example.com", f"{'x' * 64}.example.com", "fe80::1%eth0"),
    ],
)
def test_what_is_no_name_of_a_host_is_not_allowed(host: str) -> None:
    assert not is_a_platforms("notalipay.com")
    with pytest.raises(UsageError, match="is no name of a host"):
        Routes(over_tls=TLS, plainly=PLAIN, allowed=(host,))
