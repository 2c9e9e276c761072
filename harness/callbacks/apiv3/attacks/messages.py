"""Attacks with a true platform signature over something else than the received bytes (CBK-02)."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from dataclasses import replace

from harness.callbacks.apiv3.forged_signatures import signed_message, signed_over
from harness.callbacks.apiv3.genuine import build
from harness.callbacks.apiv3.header_lines import NONCE, SIGNATURE, TIMESTAMP, header, with_header
from harness.callbacks.attack import Change, Original
from harness.callbacks.callback import Callback, compact
from harness.signing.wechat_v3 import new_nonce, request_message, response_message, sign


def _body_as(change: Callable[[bytes], bytes]) -> Change:
    """Signed over a changed body, while the genuine one is sent."""
    return signed_over(lambda callback: signed_message(replace(callback, body=change(callback.body))))


def _over_plaintext(original: Original) -> Callback:
    message = signed_message(replace(original.callback, body=compact(original.resource)))
    return with_header(original.callback, SIGNATURE, sign(original.issuer.private_key, message))


def _of_stranger(original: Original) -> Callback:
    """Our body under timestamp, nonce and signature of what the same platform sent to another merchant."""
    other = replace(original.issuer, apiv3_key=secrets.token_hex(16))
    theirs = build(other, {**original.resource, "mchid": "1230000109", "out_trade_no": new_nonce()})
    callback = original.callback
    for name in (TIMESTAMP, NONCE, SIGNATURE):
        callback = with_header(callback, name, header(theirs, name))
    return callback


def _a_second_earlier(original: Original) -> Callback:
    callback = original.callback
    return with_header(callback, TIMESTAMP, str(int(header(callback, TIMESTAMP)) - 1))


CHANGES: dict[str, Change] = {
    "signature-of-stranger": _of_stranger,
    "signature-over-nothing": signed_over(lambda callback: b""),
    "signature-over-body-only": signed_over(lambda callback: callback.body),
    "signature-without-last-newline": signed_over(lambda callback: signed_message(callback)[:-1]),
    "signature-over-crlf": signed_over(lambda callback: signed_message(callback).replace(b"\n", b"\r\n")),
    "signature-lines-swapped": signed_over(
        lambda callback: response_message(header(callback, NONCE), header(callback, TIMESTAMP), callback.body)
    ),
    "signature-over-reformatted-body": _body_as(
        lambda body: json.dumps(json.loads(body), ensure_ascii=False).encode()
    ),
    "signature-over-empty-body": _body_as(lambda body: b""),
    "signature-of-a-request": signed_over(
        lambda callback: request_message(
            "POST", "/notify", header(callback, TIMESTAMP), header(callback, NONCE), callback.body
        )
    ),
    "signature-over-plaintext": _over_plaintext,
    "nonce-changed": lambda original: with_header(original.callback, NONCE, new_nonce()),
    "timestamp-changed": _a_second_earlier,
}
