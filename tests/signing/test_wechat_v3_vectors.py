"""Our signing agrees, byte for byte, with vectors that Node's crypto made (see vectors/make_vectors.mjs)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from harness.signing.keys import load_private_key, load_public_key
from harness.signing.wechat_v3 import (
    RequestSigner,
    app_pay_sign,
    decrypt_resource,
    encrypt_resource,
    jsapi_pay_sign,
    request_message,
    response_message,
    sign,
    verifies,
)

VECTORS: dict[str, Any] = json.loads((Path(__file__).parent / "vectors/wechat_v3.json").read_text("utf-8"))
PRIVATE = load_private_key(VECTORS["private_key"])
PUBLIC = load_public_key(VECTORS["public_key"])


@pytest.mark.parametrize("vector", VECTORS["requests"], ids=lambda v: f"{v['method']} {v['url']}")
def test_a_request_is_signed_over_its_five_lines(vector: dict[str, str]) -> None:
    message = request_message(
        vector["method"], vector["url"], vector["timestamp"], vector["nonce"], vector["body"].encode()
    )
    assert sign(PRIVATE, message) == vector["signature"]


@pytest.mark.parametrize("vector", VECTORS["requests"], ids=lambda v: f"{v['method']} {v['url']}")
def test_an_authorization_names_the_scheme_and_its_five_members(vector: dict[str, str]) -> None:
    header = RequestSigner("1900000001", "4" * 40, PRIVATE).authorization(
        vector["method"],
        vector["url"],
        vector["body"].encode(),
        timestamp=int(vector["timestamp"]),
        nonce=vector["nonce"],
    )
    assert header == (
        f'WECHATPAY2-SHA256-RSA2048 mchid="1900000001",nonce_str="{vector["nonce"]}",'
        f'signature="{vector["signature"]}",timestamp="{vector["timestamp"]}",serial_no="{"4" * 40}"'
    )


@pytest.mark.parametrize("vector", VECTORS["answers"], ids=lambda v: f"{len(v['body'])} characters")
def test_an_answer_is_verified_over_its_three_lines(vector: dict[str, str]) -> None:
    message = response_message(vector["timestamp"], vector["nonce"], vector["body"].encode())
    assert verifies(PUBLIC, message, vector["signature"])


def test_the_second_signature_of_jsapi_and_app_differ_in_the_fourth_line_only() -> None:
    pay = VECTORS["pay"]
    lines = {name: pay[name] for name in ("appid", "timestamp", "nonce", "prepay_id")}
    assert jsapi_pay_sign(PRIVATE, **lines) == pay["jsapi"]
    assert app_pay_sign(PRIVATE, **lines) == pay["app"]


@pytest.mark.parametrize(
    "vector", VECTORS["sealed"], ids=lambda v: v["resource"]["associated_data"] or "none"
)
def test_a_resource_is_sealed_and_opened_as_aes_256_gcm(vector: dict[str, Any]) -> None:
    resource = vector["resource"]
    plaintext = vector["plaintext"].encode()
    assert decrypt_resource(vector["key"], resource) == plaintext
    assert (
        encrypt_resource(
            vector["key"], plaintext, associated_data=resource["associated_data"], nonce=resource["nonce"]
        )
        == resource
    )
