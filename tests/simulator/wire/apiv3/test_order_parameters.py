"""What an order may say: each rule has its own refusal, in the gateway's words where they are known."""

from __future__ import annotations

import json
from typing import Any

import pytest

from harness.core.payment import Product
from tests.simulator.merchant_side import NUMBER, TRANSACTIONS, Answer, MerchantSide

REQUIRED = ["appid", "mchid", "description", "out_trade_no", "notify_url", "amount"]


def changed(name: str, value: object) -> dict[str, Any]:
    return {name: value}


def refused(answer: Answer) -> Any:
    assert (answer.status, answer.code, answer.signed) == (400, "PARAM_ERROR", False)
    return answer.json


@pytest.mark.parametrize("product", list(Product))
@pytest.mark.parametrize("name", REQUIRED)
def test_every_required_member_is_required(merchant: MerchantSide, product: Product, name: str) -> None:
    error = refused(merchant.create(product, **{name: None}))
    assert error["detail"]["field"] == f"/{name}"
    assert "此字段为必填项" in error["message"]


@pytest.mark.parametrize(
    ("product", "name", "field"),
    [
        (Product.JSAPI, "payer", "/payer"),
        (Product.H5, "scene_info", "/scene_info"),
    ],
)
def test_what_only_one_product_requires(
    merchant: MerchantSide, product: Product, name: str, field: str
) -> None:
    assert refused(merchant.create(product, **{name: None}))["detail"]["field"] == field


def test_jsapi_without_an_openid_is_told_so(merchant: MerchantSide) -> None:
    answer = merchant.create(Product.JSAPI, payer={})
    assert refused(answer)["message"] == "JSAPI支付必须传openid"
    assert str(answer.header("request-id")).endswith("-268501013")


def test_an_openid_of_another_shape_is_refused(merchant: MerchantSide) -> None:
    assert refused(merchant.create(Product.JSAPI, payer={"openid": "nobody"}))["message"] == "无效的openid"


@pytest.mark.parametrize(
    ("total", "message"),
    [
        (0, "输入源“/body/amount/total”映射到数值字段“总金额”规则校验失败，值低于最小值 1"),
        (-1, "输入源“/body/amount/total”映射到数值字段“总金额”规则校验失败，值低于最小值 1"),
    ],
)
def test_an_amount_below_one_fen_is_refused_verbatim(
    merchant: MerchantSide, total: int, message: str
) -> None:
    error = refused(merchant.create(amount={"total": total}))
    assert error["message"] == message
    assert error["detail"]["field"] == "/amount/total"
    assert error["detail"]["value"] == total
    assert error["detail"]["location"] == "body"


@pytest.mark.parametrize("total", [1.0, 19.9, "1990", True, [1], {"fen": 1}, 2**63, 1e400])
def test_an_amount_that_is_no_integer_is_refused(merchant: MerchantSide, total: object) -> None:
    refused(merchant.create(amount={"total": total}))


def test_one_fen_is_enough(merchant: MerchantSide) -> None:
    assert merchant.create(amount={"total": 1}).status == 200


@pytest.mark.parametrize("currency", ["USD", "cny", "XYZ"])
def test_another_currency_is_refused(merchant: MerchantSide, currency: str) -> None:
    error = refused(merchant.create(amount={"total": 1, "currency": currency}))
    assert error["detail"]["field"] == "/amount/currency"


@pytest.mark.parametrize(
    "number", ["12345", "x" * 33, "order number", "订单二零二六", "order#1", "order-1\n", "order/1/2"]
)
def test_an_order_number_outside_the_alphabet_or_length_is_refused(
    merchant: MerchantSide, number: str
) -> None:
    assert refused(merchant.create(out_trade_no=number))["detail"]["field"] == "/out_trade_no"


@pytest.mark.parametrize("number", ["123456", "x" * 32, "A-b_c|d*e"])
def test_an_order_number_within_the_alphabet_and_length_is_taken(merchant: MerchantSide, number: str) -> None:
    assert merchant.create(out_trade_no=number).status == 200
    assert merchant.query(number).status == 200


