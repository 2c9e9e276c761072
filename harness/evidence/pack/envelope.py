"""Signs bytes as a DSSE envelope (Dead Simple Signing Envelope 1.0), and opens one with pinned keys only."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Collection
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from harness.core.plain_text import one_line
from harness.evidence.pack.refusal import PackRefused
from harness.evidence.seal_key import PREFIX, public_text

IN_TOTO = "application/vnd.in-toto+json"


class Opened(NamedTuple):
    """What a pinned key signed."""

    payload: bytes
    signed_by: str
    """The pinned key, as pages show it."""


def sign(payload: bytes, key: Ed25519PrivateKey) -> bytes:
    """An envelope around a payload; the same payload and key give the same bytes."""
    return _written(payload, public_text(key), key.sign(encoded(IN_TOTO, payload)))


def open_envelope(data: bytes, pinned: Collection[str]) -> Opened:
    """The payload, where a pinned key signed it. The key that the envelope names only chooses among those.

    Raises:
        PackRefused: no pinned key signed it, or it is not written as we write envelopes.
    """
    try:
        told = json.loads(data)
        kind, (signature,) = told["payloadType"], told["signatures"]
        payload, signed = (b64decode(each, validate=True) for each in (told["payload"], signature["sig"]))
        named, kind = str(signature["keyid"]), str(kind)
    except (ValueError, TypeError, KeyError, RecursionError):
        raise PackRefused("statement", "the statement is no signed envelope of one signature") from None
    if kind != IN_TOTO:
        raise PackRefused("payload-type", f"the statement is of another type: {one_line(kind[:80])}")
    if named not in pinned:
        raise PackRefused(
            "unknown-signer",
            f"it was signed with a key that is not pinned here: {one_line(named[:60])}",
            remedy="ask its owner for the key, on another way than the pack came, and pin it with --key",
        )
    try:
        public_key(named).verify(signed, encoded(kind, payload))
    except InvalidSignature:
        raise PackRefused("signature", "the statement's signature does not hold") from None
    if data != _written(payload, named, signed):
        raise PackRefused("statement", "the envelope has more in it than was signed")
    return Opened(payload, named)


def public_key(text: str) -> Ed25519PublicKey:
    """A public key as pages show it.

    Raises:
        ValueError: it is none.
    """
    if not text.startswith(PREFIX):
        raise ValueError(text)
    return Ed25519PublicKey.from_public_bytes(b64decode(text.removeprefix(PREFIX), validate=True))


def encoded(kind: str, payload: bytes) -> bytes:
    """What is signed: type and payload, each after its length (PAE)."""
    name = kind.encode()
    return b"DSSEv1 %d %b %d %b" % (len(name), name, len(payload), payload)


def _written(payload: bytes, key: str, signature: bytes) -> bytes:
    envelope = {
        "payload": b64encode(payload).decode(),
        "payloadType": IN_TOTO,
        "signatures": [{"keyid": key, "sig": b64encode(signature).decode()}],
    }
    return json.dumps(envelope).encode() + b"\n"
