"""The gateway reads a request wherever it puts its parameters, and refuses in the live gateway's order."""

from __future__ import annotations

import pytest

from harness.signing.alipay import sign_request, text_to_sign
from tests.simulator.alipay_side import GATEWAY, NUMBER, AlipaySide, order, told

QUERY = "alipay.trade.query"
BIZ = {"out_trade_no": NUMBER}


@pytest.fixture
def placed(alipay: AlipaySide) -> AlipaySide:
    alipay.create()
    return alipay


@pytest.mark.parametrize("in_url", [(), ("charset",), ("app_id", "method", "sign", "charset")])
def test_parameters_may_be_split_over_url_and_body(placed: AlipaySide, in_url: tuple[str, ...]) -> None:
    given = placed.parameters(QUERY, BIZ)
    query = {name: given.pop(name) for name in in_url}
    answer = told(placed.post(query, given))
    assert answer.members["trade_status"] == "WAIT_BUYER_PAY"


def test_of_many_requests_at_once_each_is_judged_by_its_own_signature(alipay: AlipaySide) -> None:
    numbers = [f"{NUMBER}{number:02d}" for number in range(40)]
    forms = [alipay.parameters("alipay.trade.precreate", order(number)) for number in numbers]
    changed = range(0, 40, 3)
    for number in changed:
        forms[number]["biz_content"] += " "
    answers = [told(each) for each in alipay.post_at_once(forms)]
    refused = [number for number, answer in enumerate(answers) if answer.sub_code == "isv.invalid-signature"]
    assert refused == list(changed)
    for number, answer in enumerate(answers):
        alipay.verify(answer)
        if number not in changed:
            assert answer.members["out_trade_no"] == numbers[number]


def test_a_get_has_them_all_in_the_url(placed: AlipaySide) -> None:
    answer = told(placed.get(placed.parameters(QUERY, BIZ)))
    assert answer.members["code"] == "10000"


def test_the_path_of_the_settings_and_the_live_one_are_one_gateway(placed: AlipaySide) -> None:
    settings = placed.merchant.simulator.environment(
        base_url="http://127.0.0.1:8765", notify_url="http://127.0.0.1:3000/api/payment/notify/wechat"
    )
    path = settings["ALIPAY_GATEWAY"].removeprefix("http://127.0.0.1:8765")
    assert path == f"/alipay{GATEWAY}"
    answer = placed.merchant.send("POST", path, b"", [])
    assert told(answer).sub_code == "isv.missing-method"


def test_multipart_is_read_and_its_files_are_not_signed(placed: AlipaySide) -> None:
    given = placed.parameters(QUERY, {"out_trade_no": NUMBER, "remark": "中文"})
    parts = "".join(
        f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in given.items()
    )
    parts += (
        '--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nnot signed\r\n--x--\r\n'
    )
    headers = [(b"content-type", b"multipart/form-data; boundary=x")]
    answer = told(placed.merchant.send("POST", GATEWAY, parts.encode(), headers))
    assert answer.members["code"] == "10000"


def test_gbk_is_read_signed_and_answered_in_gbk(alipay: AlipaySide) -> None:
    given = alipay.parameters("alipay.trade.precreate", order(), charset="GBK")
    answer = told(alipay.post({}, given, charset="gbk"))
    assert answer.members["code"] == "10000"
    assert answer.raw.header("content-type") == "text/html;charset=gbk"
    assert alipay.account.find(NUMBER).request.description == "龙井 250 克"
    refused = told(alipay.post({}, alipay.parameters("alipay.trade.query", {}, charset="gbk"), charset="gbk"))
    alipay.verify(refused)
    assert "不能同时为空" in refused.members["sub_msg"]


def test_a_request_that_names_no_charset_is_read_as_gbk(alipay: AlipaySide) -> None:
    given = alipay.parameters("alipay.trade.precreate", order(), charset=None, sign="")
    given["sign"] = sign_request(alipay.identity.app_key, given)
    assert told(alipay.post({}, given)).sub_code == "isv.invalid-signature"


def test_bytes_that_are_none_of_the_charset_are_told_apart(placed: AlipaySide) -> None:
    given = placed.parameters(QUERY, {"out_trade_no": NUMBER, "remark": "中文"})
    answer = told(placed.post({}, given, charset="gbk"))
    assert "charset参数" in answer.members["sub_msg"]


