"""Signatures in SSH's own form (`PROTOCOL.sshsig` of OpenSSH): verified here, without a program and offline.

cryptography knows the keys; the form around them is a few lines. The library that knows the form does not
know keys in hardware (docs/decisions/0080).
"""

from __future__ import annotations

import struct
from base64 import b64decode, b64encode
from hashlib import sha256, sha512
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import load_ssh_public_key

from reports.people.public_keys import PublicKey, of_blob, of_ed25519

NAMESPACE = "golive-papers"
"""What signatures of papers are for: one made for git or for a file transfer is none of them."""
_MAGIC = b"SSHSIG"
_BEGIN, _END = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"
_HASHES = {b"sha256": sha256, b"sha512": sha512}
_RSA = {b"rsa-sha2-256": hashes.SHA256(), b"rsa-sha2-512": hashes.SHA512()}
_CURVES: dict[str, hashes.HashAlgorithm] = {
    "secp256r1": hashes.SHA256(),
    "secp384r1": hashes.SHA384(),
    "secp521r1": hashes.SHA512(),
}
_USER_PRESENT = 0x01


class _Signature(NamedTuple):
    key: PublicKey
    namespace: bytes
    reserved: bytes
    hashed_by: bytes
    kind: bytes
    rest: bytes
    """What follows the kind: the signature proper, and of a key in hardware its flags and counter."""


def verified_key(armored: str, message: bytes) -> PublicKey:
    """The key that made a signature over a message.

    Args:
        armored: as `ssh-keygen -Y sign` writes it.

    Raises:
        ValueError: it is damaged, for another purpose, or not of this message.
    """
    try:
        found = _parsed(_dearmored(armored))
        if found.namespace != NAMESPACE.encode():
            raise ValueError("it was made for another purpose")
        _verify(found, _signed(found.namespace, found.reserved, found.hashed_by, message))
    except InvalidSignature as error:
        raise ValueError("it is not of these words") from error
    return found.key


def sign_ed25519(key: Ed25519PrivateKey, message: bytes) -> str:
    """A signature by an Ed25519 key that is at hand, in the same form."""
    namespace = NAMESPACE.encode()
    signature = key.sign(_signed(namespace, b"", b"sha512", message))
    packed = _string(b"ssh-ed25519") + _string(signature)
    body = _MAGIC + struct.pack(">I", 1) + _string(of_ed25519(key.public_key()).blob)
    body += _string(namespace) + _string(b"") + _string(b"sha512") + _string(packed)
    text = b64encode(body).decode()
    return "\n".join([_BEGIN, *(text[at : at + 70] for at in range(0, len(text), 70)), _END, ""])


def _signed(namespace: bytes, reserved: bytes, hashed_by: bytes, message: bytes) -> bytes:
    if hashed_by not in _HASHES:
        raise ValueError("its hash is not one that SSH uses")
    digest = _HASHES[hashed_by](message).digest()
    return _MAGIC + _string(namespace) + _string(reserved) + _string(hashed_by) + _string(digest)


def _verify(found: _Signature, signed: bytes) -> None:
    key = load_ssh_public_key(found.key.line.encode())
    kind, rest, hardware = found.kind, found.rest, found.key.kind.startswith("sk-")
    signature, rest = _taken(rest)
    if hardware:
        signed = _signed_in_hardware(found.key, rest, signed)
    elif rest:
        raise ValueError("something follows it")
    match key:
        case RSAPublicKey():
            if kind not in _RSA:
                raise ValueError("its hash is not one that SSH uses")
            key.verify(signature, signed, PKCS1v15(), _RSA[kind])
        case Ed25519PublicKey() if kind.decode("ascii", "replace") == found.key.kind:
            key.verify(signature, signed)
        case EllipticCurvePublicKey() if kind.decode("ascii", "replace") == found.key.kind:
            r, s = _taken(signature)
            s, _ = _taken(s)
            both = encode_dss_signature(int.from_bytes(r, "big"), int.from_bytes(s, "big"))
            key.verify(both, signed, ECDSA(_CURVES[key.curve.name]))
        case _:
            raise ValueError("it is of another kind than its key")


def _signed_in_hardware(key: PublicKey, rest: bytes, signed: bytes) -> bytes:
    """What a key in hardware signs: the application it is for, whether it was touched, and a counter."""
    if len(rest) != 5 or not rest[0] & _USER_PRESENT:
        raise ValueError("the key in hardware was not touched")
    _, fields = _taken(key.blob)
    if "ecdsa" in key.kind:
        _, fields = _taken(fields)
    _, fields = _taken(fields)
    application, _ = _taken(fields)
    return sha256(application).digest() + rest + sha256(signed).digest()


def _parsed(body: bytes) -> _Signature:
    if body[:6] != _MAGIC or body[6:10] != struct.pack(">I", 1):
        raise ValueError("it is no SSH signature of version 1")
    blob, rest = _taken(body[10:])
    namespace, rest = _taken(rest)
    reserved, rest = _taken(rest)
    hashed_by, rest = _taken(rest)
    packed, rest = _taken(rest)
    if rest:
        raise ValueError("something follows it")
    kind, rest = _taken(packed)
    return _Signature(of_blob(blob), namespace, reserved, hashed_by, kind, rest)


def _dearmored(text: str) -> bytes:
    lines = text.strip().splitlines()
    if len(lines) < 3 or (lines[0], lines[-1]) != (_BEGIN, _END):
        raise ValueError("it is no SSH signature")
    return b64decode("".join(lines[1:-1]).encode("ascii", "replace"), validate=True)


def _taken(data: bytes) -> tuple[bytes, bytes]:
    """The next string of SSH's packing, and what follows it."""
    size = int.from_bytes(data[:4], "big")
    if len(data) < 4 + size:
        raise ValueError("it is cut short")
    return data[4 : 4 + size], data[4 + size :]


def _string(data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + data
