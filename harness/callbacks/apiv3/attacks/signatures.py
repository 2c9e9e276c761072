"""Attacks with worthless signatures: wrong bytes, no base64, a stranger's key (CBK-02).

A genuine signature in a laxer spelling (a blank inside, the URL alphabet) is not here: whoever accepts
that has forged nothing.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import replace

from harness.callbacks.apiv3.forged_signatures import by_another_key, with_bytes, with_value
from harness.callbacks.apiv3.genuine import build, compose
from harness.callbacks.apiv3.header_lines import SIGNATURE, header
from harness.callbacks.attack import RSA_BYTES, Attack, attack, b64, forger_key
from harness.callbacks.callback import Callback, Issuer

CONTROL = "CBK-02"


def _other_key(issuer: Issuer, resource: Mapping[str, object]) -> Callback:
    return by_another_key(issuer, compose(issuer, resource))


def _other_key_and_serial(issuer: Issuer, resource: Mapping[str, object]) -> Callback:
    serial = secrets.token_hex(20).upper()
    return build(replace(issuer, serial=serial, private_key=forger_key()), resource)


ATTACKS: tuple[Attack, ...] = (
    attack(
        "signature-garbage",
        CONTROL,
        "签名是随机的 256 字节",
        "the signature is 256 random bytes",
        with_value(lambda issuer, callback: b64(secrets.token_bytes(RSA_BYTES))),
    ),
    attack(
        "signature-all-zero",
        CONTROL,
        "签名是 256 个零字节",
        "the signature is 256 zero bytes",
        with_bytes(lambda raw: bytes(RSA_BYTES)),
    ),
    attack(
        "signature-number-one",
        CONTROL,
        "签名是整数 1(任何指数的幂都是 1)",
        "the signature is the integer one, which every public exponent leaves alone",
        with_bytes(lambda raw: bytes(RSA_BYTES - 1) + b"\x01"),
    ),
    attack(
        "signature-only-padding",
        CONTROL,
        "签名只有 Base64 填充符，解码后为空",
        "the signature is base64 padding only and decodes to nothing",
        with_value(lambda issuer, callback: "===="),
    ),
    attack(
        "signature-one-byte",
        CONTROL,
        "签名解码后只有一个字节",
        "the signature decodes to a single byte",
        with_bytes(lambda raw: raw[:1]),
    ),
    attack(
        "signature-truncated",
        CONTROL,
        "真实签名被截去一半",
        "the genuine signature is cut in half",
        with_bytes(lambda raw: raw[: RSA_BYTES // 2]),
    ),
    attack(
        "signature-extended",
        CONTROL,
        "真实签名之后多出一个字节",
        "one more byte follows the genuine signature",
        with_bytes(lambda raw: raw + b"\x00"),
    ),
    attack(
        "signature-bit-flipped",
        CONTROL,
        "真实签名的最后一位被翻转",
        "the last bit of the genuine signature is flipped",
        with_bytes(lambda raw: raw[:-1] + bytes([raw[-1] ^ 1])),
    ),
    attack(
        "signature-reversed",
        CONTROL,
        "真实签名的字节顺序颠倒",
        "the bytes of the genuine signature are in reverse order",
        with_bytes(lambda raw: raw[::-1]),
    ),
    attack(
        "signature-letters-swapped",
        CONTROL,
        "真实签名的大小写互换，而 Base64 区分大小写",
        "upper and lower case of the genuine signature are swapped, and base64 tells them apart",
        with_value(lambda issuer, callback: header(callback, SIGNATURE).swapcase()),
    ),
    attack(
        "signature-not-base64",
        CONTROL,
        "签名含有 Base64 以外的字符",
        "the signature is not base64",
        with_value(lambda issuer, callback: "!not*base64!"),
    ),
    attack(
        "signature-word-null",
        CONTROL,
        "签名是文字 null",
        "the signature is the word null",
        with_value(lambda issuer, callback: "null"),
    ),
    attack(
        "signature-word-true",
        CONTROL,
        "签名是文字 true",
        "the signature is the word true",
        with_value(lambda issuer, callback: "true"),
    ),
    attack(
        "other-key",
        CONTROL,
        "用他人的私钥签名，却声称平台的序列号",
        "signed with a stranger's key under the platform's serial",
        _other_key,
    ),
    attack(
        "other-key-and-serial",
        CONTROL,
        "用他人的私钥签名，序列号形式正确但不属于平台",
        "signed with a stranger's key under a serial of the right form that is not the platform's",
        _other_key_and_serial,
    ),
)
