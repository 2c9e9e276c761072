"""Forged callbacks of the envelope dialect that a merchant must refuse (CBK-17).

    for attack in ATTACKS:
        answer = merchant.deliver(attack.forge(issuer, resource))

Each attack carries a real payment, so a merchant that lets one
through credits money on a forger's word. That the dialect leaves `extraData` unsigned is its own
weakness and no attack: nothing of worth is in there.
"""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace

from harness.callbacks.attack import RSA_BYTES, Attack, Forge, attack, b64, forger_key
from harness.callbacks.callback import Callback, Issuer
from harness.callbacks.envelope import genuine as envelope
from harness.signing import keys
from harness.signing.envelope import SIGNATURE, WINDOW_MS, md5, sign_rsa2
from harness.signing.wechat_v3 import PROBE_PREFIX, sign

__all__ = ["ATTACKS", "as_probe", "by_another_key"]

CONTROL = "CBK-17"
MARGIN_MS = 1_000
"""Beyond the window by so much, so that the way to the merchant does not bring it back in."""

Members = dict[str, object]


def by_another_key(issuer: Issuer, body: bytes) -> Callback:
    """The notification signed freshly with a stranger's key."""
    return envelope.signed(replace(issuer, mcp_private_key=forger_key()), body)


def as_probe(issuer: Issuer, body: bytes) -> Callback:
    """The notification as signature-probing traffic: the probe's prefix before the genuine signature."""
    return envelope.letter(_probing(_sent(envelope.signed(issuer, body))))


def _probing(members: Members) -> Members:
    return {**members, SIGNATURE: PROBE_PREFIX + str(members[SIGNATURE])}


def _sent(callback: Callback) -> Members:
    members: Members = json.loads(callback.body)
    return members


def _changed(change: Callable[[Issuer, Members], Mapping[str, object]]) -> Forge:
    """A forge that alters the signed members of a genuine notification, signature and all."""

    def forge(issuer: Issuer, resource: Mapping[str, object]) -> Callback:
        genuine = _sent(envelope.build(issuer, resource))
        return envelope.letter(change(issuer, genuine))

    return forge


def _with_signature(make: Callable[[Issuer, Members], object]) -> Forge:
    return _changed(lambda issuer, members: {**members, SIGNATURE: make(issuer, members)})


def _bytes_changed(change: Callable[[bytes], bytes]) -> Forge:
    return _with_signature(lambda issuer, members: b64(change(base64.b64decode(str(members[SIGNATURE])))))


def _off_by(milliseconds: int) -> Forge:
    """Genuinely signed, at another moment."""
    return lambda issuer, resource: envelope.build(
        issuer, resource, timestamp=envelope.now_ms() + milliseconds
    )


def _resigned(change: Callable[[Members], Mapping[str, object]]) -> Forge:
    """Genuinely signed over members that are wrong."""

    def forge(issuer: Issuer, resource: Mapping[str, object]) -> Callback:
        members = {**_sent(envelope.build(issuer, resource))}
        wrong = {name: value for name, value in change(members).items() if name != SIGNATURE}
        return envelope.letter({**wrong, SIGNATURE: sign_rsa2(issuer.mcp_private_key, wrong)})

    return forge


def _without(members: Mapping[str, object], name: str) -> Members:
    return {key: value for key, value in members.items() if key != name}


def _other_key(issuer: Issuer, resource: Mapping[str, object]) -> Callback:
    return by_another_key(issuer, envelope.compose(issuer, resource))


def _moved_signature(issuer: Issuer, members: Members) -> Members:
    """A signature of another notification of the same platform."""
    other = {**members, "outTradeNo": f"{members['outTradeNo']}"[:-1] + "_"}
    return {**members, SIGNATURE: sign_rsa2(issuer.mcp_private_key, other)}


def _amount_with_signature_kept(issuer: Issuer, members: Members) -> Members:
    return {**members, "totalAmount": int(str(members["totalAmount"])) + 1}


def _in_a_wrapper(issuer: Issuer, members: Members) -> Members:
    """Everything moved to where the dialect signs nothing; the signature over what is left is genuine."""
    outside: Members = {
        "notifyType": "payment",
        "data": _without(members, SIGNATURE),
        "timestamp": members["timestamp"],
    }
    return {**outside, SIGNATURE: sign_rsa2(issuer.mcp_private_key, outside)}


def _public_key_as_secret(issuer: Issuer, members: Members) -> str:
    """Works on a verifier that lets the message choose MD5 and takes the key it has for the secret."""
    return md5(keys.bare_public(issuer.mcp_private_key.public_key()), members)


