"""Seals a personal value so that the platform alone can read it: RSA-OAEP, SHA-1 (facts 2.9)."""

from __future__ import annotations

import base64

from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA1

# The platform opens OAEP with SHA-1 and nothing else; no collision of it helps anybody here.
_PADDING = OAEP(mgf=MGF1(SHA1()), algorithm=SHA1(), label=None)  # noqa: S303


def seal(key: RSAPublicKey, plain: str) -> str:
    """Base64 of the value under the platform's key, whose id goes along as Wechatpay-Serial.

    Raises:
        ValueError: more than 214 bytes, for a key of 2048 bits.
    """
    return base64.b64encode(key.encrypt(plain.encode(), _PADDING)).decode()
