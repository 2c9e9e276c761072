"""What two SDKs sign holds, and with one thing done otherwise around them that thing is named."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import count
from typing import Any
from urllib.parse import unquote_plus

import pytest
from alipay import AliPay
from wechatpayv3.utils import build_authorization

from harness.core.control import Text
from harness.signing import keys
from harness.signing.diagnosis.diagnose import diagnose
from harness.signing.diagnosis.keyring import Keyring, NamedKey
from harness.signing.diagnosis.message import Message
from harness.signing.diagnosis.result import Diagnosis

# It asks pyOpenSSL for what is deprecated there.
pytestmark = pytest.mark.filterwarnings("ignore:X509.* is deprecated:DeprecationWarning")

KEY = keys.generate()
SERIAL = "408B07E79B8269FEC3D5D3E6AB8ED163A6A380DB"
CREATE = "/v3/pay/transactions/native"
QUERY = "/v3/pay/transactions/out-trade-no/a%7Cb?mchid=1900007291"
ORDER = {"description": "龙井", "amount": {"total": 1990}, "notify_url": "https://shop.example.com/n"}


def looked_at(message: Message) -> Diagnosis:
    ring = Keyring((NamedKey(Text.same("app"), KEY.public_key(), SERIAL),))
    return diagnose(message, lambda kind: ring)


def sent(path: str, method: str, body: bytes, *, signed: str | None = None, data: Any = "") -> Message:
    """What `requests` would send, with the SDK's header over `signed`."""
    header = build_authorization(signed or path, method, "1900007291", SERIAL, KEY, data=data)
    return Message(headers=(("Authorization", header),), body=body, method=method, target=path)


@pytest.mark.parametrize(
    ("message", "cause"),
    [
        (lambda: sent(CREATE, "POST", json.dumps(ORDER).encode(), data=ORDER), None),
        (lambda: sent(QUERY, "GET", b""), None),
        # The same object once more, as an HTTP client writes it that is given it in place of the text.
        (lambda: sent(CREATE, "POST", _as_httpx(ORDER), data=ORDER), "body-rewritten"),
        (lambda: sent(QUERY, "GET", b"", signed=QUERY.partition("?")[0]), "query-left-out"),
        (lambda: sent(QUERY, "GET", b"", signed=QUERY.replace("%7C", "|")), "path-encoded-again"),
        (lambda: sent(QUERY, "GET", b"", data="{}"), "empty-body-written"),
        (lambda: sent(CREATE, "POST", _as_httpx(ORDER)), "body-left-out"),
    ],
    ids=["dict", "query", "other-json", "no-query", "decoded", "no-body", "body-forgotten"],
)
def test_wechatpayv3(message: Callable[[], Message], cause: str | None) -> None:
    assert looked_at(message()).cause == cause


def _as_httpx(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


@pytest.fixture(scope="module")
def sdk() -> AliPay:
    return _sdk("RSA2")


def _sdk(kind: str) -> AliPay:
    return AliPay(
        appid="9021000000000001",
        app_notify_url="https://shop.example.com/notify?a=1&b=2",
        app_private_key_string=keys.private_pem(KEY),
        alipay_public_key_string=keys.public_pem(KEY.public_key()),
        sign_type=kind,
    )


def paid_by(sdk: AliPay) -> str:
    """What the SDK makes of an order: the query of a cashier's address."""
    for number in count(1):
        found: str = sdk.api_alipay_trade_page_pay(
            out_trade_no=f"GL{number}", total_amount="19.90", subject="龙井 & 毛峰"
        )
        if "%2B" in found.rpartition("sign=")[2]:  # one signature in 200 has no + that could be lost
            return found
    raise AssertionError


def asked(query: str) -> Message:
    return Message(headers=(), body=b"", method="GET", target=f"/gateway.do?{query}")


def test_python_alipay_sdk(sdk: AliPay) -> None:
    query = paid_by(sdk)
    cause = {
        query: None,
        query + "&return_url=https%3A%2F%2Fshop.example.com": "member-left-out",
        query.replace("%26b%3D2", "&b=2"): "ampersand-in-value",
        "&".join(_unquoted(part) for part in query.split("&")): "base64-plus-lost",
        paid_by(_sdk("RSA")): "sha-1",
    }
    assert {each: looked_at(asked(each)).cause for each in cause} == cause


def _unquoted(part: str) -> str:
    """A signature that goes out as it is."""
    return unquote_plus(part) if part.startswith("sign=") else part