@pytest.mark.parametrize(
    ("name", "most"), [("description", 127), ("attach", 128), ("goods_tag", 32), ("notify_url", 255)]
)
def test_lengths_are_counted_in_characters(merchant: MerchantSide, name: str, most: int) -> None:
    def text(length: int) -> str:
        return "https://shop.example/".ljust(length, "n") if name == "notify_url" else "茶" * length

    assert merchant.create(out_trade_no="fits-001", **changed(name, text(most))).status == 200
    error = refused(merchant.create(out_trade_no="long-001", **changed(name, text(most + 1))))
    assert error["detail"]["field"] == f"/{name}"


@pytest.mark.parametrize(
    "moment",
    ["20261123120000", "2026-11-23 12:00:00", "2026-11-23T12:00:00", "2026-02-30T12:00:00+08:00", "soon", ""],
)
def test_a_time_expire_outside_rfc_3339_is_refused_verbatim(merchant: MerchantSide, moment: str) -> None:
    error = refused(merchant.create(time_expire=moment))
    assert error["message"] == (
        "输入源“/body/time_expire”映射到值字段“交易结束时间”字符串规则校验失败，"
        "字符串必须是符合 RFC3339 日期时间格式"
    )
    assert error["detail"] == {"value": moment, "location": "body"}


@pytest.mark.parametrize(
    "url",
    [
        "http://shop.example/callbacks",
        "https://shop.example/callbacks?x=1",
        "https://shop.example/callbacks?",
        "https://shop.example/callbacks#x",
        "https://user:password@shop.example/callbacks",
        "https://shop.example",
        "https://shop.example/",
        " https://shop.example/callbacks",
        "https://shop.example/call backs",
        "/callbacks",
        "//shop.example/callbacks",
        "ftp://shop.example/callbacks",
        "https://[shop/callbacks",
        "https://shop.example:0/callbacks",
        "https://shop.example:99999/callbacks",
    ],
)
def test_a_notify_url_that_could_not_be_called_is_refused(merchant: MerchantSide, url: str) -> None:
    assert refused(merchant.create(notify_url=url))["detail"]["field"] == "/notify_url"


@pytest.mark.parametrize(
    "url",
    [
        "https://shop.example/callbacks/wechat",
        "http://127.0.0.1:3000/callbacks",
        "http://localhost:3000/callbacks",
        "http://[::1]:3000/callbacks",
    ],
)
def test_https_anywhere_and_http_on_loopback_are_taken(merchant: MerchantSide, url: str) -> None:
    assert merchant.create(notify_url=url).status == 200


@pytest.mark.parametrize("text", ["猫🐱", "\ud83d", "𠮷野家"])
@pytest.mark.parametrize("name", ["description", "attach"])
def test_text_beyond_the_basic_plane_is_refused(merchant: MerchantSide, name: str, text: str) -> None:
    body = merchant.order(**changed(name, text))
    as_utf8 = merchant.post(f"{TRANSACTIONS}/native", body) if text != "\ud83d" else None
    escaped = merchant.send("POST", f"{TRANSACTIONS}/native", json.dumps(body).encode("ascii"))
    for answer in filter(None, [as_utf8, escaped]):
        assert refused(answer)["detail"]["field"] == f"/{name}"


@pytest.mark.parametrize(
    ("product", "name"),
    [
        (Product.NATIVE, "total_fee"),
        (Product.NATIVE, "payer"),
        (Product.H5, "payer"),
        (Product.APP, "payer"),
        (Product.NATIVE, "subsidy_info"),
    ],
)
def test_a_member_the_product_does_not_know_is_refused(
    merchant: MerchantSide, product: Product, name: str
) -> None:
    answer = merchant.create(product, **{name: {"openid": "x"}})
    assert "参数中含有非法的额外参数" in refused(answer)["message"]
    assert str(answer.header("request-id")).endswith("-270924358")


def test_members_with_null_count_as_absent(merchant: MerchantSide) -> None:
    body = {**merchant.order(), "attach": None, "time_expire": None}
    assert merchant.post(f"{TRANSACTIONS}/native", body).status == 200


