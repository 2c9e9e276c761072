"""What every form of callbacks has in common: the message itself, and the keys of those who send it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from harness.core.redelivery import Redelivery

CLIENT_HEADERS = (
    ("User-Agent", "Mozilla/4.0"),
    ("Accept", "*/*"),
    ("Content-Type", "application/json"),
    ("Pragma", "no-cache"),
    ("Cache-Control", "no-cache"),
    ("Connection", "close"),
)
"""What the platform's sender puts beside the signature; `Host` and `Content-Length` are the HTTP client's."""

STRANGER = "golive_unknown_member"
"""What a member is called that nobody knows: a form that picks the members it carries carries it, too."""


@dataclass(frozen=True, slots=True)
class Callback:
    """One callback ready to be sent: header lines in order, repeats allowed, and the raw body."""

    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(frozen=True, slots=True)
class Issuer:
    """The platform's side of a merchant account: what callbacks are signed and encrypted with, in any form.

    `serial` is a platform certificate serial (40 hex) or a `PUB_KEY_ID_…`; `apiv3_key` has 32 bytes.
    """

    serial: str
    private_key: RSAPrivateKey = field(repr=False)
    apiv3_key: str = field(repr=False)
    mcp_private_key: RSAPrivateKey = field(repr=False)
    """Of the MCP platform, which signs envelopes."""
    alipay_private_key: RSAPrivateKey | None = field(default=None, repr=False)
    """Of Alipay, which signs notifies: 支付宝公钥 is its other half. None where there is no Alipay."""
    alipay_app_key: RSAPrivateKey | None = field(default=None, repr=False)
    """Of the merchant's own application, 应用私钥: whoever has it must not be taken for Alipay."""
    api_key: str = field(default="", repr=False)
    """The v2 API key, which seals notices in the old form."""
    appid: str = ""


@dataclass(frozen=True, slots=True)
class OldForm:
    """How a form's notices of refunds were written before, and still may be."""

    build: Callable[[Issuer, bytes], Callback]
    """A notice of today's to one of then."""
    rules: Redelivery
    """How such a one is delivered."""


def compact(value: Any) -> bytes:
    """JSON without blanks, in UTF-8, members in the order given: how the platform writes it (facts 5.2)."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
