"""RSA keys, read from every shape merchants keep them in: PEM, PEM with literal `\\n`, bare base64, a file.

No error here ever repeats key material: it names the variable, the shape that was seen and the fix.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import (
    RSAPrivateKey,
    RSAPublicKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes, PublicKeyTypes

from harness.core.errors import ConfigurationError

Key = TypeVar("Key")

KEY_BITS = 2048
_LARGEST_FILE = 64 * 1024
_MOST_WRITTEN = 64
_WRITTEN: dict[bytes, RSAPrivateKey] = {}
"""Keys that this process wrote out itself, by what it wrote: they need no proof when they are read back."""


def generate() -> RSAPrivateKey:
    """A fresh RSA-2048 key, the size the platform issues."""
    return generate_private_key(public_exponent=65537, key_size=KEY_BITS)


def load_private_key(source: str, *, name: str = "private key") -> RSAPrivateKey:
    """Read an RSA private key (PKCS#8 or PKCS#1).

    Args:
        source: the key itself in any accepted shape, or the path of a file that holds it.
        name: what the error calls it, usually the variable's name.

    Raises:
        ConfigurationError: nothing in it is an unencrypted RSA private key.
    """
    material = _material(source, name)
    pem = material.startswith(b"-----BEGIN")
    if pem and b"PRIVATE KEY" not in material.splitlines()[0]:
        raise _unreadable(name, "it is a PEM block, but not of a private key", "apiclient_key.pem")
    encoded = material if pem else _base64(material, name)
    key = _WRITTEN.get(encoded) or _private(encoded, pem=pem)
    if not isinstance(key, RSAPrivateKey):
        raise _unreadable(name, "it does not parse as an unencrypted RSA private key", "apiclient_key.pem")
    return key


def load_public_key(source: str, *, name: str = "public key") -> RSAPublicKey:
    """Read an RSA public key: SPKI, or the key inside an X.509 certificate.

    Raises:
        ConfigurationError: nothing in it is an RSA public key.
    """
    material = _material(source, name)
    key: PublicKeyTypes | None
    if material.startswith(b"-----BEGIN CERTIFICATE"):
        key = _first(lambda: x509.load_pem_x509_certificate(material).public_key())
    elif material.startswith(b"-----BEGIN"):
        if b"PUBLIC KEY" not in material.splitlines()[0]:
            raise _unreadable(name, "it is a PEM block, but not of a public key", "pub_key.pem")
        key = _first(lambda: serialization.load_pem_public_key(material))
    else:
        der = _base64(material, name)
        key = _first(lambda: serialization.load_der_public_key(der)) or _first(
            lambda: x509.load_der_x509_certificate(der).public_key()
        )
    if not isinstance(key, RSAPublicKey):
        raise _unreadable(name, "it does not parse as an RSA public key or certificate", "pub_key.pem")
    return key


def same_pair(private: RSAPrivateKey, public: RSAPublicKey) -> bool:
    """Whether the two are halves of one key."""
    return private.public_key().public_numbers() == public.public_numbers()


def private_pem(key: RSAPrivateKey) -> str:
    """PKCS#8 PEM, as the platform's tools write it."""
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    _written_here(pem.strip(), key)
    return pem.decode()


def public_pem(key: RSAPublicKey) -> str:
    """SPKI PEM, as `pub_key.pem` is."""
    return key.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    ).decode()


def bare_private(key: RSAPrivateKey) -> str:
    """PKCS#8 as base64 in one line without armour, the shape that fits an `.env` line."""
    der = key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    _written_here(der, key)
    return base64.b64encode(der).decode()


def traces(key: RSAPrivateKey) -> tuple[str, ...]:
    """A line out of the middle of its base64, as PKCS#8 and as PKCS#1: it shows in every shape people keep.

    Of PEM it is a whole line, of base64 without line ends a part.
    """
    found = []
    for form in (serialization.PrivateFormat.PKCS8, serialization.PrivateFormat.TraditionalOpenSSL):
        pem = key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
        lines = pem.decode().splitlines()
        found.append(lines[len(lines) // 2])
    return tuple(found)


def bare_public(key: RSAPublicKey) -> str:
    """SPKI as base64 in one line without armour."""
    der = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(der).decode()


def _written_here(encoded: bytes, key: RSAPrivateKey) -> None:
    _WRITTEN[encoded] = key
    while len(_WRITTEN) > _MOST_WRITTEN:
        _WRITTEN.pop(next(iter(_WRITTEN)), None)


def _material(source: str, name: str) -> bytes:
    """The key's own text as bytes, from wherever `source` points: armoured PEM, else presumed base64."""
    path = _file(source.strip())
    text = (_read(path, name) if path else source).strip().replace("\\r", "").replace("\\n", "\n")
    if not text:
        raise _unreadable(name, "it is empty", "the key file from the merchant portal")
    armour = text.find("-----BEGIN")
    return text[max(armour, 0) :].encode()


def _file(text: str) -> Path | None:
    """The path a text names, when there is such a file."""
    try:
        path = Path(text).expanduser()
        return path if path.is_file() else None
    except (OSError, RuntimeError, ValueError):  # a name no file can have; the home of nobody
        return None


def _read(path: Path, name: str) -> str:
    """A key file as text; a binary one (DER) as the base64 it would be in an `.env` line."""
    try:
        if path.stat().st_size > _LARGEST_FILE:
            raise _unreadable(name, f"the file {path} is larger than any key", "the right file")
        raw = path.read_bytes()
    except OSError as error:
        raise _unreadable(name, f"the file {path} cannot be read: {error.strerror}", "mode 600") from error
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return base64.b64encode(raw).decode()


def _base64(material: bytes, name: str) -> bytes:
    try:
        return base64.b64decode(b"".join(material.split()), validate=True)
    except (binascii.Error, ValueError):
        raise _unreadable(
            name,
            f"its {len(material.decode())} characters are neither PEM, base64 nor the path of a file",
            "the whole key, or the path of its file",
        ) from None


@lru_cache(maxsize=16)
def _private(encoded: bytes, *, pem: bool) -> PrivateKeyTypes | None:
    """The key these bytes encode; a run reads its few keys over and over, and proving one costs 50 ms."""
    load = serialization.load_pem_private_key if pem else serialization.load_der_private_key
    return _first(lambda: load(encoded, password=None))


def _first(read: Callable[[], Key]) -> Key | None:
    """What `read` gives, or None when the bytes are no such key; its own error may quote material."""
    try:
        return read()
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None


def _unreadable(name: str, why: str, use: str) -> ConfigurationError:
    return ConfigurationError(f"{name} cannot be used: {why}", where=name, remedy=f"set it to {use}")
