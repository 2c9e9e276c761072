"""Writes the keys of a simulated merchant as files, under the names that the merchant portal gives them.

Most SDKs want paths, not text: here is what a merchant downloads or makes on the portal.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding

from harness.core.errors import UsageError
from harness.signing.keys import private_pem, public_pem
from harness.simulator.account.identity import Identity
from harness.simulator.account.key_mode import KeyMode
from harness.simulator.account.merchant_certificate import certificate_store, merchant_certificate

MERCHANT_KEY = "apiclient_key.pem"
"""The merchant's private key: signs requests and `paySign`."""
MERCHANT_CERTIFICATE = "apiclient_cert.pem"
"""The merchant's own certificate: some SDKs read the serial number off it."""
MERCHANT_STORE = "apiclient_cert.p12"
"""Both in one file, for Java; the password is the merchant number."""
PLATFORM_KEY = "pub_key.pem"
"""The WeChat Pay public key: verifies answers and callbacks that name `PUB_KEY_ID_…`."""
PLATFORM_CERTIFICATE = "wechatpay_cert.pem"
"""The platform certificate: verifies the others."""
ALIPAY_APP_CERTIFICATE = "appCertPublicKey_{app_id}.crt"
"""Of the merchant's application on Alipay's platform, in certificate mode."""
ALIPAY_CERTIFICATE = "alipayCertPublicKey_RSA2.crt"
"""Alipay's own, which verifies answers and notifies."""
ALIPAY_ROOT = "alipayRootCert.crt"
"""Whom the two are issued by."""


def write_keys(folder: Path, identity: Identity) -> tuple[Path, ...]:
    """Write the account's files with mode 600 into a folder of mode 700, which is made where it is missing.

    An account that has no platform certificate gets none, and one of an earlier account goes; likewise
    Alipay's, which only an application of certificates has.

    Raises:
        UsageError: the place cannot be written to, or holds files of these names that are not a simulator's.
    """
    files = _files(identity)
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
        _write_privately(marker, b"worth no money\n")
        for name, content in files.items():
            _write_privately(folder / name, content)
        for name in {PLATFORM_CERTIFICATE, ALIPAY_CERTIFICATE, ALIPAY_ROOT} - files.keys():
            (folder / name).unlink(missing_ok=True)
        own = ALIPAY_APP_CERTIFICATE.format(app_id="*")
        for earlier in [each for each in folder.glob(own) if each.name not in files]:
            earlier.unlink()
    except OSError as error:
        raise UsageError(
            f"cannot write keys: {error.strerror}", where=str(folder), remedy="choose another place"
        ) from error
    return tuple(folder / name for name in files)


def _files(identity: Identity) -> Mapping[str, bytes]:
    own = merchant_certificate(identity)
    files = {
        MERCHANT_KEY: private_pem(identity.merchant_key).encode(),
        MERCHANT_CERTIFICATE: own.public_bytes(Encoding.PEM),
        MERCHANT_STORE: certificate_store(identity, own),
        PLATFORM_KEY: public_pem(identity.public_key_private.public_key()).encode(),
    }
    if identity.key_mode is not KeyMode.PUBLIC_KEY:
        files[PLATFORM_CERTIFICATE] = identity.certificate.pem.encode()
    if identity.alipay.certified:
        told = identity.alipay.certificates
        files |= {
            ALIPAY_APP_CERTIFICATE.format(app_id=identity.alipay.app_id): told.app.encode(),
            ALIPAY_CERTIFICATE: told.alipay.encode(),
            ALIPAY_ROOT: told.root.encode(),
        }
    return files


def _write_privately(path: Path, content: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(content)
