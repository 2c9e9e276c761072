"""What is sound in TLS: TLS 1.2 and newer, a certificate that lasts, suites that hold (SEC-01).

After RFC 9325 and RFC 8996. Suites of 64-bit blocks are refused as well, which NIST has disallowed and
browsers have dropped. A suite without forward secrecy is unwise: what was recorded can be read once the key
is known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.dsa import DSAPublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from harness.scans.findings import Findings
from harness.scans.handshake import Handshake
from harness.scans.tls_scanner import Offer, Suite

LEAST_LEFT = timedelta(days=30)
SOUND = ("TLSv1.2", "TLSv1.3")
SHORTEST_RSA = SHORTEST_DH = 2048
SHOWN = 4
"""Suites that a sentence names."""
_BROKEN = re.compile(r"_(?:NULL|EXPORT\w*|RC4|RC2|DES|DES40|3DES|IDEA|anon)_|_MD5$|_NULL$")
_FOR_THE_MOMENT = re.compile(r"_(?:EC)?DHE_")


def judge_handshake(met: Handshake, now: datetime) -> Findings:
    """Whether a browser believes the server, and for how long yet."""
    found = Findings()
    if met.protocol:
        found.seen.append(f"agreed on {met.protocol} with {met.suite}")
    if met.trouble:
        found.wrong.append(f"its TLS is not trusted: {met.trouble}")
    if met.certificate is None:
        if not met.trouble:
            found.open.append("the certificate cannot be read")
        return found
    left = met.certificate.not_valid_after_utc - now
    found.seen.append(f"the certificate is valid for {max(left.days, 0)} more days")
    if timedelta() < left <= LEAST_LEFT:
        days, date = round(left / timedelta(days=1)), met.certificate.not_valid_after_utc.date()
        found.wrong.append(
            f"the certificate ends in {days} days, on {date}: more than {LEAST_LEFT.days} have to be left"
        )
    found.wrong += _weak_key(met.certificate)
    return found


def judge_offer(offer: Offer) -> Findings:
    """Whether a server agrees to anything that it should refuse."""
    found = Findings()
    taken = [protocol for protocol, suites in offer.suites.items() if suites]
    found.seen.append(f"protocols that it takes: {', '.join(taken) or 'none'}")
    if old := [each for each in taken if each not in SOUND]:
        found.wrong.append(f"it takes protocols older than TLS 1.2: {', '.join(old)}")
    every = {suite.name: suite for suites in offer.suites.values() for suite in suites}
    found.seen.append(f"cipher suites that it takes: {len(every)}")
    if weak := [name for name, suite in every.items() if _is_weak(suite)]:
        found.wrong.append(f"it takes weak cipher suites: {_named(weak)}")
    if lasting := [name for name, suite in every.items() if not _is_weak(suite) and _keeps_key(name)]:
        found.unwise.append(f"it takes cipher suites without forward secrecy: {_named(lasting)}")
    if untold := [each for each in offer.untold if each in SOUND or not taken]:
        found.open.append(f"the scanner could not find out whether it takes {', '.join(untold)}")
    elif offer.untold:
        found.open.append(f"the scanner could not find out whether it refuses {', '.join(offer.untold)}")
    if not taken and not offer.untold:
        found.open.append("the scanner found no protocol that it takes")
    return found


def _is_weak(suite: Suite) -> bool:
    short = suite.exchange == "DH" and 0 < suite.exchange_bits < SHORTEST_DH
    return suite.anonymous or suite.bits < 128 or short or bool(_BROKEN.search(suite.name))


def _keeps_key(name: str) -> bool:
    """Whether it is of TLS 1.2 or older, and every session rests on the certificate's key."""
    return "_WITH_" in name and not _FOR_THE_MOMENT.search(name)


def _named(names: list[str]) -> str:
    more = f" (+{len(names) - SHOWN})" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more


def _weak_key(certificate: x509.Certificate) -> Iterator[str]:
    try:
        key = certificate.public_key()
    except ValueError:
        return
    if isinstance(key, DSAPublicKey) or (isinstance(key, RSAPublicKey) and key.key_size < SHORTEST_RSA):
        yield f"the certificate's key has {key.key_size} bits only"
    algorithm = certificate.signature_hash_algorithm
    if algorithm is not None and algorithm.name in ("md5", "sha1"):
        yield f"the certificate is signed over {algorithm.name.upper()}"
