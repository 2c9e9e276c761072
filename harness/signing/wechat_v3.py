"""WeChat Pay API v3: what is signed, how it is verified, and the AEAD envelope (facts 1, 2 and 7.1).

Sign exactly the bytes that are sent; verify exactly the bytes that were received.
"""

from __future__ import annotations

import base64
import binascii
import re
import secrets
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, NamedTuple, TypedDict

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256

from harness.core.clock import wire_now
from harness.core.errors import SignatureInvalid

SCHEME = "WECHATPAY2-SHA256-RSA2048"
ALGORITHM: Final = "AEAD_AES_256_GCM"
PROBE_PREFIX = "WECHATPAY/SIGNTEST/"
"""How a deliberately wrong probe signature starts (facts 2.7); it needs no special case, it simply fails."""
WINDOW_S = 300
"""How far a signed timestamp may be from now, either way (facts 0.1)."""

_PAIR = re.compile(r'([a-z_]+)="([^"]*)"')
_MEMBERS = frozenset({"mchid", "nonce_str", "signature", "timestamp", "serial_no"})


class MalformedAuthorization(ValueError):
    """An Authorization header that is not five quoted members after the scheme (facts 1.2)."""


class UnknownScheme(MalformedAuthorization):
    """An Authorization header of another scheme, e.g. `Bearer` or the SM2 variant."""


def new_nonce() -> str:
    """A nonce as the official samples write it: 32 upper-case letters and digits."""
    return secrets.token_hex(16).upper()


def request_message(method: str, path_and_query: str, timestamp: str, nonce: str, body: bytes) -> bytes:
    """The five lines a request signs, each ended by LF, the last the exact body (facts 1.1)."""
    return f"{method}\n{path_and_query}\n{timestamp}\n{nonce}\n".encode() + body + b"\n"


def response_message(timestamp: str, nonce: str, body: bytes) -> bytes:
    """The three lines a response or a callback signs (facts 2.2). An empty body leaves a lone LF."""
    return f"{timestamp}\n{nonce}\n".encode() + body + b"\n"


def sign(private_key: RSAPrivateKey, message: bytes) -> str:
    """RSASSA-PKCS1-v1_5 with SHA-256, base64 in one line."""
    return base64.b64encode(private_key.sign(message, PKCS1v15(), SHA256())).decode()


def verifies(public_key: RSAPublicKey, message: bytes, signature: str) -> bool:
    """Whether `signature` (strict base64) is over `message`; text that does not decode is simply wrong."""
    try:
        raw = base64.b64decode(signature, validate=True)
        public_key.verify(raw, message, PKCS1v15(), SHA256())
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True


@dataclass(frozen=True, slots=True)
class RequestSigner:
    """Signs requests as one merchant account with one merchant API certificate."""

    mchid: str
    serial_no: str
    private_key: RSAPrivateKey

    def authorization(
        self,
        method: str,
        path_and_query: str,
        body: bytes,
        *,
        timestamp: int | None = None,
        nonce: str | None = None,
    ) -> str:
        """The Authorization header for exactly these bytes; `path_and_query` as it goes on the wire."""
        moment = str(int(time.time()) if timestamp is None else timestamp)
        once = nonce or new_nonce()
        signature = sign(self.private_key, request_message(method, path_and_query, moment, once, body))
        return (
            f'{SCHEME} mchid="{self.mchid}",nonce_str="{once}",signature="{signature}",'
            f'timestamp="{moment}",serial_no="{self.serial_no}"'
        )


class Authorization(NamedTuple):
    """The five members of an Authorization header, as text."""

    mchid: str
    nonce_str: str
    signature: str
    timestamp: str
    serial_no: str


def parse_authorization(header: str) -> Authorization:
    """Read an Authorization header strictly: one space, commas without blanks, any order (facts 1.2).

    Raises:
        UnknownScheme: the scheme is another one.
        MalformedAuthorization: members are missing, repeated, unknown or not quoted.
    """
    scheme, _, rest = header.partition(" ")
    if scheme != SCHEME:
        raise UnknownScheme(f"scheme {scheme[:40]!r} instead of {SCHEME}")
    pairs = _PAIR.findall(rest)
    if ",".join([f'{name}="{value}"' for name, value in pairs]) != rest:
        raise MalformedAuthorization('members are not name="value" separated by commas without blanks')
    members = dict(pairs)
    if len(pairs) != len(members) or members.keys() != _MEMBERS:
        raise MalformedAuthorization(f"wants each of {', '.join(sorted(_MEMBERS))} once")
    return Authorization(**members)


def signature_headers(
    private_key: RSAPrivateKey,
    serial: str,
    body: bytes,
    *,
    timestamp: int | None = None,
    nonce: str | None = None,
) -> dict[str, str]:
    """The five Wechatpay-* headers of a response or a callback over exactly `body` (facts 2.1)."""
    moment = str(int(time.time()) if timestamp is None else timestamp)
    once = nonce or new_nonce()
    return {
        "Wechatpay-Timestamp": moment,
        "Wechatpay-Nonce": once,
        "Wechatpay-Signature": sign(private_key, response_message(moment, once, body)),
        "Wechatpay-Serial": serial,
        "Wechatpay-Signature-Type": SCHEME,
    }


