"""The wire checks a request in the live gateway's order: the first fault is the one it names."""

from __future__ import annotations

import json
import time

import pytest

from harness.core.payment import Product
from tests.simulator.merchant_side import NUMBER, TRANSACTIONS, MerchantSide

NATIVE = f"{TRANSACTIONS}/native"
CERTIFICATES = "/v3/certificates"


def body_of(merchant: MerchantSide, **changes: object) -> bytes:
    return json.dumps(merchant.order(Product.NATIVE, **changes)).encode()


@pytest.mark.parametrize(
    "path", ["/v3/pay/transactions/carrier-pigeon", "/v3/", "/v3/certificates/", "/v4/x"]
)
def test_an_unknown_path_is_404_without_a_body(merchant: MerchantSide, path: str) -> None:
    answer = merchant.send("GET", path, headers=[])
    assert (answer.status, answer.body, answer.signed) == (404, b"", False)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", NATIVE),
        ("PUT", NATIVE),
        ("HEAD", NATIVE),
        ("POST", CERTIFICATES),
        ("POST", f"{TRANSACTIONS}/out-trade-no/{NUMBER}"),
        ("GET", f"{TRANSACTIONS}/out-trade-no/{NUMBER}/close"),
        ("GET", "/v3/security/echo"),
    ],
)
def test_a_wrong_method_is_405_without_a_body_even_before_the_signature(
    merchant: MerchantSide, method: str, path: str
) -> None:
    answer = merchant.send(method, path, headers=[])
    assert (answer.status, answer.body) == (405, b"")


@pytest.mark.parametrize("missing", ["user-agent", "accept"])
def test_certificates_want_user_agent_and_accept_before_any_signature(
    merchant: MerchantSide, missing: str
) -> None:
    headers = merchant.headers("GET", CERTIFICATES, b"", without=[missing, "authorization"])
    answer = merchant.send("GET", CERTIFICATES, headers=headers)
    assert (answer.status, answer.code) == (400, "INVALID_REQUEST")


@pytest.mark.parametrize("missing", ["user-agent", "accept"])
def test_transactions_look_at_the_signature_before_user_agent_and_accept(
    merchant: MerchantSide, missing: str
) -> None:
    body = body_of(merchant)
    unsigned = merchant.headers("POST", NATIVE, body, without=[missing, "authorization"])
    assert merchant.send("POST", NATIVE, body, unsigned).code == "SIGN_ERROR"
    signed = merchant.headers("POST", NATIVE, body, without=[missing])
    assert merchant.send("POST", NATIVE, body, signed).code == "INVALID_REQUEST"


def test_a_wildcard_accept_passes(merchant: MerchantSide) -> None:
    headers = merchant.headers("GET", CERTIFICATES, b"", accept="*/*")
    assert merchant.send("GET", CERTIFICATES, headers=headers).status == 200


@pytest.mark.parametrize(
    ("path", "header", "message"),
    [
        (NATIVE, None, "签名信息错误，验签失败"),
        (NATIVE, "Bearer abc", "签名信息错误，验签失败"),
        (NATIVE, 'WECHATPAY2-SM2-WITH-SM3 mchid="1"', "HTTP头Authorization认证类型不正确"),
        (NATIVE, "WECHATPAY2-SHA256-RSA2048 nonsense", "签名信息错误，验签失败"),
        (CERTIFICATES, None, "Http头Authorization值格式错误，请参考《微信支付商户REST API签名规则》"),
        (CERTIFICATES, "Bearer abc", "HTTP头Authorization认证类型不正确"),
        (
            CERTIFICATES,
            "WECHATPAY2-SHA256-RSA2048 nonsense",
            "Http头Authorization值格式错误，请参考《微信支付商户REST API签名规则》",
        ),
    ],
)
def test_a_bad_authorization_is_named_as_each_endpoint_names_it(
    merchant: MerchantSide, path: str, header: str | None, message: str
) -> None:
    method = "GET" if path == CERTIFICATES else "POST"
    changed = {} if header is None else {"authorization": header}
    without = ["authorization"] if header is None else []
    headers = merchant.headers(method, path, b"", without=without, **changed)
    answer = merchant.send(method, path, headers=headers)
    assert (answer.status, answer.code, answer.json["message"]) == (401, "SIGN_ERROR", message)


def test_a_401_carries_a_request_id_except_on_transactions(merchant: MerchantSide) -> None:
    on_transactions = merchant.send(
        "POST", NATIVE, headers=merchant.headers("POST", NATIVE, b"", without=["authorization"])
    )
    elsewhere = merchant.send(
        "GET", CERTIFICATES, headers=merchant.headers("GET", CERTIFICATES, b"", without=["authorization"])
    )
    assert on_transactions.header("request-id") is None
    assert str(elsewhere.header("request-id")).endswith("-268443699")


