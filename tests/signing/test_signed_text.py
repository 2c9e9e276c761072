"""The text that a signature is over, worked out of a message as it was seen, is what really was signed."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key

from harness.signing import alipay, envelope, wechat_v3
from harness.signing.signed_text import BODY, answer_text, request_text


@pytest.fixture(scope="module")
def key() -> RSAPrivateKey:
    """A key of whoever signs."""
    return generate_private_key(65537, 2048)


def holds(key: RSAPrivateKey, text: str, body: str, signature: str) -> bool:
    message = text.replace(BODY, body).encode()
    return wechat_v3.verifies(key.public_key(), message, signature)


def test_a_request_of_api_v3(key: RSAPrivateKey) -> None:
    signer = wechat_v3.RequestSigner("1988271916", "5157", key)
    body = '{"out_trade_no":"GL1"}'
    header = signer.authorization("POST", "/v3/pay?a=1", body.encode())
    text = request_text("POST", "https://api.example.com/v3/pay?a=1", {"Authorization": header}, body)
    assert holds(key, text, body, wechat_v3.parse_authorization(header).signature)
    assert body not in text


@pytest.mark.parametrize("name", ["Wechatpay", "alipay"])
def test_a_callback_and_an_answer_with_a_moment_and_a_nonce(key: RSAPrivateKey, name: str) -> None:
    body = '{"id":"1"}'
    signature = wechat_v3.sign(key, wechat_v3.response_message("1796004777", "8D21", body.encode()))
    headers = {f"{name}-Timestamp": "1796004777", f"{name}-Nonce": "8D21", f"{name}-Signature": signature}
    assert holds(key, request_text("POST", "http://app.example/notify", headers, body), body, signature)
    assert holds(key, answer_text(headers, body), body, signature)


def test_a_request_of_alipays_gateway_signed_over_address_and_form(key: RSAPrivateKey) -> None:
    members = {"app_id": "9021", "method": "alipay.trade.query", "sign_type": "RSA2", "charset": "utf-8"}
    form = {"biz_content": '{"out_trade_no":"GL1"}'}
    signature = alipay.sign_request(key, members | form)
    url = f"https://openapi.example.com/gateway.do?{urlencode(members | {'sign': signature})}"
    text = request_text("POST", url, {}, urlencode(form))
    assert holds(key, text, "", signature)
    assert "sign_type=RSA2" in text


def test_a_notify_of_alipays_leaves_its_sign_type_out(key: RSAPrivateKey) -> None:
    members = {"app_id": "9021", "notify_type": "trade_status_sync", "total_amount": "19.90", "空": "有"}
    signature = alipay.sign_notify(key, members)
    form = urlencode(members | {"sign": signature, "sign_type": "RSA2"})
    assert holds(key, request_text("POST", "http://app.example/notify", {}, form), "", signature)


def test_an_answer_of_alipays_gateway_signs_its_node_as_it_stands(key: RSAPrivateKey) -> None:
    node = '{"code":"10000", "msg":"Success"}'
    signature = alipay.sign_answer(key, node.encode())
    body = f'{{"alipay_trade_query_response": {node},"sign":"{signature}"}}'
    assert answer_text({}, body) == node


def test_an_envelope_signs_its_members_sorted(key: RSAPrivateKey) -> None:
    body = json.dumps(envelope.signed(key, {"version": "1.0", "requestId": "R1", "data": {"a": 1}}))
    text = answer_text({}, body)
    assert text == "data=[object Object]&requestId=R1&version=1.0"
    assert holds(key, text, "", json.loads(body)["signature"])


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "[" * 100_000,
        '{"signature":1}',
        '{"signature"',
        '["signature"]',
        '{"a_response":{"sign"',
        "sign=&app_id",
        "&" * 1000 + "sign=1",
        "\ud83d",
        '{"signature":"x","n":1e999,"m":' + "9" * 5000 + "}",
    ],
)
@pytest.mark.parametrize("header", ["", "WECHATPAY2-SHA256-RSA2048 ", "ALIPAY-SHA256withRSA ,,", "Bearer x"])
def test_what_is_no_signed_message_has_no_such_text_and_is_no_error(body: str, header: str) -> None:
    assert request_text("POST", "http://app.example/", {"authorization": header}, body) == ""
    assert request_text("POST", "http://[", {"authorization": header}, body) == ""
    assert answer_text({"authorization": header}, body) == ""
