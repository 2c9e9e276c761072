"""Writes the keys of a simulated merchant as files, under the names that the merchant portal gives them.

Most SDKs want paths, not text: here is what a merchant downloads or makes on the portal.
"""

from __future__ import annotations

import os
from pathlib import Path

from harness.core.errors import UsageError
from harness.signing.keys import private_pem, public_pem
from harness.simulator.account.identity import Identity

MERCHANT_KEY = "apiclient_key.pem"
"""The merchant's private key: signs requests and `paySign`."""
PLATFORM_KEY = "pub_key.pem"
"""The WeChat Pay public key: verifies answers and callbacks that name `PUB_KEY_ID_…`."""
PLATFORM_CERTIFICATE = "wechatpay_cert.pem"
"""The platform certificate: verifies the others."""


def write_keys(folder: Path, identity: Identity) -> tuple[Path, ...]:
    """Write the three files with mode 600 into a folder of mode 700, which is made where it is missing.

    Raises:
        UsageError: the place cannot be written to, or holds files of these names that are not a simulator's.
    """
    files = {
        MERCHANT_KEY: private_pem(identity.merchant_key),
        PLATFORM_KEY: public_pem(identity.public_key_private.public_key()),
        PLATFORM_CERTIFICATE: identity.certificate.pem,
    }
    marker = folder / "simulated"
    foreign = [name for name in files if (folder / name).exists() and not marker.exists()]
    if foreign:
        raise UsageError(
            f"{', '.join(foreign)} exist and were not written by `golive simulator`",
            where=str(folder),
            remedy="choose another folder for --write-keys",
        )
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for path, text in ((marker, "worth no money\n"), *((folder / name, files[name]) for name in files)):
            _write_privately(path, text)
    except OSError as error:
        raise UsageError(
            f"cannot write keys: {error.strerror}", where=str(folder), remedy="choose another place"
        ) from error
    return tuple(folder / name for name in files)


def _write_privately(path: Path, text: str) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(text)
