"""Attacks with another algorithm: other digests, paddings, keyed digests, signature types (CBK-02).

A missing `Wechatpay-Signature-Type` alone is no attack: SDKs assume the RSA scheme then (facts 2.1).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS, PKCS1v15

from harness.callbacks.apiv3.forged_signatures import signed_message, with_value
from harness.callbacks.apiv3.header_lines import SIGNATURE, SIGNATURE_TYPE, with_header
from harness.callbacks.attack import RSA_BYTES, Change, b64
from harness.callbacks.callback import Callback, Issuer
from harness.signing.keys import public_pem

SM2 = "WECHATPAY2-SM2-WITH-SM3"


def _pkcs1(algorithm: hashes.HashAlgorithm) -> Change:
    return with_value(
        lambda issuer, callback: b64(issuer.private_key.sign(signed_message(callback), PKCS1v15(), algorithm))
    )


def _pss(issuer: Issuer, callback: Callback) -> str:
    padding = PSS(MGF1(hashes.SHA256()), PSS.DIGEST_LENGTH)
    return b64(issuer.private_key.sign(signed_message(callback), padding, hashes.SHA256()))


def _hmac(key: Callable[[Issuer], str]) -> Change:
    return with_value(
        lambda issuer, callback: b64(
            hmac.new(key(issuer).encode(), signed_message(callback), hashlib.sha256).digest()
        )
    )


def _typed(kind: str, signature_bytes: int) -> Change:
    """A callback that claims another signature type, with random bytes for a signature."""
    return lambda original: with_header(
        with_header(original.callback, SIGNATURE, b64(secrets.token_bytes(signature_bytes))),
        SIGNATURE_TYPE,
        kind,
    )


CHANGES: dict[str, Change] = {
    "algorithm-sha1": _pkcs1(hashes.SHA1()),  # noqa: S303 -- a weak digest is what has to be refused
    "algorithm-sha512": _pkcs1(hashes.SHA512()),
    "algorithm-pss": with_value(_pss),
    "algorithm-hmac-apiv3-key": _hmac(lambda issuer: issuer.apiv3_key),
    "algorithm-hmac-public-key": _hmac(lambda issuer: public_pem(issuer.private_key.public_key())),
    "algorithm-v2-digest": with_value(
        lambda issuer, callback: hashlib.sha256(signed_message(callback)).hexdigest().upper()
    ),
    "type-sm2-random-signature": _typed(SM2, 70),
    "type-none-random-signature": _typed("NONE", RSA_BYTES),
}