@dataclass(frozen=True, slots=True)
class Verifier:
    """Verifies responses and callbacks against a map from `Wechatpay-Serial` to key (facts 2.2)."""

    keys: Mapping[str, RSAPublicKey]

    def verify(self, headers: Iterable[tuple[str, str]], body: bytes, *, now: datetime | None = None) -> None:
        """Return when the signature holds over the raw `body`.

        Args:
            headers: name and value pairs as received, repeated names included.
            now: wire time; the real one unless a test says otherwise.

        Raises:
            SignatureInvalid: a header is missing, empty or repeated; the timestamp is no number or more
                than 300 s off; the serial is unknown; the type is another; the signature does not hold.
        """
        given = _signature_members(headers)
        self._check_moment(given["wechatpay-timestamp"], now or wire_now())
        key = self.keys.get(given["wechatpay-serial"])
        if key is None:
            raise _invalid("Wechatpay-Serial names a key we do not hold", "refresh the platform's keys")
        message = response_message(given["wechatpay-timestamp"], given["wechatpay-nonce"], body)
        if not verifies(key, message, given["wechatpay-signature"]):
            raise _invalid("Wechatpay-Signature does not hold over the received bytes", "do not use the body")

    @staticmethod
    def _check_moment(text: str, now: datetime) -> None:
        if not re.fullmatch(r"[0-9]{1,12}", text):
            raise _invalid("Wechatpay-Timestamp is not Unix seconds", "refuse it")
        if abs(now.timestamp() - int(text)) > WINDOW_S:
            raise _invalid(f"Wechatpay-Timestamp is more than {WINDOW_S} s off", "check both clocks (NTP)")


class SealedResource(TypedDict):
    """A text under the APIv3 key."""

    algorithm: Literal["AEAD_AES_256_GCM"]
    ciphertext: str
    associated_data: str
    nonce: str


def encrypt_resource(
    apiv3_key: str, plaintext: bytes, *, associated_data: str, nonce: str | None = None
) -> SealedResource:
    """AEAD_AES_256_GCM as the platform seals certificates and callbacks (facts 2.6)."""
    once = nonce or new_nonce()[:12]
    sealed = AESGCM(apiv3_key.encode()).encrypt(once.encode(), plaintext, associated_data.encode())
    return {
        "algorithm": ALGORITHM,
        "ciphertext": base64.b64encode(sealed).decode(),
        "associated_data": associated_data,
        "nonce": once,
    }


def decrypt_resource(apiv3_key: str, resource: Mapping[str, object]) -> bytes:
    """Open a sealed resource; `associated_data` may be absent.

    Raises:
        SignatureInvalid: another algorithm, a malformed member, or a tag that does not fit.
    """
    if resource.get("algorithm") != ALGORITHM:
        raise _invalid(f"resource.algorithm is not {ALGORITHM}", "refuse it")
    ciphertext, nonce = resource.get("ciphertext"), resource.get("nonce")
    data = resource.get("associated_data") or ""
    if not (isinstance(ciphertext, str) and isinstance(nonce, str) and isinstance(data, str)):
        raise _invalid("resource wants text in ciphertext, nonce and associated_data", "refuse it")
    try:
        sealed = base64.b64decode(ciphertext, validate=True)
        return AESGCM(apiv3_key.encode()).decrypt(nonce.encode(), sealed, data.encode())
    except (InvalidTag, binascii.Error, ValueError):
        raise _invalid(
            "resource does not open with our APIv3 key", "compare the key with the portal"
        ) from None


def jsapi_pay_sign(
    private_key: RSAPrivateKey, *, appid: str, timestamp: str, nonce: str, prepay_id: str
) -> str:
    """`paySign` of JSAPI and Mini-program: four lines, the last `prepay_id=<id>` (facts 7.1)."""
    return _pay_sign(private_key, appid, timestamp, nonce, f"prepay_id={prepay_id}")


def app_pay_sign(
    private_key: RSAPrivateKey, *, appid: str, timestamp: str, nonce: str, prepay_id: str
) -> str:
    """`sign` of an App payment: the same four lines, the last the bare prepay_id (facts 7.1)."""
    return _pay_sign(private_key, appid, timestamp, nonce, prepay_id)


def _pay_sign(private_key: RSAPrivateKey, appid: str, timestamp: str, nonce: str, last: str) -> str:
    return sign(private_key, f"{appid}\n{timestamp}\n{nonce}\n{last}\n".encode())


def _signature_members(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The signature headers by lower-case name, each present once and not empty."""
    required = ("wechatpay-timestamp", "wechatpay-nonce", "wechatpay-signature", "wechatpay-serial")
    kind = "wechatpay-signature-type"
    found: dict[str, str] = {}
    for name, value in headers:
        lower = name.lower()
        if lower not in required and lower != kind:
            continue
        if lower in found:
            raise _invalid(f"{name} is given twice", "refuse it: which one was signed is unknown")
        found[lower] = value
    for name in required:
        if not found.get(name, "").strip():
            raise _invalid(f"{name.title()} is missing or empty", "an unsigned answer counts as forged")
    if found.get(kind, SCHEME) != SCHEME:
        raise _invalid("Wechatpay-Signature-Type is not the one we speak", f"wants {SCHEME}")
    return found


def _invalid(what: str, remedy: str) -> SignatureInvalid:
    return SignatureInvalid(what, where="signature", remedy=remedy)
