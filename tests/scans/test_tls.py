"""Who is met over TLS is believed or not, agrees to what is sound or not, and holds nobody up."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from starlette.applications import Starlette

from harness.core.clock import wire_now
from harness.core.errors import EnvironmentUnreachable, NotExercised
from harness.processes.serving import Tls, listen, serving
from harness.scans.handshake import Handshake, shake_hands
from harness.scans.tls_rules import judge_handshake, judge_offer
from harness.scans.tls_scanner import (
    CHOICE,
    LARGEST,
    PROTOCOLS,
    Offer,
    Suite,
    find_scanner,
    read_offer,
    scan,
)
from harness.settings.addresses import Address, parse_address
from harness.shop.defects.transport import whatever_is_asked_for

DAY = timedelta(days=1)
SOUND = Suite(
    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", 128, anonymous=False, exchange="ECDH", exchange_bits=253
)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def roots(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


@contextmanager
def met(
    folder: Path,
    issued: trustme.LeafCert | None,
    agrees_to: Callable[[ssl.SSLContext], None] | None = None,
) -> Iterator[Address]:
    """A server that shows this certificate; None: the one that lies there already."""
    tls = Tls(folder / "own.pem", folder / "own.key", agrees_to)
    if issued is not None:
        tls.certificate.write_bytes(b"".join(each.bytes() for each in issued.cert_chain_pems))
        tls.key.write_bytes(issued.private_key_pem.bytes())
    with listen() as listener, serving(Starlette(), listener, tls) as url:
        yield parse_address(url)


def valid(authority: trustme.CA, lasts: timedelta, *, name: str = "127.0.0.1") -> trustme.LeafCert:
    return authority.issue_cert(name, not_before=wire_now() - 90 * DAY, not_after=wire_now() + lasts)


CERTIFICATES: dict[str, tuple[Callable[[trustme.CA], trustme.LeafCert], str]] = {
    "sound": (lambda authority: valid(authority, 90 * DAY), ""),
    "31 days": (lambda authority: valid(authority, 31 * DAY), ""),
    "20 days": (lambda authority: valid(authority, 20 * DAY), "the certificate ends in 20 days"),
    "expired": (lambda authority: valid(authority, -DAY), "its TLS is not trusted: it has expired"),
    "another host": (
        lambda authority: valid(authority, 90 * DAY, name="127.0.0.9"),
        "its TLS is not trusted: it is for another address",
    ),
    "another authority": (
        lambda authority: valid(trustme.CA(), 90 * DAY),
        "its TLS is not trusted: its issuer is unknown here",
    ),
}


@pytest.mark.parametrize("kind", CERTIFICATES)
def test_a_certificate_is_believed_for_long_enough_or_that_is_wrong(
    kind: str, authority: trustme.CA, roots: ssl.SSLContext, tmp_path: Path
) -> None:
    make, wrong = CERTIFICATES[kind]
    with met(tmp_path, make(authority)) as address:
        found = judge_handshake(shake_hands(address, roots), wire_now())
    assert [each[: len(wrong)] for each in found.wrong] == ([wrong] if wrong else [])
    assert found.seen[0].startswith("agreed on TLSv1.3")
    assert "days" in found.seen[1]


def by_itself(bits: int) -> tuple[x509.Certificate, rsa.RSAPrivateKey]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=bits)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    unsigned = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(wire_now() - DAY)
        .not_valid_after(wire_now() + 90 * DAY)
    )
    return unsigned.sign(key, hashes.SHA256()), key


def test_a_certificate_that_signed_itself_is_wrong(tmp_path: Path, roots: ssl.SSLContext) -> None:
    own, key = by_itself(2048)
    pem, bare = serialization.Encoding.PEM, serialization.NoEncryption()
    (tmp_path / "own.pem").write_bytes(own.public_bytes(pem))
    (tmp_path / "own.key").write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, bare))
    with met(tmp_path, None) as address:
        found = judge_handshake(shake_hands(address, roots), wire_now())
    assert found.wrong == ["its TLS is not trusted: it is self-signed"]


def test_a_short_key_is_wrong() -> None:
    found = judge_handshake(Handshake(protocol="TLSv1.2", certificate=by_itself(1024)[0]), wire_now())
    assert found.wrong == ["the certificate's key has 1024 bits only"]


def test_a_server_that_says_nothing_in_the_handshake_holds_nobody_up(roots: ssl.SSLContext) -> None:
    with listen() as mute:
        address = Address("https", "127.0.0.1", mute.getsockname()[1], "")
        begun = time.monotonic()
        with pytest.raises(
            EnvironmentUnreachable, match=r"no TLS handshake was finished within 0\.2 seconds"
        ):
            shake_hands(address, roots, limit_s=0.2)
        assert time.monotonic() - begun < 2
    with pytest.raises(EnvironmentUnreachable, match="no connection can be made"):
        shake_hands(address, roots)


def test_what_the_scanner_finds_of_an_old_server_is_wrong(
    authority: trustme.CA, roots: ssl.SSLContext, tmp_path: Path
) -> None:
    with met(tmp_path, valid(authority, 90 * DAY), whatever_is_asked_for) as address:
        found = judge_offer(scan(address, find_scanner()))
    assert found.wrong[0] == "it takes protocols older than TLS 1.2: TLSv1, TLSv1.1"
    assert found.wrong[1].startswith("it takes weak cipher suites: TLS_ECDH_anon_WITH_NULL_SHA")
    assert not found.open


@pytest.mark.parametrize(
    ("name", "bits", "exchange", "comes_to"),
    [
        ("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", 128, ("ECDH", 253), ""),
        ("TLS_AES_128_GCM_SHA256", 128, ("", 0), ""),
        ("TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA", 256, ("ECDH", 253), ""),
        ("TLS_RSA_WITH_AES_128_GCM_SHA256", 128, ("", 0), "unwise"),
        ("TLS_RSA_WITH_3DES_EDE_CBC_SHA", 168, ("", 0), "wrong"),
        ("TLS_ECDHE_RSA_WITH_RC4_128_SHA", 128, ("ECDH", 253), "wrong"),
        ("TLS_RSA_EXPORT_WITH_DES40_CBC_SHA", 40, ("", 0), "wrong"),
        ("TLS_RSA_WITH_NULL_SHA256", 0, ("", 0), "wrong"),
        ("TLS_RSA_WITH_RC4_128_MD5", 128, ("", 0), "wrong"),
        ("TLS_DHE_RSA_WITH_AES_128_GCM_SHA256", 128, ("DH", 1024), "wrong"),
        ("TLS_DHE_RSA_WITH_AES_128_GCM_SHA256", 128, ("DH", 2048), ""),
    ],
)
def test_a_suite_is_sound_unwise_or_wrong(
    name: str, bits: int, exchange: tuple[str, int], comes_to: str
) -> None:
    suite = Suite(name, bits, anonymous=False, exchange=exchange[0], exchange_bits=exchange[1])
    found = judge_offer(Offer({each: (suite,) if each == "TLSv1.2" else () for each in PROTOCOLS}, ()))
    assert (bool(found.wrong), bool(found.unwise)) == (comes_to == "wrong", comes_to == "unwise")


def test_what_the_scanner_did_not_find_out_decides_nothing() -> None:
    known: dict[str, tuple[Suite, ...]] = dict.fromkeys(PROTOCOLS, ()) | {"TLSv1.2": (SOUND,)}
    old = {name: suites for name, suites in known.items() if name != "TLSv1"}
    assert judge_offer(Offer(old, ("TLSv1",))).open == [
        "the scanner could not find out whether it refuses TLSv1"
    ]
    assert judge_offer(Offer({}, tuple(PROTOCOLS))).open
    assert judge_offer(Offer(dict.fromkeys(PROTOCOLS, ()), ())).open


def scanner(folder: Path, does: str) -> Path:
    """A program in sslyze's place; `$5` is the file that it is to write."""
    path = folder / "scanner"
    path.write_text(f"#!/bin/sh\n{does}\n", "utf-8")
    path.chmod(0o700)
    return path


