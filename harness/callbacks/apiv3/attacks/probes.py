"""Signature-probing traffic: whoever really verifies refuses it without knowing it (CBK-03, facts 2.7)."""

from __future__ import annotations

from harness.callbacks.apiv3.forged_signatures import probe
from harness.callbacks.apiv3.header_lines import SIGNATURE, header
from harness.callbacks.attack import Change, Original
from harness.callbacks.callback import Callback


def _before_real_signature(original: Original) -> Callback:
    return probe(original.callback, tail=header(original.callback, SIGNATURE))


CHANGES: dict[str, Change] = {
    "probe": lambda original: probe(original.callback),
    "probe-not-base64": lambda original: probe(original.callback, tail="A"),
    "probe-before-real-signature": _before_real_signature,
    "probe-prefix-alone": lambda original: probe(original.callback, tail=""),
}
