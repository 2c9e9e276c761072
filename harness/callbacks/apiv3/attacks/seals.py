"""Attacks on the sealed resource under a true signature of the platform (CBK-08, facts 2.6).

Where the seal is sound and only its description is other, nothing is forged: to take that is unwise, and no
more (harmless).
"""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Callable
from typing import Any

from harness.callbacks.apiv3.genuine import signed
from harness.callbacks.attack import Change, Original, b64
from harness.callbacks.callback import compact
from harness.signing.wechat_v3 import encrypt_resource, new_nonce

Seal = dict[str, Any]
HARMLESS = ("seal-algorithm-other", "seal-algorithm-missing", "seal-associated-data-other")


def _resealed(change: Callable[[Original, Seal], Seal]) -> Change:
    """Another resource in the genuine notification, signed truly."""

    def forged(original: Original) -> Any:
        notice = json.loads(original.callback.body)
        sealed = change(original, notice["resource"])
        return signed(original.issuer, compact({**notice, "resource": sealed}))

    return forged


def _bytes(change: Callable[[bytes], bytes]) -> Change:
    return _resealed(
        lambda original, seal: {**seal, "ciphertext": b64(change(base64.b64decode(seal["ciphertext"])))}
    )


def _sealed_otherwise(key: str | None = None, data: str | None = None) -> Change:
    def change(original: Original, seal: Seal) -> Seal:
        made = encrypt_resource(
            key or original.issuer.apiv3_key,
            compact(original.resource),
            associated_data=seal["associated_data"] if data is None else data,
        )
        return {**seal, "ciphertext": made["ciphertext"], "nonce": made["nonce"]}

    return _resealed(change)


CHANGES: dict[str, Change] = {
    "seal-other-key": _sealed_otherwise(key=secrets.token_hex(16)),
    "seal-key-of-zeros": _sealed_otherwise(key="0" * 32),
    "seal-other-nonce": _resealed(lambda original, seal: {**seal, "nonce": new_nonce()[:12]}),
    "seal-for-other-data": _sealed_otherwise(data="certificate"),
    "seal-tag-changed": _bytes(lambda raw: raw[:-1] + bytes([raw[-1] ^ 1])),
    "seal-tag-of-zeros": _bytes(lambda raw: raw[:-16] + bytes(16)),
    "seal-tag-cut": _bytes(lambda raw: raw[:-12]),
    "seal-tag-missing": _bytes(lambda raw: raw[:-16]),
    "seal-not-base64": _resealed(lambda original, seal: {**seal, "ciphertext": "!not*base64!"}),
    "seal-only-encoded": _resealed(
        lambda original, seal: {**seal, "ciphertext": b64(compact(original.resource)), "algorithm": "NONE"}
    ),
    "seal-left-away": _resealed(lambda original, seal: {**original.resource}),
    "seal-algorithm-other": _resealed(lambda original, seal: {**seal, "algorithm": "AEAD_AES_128_GCM"}),
    "seal-algorithm-missing": _resealed(
        lambda original, seal: {name: value for name, value in seal.items() if name != "algorithm"}
    ),
    "seal-associated-data-other": _resealed(
        lambda original, seal: {**seal, "associated_data": "certificate"}
    ),
}
