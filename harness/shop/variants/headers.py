"""Another rightful way to verify a callback."""

from __future__ import annotations

from harness.shop.practices import Headers
from harness.signing.wechat_v3 import Verifier


def equal_lines_once(verifier: Verifier, headers: Headers, body: bytes) -> None:
    """A header given twice with the same value says nothing new; two values that differ are refused."""
    once = dict.fromkeys((name.lower(), value.strip()) for name, value in headers)
    verifier.verify(list(once), body)
