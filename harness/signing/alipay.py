"""Alipay's open platform: what requests, answers and notifies sign (facts alipay 1.3, 1.6, 1.11, 3.3).

Requests and notifies sign their members, sorted by name and joined as `name=value` with `&`, values raw.
Answers sign the bytes of their node as they stand on the wire. Both are RSA2: RSASSA-PKCS1-v1_5 with SHA-256.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from harness.core.errors import SignatureInvalid
from harness.signing.wechat_v3 import sign, verifies

SIGN = "sign"
SIGN_TYPE = "sign_type"
RSA2 = "RSA2"
SCHEME = "ALIPAY-SHA256withRSA"
"""Of the Authorization header of the V3 style."""
V3_WINDOW_S = 600
"""How far a V3 request's timestamp may be from now, either way."""

_SIGNED_WITH_RSA = "1.2.840.113549.1.1."
_V3_MEMBER = re.compile(r"\A([a-z_]+)=(.*)\Z", re.DOTALL)


class MalformedAuthorization(ValueError):
    """An Authorization header that is not the scheme and `name=value` members after it."""


def text_to_sign(parameters: Mapping[str, str], *, without: Iterable[str] = (SIGN,)) -> str:
    """The members that are not empty, sorted by name and joined; of a request `sign_type` is one of them."""
    left_out = frozenset(without)
    return "&".join(
        f"{name}={value}" for name, value in sorted(parameters.items()) if value and name not in left_out
    )


def sign_request(key: RSAPrivateKey, parameters: Mapping[str, str], *, charset: str = "utf-8") -> str:
    """The `sign` of a request, base64 in one line."""
    return sign(key, text_to_sign(parameters).encode(charset))


def verify_request(key: RSAPublicKey, parameters: Mapping[str, str], *, charset: str = "utf-8") -> bool:
    """Whether a request's `sign` is over its other members."""
    return verifies(key, text_to_sign(parameters).encode(charset), parameters.get(SIGN, ""))


def notify_text(members: Mapping[str, str]) -> str:
    """What a notify or a return signs: neither `sign` nor `sign_type` is part of it."""
    return text_to_sign(members, without=(SIGN, SIGN_TYPE))


def sign_notify(key: RSAPrivateKey, members: Mapping[str, str], *, charset: str = "utf-8") -> str:
    """The `sign` of a notify or a return."""
    return sign(key, notify_text(members).encode(charset))


@dataclass(frozen=True, slots=True)
class NotifyVerifier:
    """Believes what Alipay's own key signed; never what the app's own key signed."""

    key: RSAPublicKey

    def verify(self, members: Mapping[str, str], *, charset: str = "utf-8") -> None:
        """Check the signature of decoded members.

        Raises:
            SignatureInvalid: there is none, it is of another kind than RSA2, or it does not hold.
        """
        if not members.get(SIGN):
            raise SignatureInvalid("the notify is not signed", where="alipay")
        if members.get(SIGN_TYPE) != RSA2:
            raise SignatureInvalid("the notify is not signed with RSA2", where="alipay")
        if not verifies(self.key, notify_text(members).encode(charset), members[SIGN]):
            raise SignatureInvalid("the notify's signature does not hold", where="alipay")


def sign_answer(key: RSAPrivateKey, node: bytes) -> str:
    """The `sign` of an answer: over its node's bytes, braces included, as they go on the wire."""
    return sign(key, node)


def answer_holds(key: RSAPublicKey, node: bytes, signature: str) -> bool:
    """Whether an answer's `sign` is over its node's bytes."""
    return verifies(key, node, signature)


def v3_request_message(auth: str, method: str, path_and_query: str, body: bytes, token: str = "") -> bytes:
    """What a V3 request signs: four lines, each ended by LF, and a fifth with a token.

    Args:
        auth: the members of the Authorization header as sent, without `sign`.
    """
    head = f"{auth}\n{method}\n{path_and_query}\n".encode()
    return head + body + b"\n" + (f"{token}\n".encode() if token else b"")


def v3_answer_message(timestamp: str, nonce: str, body: bytes) -> bytes:
    """What a V3 answer signs: three lines, each ended by LF."""
    return f"{timestamp}\n{nonce}\n".encode() + body + b"\n"


def v3_authorization(header: str) -> tuple[str, dict[str, str]]:
    """What of an Authorization header is signed, and its members with `sign`.

    Raises:
        MalformedAuthorization: another scheme, a member that is none, or one given twice.
    """
    scheme, _, rest = header.partition(" ")
    if scheme != SCHEME:
        raise MalformedAuthorization(f"not {SCHEME}")
    members: dict[str, str] = {}
    signed: list[str] = []
    for part in rest.split(","):
        found = _V3_MEMBER.match(part.strip())
        if found is None or found[1] in members:
            raise MalformedAuthorization("not name=value members, each once")
        members[found[1]] = found[2]
        if found[1] != SIGN:
            signed.append(part.strip())
    return ",".join(signed), members


def v3_in_time(timestamp_ms: int) -> bool:
    """Whether a V3 timestamp (Unix milliseconds) is within ten minutes of now."""
    return abs(time.time_ns() // 1_000_000 - timestamp_ms) <= V3_WINDOW_S * 1000


def certificate_sn(certificate: x509.Certificate) -> str:
    """How Alipay calls a certificate: MD5 of its issuer, last part first, and of its serial in decimal."""
    issuer = ",".join(part.rfc4514_string() for part in reversed(list(certificate.issuer.rdns)))
    return _sn(issuer, certificate.serial_number)


def root_certificate_sn(certificates: Iterable[x509.Certificate]) -> str:
    """How Alipay calls a root file: of those signed with RSA, in the file's order, joined by `_`."""
    return "_".join(
        certificate_sn(each)
        for each in certificates
        if each.signature_algorithm_oid.dotted_string.startswith(_SIGNED_WITH_RSA)
    )


def _sn(issuer: str, serial: int) -> str:
    return hashlib.md5(f"{issuer}{serial}".encode(), usedforsecurity=False).hexdigest()
