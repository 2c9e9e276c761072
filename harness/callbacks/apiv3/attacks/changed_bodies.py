"""Attacks that change a byte of the body after it was signed (CBK-07, facts 2.2).

What is changed means nothing to JSON, or nothing to the payment: who verifies over what it read, and not over
what it received, sees no difference.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from harness.callbacks.attack import Change


def _body(change: Callable[[bytes], bytes]) -> Change:
    return lambda original: replace(original.callback, body=change(original.callback.body))


def _other_letter(match: re.Match[bytes]) -> bytes:
    return match[1] + (b"B" if match[2] == b"A" else b"A")


CHANGES: dict[str, Change] = {
    "body-letter-of-the-id": _body(lambda body: re.sub(rb'("id":")(.)', _other_letter, body, count=1)),
    "body-letter-of-the-seal": _body(lambda body: re.sub(rb'("ciphertext":")(.)', _other_letter, body)),
    "body-blank-inside": _body(lambda body: body.replace(b":", b": ", 1)),
    "body-line-feed-behind": _body(lambda body: body + b"\n"),
    "body-blank-before": _body(lambda body: b" " + body),
    "body-byte-order-mark": _body(lambda body: b"\xef\xbb\xbf" + body),
    "body-escaped-letter": _body(lambda body: body.replace(b'"id"', rb'"\u0069d"', 1)),
    "body-member-added": _body(lambda body: body[:-1] + b',"note":""}'),
    "body-member-repeated": _body(lambda body: b'{"id":"x",' + body[1:]),
}