@pytest.mark.parametrize("offset", [-301, 301, 10**6])
def test_a_stale_timestamp_is_named_before_a_wrong_signature(merchant: MerchantSide, offset: int) -> None:
    body = body_of(merchant)
    stale = merchant.signer.authorization("POST", NATIVE, b"other bytes", timestamp=int(time.time()) + offset)
    answer = merchant.send("POST", NATIVE, body, merchant.headers("POST", NATIVE, body, authorization=stale))
    assert answer.status == 401
    assert answer.json["message"] == "Http头Authorization中的timestamp与发起请求的时间不得超过5分钟"


def test_milliseconds_are_a_stale_timestamp(merchant: MerchantSide) -> None:
    body = body_of(merchant)
    header = merchant.signer.authorization("POST", NATIVE, body, timestamp=int(time.time() * 1000))
    answer = merchant.send("POST", NATIVE, body, merchant.headers("POST", NATIVE, body, authorization=header))
    assert "5分钟" in answer.json["message"]


@pytest.mark.parametrize("offset", [-290, 290])
def test_a_timestamp_within_five_minutes_is_taken(merchant: MerchantSide, offset: int) -> None:
    body = body_of(merchant)
    header = merchant.signer.authorization("POST", NATIVE, body, timestamp=int(time.time()) + offset)
    headers = merchant.headers("POST", NATIVE, body, authorization=header)
    assert merchant.send("POST", NATIVE, body, headers).status == 200


@pytest.mark.parametrize("wrong", ["serial", "mchid"])
def test_an_unknown_serial_or_account_is_named_before_a_wrong_signature(
    merchant: MerchantSide, wrong: str
) -> None:
    body = body_of(merchant)
    header = merchant.signer.authorization("POST", NATIVE, b"other bytes")
    known = merchant.signer.serial_no if wrong == "serial" else merchant.signer.mchid
    foreign = header.replace(known, "1" * len(known))
    answer = merchant.send(
        "POST", NATIVE, body, merchant.headers("POST", NATIVE, body, authorization=foreign)
    )
    assert answer.status == 401
    assert answer.json["message"] == "商户证书序列号有误。请使用签名私钥匹配的证书序列号"


def test_a_serial_in_lower_case_is_taken(merchant: MerchantSide) -> None:
    serial = merchant.signer.serial_no
    header = merchant.signer.authorization("GET", CERTIFICATES, b"").replace(serial, serial.lower())
    headers = merchant.headers("GET", CERTIFICATES, b"", authorization=header)
    assert merchant.send("GET", CERTIFICATES, headers=headers).status == 200


def test_the_signature_comes_before_the_mchid_in_the_body(merchant: MerchantSide) -> None:
    body = body_of(merchant, mchid="1900000009")
    header = merchant.signer.authorization("POST", NATIVE, b"other bytes")
    unsigned = merchant.send(
        "POST", NATIVE, body, merchant.headers("POST", NATIVE, body, authorization=header)
    )
    assert unsigned.code == "SIGN_ERROR"
    signed = merchant.send("POST", NATIVE, body)
    assert (signed.status, signed.code) == (400, "PARAM_ERROR")
    assert signed.json["message"] == "http header中的mchid与post payload中的mchid不匹配"


def test_the_mchid_in_the_body_comes_before_other_parameters(merchant: MerchantSide) -> None:
    answer = merchant.create(mchid="1900000009", amount={"total": 0})
    assert "mchid不匹配" in answer.json["message"]


def test_parameters_come_before_business_rules(merchant: MerchantSide) -> None:
    merchant.create()
    answer = merchant.create(amount={"total": 0}, appid="wx0000000000000000")
    assert (answer.status, answer.code) == (400, "PARAM_ERROR")


def test_an_appid_of_somebody_else_is_refused(merchant: MerchantSide) -> None:
    answer = merchant.create(appid="wx0000000000000000")
    assert (answer.status, answer.code) == (400, "APPID_MCHID_NOT_MATCH")


def test_a_body_of_another_content_type_is_refused(merchant: MerchantSide) -> None:
    body = body_of(merchant)
    for content_type, status in (("text/plain", 400), ("application/json; charset=utf-8", 200)):
        headers = merchant.headers("POST", NATIVE, body, content_type=content_type)
        assert merchant.send("POST", NATIVE, body, headers).status == status
