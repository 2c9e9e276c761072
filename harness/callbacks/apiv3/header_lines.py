"""Reads and changes single header lines of a callback."""

from __future__ import annotations

from dataclasses import replace

from harness.callbacks.callback import Callback

TIMESTAMP = "Wechatpay-Timestamp"
NONCE = "Wechatpay-Nonce"
SIGNATURE = "Wechatpay-Signature"
SERIAL = "Wechatpay-Serial"
SIGNATURE_TYPE = "Wechatpay-Signature-Type"

REQUIRED = (TIMESTAMP, NONCE, SIGNATURE, SERIAL)
"""The headers without which nothing can be verified (facts 2.2); the type has a default."""


def header(callback: Callback, name: str) -> str:
    """The first value of a header; the name's case does not matter.

    Raises:
        KeyError: the callback has no such header.
    """
    for given, value in callback.headers:
        if given.lower() == name.lower():
            return value
    raise KeyError(name)


def with_header(callback: Callback, name: str, *values: str) -> Callback:
    """The callback with these values for a header, in the place of the first; no value removes it."""
    lines: list[tuple[str, str]] = []
    placed = False
    for given, value in callback.headers:
        if given.lower() != name.lower():
            lines.append((given, value))
        elif not placed:
            lines += [(name, each) for each in values]
            placed = True
    if not placed:
        lines += [(name, each) for each in values]
    return replace(callback, headers=tuple(lines))


def without_header(callback: Callback, name: str) -> Callback:
    """The callback without any line of that name."""
    return with_header(callback, name)
