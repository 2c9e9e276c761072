"""The envelope dialect's signature: what JavaScript makes of a message's top level (envelope facts 4).

The members without `signature` are sorted by UTF-16 code unit, empty ones dropped, and joined as
`key=value` with `&`. Values are what JavaScript's `String(v)` gives, so **an object is the constant text
`[object Object]`: nothing inside it is signed.** That is the dialect's own weakness, kept exactly.
"""

from __future__ import annotations

import hashlib
import hmac
import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from harness.core.errors import SignatureInvalid
from harness.signing.wechat_v3 import sign, verifies

VERSION = "1.0"
SIGNATURE = "signature"
"""The member that carries the signature and is not part of what is signed."""
WINDOW_MS = 300_000
"""How far a message's `timestamp` may be from now, either way."""

_NO_EXPONENT = 21
_LEADING_ZEROS = -6


def canonical(fields: Mapping[str, object]) -> str:
    """The text that is signed; `fields` as `json.loads` gives them, a `signature` among them is left out.

    Dropped are absent values and empty texts, and nothing else: `0`, `false` and `[]` stay.
    """
    kept = [(name, value) for name, value in fields.items() if name != SIGNATURE and value not in (None, "")]
    kept.sort(key=lambda member: member[0].encode("utf-16-be", "surrogatepass"))
    return "&".join(f"{name}={text_of(value)}" for name, value in kept)


def message(fields: Mapping[str, object]) -> bytes:
    """The bytes that are signed: UTF-8, half surrogate pairs replaced as JavaScript's encoder does."""
    text = canonical(fields)
    if text.isascii():
        return text.encode()
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").encode()


def sign_rsa2(private_key: RSAPrivateKey, fields: Mapping[str, object]) -> str:
    """RSASSA-PKCS1-v1_5 with SHA-256 over the canonical text, base64 in one line."""
    return sign(private_key, message(fields))


def verify_rsa2(public_key: RSAPublicKey, fields: Mapping[str, object], signature: object) -> bool:
    """Whether `signature` is over these fields; what is no text or no base64 is simply wrong."""
    return isinstance(signature, str) and verifies(public_key, message(fields), signature)


def signed(private_key: RSAPrivateKey, fields: Mapping[str, object]) -> dict[str, object]:
    """The fields with their signature last."""
    plain = {name: value for name, value in fields.items() if name != SIGNATURE}
    return {**plain, SIGNATURE: sign_rsa2(private_key, plain)}


def md5(pay_key: str, fields: Mapping[str, object]) -> str:
    """The dialect's second mode: upper-case hex over the canonical text and a shared key.

    A shared secret and a broken hash: here so that its use can be found out, not so that it is used.
    """
    salted = message(fields) + b"&key=" + pay_key.encode()
    return hashlib.md5(salted, usedforsecurity=False).hexdigest().upper()


def verify_md5(pay_key: str, fields: Mapping[str, object], signature: object) -> bool:
    """Whether an MD5 signature is right; compared in constant time."""
    return isinstance(signature, str) and hmac.compare_digest(
        signature.encode(errors="replace"), md5(pay_key, fields).encode()
    )


def in_time(timestamp: int) -> bool:
    """Whether a message's `timestamp` (ms) is within the window of now.

    Reckoned in integers: JSON can carry one that no float can hold.
    """
    return abs(time.time_ns() // 1_000_000 - timestamp) <= WINDOW_MS


def text_of(value: object) -> str:
    """JavaScript's `String(value)` of a JSON value other than null, which is empty wherever it may stand."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, list | tuple):
        return ",".join("" if item is None else text_of(item) for item in value)
    return "[object Object]"


def _number(value: float) -> str:
    """JavaScript's text of a number: every number is a double there."""
    double = float(Decimal(value))  # by way of Decimal, what is too large becomes infinite
    if math.isnan(double):
        return "NaN"
    sign_ = "-" if double < 0 else ""
    if math.isinf(double):
        return f"{sign_}Infinity"
    return sign_ + _digits(abs(double)) if double else "0"


def _digits(double: float) -> str:
    """The shortest digits that mean this positive double; an exponent where JavaScript uses one."""
    _, parts, exponent = Decimal(repr(double)).as_tuple()
    raw = "".join(str(part) for part in parts)
    point = len(raw) + int(exponent)
    digits = raw.rstrip("0")
    if len(digits) <= point <= _NO_EXPONENT:
        return digits.ljust(point, "0")
    if 0 < point <= _NO_EXPONENT:
        return f"{digits[:point]}.{digits[point:]}"
    if _LEADING_ZEROS < point <= 0:
        return f"0.{'0' * -point}{digits}"
    mantissa = digits if len(digits) == 1 else f"{digits[0]}.{digits[1:]}"
    return f"{mantissa}e{point - 1:+d}"


@dataclass(frozen=True, slots=True)
class Verifier:
    """Believes what the MCP platform's key signed, now."""

    key: RSAPublicKey

    def verify(self, notice: Mapping[str, object]) -> None:
        """Check signature and time.

        Raises:
            SignatureInvalid: no signature, one that does not hold, or a timestamp beyond 300 s.
        """
        if not notice.get(SIGNATURE):
            raise SignatureInvalid("the notify is not signed", where="envelope")
        if not verify_rsa2(self.key, notice, notice[SIGNATURE]):
            raise SignatureInvalid("the notify's signature does not hold", where="envelope")
        check_time(notice)


def check_time(notice: Mapping[str, object]) -> None:
    """Raise SignatureInvalid unless the timestamp is an integer within the window."""
    stamp = notice.get("timestamp")
    if not isinstance(stamp, int) or isinstance(stamp, bool):
        raise SignatureInvalid("the notify tells no time", where="envelope")
    if not in_time(stamp):
        raise SignatureInvalid("the notify is too old or from the future", where="envelope")
