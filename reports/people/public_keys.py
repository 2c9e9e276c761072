"""Public keys of persons: an SSH public key line, or Ed25519 in PEM. One key is one, however written."""

from __future__ import annotations

from base64 import b64decode, b64encode
from hashlib import sha256
from typing import NamedTuple

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_public_key,
    load_ssh_public_key,
)

LEAST_RSA_BITS, MOST_RSA_BITS = 2048, 16_384
"""Below it is too weak; above it OpenSSH makes none, and verifying takes minutes."""
_LONGEST = 4096
"""Bytes of a packed key."""
KINDS = frozenset(
    {
        *("ssh-ed25519", "ssh-rsa", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521"),
        *("sk-ssh-ed25519@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com"),
    }
)
"""What SSH calls the kinds of keys that are taken; the last two live in hardware."""


class PublicKey(NamedTuple):
    """A public key as SSH writes it."""

    kind: str
    blob: bytes
    """The key as SSH packs it."""

    @property
    def material(self) -> bytes:
        """What its private half is of: one secret makes one person, also where SSH packs it as another kind.

        An Ed25519 or ECDSA key can be packed as one in hardware, for any application, and an RSA modulus with
        any exponent; each has a blob of its own, and whoever holds the secret signs for all of them.
        """
        match load_ssh_public_key(self.line.encode()):
            case RSAPublicKey() as key:
                return b"rsa %x" % key.public_numbers().n
            case EllipticCurvePublicKey() as key:
                return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
            case key:
                return key.public_bytes(Encoding.Raw, PublicFormat.Raw)

    @property
    def line(self) -> str:
        """It as one line, without a comment."""
        return f"{self.kind} {b64encode(self.blob).decode()}"

    @property
    def fingerprint(self) -> str:
        """As `ssh-keygen -lf` says it: `SHA256:…`."""
        return f"SHA256:{b64encode(sha256(self.blob).digest()).decode().rstrip('=')}"


def read_public_key(text: str) -> PublicKey:
    """A key from its line or its PEM; a comment behind the line is left aside.

    Raises:
        ValueError: it is none, or of a kind that is not taken; the message says which.
    """
    text = text.strip()
    if text.startswith("-----"):
        return _of_pem(text)
    parts = text.split(None, 2)
    if len(parts) < 2:
        raise ValueError("no SSH public key line")
    if parts[0] not in KINDS:
        raise ValueError(f"a kind of key that is not taken: {parts[0][:40]}")
    return of_blob(b64decode(parts[1].encode("ascii", "replace"), validate=True), parts[0])


def of_blob(blob: bytes, kind: str = "") -> PublicKey:
    """A key from the blob that SSH packs it into.

    Raises:
        ValueError: it is damaged, too weak, or another kind than the one named.
    """
    if len(blob) > _LONGEST:
        raise ValueError("the key is longer than any that SSH makes")
    size = int.from_bytes(blob[:4], "big")
    packed = blob[4 : 4 + size].decode("ascii", "replace")
    if packed not in KINDS or packed != (kind or packed):
        raise ValueError("the key is damaged, or of a kind that is not taken")
    try:
        key = load_ssh_public_key(f"{packed} {b64encode(blob).decode()}".encode())
    except (UnsupportedAlgorithm, NotImplementedError) as error:  # the latter: a point of a curve, compressed
        raise ValueError(f"a kind of key that is not taken: {packed}") from error
    if isinstance(key, RSAPublicKey):
        if key.key_size < LEAST_RSA_BITS:
            raise ValueError(f"an RSA key of {key.key_size} bits is too weak")
        if key.key_size > MOST_RSA_BITS or key.public_numbers().e.bit_length() > 64:
            raise ValueError("an RSA key larger than any that SSH makes")
    return PublicKey(packed, blob)


def of_ed25519(key: Ed25519PublicKey) -> PublicKey:
    """An Ed25519 key, as SSH has it."""
    line = key.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()
    return PublicKey("ssh-ed25519", b64decode(line.split()[1]))


def _of_pem(text: str) -> PublicKey:
    try:
        key = load_pem_public_key(text.encode("utf-8", "replace"))
    except UnsupportedAlgorithm:
        key = None
    if isinstance(key, Ed25519PublicKey):
        return of_ed25519(key)
    raise ValueError("a key in PEM has to be Ed25519")
