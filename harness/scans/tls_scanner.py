"""Asks sslyze what a server agrees to: every protocol with every suite, the old ones as well.

A program of its own, found and started, never imported: it is under the AGPL, wants an older `cryptography`
than ours, and speaks with whoever is scanned through an OpenSSL that is years old.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from pydantic import BaseModel, ValidationError

from harness.core.errors import EnvironmentUnreachable, NotExercised
from harness.settings.addresses import Address

CHOICE = "GOLIVE_SSLYZE"
"""Environment variable: the program, where it is none of the usual."""
SET_UP = Path(__file__).parents[2] / ".tools" / "sslyze" / "bin" / "sslyze"
"""Where set-up puts it, in a checkout."""
LIMIT_S = 60.0
LARGEST = 16 << 20
"""Bytes of what it writes down."""
REMEDY = f"in a checkout `make setup`; else pipx install sslyze, or name it in {CHOICE}"

PROTOCOLS = {
    "SSLv2": ("--sslv2", "ssl_2_0_cipher_suites"),
    "SSLv3": ("--sslv3", "ssl_3_0_cipher_suites"),
    "TLSv1": ("--tlsv1", "tls_1_0_cipher_suites"),
    "TLSv1.1": ("--tlsv1_1", "tls_1_1_cipher_suites"),
    "TLSv1.2": ("--tlsv1_2", "tls_1_2_cipher_suites"),
    "TLSv1.3": ("--tlsv1_3", "tls_1_3_cipher_suites"),
}
"""How sslyze is asked about each, and where its answer stands."""


class Suite(NamedTuple):
    """One cipher suite that the server agrees to."""

    name: str
    """As IANA lists it, e.g. `TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256`."""
    bits: int
    anonymous: bool
    exchange: str
    """What the key is exchanged by for the moment, e.g. `ECDH` or `DH`; empty: nothing."""
    exchange_bits: int


class Offer(NamedTuple):
    """What a server agrees to."""

    suites: dict[str, tuple[Suite, ...]]
    """By protocol, of those that were asked through; empty where none is taken."""
    untold: tuple[str, ...]
    """Protocols of which the scanner could not find it out."""


class _Cipher(BaseModel):
    name: str
    key_size: int
    is_anonymous: bool


class _Exchange(BaseModel):
    type_name: str = ""
    size: int = 0


class _Accepted(BaseModel):
    cipher_suite: _Cipher
    ephemeral_key: _Exchange | None = None


class _Suites(BaseModel):
    accepted_cipher_suites: list[_Accepted]


class _Asked(BaseModel):
    status: str
    result: _Suites | None = None


class _Server(BaseModel):
    scan_status: str
    scan_result: dict[str, _Asked | None] | None = None


class _Written(BaseModel):
    server_scan_results: list[_Server]


def find_scanner(environment: Mapping[str, str] | None = None) -> Path:
    """The program: named by the environment, set up beside the checkout, or on the path.

    Raises:
        EnvironmentUnreachable: there is none.
    """
    variables = os.environ if environment is None else environment
    if named := variables.get(CHOICE):
        if found := shutil.which(named, path=variables.get("PATH")):
            return Path(found)
        raise EnvironmentUnreachable("no program is there", where=f"{CHOICE} {named}", remedy=REMEDY)
    if os.access(SET_UP, os.X_OK):
        return SET_UP
    if found := shutil.which("sslyze", path=variables.get("PATH")):
        return Path(found)
    raise EnvironmentUnreachable(
        "sslyze, which tries protocols and cipher suites, is not installed", where="sslyze", remedy=REMEDY
    )


def scan(address: Address, scanner: Path, *, limit_s: float = LIMIT_S) -> Offer:
    """Try every protocol and suite; some hundred short connections, which ask nothing.

    Raises:
        NotExercised: it did not end in time, or found nothing out.
    """
    host = f"[{address.host}]" if ":" in address.host else address.host
    asked = [flag for flag, _ in PROTOCOLS.values()]
    with tempfile.TemporaryDirectory(prefix="golive-tls-") as folder:
        written = Path(folder) / "scan.json"
        command: list[str | Path] = [
            scanner,
            "--quiet",
            "--mozilla_config",
            "disable",
            "--json_out",
            written,
            *asked,
        ]
        try:
            subprocess.run(  # noqa: S603 - sslyze, without a shell; the address has been read strictly
                [*command, f"{host}:{address.effective_port}"],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=limit_s,
                check=False,
            )
            if not written.is_file() or written.stat().st_size > LARGEST:
                raise _nothing(address)
            return read_offer(written.read_bytes())
        except subprocess.TimeoutExpired:
            raise NotExercised(
                f"sslyze was not done within {limit_s:g} seconds",
                where=address.origin,
                remedy="see what holds up connections of old protocols there, then run again",
            ) from None
        except (OSError, ValidationError):
            raise _nothing(address) from None


def read_offer(written: bytes) -> Offer:
    """What sslyze wrote down as JSON.

    Raises:
        ValidationError: something else is written there, or the server was not reached.
    """
    server = _Written.model_validate_json(written).server_scan_results[:1]
    answers = (server[0].scan_result or {}) if server else {}
    suites: dict[str, tuple[Suite, ...]] = {}
    for protocol, (_, name) in PROTOCOLS.items():
        answer = answers.get(name)
        if answer is not None and answer.status == "COMPLETED" and answer.result is not None:
            suites[protocol] = tuple(_suite(each) for each in answer.result.accepted_cipher_suites)
    return Offer(suites, tuple(each for each in PROTOCOLS if each not in suites))


def _suite(accepted: _Accepted) -> Suite:
    cipher, exchange = accepted.cipher_suite, accepted.ephemeral_key or _Exchange()
    return Suite(cipher.name, cipher.key_size, cipher.is_anonymous, exchange.type_name, exchange.size)


def _nothing(address: Address) -> NotExercised:
    return NotExercised(
        "sslyze wrote nothing down that can be read",
        where=address.origin,
        remedy=f"try it by itself: sslyze {address.host}:{address.effective_port}; or {REMEDY}",
    )
