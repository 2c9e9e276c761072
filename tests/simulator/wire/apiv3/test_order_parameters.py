"""What an order may say: each rule has its own refusal, in the gateway's words where they are known."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from harness.core.dialects import dialect
from harness.core.payment import Product
from tests.simulator.merchant_side import NUMBER, SHOPPER, TRANSACTIONS, Answer, MerchantSide

REQUIRED = ["appid", "mchid", "description", "out_trade_no", "notify_url", "amount"]


def changed(name: str, value: object) -> dict[str, Any]:
    return {name: value}


def refused(answer: Answer) -> Any:
    assert (answer.status, answer.code, answer.signed) == (400, "PARAM_ERROR", False)
    return answer.json


def place(answer: Answer) -> str:
    """Where in the request the refused value stood."""
    error = refused(answer)
    named = re.search("输入源“(.*?)”", error["message"])
    assert named is not None, error
    assert named[1].startswith(f"/{error['detail']['location']}/")
    return named[1]


@pytest.mark.parametrize("product", dialect("apiv3").products)
@pytest.mark.parametrize("name", REQUIRED)
def test_every_required_member_is_required(merchant: MerchantSide, product: Product, name: str) -> None:
    answer = merchant.create(product, **{name: None})
    assert place(answer) == f"/body/{name}"
    assert "此字段为必填项" in answer.json["message"]
    assert answer.json["detail"] == {"location": "body", "value": ""}


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
    assert place(merchant.create(product, **{name: None})) == f"/body{field}"


def test_jsapi_without_an_openid_misses_it_like_any_other_member(merchant: MerchantSide) -> None:
    answer = merchant.create(Product.JSAPI, payer={})
    assert place(answer) == "/body/payer/openid"
    assert "必填性规则校验失败" in answer.json["message"]


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
    assert error["detail"] == {"location": "body", "value": total}


@pytest.mark.parametrize("total", [1.0, 19.9, "1990", True, [1], {"fen": 1}, 2**63, 1e400])
def test_an_amount_that_is_no_integer_is_refused(merchant: MerchantSide, total: object) -> None:
    refused(merchant.create(amount={"total": total}))


def test_an_amount_of_more_digits_than_fit_anywhere_is_no_integer_but_json(merchant: MerchantSide) -> None:
    body = json.dumps(merchant.order(amount={"total": "@"})).replace('"@"', "9" * 5000).encode()
    answer = merchant.send("POST", f"{TRANSACTIONS}/native", body)
    assert place(answer) == "/body/amount/total"
    assert "64 位有符号整数" in answer.json["message"]


def test_one_fen_is_enough(merchant: MerchantSide) -> None:
    assert merchant.create(amount={"total": 1}).status == 200


@pytest.mark.parametrize("currency", ["USD", "cny", "XYZ"])
def test_another_currency_is_refused(merchant: MerchantSide, currency: str) -> None:
    assert place(merchant.create(amount={"total": 1, "currency": currency})) == "/body/amount/currency"


@pytest.mark.parametrize(
    "number", ["12345", "x" * 33, "order number", "订单二零二六", "order#1", "order-1\n", "order/1/2"]
)
def test_an_order_number_outside_the_alphabet_or_length_is_refused(
    merchant: MerchantSide, number: str
) -> None:
    assert place(merchant.create(out_trade_no=number)) == "/body/out_trade_no"


@pytest.mark.parametrize("number", ["123456", "x" * 32, "A-b_c|d*e"])
def test_an_order_number_within_the_alphabet_and_length_is_taken(merchant: MerchantSide, number: str) -> None:
    assert merchant.create(out_trade_no=number).status == 200
    assert merchant.query(number).status == 200


@pytest.mark.parametrize(("name", "most"), [("description", 127), ("attach", 128)])
def test_two_texts_are_counted_in_bytes_of_utf8(merchant: MerchantSide, name: str, most: int) -> None:
    for fits in ("茶" * 42, "t" * most, "茶" * 41 + "é" * ((most - 123) // 2)):
        assert merchant.create(out_trade_no=f"fits-{len(fits):03d}", **changed(name, fits)).status == 200
    for longer in ("茶" * 43, "t" * (most + 1), "é" * 64 + "t"):
        count = len(longer.encode())
        answer = merchant.create(out_trade_no="long-001", **changed(name, longer))
        assert place(answer) == f"/body/{name}"
        assert f"字节数 {count}，大于最大值 {most}" in answer.json["message"]
        assert answer.json["detail"]["value"] == count


@pytest.mark.parametrize(("name", "most"), [("goods_tag", 32), ("notify_url", 255)])
def test_the_other_texts_are_counted_in_characters(merchant: MerchantSide, name: str, most: int) -> None:
    def text(length: int) -> str:
        return ("https://shop.example/" if name == "notify_url" else "").ljust(length, "茶")

    assert merchant.create(out_trade_no="fits-001", **changed(name, text(most))).status == 200
    answer = merchant.create(out_trade_no="long-001", **changed(name, text(most + 1)))
    assert place(answer) == f"/body/{name}"
    assert f"字符数 {most + 1}，大于最大值 {most}" in answer.json["message"]
    assert answer.json["detail"]["value"] == most + 1


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
    assert error["detail"] == {"location": "body", "value": moment}


@pytest.mark.parametrize(
    "url",
    [
        "",
        "https://shop.example/callbacks?x=1",
        "https://shop.example/callbacks?",
        "https://shop.example/callbacks#x",
        " https://shop.example/callbacks",
        "https://shop.example/call backs",
        "https://shop.example/callbacks\n",
        "https://shop.example/call\u3000backs",
        "HTTPS://shop.example/callbacks",
        "Http://shop.example/callbacks",
        "/callbacks",
        "//shop.example/callbacks",
        "ftp://shop.example/callbacks",
        "https:///callbacks",
        "http://[::1]:3000/callbacks",
        "https://shop.example/a[0]",
    ],
)
def test_a_notify_url_outside_the_live_gateways_pattern_is_refused(merchant: MerchantSide, url: str) -> None:
    answer = merchant.create(notify_url=url)
    assert place(answer) == "/body/notify_url"
    assert answer.json["detail"]["value"] == url


@pytest.mark.parametrize(
    "url",
    [
        "https://shop.example/callbacks/wechat",
        "http://127.0.0.1:3000/callbacks",
        "http://localhost:3000/callbacks",
        "http://shop.example/callbacks",
        "https://shop.example",
        "https://shop.example/",
        "https://user:password@shop.example/callbacks",
        "https://shop.example:99999/callbacks",
        "https://shop.example/回调",
        "https://[shop/callbacks",
    ],
)
def test_a_notify_url_within_it_is_taken_whatever_we_would_advise(merchant: MerchantSide, url: str) -> None:
    assert merchant.create(notify_url=url).status == 200


@pytest.mark.parametrize("text", ["猫🐱", "\ud83d", "𠮷野家"])
@pytest.mark.parametrize("name", ["description", "attach"])
def test_text_beyond_the_basic_plane_is_refused(merchant: MerchantSide, name: str, text: str) -> None:
    body = merchant.order(**changed(name, text))
    as_utf8 = merchant.post(f"{TRANSACTIONS}/native", body) if text != "\ud83d" else None
    escaped = merchant.send("POST", f"{TRANSACTIONS}/native", json.dumps(body).encode("ascii"))
    for answer in filter(None, [as_utf8, escaped]):
        assert place(answer) == f"/body/{name}"


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
    assert refused(answer)["detail"] == {"location": None, "value": [f"/body/{name}"]}
    assert str(answer.header("request-id")).endswith("-270924358")


GOOD = {"merchant_goods_id": "tea-1", "quantity": 1, "unit_price": 1990}
STORE = {"id": "1", "extra": 1}


@pytest.mark.parametrize(
    ("product", "more", "where"),
    [
        (Product.NATIVE, {"amount": {"total": 1, "extra": None}}, ["/body/amount/extra"]),
        (Product.NATIVE, {"settle_info": {"extra": 1}}, ["/body/settle_info/extra"]),
        (Product.NATIVE, {"detail": {"extra": {"deeper": 1}}}, ["/body/detail/extra"]),
        (Product.NATIVE, {"a/b": 1, "a~b": 1}, ["/body/a~1b", "/body/a~0b"]),
        (Product.NATIVE, {"amount": {"total": 1, "~1/茶": 1}}, ["/body/amount/~01~1茶"]),
        (
            Product.NATIVE,
            {"detail": {"goods_detail": [GOOD, {**GOOD, "z": 1, "a": 1}]}},
            ["/body/detail/goods_detail/1/a", "/body/detail/goods_detail/1/z"],
        ),
        (
            Product.NATIVE,
            {"scene_info": {"payer_client_ip": "203.0.113.7", "store_info": STORE}, "mch_id": "1"},
            ["/body/mch_id", "/body/scene_info/store_info/extra"],
        ),
        (
            Product.H5,
            {"scene_info": {"payer_client_ip": "203.0.113.7", "h5_info": {"type": "Wap", "x": 1}}},
            ["/body/scene_info/h5_info/x"],
        ),
        (Product.JSAPI, {"payer": {"openid": SHOPPER, "sub_openid": "x"}}, ["/body/payer/sub_openid"]),
    ],
)
def test_unknown_members_are_refused_at_every_depth(
    merchant: MerchantSide, product: Product, more: dict[str, Any], where: list[str]
) -> None:
    error = refused(merchant.create(product, **more))
    assert error["message"] == "请求中含有未在API文档中定义的参数"
    assert error["detail"] == {"location": None, "value": where}


def test_types_come_before_missing_members_and_those_before_unknown_ones(merchant: MerchantSide) -> None:
    everything: dict[str, Any] = {"mch_id": "1", "appid": None, "amount": {"total": 0.01}}
    assert place(merchant.create(**everything)) == "/body/amount/total"
    assert place(merchant.create(**{**everything, "amount": {"total": 0}})) == "/body/appid"
    assert refused(merchant.create(mch_id="1"))["detail"]["location"] is None


@pytest.mark.parametrize(
    ("more", "kind"),
    [
        ({"amount": {"total": "1990"}}, "一个合法的 64 位有符号整数"),
        ({"amount": {"total": None, "currency": 1}}, "一个 string 类型的 Json 值"),
        ({"amount": [{"total": 1}]}, "一个合法的 Json 对象"),
        ({"description": 7}, "一个 string 类型的 Json 值"),
        ({"scene_info": {"payer_client_ip": {}}}, "一个 string 类型的 Json 值"),
    ],
)
def test_a_value_of_another_type_is_told_with_the_type_and_as_it_was_sent(
    merchant: MerchantSide, more: dict[str, Any], kind: str
) -> None:
    answer = merchant.create(**more)
    assert refused(answer)["message"].endswith(f"中，此字段需要{kind}")
    assert answer.json["message"].startswith("无法将 JSON 输入源“/body/")
    value: Any = more
    for name in place(answer).split("/")[2:]:
        value = value[name]
    assert answer.json["detail"] == {"location": "body", "value": value}


def test_members_with_null_count_as_absent(merchant: MerchantSide) -> None:
    body = {**merchant.order(), "attach": None, "time_expire": None}
    assert merchant.post(f"{TRANSACTIONS}/native", body).status == 200


@pytest.mark.parametrize("kind", ["Wap", "iOS", "Android"])
def test_the_h5_scene_knows_three_types(merchant: MerchantSide, kind: str) -> None:
    scene = {"payer_client_ip": "2001:db8::1", "h5_info": {"type": kind}}
    assert merchant.create(Product.H5, scene_info=scene).status == 200
    other = {"payer_client_ip": "203.0.113.7", "h5_info": {"type": kind.upper() + "!"}}
    assert place(merchant.create(Product.H5, scene_info=other)) == "/body/scene_info/h5_info/type"


@pytest.mark.parametrize("address", ["300.1.1.1", "fe80::1%eth0", "1.2.3.4%1", "01.2.3.4", "::1 "])
def test_the_payers_address_must_be_one(merchant: MerchantSide, address: str) -> None:
    scene = {"payer_client_ip": address, "h5_info": {"type": "Wap"}}
    assert place(merchant.create(Product.H5, scene_info=scene)) == "/body/scene_info/payer_client_ip"


def test_the_goods_detail_has_rules_of_its_own(merchant: MerchantSide) -> None:
    good = GOOD
    assert merchant.create(detail={"goods_detail": [good]}).status == 200
    bad = {
        "/detail/goods_detail": [],
        "/detail/goods_detail/0/quantity": [{**good, "quantity": 0}],
        "/detail/goods_detail/1/unit_price": [good, {**good, "unit_price": 0.5}],
        "/detail/goods_detail/0/merchant_goods_id": [{**good, "merchant_goods_id": "茶"}],
    }
    for field, goods in bad.items():
        assert place(merchant.create(detail={"goods_detail": goods})) == f"/body{field}"
    endless = {"goods_detail": [{**good, "goods_name": "n" * 200}] * 40}
    assert place(merchant.create(detail=endless)) == "/body/detail"


def test_limit_pay_is_a_list_of_known_words(merchant: MerchantSide) -> None:
    assert merchant.create(limit_pay=["no_credit"]).status == 200
    assert place(merchant.create(limit_pay="no_credit")) == "/body/limit_pay"
    assert place(merchant.create(limit_pay=["no_fun"])) == "/body/limit_pay/0"


def test_a_query_wants_the_mchid_and_the_right_one(merchant: MerchantSide) -> None:
    merchant.create()
    path = f"{TRANSACTIONS}/out-trade-no/{NUMBER}"
    assert place(merchant.send("GET", path)) == "/query/mchid"
    assert merchant.send("GET", path).json["detail"] == {"location": "query", "value": ""}
    foreign = merchant.send("GET", f"{path}?mchid=1900000009")
    refused(foreign)
    assert str(foreign.header("request-id")).endswith("-268447843")


TWICE_IN_QUERY = (
    "无法将输入源“/query/{0}”映射到目标字段“{1}”中，此字段并非多重字段但被输入源“/query/{0}”映射过了"
)


def test_a_parameter_given_twice_is_told_so(merchant: MerchantSide) -> None:
    mchid = merchant.signer.mchid
    for number in (f"out-trade-no/{NUMBER}", f"id/{'4' * 28}"):
        twice = refused(merchant.send("GET", f"{TRANSACTIONS}/{number}?mchid={mchid}&mchid=1"))
        assert twice["message"] == TWICE_IN_QUERY.format("mchid", "直连商户号")
        assert twice["detail"] == {"location": "query", "value": "1"}
    twice = refused(merchant.send("GET", "/v3/certificates?algorithm_type=RSA&algorithm_type=SM2"))
    assert twice["message"] == TWICE_IN_QUERY.format("algorithm_type", "算法类型")


@pytest.mark.parametrize(
    ("query", "where"),
    [
        ("sub_mch_id=1", ["/query/sub_mch_id"]),  # wechatpay-php (2021), on the wire
        ("b&a=&a=2", ["/query/a", "/query/b"]),
        ("%E8%8C%B6=1&a%2Fb=1", ["/query/a~1b", "/query/茶"]),
        ("MCHID=1", ["/query/MCHID"]),
    ],
)
def test_parameters_nobody_documents_are_refused_by_every_operation(
    merchant: MerchantSide, query: str, where: list[str]
) -> None:
    merchant.create()
    mchid, numbered = merchant.signer.mchid, f"{TRANSACTIONS}/out-trade-no/{NUMBER}"
    asked = [
        merchant.send("GET", f"{numbered}?mchid={mchid}&{query}"),
        merchant.send("GET", f"{TRANSACTIONS}/id/{'4' * 28}?{query}&mchid={mchid}"),
        merchant.send("GET", f"/v3/certificates?{query}"),
        merchant.post(f"{numbered}/close?{query}", {"mchid": mchid}),
        merchant.post(f"/v3/security/echo?{query}", {"echo_message": "x"}),
        *(
            merchant.post(f"{TRANSACTIONS}/{each.value}?{query}", merchant.order(each))
            for each in dialect("apiv3").products
        ),
    ]
    for answer in asked:
        assert refused(answer)["detail"] == {"location": None, "value": where}
    assert merchant.query().json["trade_state"] == "NOTPAY"


def test_what_nobody_documents_is_told_last_and_together(merchant: MerchantSide) -> None:
    mchid, numbers = merchant.signer.mchid, f"{TRANSACTIONS}/out-trade-no"
    both = refused(merchant.post(f"{TRANSACTIONS}/native?y=1", {**merchant.order(), "x": 1}))
    assert both["detail"]["value"] == ["/body/x", "/query/y"]
    for answer in (
        merchant.send("GET", f"{numbers}/12345?mchid={mchid}&y=1"),
        merchant.post(f"{numbers}/12345/close?y=1", {"mchid": mchid, "x": 1}),
    ):
        assert place(answer) == "/uri_template/out_trade_no"
    assert place(merchant.send("GET", f"{numbers}/{NUMBER}?y=1")) == "/query/mchid"


def test_a_close_takes_the_mchid_and_nothing_else(merchant: MerchantSide) -> None:
    merchant.create()
    path, mchid = f"{TRANSACTIONS}/out-trade-no/{NUMBER}/close", merchant.signer.mchid
    twice = merchant.post(path, {"mchid": mchid, "out_trade_no": NUMBER})
    assert refused(twice)["message"] == (
        "无法将输入源“/body/out_trade_no”映射到目标字段“商户订单号”中，"
        "此字段并非多重字段但被输入源“/uri_template/out_trade_no”映射过了"
    )
    unknown = refused(merchant.post(path, {"mchid": mchid, "reason": "x"}))
    assert unknown["detail"] == {"location": None, "value": ["/body/reason"]}
    for without in ({}, {"mch_id": mchid}, {"mchid": None}):
        answer = merchant.post(path, without)
        assert place(answer) == "/uri_template/mchid"
        assert "“直连商户号”必填性规则校验失败" in answer.json["message"]
    assert place(merchant.send("POST", path, b"")) == "/uri_template/mchid"
    assert "不匹配" in refused(merchant.post(path, {"mchid": "1900000009"}))["message"]
    assert merchant.query().json["trade_state"] == "NOTPAY"


@pytest.mark.parametrize(
    ("number", "value"), [("12345", 5), ("x" * 33, 33), ("茶" * 11, 33), ("a#b-1234", "a#b-1234")]
)
def test_a_number_in_the_path_obeys_the_same_rule(merchant: MerchantSide, number: str, value: object) -> None:
    for answer in (merchant.query(number), merchant.close(number)):
        assert place(answer) == "/uri_template/out_trade_no"
        assert answer.json["detail"] == {"location": "uri_template", "value": value}


def test_the_platforms_own_number_has_at_most_32_characters(merchant: MerchantSide) -> None:
    path = f"{TRANSACTIONS}/id/{'4' * 33}?mchid={merchant.signer.mchid}"
    answer = merchant.send("GET", path)
    assert place(answer) == "/uri_template/transaction_id"
    assert answer.json["detail"] == {"location": "uri_template", "value": 33}
