"""Notifies with worthless signatures: wrong bytes, another key, another text, a weaker hash (CBK-02)."""

from __future__ import annotations

import hashlib
import secrets

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA1

from harness.callbacks.alipay.attacks.contents import CHANGES as CONTENTS
from harness.callbacks.alipay.attacks.editing import (
    Members,
    by_a_stranger,
    with_bytes,
    with_signature,
    without,
)
from harness.callbacks.alipay.attacks.events import CHANGES as EVENTS
from harness.callbacks.alipay.form_body import encoded, letter, members_of
from harness.callbacks.alipay.genuine import alipay_key
from harness.callbacks.attack import RSA_BYTES, Change, Original, b64, forger_key
from harness.callbacks.callback import Callback
from harness.signing import keys
from harness.signing.alipay import SIGN, SIGN_TYPE, notify_text, sign_notify, text_to_sign
from harness.signing.wechat_v3 import sign


def _other_key(original: Original, members: Members) -> str:
    return sign_notify(forger_key(), members)


def _apps_own_key(original: Original, members: Members) -> str:
    """A merchant that was given 应用公钥 for 支付宝公钥 believes whoever has its own private key."""
    return sign_notify(original.issuer.alipay_app_key or forger_key(), members)


def _of_another_order(original: Original, members: Members) -> str:
    other = {**members, "out_trade_no": f"{members['out_trade_no']}"[:-1] + "_"}
    return sign_notify(alipay_key(original.issuer), other)


def _over_all_but_sign(original: Original, members: Members) -> str:
    return sign(alipay_key(original.issuer), text_to_sign(members, without=(SIGN,)).encode())


def _over_the_body(original: Original, members: Members) -> str:
    return sign(alipay_key(original.issuer), encoded(without(members, SIGN, SIGN_TYPE)))


def _sha1(key: RSAPrivateKey, members: Members) -> Callback:
    # The legacy kind of signature, which this application did not choose.
    raw = key.sign(notify_text(members).encode(), PKCS1v15(), SHA1())  # noqa: S303
    return letter({**members, SIGN_TYPE: "RSA", SIGN: b64(raw)})


def _rsa1(original: Original) -> Callback:
    return _sha1(alipay_key(original.issuer), members_of(original.callback.body))


def _rsa1_by_a_stranger(original: Original) -> Callback:
    return _sha1(forger_key(), members_of(original.callback.body))


def _md5(secret: str, members: Members) -> Callback:
    """What the oldest interface signed with: a text that both sides know, put behind the members."""
    text = f"{notify_text(members)}{secret}".encode()
    digest = hashlib.md5(text, usedforsecurity=False).hexdigest()
    return letter({**members, SIGN_TYPE: "MD5", SIGN: digest})


def _md5_with_the_public_key(original: Original) -> Callback:
    public = keys.bare_public(alipay_key(original.issuer).public_key())
    return _md5(public, members_of(original.callback.body))


HARMLESS = ("alipay-signature-over-sign-type",)
"""Some of Alipay's messages are signed so, and its own helpers try it: nobody but Alipay can."""

CHANGES: dict[str, Change] = {
    "alipay-signature-garbage": with_signature(lambda original, members: b64(secrets.token_bytes(RSA_BYTES))),
    "alipay-signature-all-zero": with_bytes(lambda raw: bytes(RSA_BYTES)),
    "alipay-signature-number-one": with_bytes(lambda raw: bytes(RSA_BYTES - 1) + b"\x01"),
    "alipay-signature-not-base64": with_signature(lambda original, members: "!not*base64!"),
    "alipay-signature-truncated": with_bytes(lambda raw: raw[: RSA_BYTES // 2]),
    "alipay-signature-bit-flipped": with_bytes(lambda raw: raw[:-1] + bytes([raw[-1] ^ 1])),
    "alipay-signature-word-true": with_signature(lambda original, members: "true"),
    "alipay-signature-of-another-order": with_signature(_of_another_order),
    "alipay-signature-over-sign-type": with_signature(_over_all_but_sign),
    "alipay-signature-over-the-body": with_signature(_over_the_body),
    "alipay-other-key": with_signature(_other_key),
    "alipay-apps-own-key": with_signature(_apps_own_key),
    "alipay-other-key-says-closed": by_a_stranger(EVENTS["alipay-state-closed"]),
    "alipay-other-key-says-refunded": by_a_stranger(EVENTS["alipay-refunded-in-full"]),
    "alipay-other-key-of-another-app": by_a_stranger(CONTENTS["alipay-app-id-other"]),
    "alipay-rsa1": _rsa1,
    "alipay-rsa1-other-key": _rsa1_by_a_stranger,
    "alipay-md5-with-the-public-key": _md5_with_the_public_key,
    "alipay-md5-without-a-key": lambda original: _md5("", members_of(original.callback.body)),
}