def test_a_parameter_in_url_and_body_is_refused_even_with_the_same_value(placed: AlipaySide) -> None:
    given = placed.parameters(QUERY, BIZ)
    answer = told(placed.post({"app_id": given["app_id"]}, given))
    assert answer.sub_code == "isv.invalid-signature"


def test_an_empty_parameter_is_no_part_of_what_is_signed(placed: AlipaySide) -> None:
    given = placed.parameters(QUERY, BIZ)
    assert told(placed.post({}, {**given, "return_url": ""})).members["code"] == "10000"


def test_a_parameter_that_nobody_knows_is_taken_when_it_is_signed(placed: AlipaySide) -> None:
    assert placed.call(QUERY, BIZ, alipay_sdk="one-of-them").members["code"] == "10000"
    given = {**placed.parameters(QUERY, BIZ), "alipay_sdk": "unsigned"}
    assert told(placed.post({}, given)).sub_code == "isv.invalid-signature"


def test_the_gateway_tells_the_string_it_made_escaped_for_html(placed: AlipaySide) -> None:
    given = {**placed.parameters(QUERY, BIZ), "version": "1.0", "timestamp": "2026-11-29 14:03:08"}
    answer = told(placed.post({}, given))
    assert answer.sub_code == "isv.invalid-signature"
    assert answer.members["sub_msg"].endswith(text_to_sign(given).replace("&", "&amp;"))
    placed.verify(answer)


@pytest.mark.parametrize(
    ("changes", "code", "sub_code"),
    [
        ({"version": None}, "40001", "isv.missing-version"),
        ({"timestamp": None}, "40001", "isv.missing-timestamp"),
        ({"timestamp": "2026-13-29 14:03:07"}, "40002", "isv.invalid-timestamp"),
        ({"timestamp": "1793858587"}, "40002", "isv.invalid-timestamp"),
        ({"charset": "latin-1"}, "40002", "isv.invalid-charset"),
        ({"format": "XML"}, "40002", "isv.invalid-format"),
        ({"sign_type": None}, "40001", "isv.missing-signature-type"),
        ({"sign_type": "MD5"}, "40002", "isv.invalid-signature-type"),
        ({"sign_type": "RSA"}, "40003", "isv.missing-signature-config"),
        ({"sign": None}, "40001", "isv.missing-signature"),
        ({"sign": "AAAA"}, "40002", "isv.invalid-signature"),
        ({"notify_url": "ftp://shop"}, "40002", "isv.invalid-parameter"),
        ({"biz_content": None}, "40002", "isv.illegal-json"),
        ({"biz_content": "[]"}, "40002", "isv.illegal-json"),
        ({"biz_content": '{"out_trade_no":NaN}'}, "40002", "isv.illegal-json"),
    ],
    ids=str,
)
def test_what_is_wrong_with_a_known_application_is_told_signed(
    placed: AlipaySide, changes: dict[str, str | None], code: str, sub_code: str
) -> None:
    answer = placed.call(QUERY, BIZ, **changes)
    assert (answer.members["code"], answer.sub_code) == (code, sub_code)
    assert answer.name == "alipay_trade_query_response"
    placed.verify(answer)


@pytest.mark.parametrize(
    ("changes", "sub_code", "name"),
    [
        ({"method": None}, "isv.missing-method", "error_response"),
        ({"method": "alipay.trade.steal"}, "isv.invalid-method", "error_response"),
        ({"app_id": None}, "isv.missing-app-id", "alipay_trade_query_response"),
        ({"app_id": "9021000000000000"}, "isv.invalid-app-id", "alipay_trade_query_response"),
    ],
    ids=str,
)
def test_before_an_application_is_known_nobody_signs(
    placed: AlipaySide, changes: dict[str, str | None], sub_code: str, name: str
) -> None:
    answer = placed.call(QUERY, BIZ, **changes)
    assert (answer.sub_code, answer.name, answer.sign) == (sub_code, name, "")


def test_an_unknown_application_is_told_before_its_signature_is_looked_at(placed: AlipaySide) -> None:
    answer = placed.call(QUERY, BIZ, app_id="9021000000000000", sign=None)
    assert answer.sub_code == "isv.invalid-app-id"
