"""From the same inputs our signing and the SDK's make the same bytes, and it opens what we sealed."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wechatpayv3.core import Core
from wechatpayv3.utils import aes_decrypt, build_authorization, rsa_verify

from harness.signing import keys
from harness.signing.wechat_v3 import (
    RequestSigner,
    app_pay_sign,
    encrypt_resource,
    jsapi_pay_sign,
    parse_authorization,
    response_message,
    sign,
)

KEY = keys.generate()
MCHID, SERIAL = "1900007291", "408B07E79B8269FEC3D5D3E6AB8ED163A6A380DB"
SIGNER = RequestSigner(MCHID, SERIAL, KEY)

text = st.text(st.characters(codec="utf-8"), max_size=200)
wire_bodies = st.dictionaries(text, text | st.integers(), min_size=1, max_size=5).map(
    lambda members: json.dumps(members, ensure_ascii=False)
)
paths = st.sampled_from(
    [
        "/v3/pay/transactions/native",
        "/v3/pay/transactions/out-trade-no/a%7Cb?mchid=1900007291",
        "/v3/certificates",
    ]
)


@settings(max_examples=50, deadline=None)
@given(method=st.sampled_from(["GET", "POST"]), path=paths, body=wire_bodies | st.just(""))
def test_the_authorization_header_is_the_same_text(method: str, path: str, body: str) -> None:
    theirs = build_authorization(path, method, MCHID, SERIAL, KEY, data=body)
    members = parse_authorization(theirs)
    ours = SIGNER.authorization(
        method, path, body.encode(), timestamp=int(members.timestamp), nonce=members.nonce_str
    )
    assert ours == theirs


@settings(max_examples=50, deadline=None)
@given(body=wire_bodies | st.just(""), timestamp=st.integers(0, 10**10 - 1))
def test_the_sdk_verifies_what_we_sign(body: str, timestamp: int) -> None:
    nonce = "N" * 32
    signature = sign(KEY, response_message(str(timestamp), nonce, body.encode()))
    assert rsa_verify(str(timestamp), nonce, body, signature, KEY.public_key())
    assert not rsa_verify(str(timestamp), nonce, body + " ", signature, KEY.public_key())


@settings(max_examples=50, deadline=None)
@given(plaintext=text, associated=st.sampled_from(["transaction", "refund", "certificate", ""]))
def test_the_sdk_opens_what_we_seal(plaintext: str, associated: str) -> None:
    apiv3_key = "0123456789abcdef0123456789abcdef"
    sealed = encrypt_resource(apiv3_key, plaintext.encode(), associated_data=associated)
    opened = aes_decrypt(sealed["nonce"], sealed["ciphertext"], sealed["associated_data"], apiv3_key)
    assert opened == plaintext


@pytest.fixture(scope="module")
def core() -> Core:
    """The SDK's core with our key; in public-key mode it calls nobody while it is made."""
    return Core(
        mchid=MCHID,
        cert_serial_no=SERIAL,
        private_key=keys.private_pem(KEY),
        apiv3_key="0" * 32,
        public_key=keys.public_pem(KEY.public_key()),
        public_key_id="PUB_KEY_ID_0114232134912410000000000000",
    )


def test_the_second_signature_is_the_same_text_for_jsapi_and_app(core: Core) -> None:
    appid, timestamp, nonce = "wx2421b1c4370ec43b", "1554208460", "593BEC0C930BF1AFEB40B4A08C8FB242"
    prepay_id = "wx201410272009395522657a690389285100"
    assert core.sign([appid, timestamp, nonce, f"prepay_id={prepay_id}"]) == jsapi_pay_sign(
        KEY, appid=appid, timestamp=timestamp, nonce=nonce, prepay_id=prepay_id
    )
    assert core.sign([appid, timestamp, nonce, prepay_id]) == app_pay_sign(
        KEY, appid=appid, timestamp=timestamp, nonce=nonce, prepay_id=prepay_id
    )