@pytest.mark.parametrize(
    ("does", "why"),
    [
        ("exec sleep 60", "sslyze was not done within 0.5 seconds"),
        ("exit 1", "sslyze wrote nothing down that can be read"),
        ("echo '{\"server_scan_results\": [7]}' > $5", "sslyze wrote nothing down that can be read"),
        (f"truncate -s {LARGEST + 1} $5", "sslyze wrote nothing down that can be read"),
    ],
    ids=["hangs", "says nothing", "says nonsense", "says too much"],
)
def test_a_scanner_that_does_not_do_its_work_ends_in_a_clear_error(
    does: str, why: str, tmp_path: Path
) -> None:
    address = Address("https", "127.0.0.1", 1, "")
    with pytest.raises(NotExercised, match=why):
        scan(address, scanner(tmp_path, does), limit_s=0.5)


def test_a_server_that_was_not_reached_tells_nothing_of_any_protocol() -> None:
    unreached = b'{"server_scan_results": [{"scan_status": "ERROR_NO_CONNECTIVITY", "scan_result": null}]}'
    assert read_offer(unreached).untold == tuple(PROTOCOLS)


def test_a_scanner_that_is_named_is_replaced_by_no_other() -> None:
    with pytest.raises(EnvironmentUnreachable, match="no program is there"):
        find_scanner({CHOICE: "/nowhere/sslyze"})
