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
from harness.callbacks.apiv3.genuine import build
from harness.callbacks.apiv3.header_lines import SIGNATURE, SIGNATURE_TYPE, with_header
from harness.callbacks.attack import RSA_BYTES, Attack, Forge, attack, b64
from harness.callbacks.callback import Callback, Issuer
from harness.signing.keys import public_pem

CONTROL = "CBK-02"
SM2 = "WECHATPAY2-SM2-WITH-SM3"


def _pkcs1(algorithm: hashes.HashAlgorithm) -> Forge:
    return with_value(
        lambda issuer, callback: b64(issuer.private_key.sign(signed_message(callback), PKCS1v15(), algorithm))
    )


def _pss(issuer: Issuer, callback: Callback) -> str:
    padding = PSS(MGF1(hashes.SHA256()), PSS.DIGEST_LENGTH)
    return b64(issuer.private_key.sign(signed_message(callback), padding, hashes.SHA256()))


def _hmac(key: Callable[[Issuer], str]) -> Forge:
    return with_value(
        lambda issuer, callback: b64(
            hmac.new(key(issuer).encode(), signed_message(callback), hashlib.sha256).digest()
        )
    )


def _typed(kind: str, signature_bytes: int) -> Forge:
    """A callback that claims another signature type, with random bytes for a signature."""
    return lambda issuer, resource: with_header(
        with_header(build(issuer, resource), SIGNATURE, b64(secrets.token_bytes(signature_bytes))),
        SIGNATURE_TYPE,
        kind,
    )


ATTACKS: tuple[Attack, ...] = (
    attack(
        "algorithm-sha1",
        CONTROL,
        "用平台私钥，但以 SHA-1 签名",
        "signed with the platform's key, but with SHA-1",
        _pkcs1(hashes.SHA1()),  # noqa: S303 -- a weak digest is what has to be refused
    ),
    attack(
        "algorithm-sha512",
        CONTROL,
        "用平台私钥，但以 SHA-512 签名",
        "signed with the platform's key, but with SHA-512",
        _pkcs1(hashes.SHA512()),
    ),
    attack(
        "algorithm-pss",
        CONTROL,
        "用平台私钥，但以 PSS 填充签名",
        "signed with the platform's key, but with PSS padding",
        with_value(_pss),
    ),
    attack(
        "algorithm-hmac-apiv3-key",
        CONTROL,
        "以 APIv3 密钥计算 HMAC-SHA256 代替签名",
        "HMAC-SHA256 with the APIv3 key in place of a signature",
        _hmac(lambda issuer: issuer.apiv3_key),
    ),
    attack(
        "algorithm-hmac-public-key",
        CONTROL,
        "以平台公钥文本计算 HMAC-SHA256(算法混淆)",
        "HMAC-SHA256 with the text of the platform's public key (algorithm confusion)",
        _hmac(lambda issuer: public_pem(issuer.private_key.public_key())),
    ),
    attack(
        "algorithm-v2-digest",
        CONTROL,
        "以 v2 风格的大写摘要代替签名",
        "an upper-case digest in the style of API v2 in place of a signature",
        with_value(lambda issuer, callback: hashlib.sha256(signed_message(callback)).hexdigest().upper()),
    ),
    attack(
        "type-sm2-random-signature",
        CONTROL,
        "签名类型声称国密 SM2，签名是随机的 70 字节",
        "the signature type says SM2, the signature is 70 random bytes",
        _typed(SM2, 70),
    ),
    attack(
        "type-none-random-signature",
        CONTROL,
        "签名类型声称 NONE，签名是随机字节",
        "the signature type says NONE, the signature is random",
        _typed("NONE", RSA_BYTES),
    ),
)
