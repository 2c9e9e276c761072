"""The live gateway's own error bodies, as merchants quoted them in public: ours are the same to the byte.

Where the call that was quoted is one that this simulator does not serve (refunds, onboarding), the same table
is asked for the words.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from harness.core.payment import Product
from harness.simulator.account.identity import new_identity
from harness.simulator.account.key_mode import KeyMode
from harness.simulator.server import Simulator
from harness.simulator.wire.kit.parameter_errors import BYTES, CHARACTERS, OBJECT, Words, unknown_members
from tests.simulator.merchant_side import NUMBER, TRANSACTIONS, Answer, MerchantSide

CLOSE = f"{TRANSACTIONS}/out-trade-no/{NUMBER}/close"
PATTERN = r"^https?://([^\s/?#\[\]\@]+\@)?([^\s/?#\@:]+)(?::\d{2,5})?([^\s?#\[\]]*)$"


def body(location: str | None, value: object, message: str) -> bytes:
    """An error as the gateway writes it: compact, members in the order of the alphabet."""
    told = {"code": "PARAM_ERROR", "detail": {"location": location, "value": value}, "message": message}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


QUOTED: dict[str, tuple[dict[str, Any], bytes]] = {
    "an address left empty (sealos, 2022)": (
        {"notify_url": ""},
        body(
            "body",
            "",
            f"输入源“/body/notify_url”映射到值字段“通知地址”字符串规则校验失败，字符串必须匹配正则表达式“{PATTERN}”",
        ),
    ),
    "an address with a blank before it (a Rust client)": (
        {"notify_url": " https://www.weixin.qq.com/wxpay/pay.php"},
        body(
            "body",
            " https://www.weixin.qq.com/wxpay/pay.php",
            f"输入源“/body/notify_url”映射到值字段“通知地址”字符串规则校验失败，字符串必须匹配正则表达式“{PATTERN}”",
        ),
    ),
    "a total in yuan (wechatpay-axios-plugin, 2021)": (
        {"amount": {"total": 0.01, "currency": "CNY"}, "mchid": None, "mch_id": "1"},
        body(
            "body",
            0.01,
            "无法将 JSON 输入源“/body/amount/total”映射到目标字段“总金额”中，"
            "此字段需要一个合法的 64 位有符号整数",
        ),
    ),
    "a number of one byte (EasyWeChat, 2025)": (
        {"out_trade_no": "7"},
        body(
            "body",
            1,
            "输入源“/body/out_trade_no”映射到值字段“商户订单号”字符串规则校验失败，字节数 1，小于最小值 6",
        ),
    ),
    "a number in hanzi (wechatpay-node-v3's readme)": (
        {"out_trade_no": "订单号"},
        body(
            "body",
            "订单号",
            "输入源“/body/out_trade_no”映射到值字段“商户订单号”字符串规则校验失败，"
            r"字符串必须匹配正则表达式“^[0-9a-zA-Z_\-\|\*]+$”",
        ),
    ),
    "an end in digits (payment-spring-boot, 2022)": (
        {"time_expire": "20220421191948"},
        body(
            "body",
            "20220421191948",
            "输入源“/body/time_expire”映射到值字段“交易结束时间”字符串规则校验失败，"
            "字符串必须是符合 RFC3339 日期时间格式",
        ),
    ),
    "a long attach (a Node shop)": (
        {"attach": "a" * 203},
        body(
            "body",
            203,
            "输入源“/body/attach”映射到值字段“附加数据”字符串规则校验失败，字节数 203，大于最大值 128",
        ),
    ),
    "a long description (on the wire)": (
        {"description": "茶" * 43},
        body(
            "body",
            129,
            "输入源“/body/description”映射到值字段“商品描述”字符串规则校验失败，字节数 129，大于最大值 127",
        ),
    ),
    "an amount of nothing (the documents' questions and answers)": (
        {"amount": {"total": 0}},
        body("body", 0, "输入源“/body/amount/total”映射到数值字段“总金额”规则校验失败，值低于最小值 1"),
    ),
    "no appid (node-easywechat, 2024)": (
        {"appid": None},
        body("body", "", "输入源“/body/appid”映射到字段“公众号ID”必填性规则校验失败，此字段为必填项"),
    ),
    "a member nobody documents (wechatpayv3, 2026)": (
        {"amount": {"total": 1, "openid": "x"}},
        body(None, ["/body/amount/openid"], "请求中含有未在API文档中定义的参数"),
    ),
}


@pytest.mark.parametrize("case", QUOTED)
def test_an_order_that_was_refused_there_is_refused_here_with_the_same_bytes(
    merchant: MerchantSide, case: str
) -> None:
    changes, quoted = QUOTED[case]
    answer = merchant.create(**changes)
    assert (answer.status, answer.body) == (400, quoted)


def test_an_openid_that_is_a_number_is_told_as_it_was_sent(merchant: MerchantSide) -> None:
    answer = merchant.create(Product.JSAPI, payer={"openid": 4})
    assert answer.body == body(
        "body",
        4,
        "无法将 JSON 输入源“/body/payer/openid”映射到目标字段“用户标识”中，"
        "此字段需要一个 string 类型的 Json 值",
    )


def test_a_close_without_mchid_misses_it_in_the_path_before_anything_else(merchant: MerchantSide) -> None:
    """IJPay (2024) sent mch_id for mchid, Senparc (2022) nothing at all."""
    quoted = body(
        "uri_template",
        "",
        "输入源“/uri_template/mchid”映射到字段“直连商户号”必填性规则校验失败，此字段为必填项",
    )
    for sent in ({"mch_id": merchant.signer.mchid}, {}):
        assert merchant.post(CLOSE, sent).body == quoted


def test_a_long_number_in_the_path_is_told_by_its_length(merchant: MerchantSide) -> None:
    quoted = body(
        "uri_template",
        35,
        "输入源“/uri_template/out_trade_no”映射到值字段“商户订单号”字符串规则校验失败，"
        "字节数 35，大于最大值 32",
    )
    assert merchant.close("x" * 35).body == quoted
    assert merchant.query("x" * 35).body == quoted


def test_a_body_in_another_encoding_is_told_so(merchant: MerchantSide) -> None:
    """cloudreve (2025)."""
    gbk = json.dumps(merchant.order(), ensure_ascii=False).encode("gbk")
    answer = merchant.send("POST", f"{TRANSACTIONS}/native", gbk)
    assert answer.status == 400
    assert answer.json == {"code": "INVALID_REQUEST", "message": "请求内容传入了非UTF8参数"}


def test_a_merchant_without_certificates_is_sent_to_the_portal() -> None:
    """wechatpay-java (2026)."""
    side = MerchantSide(Simulator(identity=new_identity(key_mode=KeyMode.PUBLIC_KEY)))
    with side.runner:
        answer = side.send("GET", "/v3/certificates?algorithm_type=RSA")
    assert (answer.status, answer.signed) == (404, False)
    assert answer.body.decode() == (
        '{"code":"RESOURCE_NOT_EXISTS","message":"无可用的平台证书，请在商户平台-API安全申请使用微信支付公钥。'
        '可查看指引https://pay.weixin.qq.com/doc/v3/merchant/4012153196"}'
    )


@pytest.mark.parametrize(
    ("told", "quoted"),
    [
        (
            Words.UNMAPPABLE.at(
                "/body/amount",
                "金额信息",
                [{"currency": "CNY", "refund": 3600, "total": 3600}],
                kind=OBJECT,
            ),
            "无法将 JSON 输入源“/body/amount”映射到目标字段“金额信息”中，此字段需要一个合法的 Json 对象",
        ),
        (
            Words.TOO_LOW.at("/query/limit", "最大资源条数", 1, limit=20),
            "输入源“/query/limit”映射到数值字段“最大资源条数”规则校验失败，值低于最小值 20",
        ),
        (
            Words.TOO_SHORT.at(
                "/body/receivers/0/account", "分账接收方帐号", 0, unit=CHARACTERS, count=0, limit=1
            ),
            "输入源“/body/receivers/0/account”映射到值字段“分账接收方帐号”字符串规则校验失败，"
            "字符数 0，小于最小值 1",
        ),
        (
            Words.TOO_LONG.at("/body/attach", "附加数据", 203, unit=BYTES, count=203, limit=128),
            "输入源“/body/attach”映射到值字段“附加数据”字符串规则校验失败，字节数 203，大于最大值 128",
        ),
        (
            Words.PATTERN.at(
                "/body/out_request_no", "商户单据号", "20190522_001中文11", rule=r"^[0-9a-zA-Z_\-|\*]{1,}$"
            ),
            "输入源“/body/out_request_no”映射到值字段“商户单据号”字符串规则校验失败，"
            r"字符串必须匹配正则表达式“^[0-9a-zA-Z_\-|\*]{1,}$”",
        ),
        (
            Words.MISSING.at("/body/sub_mchid", "子商户号/二级商户号", ""),
            "输入源“/body/sub_mchid”映射到字段“子商户号/二级商户号”必填性规则校验失败，此字段为必填项",
        ),
    ],
    ids=lambda part: part if isinstance(part, str) else "",
)
def test_the_same_table_has_the_words_of_other_calls(told: Any, quoted: str) -> None:
    assert (told.code, told.message) == ("PARAM_ERROR", quoted)
    assert set(told.detail) == {"location", "value"}


def test_several_unknown_members_are_told_together() -> None:
    """PowerWeChat's refund (2021)."""
    assert unknown_members(["/body/appid", "/body/mchid"]).detail == {
        "location": None,
        "value": ["/body/appid", "/body/mchid"],
    }


def test_no_error_has_the_members_of_older_documents(merchant: MerchantSide) -> None:
    asked: list[Answer] = [merchant.create(**changes) for changes, _ in QUOTED.values()]
    asked += [merchant.query("x" * 33), merchant.post(CLOSE, {})]
    for answer in asked:
        assert set(answer.json) == {"code", "detail", "message"}
        assert set(answer.json["detail"]) == {"location", "value"}
