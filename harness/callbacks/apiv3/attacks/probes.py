"""Signature-probing traffic: whoever really verifies refuses it without knowing it (CBK-03, facts 2.7)."""

from __future__ import annotations

from collections.abc import Mapping

from harness.callbacks.apiv3.forged_signatures import probe
from harness.callbacks.apiv3.genuine import build
from harness.callbacks.apiv3.header_lines import SIGNATURE, header
from harness.callbacks.attack import Forge
from harness.callbacks.callback import Callback, Issuer


def _before_real_signature(issuer: Issuer, resource: Mapping[str, object]) -> Callback:
    callback = build(issuer, resource)
    return probe(callback, tail=header(callback, SIGNATURE))


FORGES: dict[str, Forge] = {
    "probe": lambda issuer, resource: probe(build(issuer, resource)),
    "probe-not-base64": lambda issuer, resource: probe(build(issuer, resource), tail="A"),
    "probe-before-real-signature": _before_real_signature,
    "probe-prefix-alone": lambda issuer, resource: probe(build(issuer, resource), tail=""),
}
