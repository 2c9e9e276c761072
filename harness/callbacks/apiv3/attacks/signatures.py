"""Attacks with worthless signatures: wrong bytes, no base64, a stranger's key (CBK-02).

A genuine signature in a laxer spelling (a blank inside, the URL alphabet) is not here: whoever accepts
that has forged nothing.
"""

from __future__ import annotations

import secrets
from dataclasses import replace

from harness.callbacks.apiv3.attacks import contents
from harness.callbacks.apiv3.forged_signatures import signed_message, with_bytes, with_value
from harness.callbacks.apiv3.header_lines import SERIAL, SIGNATURE, header, with_header
from harness.callbacks.attack import RSA_BYTES, Change, Original, b64, forger_key
from harness.callbacks.callback import Callback
from harness.signing.wechat_v3 import sign


def _other_key_and_serial(original: Original) -> Callback:
    return with_header(_other_key(original), SERIAL, secrets.token_hex(20).upper())


def _by_another_key(change: Change) -> Change:
    """The same change by somebody who is not the platform."""
    return lambda original: change(
        replace(original, issuer=replace(original.issuer, private_key=forger_key()))
    )


_other_key = with_value(lambda issuer, callback: sign(forger_key(), signed_message(callback)))


CHANGES: dict[str, Change] = {
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
    "other-key-says-closed": _by_another_key(contents.CHANGES["state-closed"]),
    "other-key-says-failed": _by_another_key(contents.CHANGES["state-payerror"]),
    "other-key-says-refunded": _by_another_key(contents.CHANGES["state-refund"]),
}
