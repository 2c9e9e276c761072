"""Attacks with a true platform signature over something else than the received bytes (CBK-02)."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace

from harness.callbacks.apiv3.forged_signatures import signed_message, signed_over
from harness.callbacks.apiv3.genuine import build
from harness.callbacks.apiv3.header_lines import NONCE, SIGNATURE, TIMESTAMP, header, with_header
from harness.callbacks.attack import Attack, Forge, attack
from harness.callbacks.callback import Callback, Issuer, compact
from harness.signing.wechat_v3 import new_nonce, request_message, response_message, sign

CONTROL = "CBK-02"


def _body_as(change: Callable[[bytes], bytes]) -> Forge:
    """Signed over a changed body, while the genuine one is sent."""
    return signed_over(lambda callback: signed_message(replace(callback, body=change(callback.body))))


def _over_plaintext(issuer: Issuer, resource: Mapping[str, object]) -> Callback:
    callback = build(issuer, resource)
    message = signed_message(replace(callback, body=compact(resource)))
    return with_header(callback, SIGNATURE, sign(issuer.private_key, message))


def _of_stranger(issuer: Issuer, resource: Mapping[str, object]) -> Callback:
    """Our body under timestamp, nonce and signature of what the same platform sent to another merchant."""
    other = replace(issuer, apiv3_key=secrets.token_hex(16))
    theirs = build(other, {**resource, "mchid": "1230000109", "out_trade_no": new_nonce()})
    callback = build(issuer, resource)
    for name in (TIMESTAMP, NONCE, SIGNATURE):
        callback = with_header(callback, name, header(theirs, name))
    return callback


def _a_second_earlier(issuer: Issuer, resource: Mapping[str, object]) -> Callback:
    callback = build(issuer, resource)
    return with_header(callback, TIMESTAMP, str(int(header(callback, TIMESTAMP)) - 1))


ATTACKS: tuple[Attack, ...] = (
    attack(
        "signature-of-stranger",
        CONTROL,
        "照搬平台发给另一商户的回调的时间戳、随机串和签名",
        "timestamp, nonce and signature of a callback that the platform sent to another merchant",
        _of_stranger,
    ),
    attack(
        "signature-over-nothing",
        CONTROL,
        "平台签名，但签的是空串",
        "the platform's signature over nothing",
        signed_over(lambda callback: b""),
    ),
    attack(
        "signature-over-body-only",
        CONTROL,
        "平台签名，但只签了报文主体",
        "the platform's signature over the body alone",
        signed_over(lambda callback: callback.body),
    ),
    attack(
        "signature-without-last-newline",
        CONTROL,
        "平台签名，但缺少最后一个换行符",
        "the platform's signature without the last line feed",
        signed_over(lambda callback: signed_message(callback)[:-1]),
    ),
    attack(
        "signature-over-crlf",
        CONTROL,
        "平台签名，但以 CRLF 换行",
        "the platform's signature over lines that end in CRLF",
        signed_over(lambda callback: signed_message(callback).replace(b"\n", b"\r\n")),
    ),
    attack(
        "signature-lines-swapped",
        CONTROL,
        "平台签名，但时间戳与随机串对调",
        "the platform's signature with timestamp and nonce swapped",
        signed_over(
            lambda callback: response_message(
                header(callback, NONCE), header(callback, TIMESTAMP), callback.body
            )
        ),
    ),
    attack(
        "signature-over-reformatted-body",
        CONTROL,
        "平台签名，但签的是重新排版后的 JSON",
        "the platform's signature over the same JSON written with other blanks",
        _body_as(lambda body: json.dumps(json.loads(body), ensure_ascii=False).encode()),
    ),
    attack(
        "signature-over-empty-body",
        CONTROL,
        "平台签名，但签的是空报文",
        "the platform's signature over an empty body",
        _body_as(lambda body: b""),
    ),
    attack(
        "signature-of-a-request",
        CONTROL,
        "平台签名，但按请求的五行格式",
        "the platform's signature over the five lines of a request",
        signed_over(
            lambda callback: request_message(
                "POST", "/notify", header(callback, TIMESTAMP), header(callback, NONCE), callback.body
            )
        ),
    ),
    attack(
        "signature-over-plaintext",
        CONTROL,
        "平台签名，但签的是解密后的明文",
        "the platform's signature over the decrypted resource",
        _over_plaintext,
    ),
    attack(
        "nonce-changed",
        CONTROL,
        "签名之后随机串被换掉",
        "the nonce is replaced after signing",
        lambda issuer, resource: with_header(build(issuer, resource), NONCE, new_nonce()),
    ),
    attack(
        "timestamp-changed",
        CONTROL,
        "签名之后时间戳被改动一秒",
        "the timestamp is changed by one second after signing",
        _a_second_earlier,
    ),
)
