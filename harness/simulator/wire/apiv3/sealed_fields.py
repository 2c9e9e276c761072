"""Sensitive fields: OAEP with SHA-1, to the platform's key, and back to the merchant's (facts 2.9)."""

from __future__ import annotations

import base64
import binascii

from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA1

from harness.simulator.account.identity import Identity
from harness.simulator.wire.kit.errors import parameter
from harness.simulator.wire.kit.parameter_errors import NOT_DECRYPTED, WRONG_PLATFORM_SERIAL

# The platform's sensitive fields are OAEP with SHA-1; nothing here relies on its collision resistance.
_LEAST_BYTES = 256
_PADDING = OAEP(mgf=MGF1(SHA1()), algorithm=SHA1(), label=None)  # noqa: S303


def seal(own: RSAPublicKey, plain: bytes) -> str:
    """Base64 that only the merchant opens."""
    return base64.b64encode(own.encrypt(plain, _PADDING)).decode()


def open_sealed(identity: Identity, sealed: str, named: str) -> bytes:
    """What a merchant sealed to the platform's credential `named`.

    Raises:
        Refusal: 400 PARAM_ERROR, there is no such credential, or it does not open it.
    """
    key = identity.opens(named)
    if key is None:
        raise parameter(WRONG_PLATFORM_SERIAL)
    try:
        return key.decrypt(base64.b64decode(sealed, validate=True), _PADDING)
    except (binascii.Error, ValueError):
        raise parameter(NOT_DECRYPTED) from None


def looks_sealed(value: str) -> bool:
    """Whether it can be what RSA of 2048 bits or more makes, in Base64; a name or a number cannot."""
    try:
        return len(base64.b64decode(value, validate=True)) >= _LEAST_BYTES
    except (binascii.Error, ValueError):
        return False
