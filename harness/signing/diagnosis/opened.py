"""Opens a signature with a key: what it was made over shows as a digest (RFC 8017, 8.2.2 and 9.2).

One use of a key tells whether it made the signature, and with which digest. Every text that may have been
signed is then compared by hashing it, which costs a twentieth of a verification.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS, PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256

from harness.signing.diagnosis.base64_forms import strict

SHA_256 = "SHA-256"
SHA_1 = "SHA-1"
BARE = "SHA-256-bare"
"""A SHA-256 digest without the name of the algorithm before it: encrypted, where it should be signed."""

_NAMED = {
    "3031300d060960864801650304020105000420": SHA_256,
    "3021300906052b0e03021a05000414": SHA_1,
    "3020300c06082a864886f70d020505000410": "MD5",
    "302d300d06096086480165030402040500041c": "SHA-224",
    "3041300d060960864801650304020205000430": "SHA-384",
    "3051300d060960864801650304020305000440": "SHA-512",
}
_PYTHONS = {SHA_256: "sha256", BARE: "sha256", SHA_1: "sha1", "MD5": "md5", "SHA-224": "sha224"} | {
    "SHA-384": "sha384",
    "SHA-512": "sha512",
}


@dataclass(frozen=True, slots=True)
class Opened:
    """What a signature was made over."""

    algorithm: str
    """E.g. `SHA-256`; empty where it is no digest that we know."""
    digest: bytes

    def is_of(self, text: bytes) -> bool:
        """Whether this text was signed."""
        if not self.algorithm:
            return False
        return hashlib.new(_PYTHONS[self.algorithm], text, usedforsecurity=False).digest() == self.digest


def open_signature(key: RSAPublicKey, signature: bytes) -> Opened | None:
    """What this key signed; None: it did not make this signature, or not as PKCS#1 v1.5 has it."""
    if len(signature) != (key.key_size + 7) // 8:
        return None
    try:
        found = key.recover_data_from_signature(signature, PKCS1v15(), None)
    except (InvalidSignature, ValueError):
        return None
    for prefix, name in _NAMED.items():
        begins = bytes.fromhex(prefix)
        if found.startswith(begins):
            return Opened(name, found[len(begins) :])
    digest = _bare(found)
    return Opened("", found) if digest is None else Opened(BARE, digest)


def _bare(found: bytes) -> bytes | None:
    """A digest of SHA-256 that stands there alone: as it is, in hex or in base64."""
    if len(found) == 64 and all(each in b"0123456789abcdefABCDEF" for each in found):
        return bytes.fromhex(found.decode())
    digest = strict(found.decode("latin-1")) if len(found) == 44 else found
    return digest if digest is not None and len(digest) == 32 else None


def is_pss(key: RSAPublicKey, signature: bytes, text: bytes) -> bool:
    """Whether it is over this text by RSASSA-PSS with SHA-256, whatever the salt's length."""
    try:
        key.verify(signature, text, PSS(MGF1(SHA256()), PSS.AUTO), SHA256())
    except (InvalidSignature, ValueError):
        return False
    return True
