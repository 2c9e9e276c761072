"""Files that make programs of any language believe the throw-away authority beside all others.

| file | for |
|---|---|
| `ca.pem` | the authority alone |
| `bundle.pem` | OpenSSL, requests, curl, Go on Linux, and Node: everything that is believed |
| `truststore.p12` | Java: the same |
| `php/golive.ini` | PHP: names the bundle |
| `node.cjs`, `platform.json` | Node before 22.21, and agents of an app's own: asks the proxy |

All of them lie in one folder that nobody else can read, and go with the simulator.
"""

from __future__ import annotations

import json
import shutil
import ssl
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from warnings import catch_warnings, simplefilter

from cryptography import x509
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption
from cryptography.hazmat.primitives.serialization.pkcs12 import PKCS12Certificate, serialize_java_truststore
from cryptography.utils import CryptographyDeprecationWarning

from harness.core.trust import public_roots
from harness.simulator.as_platform.found import Playing
from harness.simulator.as_platform.names import AUTHORITY, BUNDLE, JAVA, JAVA_PASSWORD, NODE, PHP, TOLD


def write_trust(playing: Playing, ca_pem: str) -> None:
    """Write all of them; what tells of it is written last.

    Args:
        playing: who plays, and where; the folder exists, and only its owner can read it.
        ca_pem: the authority.
    """
    folder = playing.folder
    roots = [
        ssl.DER_cert_to_PEM_cert(each)
        for each in public_roots(environment=True).get_ca_certs(binary_form=True)
    ]
    everybody = [ca_pem, *roots]
    (folder / AUTHORITY).write_text(ca_pem, "utf-8")
    (folder / BUNDLE).write_text("".join(everybody), "utf-8")
    (folder / JAVA).write_bytes(_for_java(everybody))
    (folder / PHP).mkdir(exist_ok=True)
    (folder / PHP / "golive.ini").write_text(
        f'curl.cainfo="{folder / BUNDLE}"\nopenssl.cafile="{folder / BUNDLE}"\n', "utf-8"
    )
    shutil.copyfile(Path(__file__).with_name(NODE), folder / NODE)
    told = {"proxy": playing.proxy, "simulator": playing.simulator}
    (folder / TOLD).write_text(json.dumps(told), "utf-8")


def _for_java(pems: Iterable[str]) -> bytes:
    """A PKCS#12 store whose entries bear the attribute without which Java takes none of them for trusted."""
    return serialize_java_truststore(
        [PKCS12Certificate(each, f"golive-{number}".encode()) for number, each in enumerate(_read(pems))],
        BestAvailableEncryption(JAVA_PASSWORD.encode()),
    )


def _read(pems: Iterable[str]) -> list[x509.Certificate]:
    """Those that can be read; some old roots have serial numbers that no rule allows any more."""
    read: list[x509.Certificate] = []
    with catch_warnings():
        simplefilter("error", CryptographyDeprecationWarning)
        for pem in pems:
            with suppress(ValueError, CryptographyDeprecationWarning):
                read.append(x509.load_pem_x509_certificate(pem.encode()))
    return read