ATTACKS: tuple[Attack, ...] = tuple(
    attack(f"envelope-{name}", CONTROL, zh, en, forge)
    for name, zh, en, forge in (
        (
            "signature-stripped",
            "整个 signature 字段被去掉：某些客户端只在有签名时才验签",
            "the signature is stripped: some clients verify only when there is one",
            _changed(lambda issuer, members: _without(members, SIGNATURE)),
        ),
        (
            "signature-empty",
            "signature 是空字符串",
            "the signature is an empty text",
            _with_signature(lambda issuer, members: ""),
        ),
        (
            "signature-null",
            "signature 是 null",
            "the signature is null",
            _with_signature(lambda issuer, members: None),
        ),
        (
            "signature-true",
            "signature 是布尔值 true",
            "the signature is the value true",
            _with_signature(lambda issuer, members: True),
        ),
        (
            "signature-list",
            "真实签名被放进数组里",
            "the genuine signature comes inside a list",
            _with_signature(lambda issuer, members: [members[SIGNATURE]]),
        ),
        (
            "signature-garbage",
            "签名是随机的 256 字节",
            "the signature is 256 random bytes",
            _with_signature(lambda issuer, members: b64(secrets.token_bytes(RSA_BYTES))),
        ),
        (
            "signature-not-base64",
            "签名含有 Base64 以外的字符",
            "the signature is not base64",
            _with_signature(lambda issuer, members: "!not*base64!"),
        ),
        (
            "signature-truncated",
            "真实签名被截去一半",
            "the genuine signature is cut in half",
            _bytes_changed(lambda raw: raw[: RSA_BYTES // 2]),
        ),
        (
            "signature-bit-flipped",
            "真实签名的最后一位被翻转",
            "the last bit of the genuine signature is flipped",
            _bytes_changed(lambda raw: raw[:-1] + bytes([raw[-1] ^ 1])),
        ),
        (
            "probe",
            "签名探测流量：探测前缀之后接真实签名",
            "signature-probing traffic: the probe's prefix before the genuine signature",
            _changed(lambda issuer, members: _probing(members)),
        ),
        (
            "other-key",
            "用他人的私钥签名",
            "signed with a stranger's key",
            _other_key,
        ),
        (
            "signature-of-another-notice",
            "签名是平台为另一张订单签的",
            "the signature is the platform's, made for another order",
            _changed(_moved_signature),
        ),
        (
            "signature-over-the-body",
            "对整个 JSON 包体签名，而不是按本协议的拼接串",
            "signed over the JSON body and not over this dialect's text",
            _with_signature(
                lambda issuer, members: sign(
                    issuer.mcp_private_key, envelope.letter(_without(members, SIGNATURE)).body
                )
            ),
        ),
        (
            "md5-with-the-public-key",
            "改用 MD5 签名，把公开的平台公钥当作密钥",
            "an MD5 signature that takes the platform's public key for the shared secret",
            _with_signature(_public_key_as_secret),
        ),
        (
            "md5-without-a-key",
            "改用 MD5 签名，密钥为空",
            "an MD5 signature with an empty key",
            _with_signature(lambda issuer, members: md5("", members)),
        ),
        (
            "amount-changed",
            "签名后金额被改大一分",
            "the amount grew by a fen after signing",
            _changed(_amount_with_signature_kept),
        ),
        (
            "number-changed",
            "签名后商户单号被加了后缀",
            "the order number was changed after signing",
            _changed(lambda issuer, members: {**members, "outTradeNo": f"{members['outTradeNo']}0"}),
        ),
        (
            "member-added",
            "签名后加了一个字段",
            "a member was added after signing",
            _changed(lambda issuer, members: {**members, "subject": "x"}),
        ),
        (
            "timestamp-changed",
            "签名后时间戳被改",
            "the timestamp was changed after signing",
            _changed(lambda issuer, members: {**members, "timestamp": int(str(members["timestamp"])) + 1}),
        ),
        (
            "stale",
            "真实签名，但已是 301 秒之前的",
            "genuinely signed, 301 s ago",
            _off_by(-WINDOW_MS - MARGIN_MS),
        ),
        (
            "a-day-old",
            "真实签名，但已是一天之前的",
            "genuinely signed, a day ago",
            _off_by(-24 * 3600 * 1000),
        ),
        (
            "from-the-future",
            "真实签名，时间戳却在 310 秒之后",
            "genuinely signed, 310 s in the future",
            _off_by(WINDOW_MS + 10 * MARGIN_MS),
        ),
        (
            "timestamp-in-seconds",
            "真实签名，时间戳以秒为单位",
            "genuinely signed, with a timestamp in seconds",
            _resigned(lambda members: {**members, "timestamp": int(str(members["timestamp"])) // 1000}),
        ),
        (
            "timestamp-missing",
            "真实签名，但没有时间戳",
            "genuinely signed, without a timestamp",
            _resigned(lambda members: _without(members, "timestamp")),
        ),
        (
            "payment-inside-unsigned-data",
            "支付结果被搬进不受签名保护的 data 对象里",
            "the payment was moved into an object that the signature does not cover",
            _changed(_in_a_wrapper),
        ),
    )
)