@pytest.mark.parametrize("kind", ["Wap", "iOS", "Android"])
def test_the_h5_scene_knows_three_types(merchant: MerchantSide, kind: str) -> None:
    scene = {"payer_client_ip": "2001:db8::1", "h5_info": {"type": kind}}
    assert merchant.create(Product.H5, scene_info=scene).status == 200
    other = {"payer_client_ip": "203.0.113.7", "h5_info": {"type": kind.upper() + "!"}}
    error = refused(merchant.create(Product.H5, scene_info=other))
    assert error["detail"]["field"] == "/scene_info/h5_info/type"


def test_the_payers_address_must_be_one(merchant: MerchantSide) -> None:
    scene = {"payer_client_ip": "300.1.1.1", "h5_info": {"type": "Wap"}}
    error = refused(merchant.create(Product.H5, scene_info=scene))
    assert error["detail"]["field"] == "/scene_info/payer_client_ip"


def test_the_goods_detail_has_rules_of_its_own(merchant: MerchantSide) -> None:
    good = {"merchant_goods_id": "tea-1", "quantity": 1, "unit_price": 1990}
    assert merchant.create(detail={"goods_detail": [good]}).status == 200
    bad = {
        "/detail/goods_detail": [],
        "/detail/goods_detail/0/quantity": [{**good, "quantity": 0}],
        "/detail/goods_detail/1/unit_price": [good, {**good, "unit_price": 0.5}],
        "/detail/goods_detail/0/merchant_goods_id": [{**good, "merchant_goods_id": "茶"}],
    }
    for field, goods in bad.items():
        assert refused(merchant.create(detail={"goods_detail": goods}))["detail"]["field"] == field
    endless = {"goods_detail": [{**good, "goods_name": "n" * 200}] * 40}
    assert refused(merchant.create(detail=endless))["detail"]["field"] == "/detail"


def test_limit_pay_is_a_list_of_known_words(merchant: MerchantSide) -> None:
    assert merchant.create(limit_pay=["no_credit"]).status == 200
    assert refused(merchant.create(limit_pay="no_credit"))["detail"]["field"] == "/limit_pay"
    assert refused(merchant.create(limit_pay=["no_fun"]))["detail"]["field"] == "/limit_pay/0"


def test_a_query_wants_the_mchid_and_the_right_one(merchant: MerchantSide) -> None:
    merchant.create()
    path = f"{TRANSACTIONS}/out-trade-no/{NUMBER}"
    assert refused(merchant.send("GET", path))["detail"] == {
        "field": "mchid",
        "issue": "field is required",
        "location": "query",
    }
    foreign = merchant.send("GET", f"{path}?mchid=1900000009")
    refused(foreign)
    assert str(foreign.header("request-id")).endswith("-268447843")
    refused(merchant.send("GET", f"{path}?mchid={merchant.signer.mchid}&mchid={merchant.signer.mchid}"))


def test_a_close_takes_the_mchid_and_nothing_else(merchant: MerchantSide) -> None:
    merchant.create()
    path, mchid = f"{TRANSACTIONS}/out-trade-no/{NUMBER}/close", merchant.signer.mchid
    twice = merchant.post(path, {"mchid": mchid, "out_trade_no": NUMBER})
    assert refused(twice)["message"] == (
        "无法将输入源“/body/out_trade_no”映射到目标字段“商户订单号”中，"
        "此字段并非多重字段但被输入源“/uri_template/out_trade_no”映射过了"
    )
    assert "额外参数" in refused(merchant.post(path, {"mchid": mchid, "reason": "x"}))["message"]
    assert "必填" in refused(merchant.post(path, {}))["message"]
    assert "不匹配" in refused(merchant.post(path, {"mchid": "1900000009"}))["message"]
    assert merchant.query().json["trade_state"] == "NOTPAY"


@pytest.mark.parametrize("number", ["12345", "x" * 33, "a#b-1234"])
def test_a_number_in_the_path_obeys_the_same_rule(merchant: MerchantSide, number: str) -> None:
    assert refused(merchant.query(number))["detail"]["location"] == "url"
