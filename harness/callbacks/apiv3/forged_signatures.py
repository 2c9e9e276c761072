"""Forges signatures: another value, a stranger's key, another message, or a probe.

The simulator's notifier uses them too, for the faults that spoil a callback on purpose.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable
from dataclasses import replace

from harness.callbacks.apiv3.genuine import signed
from harness.callbacks.apiv3.header_lines import (
    NONCE,
    SERIAL,
    SIGNATURE,
    TIMESTAMP,
    header,
    with_header,
    without_header,
)
from harness.callbacks.attack import RSA_BYTES, Change, b64, forger_key
from harness.callbacks.callback import Callback, Issuer
from harness.signing.wechat_v3 import PROBE_PREFIX, response_message, sign

PUBLIC_KEY_ID = "PUB_KEY_ID_"
"""How the id of a platform's public key begins; a certificate's serial is 40 hex digits."""


def by_another_key(issuer: Issuer, body: bytes) -> Callback:
    """The body signed freshly under the platform's serial, but with a stranger's key."""
    return signed(replace(issuer, private_key=forger_key()), body)


def as_probe(issuer: Issuer, body: bytes) -> Callback:
    """The body as signature-probing traffic."""
    return probe(signed(issuer, body))


def unsigned(issuer: Issuer, body: bytes) -> Callback:
    """The body with everything that a delivery has but its signature."""
    return without_header(signed(issuer, body), SIGNATURE)


def under_unknown_serial(issuer: Issuer, body: bytes) -> Callback:
    """The body truly signed, under a serial that the platform has no key of."""
    return with_header(signed(issuer, body), SERIAL, unknown_serial(issuer.serial))


def unknown_serial(own: str) -> str:
    """A serial or id of the same form that is no key's."""
    if own.startswith(PUBLIC_KEY_ID):
        return f"{PUBLIC_KEY_ID}{secrets.randbelow(10**28):028d}"
    return secrets.token_hex(20).upper()


def probe(callback: Callback, *, tail: str | None = None) -> Callback:
    """The callback as signature-probing traffic: the value starts with `WECHATPAY/SIGNTEST/` (facts 2.7).

    The tail is random unless given, as long as a real signature: the whole then is no valid base64, which
    is what strict decoders trip over.
    """
    rest = b64(secrets.token_bytes(RSA_BYTES)) if tail is None else tail
    return with_header(callback, SIGNATURE, PROBE_PREFIX + rest)


def signed_message(callback: Callback) -> bytes:
    """The three lines this callback's signature should be over (facts 2.2)."""
    return response_message(header(callback, TIMESTAMP), header(callback, NONCE), callback.body)


def with_value(make: Callable[[Issuer, Callback], str]) -> Change:
    """A change of nothing but the text of the signature."""
    return lambda original: with_header(
        original.callback, SIGNATURE, make(original.issuer, original.callback)
    )


def with_bytes(change: Callable[[bytes], bytes]) -> Change:
    """A change of the genuine signature's bytes."""
    return with_value(lambda issuer, callback: b64(change(base64.b64decode(header(callback, SIGNATURE)))))


def signed_over(message: Callable[[Callback], bytes]) -> Change:
    """A change to a signature that is the platform's own, but over another message."""
    return with_value(lambda issuer, callback: sign(issuer.private_key, message(callback)))
