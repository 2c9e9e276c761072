"""The dialect's signature: HMAC-SHA256 over the line as it is sent, in a header."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable

from harness.core.errors import SignatureInvalid

HEADER = "Echo-Signature"
PATH = "/echo/"
"""Beside the MCP endpoint, below it the operations."""


def sign(secret: str, line: bytes) -> str:
    """The header's value; the secret is the key both sides share."""
    return hmac.new(secret.encode(), line, hashlib.sha256).hexdigest()


def verify(secret: str, headers: Iterable[tuple[str, str]], line: bytes) -> None:
    """Raise SignatureInvalid unless exactly this line was signed with the secret."""
    given = [value for name, value in headers if name.lower() == HEADER.lower()]
    if len(given) != 1 or not hmac.compare_digest(given[0].encode(), sign(secret, line).encode()):
        raise SignatureInvalid("the line is not signed with our secret", where="echo")
