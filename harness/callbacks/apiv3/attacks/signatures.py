"""Attacks with worthless signatures: wrong bytes, no base64, a stranger's key (CBK-02).

A genuine signature in a laxer spelling (a blank inside, the URL alphabet) is not here: whoever accepts
that has forged nothing.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import replace

from harness.callbacks.apiv3.forged_signatures import by_another_key, with_bytes, with_value
from harness.callbacks.apiv3.genuine import build, compose
from harness.callbacks.apiv3.header_lines import SIGNATURE, header
from harness.callbacks.attack import RSA_BYTES, Forge, b64, forger_key
from harness.callbacks.callback import Callback, Issuer


def _other_key(issuer: Issuer, resource: Mapping[str, object]) -> Callback:
    return by_another_key(issuer, compose(issuer, resource))


def _other_key_and_serial(issuer: Issuer, resource: Mapping[str, object]) -> Callback:
    serial = secrets.token_hex(20).upper()
    return build(replace(issuer, serial=serial, private_key=forger_key()), resource)


FORGES: dict[str, Forge] = {
    "signature-garbage": with_value(lambda issuer, callback: b64(secrets.token_bytes(RSA_BYTES))),
    "signature-all-zero": with_bytes(lambda raw: bytes(RSA_BYTES)),
    "signature-number-one": with_bytes(lambda raw: bytes(RSA_BYTES - 1) + b"\x01"),
    "signature-only-padding": with_value(lambda issuer, callback: "===="),
    "signature-one-byte": with_bytes(lambda raw: raw[:1]),
    "signature-truncated": with_bytes(lambda raw: raw[: RSA_BYTES // 2]),
    "signature-extended": with_bytes(lambda raw: raw + b"\x00"),
    "signature-bit-flipped": with_bytes(lambda raw: raw[:-1] + bytes([raw[-1] ^ 1])),
    "signature-reversed": with_bytes(lambda raw: raw[::-1]),
    "signature-letters-swapped": with_value(lambda issuer, callback: header(callback, SIGNATURE).swapcase()),
    "signature-not-base64": with_value(lambda issuer, callback: "!not*base64!"),
    "signature-word-null": with_value(lambda issuer, callback: "null"),
    "signature-word-true": with_value(lambda issuer, callback: "true"),
    "other-key": _other_key,
    "other-key-and-serial": _other_key_and_serial,
}
