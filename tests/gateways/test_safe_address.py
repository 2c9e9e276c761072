"""Where a gateway may send at all."""

from __future__ import annotations

import pytest

from harness.core.errors import UnsafeRequest
from harness.gateways.safe_address import safe_address


@pytest.mark.parametrize(
    "address",
    ["https://api.mch.weixin.qq.com", "http://127.0.0.1:8765", "http://localhost:1/", "http://[::1]:9"],
)
def test_https_and_loopback_are_allowed(address: str) -> None:
    assert safe_address(address).host


@pytest.mark.parametrize(
    "address",
    [
        "http://api.mch.weixin.qq.com",
        "http://192.168.1.2:8765",
        "http://localhost.example.com",
        "http://127.0.0.1.example.com",
        "ftp://127.0.0.1",
        "https://user:secret@api.mch.weixin.qq.com",
        "https://",
        "https://a.example?x=1",
        "api.mch.weixin.qq.com",
        "",
        "https://[",
        "https://api.mch.weixin.qq.com\\@evil.example",
    ],
)
def test_everything_else_is_refused_before_it_is_sent(address: str) -> None:
    with pytest.raises(UnsafeRequest) as caught:
        safe_address(address)
    assert "secret" not in str(caught.value)
    assert caught.value.remedy
