"""Signature-probing traffic: whoever really verifies refuses it without knowing it (CBK-03, facts 2.7)."""

from __future__ import annotations

from collections.abc import Mapping

from harness.callbacks.apiv3.forged_signatures import probe
from harness.callbacks.apiv3.genuine import build
from harness.callbacks.apiv3.header_lines import SIGNATURE, header
from harness.callbacks.attack import Attack, attack
from harness.callbacks.callback import Callback, Issuer

CONTROL = "CBK-03"


def _before_real_signature(issuer: Issuer, resource: Mapping[str, object]) -> Callback:
    callback = build(issuer, resource)
    return probe(callback, tail=header(callback, SIGNATURE))


ATTACKS: tuple[Attack, ...] = (
    attack(
        "probe",
        CONTROL,
        "签名探测流量，长度与真实签名相同",
        "signature-probing traffic as long as a real signature",
        lambda issuer, resource: probe(build(issuer, resource)),
    ),
    attack(
        "probe-not-base64",
        CONTROL,
        "签名探测流量，严格解码器无法解码",
        "signature-probing traffic that a strict base64 decoder cannot read",
        lambda issuer, resource: probe(build(issuer, resource), tail="A"),
    ),
    attack(
        "probe-before-real-signature",
        CONTROL,
        "探测前缀之后接真实签名，去掉前缀者会误收",
        "the probe's prefix before the genuine signature: whoever strips the prefix accepts it",
        _before_real_signature,
    ),
    attack(
        "probe-prefix-alone",
        CONTROL,
        "只有探测前缀",
        "the probe's prefix and nothing else",
        lambda issuer, resource: probe(build(issuer, resource), tail=""),
    ),
)
