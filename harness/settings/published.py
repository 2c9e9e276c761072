"""Secrets that stand in public documents and programs: whoever looks finds them.

Kept as digests, since a scanner that holds samples in clear is found by other scanners. A text counts by its
own SHA-256, an RSA key by that of its public half (SPKI, DER), so that every way of writing it is one key.
"""

from __future__ import annotations

import hashlib

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

_TEXTS = {
    "4ad1bc7cf3cf09f9293fc2d83eb1b5bf6bd2b4c56191ad89b336a0b2d772fbf7": "WeChat Pay's page on signing",
    "18fc9a48816fc000c43db84246c53ca878ecfe25d8108d4cfe2ca66d1eaf5fe5": "a PHP SDK's demo of WeChat Pay",
    "10b711e658740bdefc8e85dc7cd6c8c95255a5e8c07982ed0124b0c2543b4832": "public code",
    "a358e60b08caed7e73e784aa7d394dd90a5f7d1ba60b3f50f9a536f8ad4f7553": "public code",
    "7216b2b969862bdf5a30e95db6b47c84d4310f516b2896ecc94037e394c9115c": "public code",
    "3eb1bd439947eb762998e566ccc2e099c791118b2f40579cc4f7da2b5061b7f9": "tests of many SDKs",
    "cd6c1f7d1dc6717d6371d2647910ca71ba3bf0b611083d322466b8843b4285b6": "tests of many SDKs",
    "a8ae6e6ee929abea3afcfc5258c8ccd6f85273e0d4626d26c7279f3250f77c8e": "tests of many SDKs",
    "e1b85b27d6bcb05846c18e6a48f118e89f0c0587140de9fb3359f8370d0dba08": "tests of many SDKs",
    "465d9ad5d5528ebe287b5dce4fb51620833d09b290e49ddcc70ca6c4a0aea01b": "jwt.io's example",
}
_KEYS = {
    "0076df9361cc1f5744359234d7df9fd43442cf369fb98826562f1d10a347ec5c": "WeChat Pay's documentation",
    "49f044781fbf7ff57245d61ce8a67b9a45c6845f1ae92d3ab83576cf2778026e": "wechatpay-java's tests",
    "3ac067ab0ba946250a2ece380d1a67ea9aa5d6d7e33f93d2fffc0e1216ef9132": "wechatpay-java's tests",
}


def published_text(value: str) -> str | None:
    """Where a secret was published, or None."""
    return _TEXTS.get(hashlib.sha256(value.encode()).hexdigest())


def published_key(key: RSAPublicKey) -> str | None:
    """Where the private half of a key was published, or None."""
    return _KEYS.get(digest_of(key))


def digest_of(key: RSAPublicKey) -> str:
    """The digest by which a key is listed."""
    der = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(der).hexdigest()
