"""An address means to us what it means to an HTTP client, or it is refused without being repeated."""

from __future__ import annotations

import pytest

from harness.settings.addresses import Malformed, is_loopback, parse_address


@pytest.mark.parametrize(
    ("text", "origin", "port"),
    [
        ("https://api.mch.weixin.qq.com/mcp/v1", "https://api.mch.weixin.qq.com", 443),
        ("HTTPS://API.MCH.WEIXIN.QQ.COM/x", "https://api.mch.weixin.qq.com", 443),
        ("http://127.0.0.1:8765", "http://127.0.0.1:8765", 8765),
        ("http://[::1]:8765/", "http://[::1]:8765", 8765),
        ("http://localhost/", "http://localhost", 80),
    ],
)
def test_an_absolute_address_is_read(text: str, origin: str, port: int) -> None:
    address = parse_address(text)
    assert (address.origin, address.effective_port) == (origin, port)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "absolute"),
        ("api.mch.weixin.qq.com/mcp/v1", "absolute"),
        ("//api.mch.weixin.qq.com", "absolute"),
        ("ftp://api.mch.weixin.qq.com", "absolute"),
        ("https:///mcp", "absolute"),
        ("https://user:hunter22@api.mch.weixin.qq.com", "password"),
        ("https://hunter22@api.mch.weixin.qq.com", "password"),
        ("https://api.mch.weixin.qq.com@evil.example", "password"),
        ("https://api.mch.weixin.qq.com\\@evil.example", "backslashes"),
        ("https://api.mch.weixin.qq.com/mcp?key=hunter22", "query"),
        ("https://api.mch.weixin.qq.com/mcp?", "query"),
        ("https://api.mch.weixin.qq.com/mcp#hunter22", "fragment"),
        (" https://api.mch.weixin.qq.com", "blanks"),
        ("https://api.mch.weixin.qq.com/\nmcp", "blanks"),
        ("https://аpi.mch.weixin.qq.com", "non-ASCII"),  # a Cyrillic а  # noqa: RUF001, RUF100
        ("https://api_mch.weixin.qq.com", "legal"),
        ("https://-api.weixin.qq.com", "legal"),
        ("https://api.mch.weixin.qq.com.", "legal"),
        ("https://api.mch.weixin.qq.com:0", "legal"),
        ("https://api.mch.weixin.qq.com:99999", "well-formed"),
        ("https://api.mch.weixin.qq.com:port", "well-formed"),
        ("https://[::1", "well-formed"),
    ],
)
def test_what_clients_read_differently_is_refused_and_never_repeated(text: str, reason: str) -> None:
    with pytest.raises(Malformed, match=reason) as refused:
        parse_address(text)
    assert "hunter22" not in str(refused.value) + refused.value.reason


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("localhost.evil.example", False),
        ("127.0.0.1.evil.example", False),
        ("0.0.0.0", False),  # noqa: S104
        ("192.168.1.1", False),
        ("api.mch.weixin.qq.com", False),
    ],
)
def test_loopback_is_this_machine_and_nothing_that_looks_like_it(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected
