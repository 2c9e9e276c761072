"""The harness's own key, by which records are sealed, and the keys whose seals are believed.

`GOLIVE_SEAL_KEY` names the file of the private key (PEM, Ed25519), else it is `golive/seal.key` in the user's
configuration folder. It is made at first use, readable by its owner only. `GOLIVE_TRUSTED_KEYS` holds further
public keys, as records and pages show them, with blanks or commas between them.
"""

from __future__ import annotations

import os
import tempfile
from base64 import b64encode
from contextlib import suppress
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from harness.core.errors import ConfigurationError

KEY_FILE = "GOLIVE_SEAL_KEY"
TRUSTED = "GOLIVE_TRUSTED_KEYS"
PREFIX = "ed25519:"


def own_key() -> Ed25519PrivateKey:
    """The key of this user; where no folder can keep one, a key that lasts as long as the process.

    Raises:
        ConfigurationError: the file holds something else, or others may read it; or `GOLIVE_SEAL_KEY` names a
            place where it cannot be made.
    """
    return _key(
        os.environ.get(KEY_FILE, ""), os.environ.get("XDG_CONFIG_HOME", ""), os.environ.get("HOME", "")
    )


def trusted_keys() -> frozenset[str]:
    """The public keys whose seals are believed: our own, and the pinned ones."""
    pinned = os.environ.get(TRUSTED, "").replace(",", " ").split()
    return frozenset({public_text(own_key()), *pinned})


def public_text(key: Ed25519PrivateKey) -> str:
    """The public half, as records name it."""
    raw = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return PREFIX + b64encode(raw).decode()


@cache
def _key(named: str, settings: str, home: str) -> Ed25519PrivateKey:
    path = Path(named or "seal.key")
    try:
        if not named:
            path = _settings_folder(settings, home) / "golive" / "seal.key"
        if not path.exists():
            _make(path)
        if not named and path.stat().st_mode & 0o077:
            raise ConfigurationError(
                "others may read the key that seals records", where=str(path), remedy=f"chmod 600 {path}"
            )
        key = load_pem_private_key(path.read_bytes(), None)
    except (OSError, RuntimeError) as error:  # no home, or one that cannot be written
        if not named:
            return Ed25519PrivateKey.generate()
        raise ConfigurationError(
            f"the key that seals records cannot be kept: {error}",
            where=KEY_FILE,
            remedy="name a file that can be read, or made",
        ) from error
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise ConfigurationError(
            "the key that seals records is no Ed25519 key in PEM",
            where=str(path),
            remedy="remove it, and the next run makes another; what the old one sealed then counts no more",
        )
    return key


def _settings_folder(settings: str, home: str) -> Path:
    if settings:
        return Path(settings)
    return (Path(home) if home else Path.home()) / ".config"


def _make(path: Path) -> None:
    """Put a whole key in place, unless another process was quicker."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".seal-") as fresh:  # readable by its owner only
        fresh.write(pem)
        fresh.flush()
        os.fsync(fresh.fileno())
        with suppress(FileExistsError):
            Path(path).hardlink_to(fresh.name)
