"""The members of an order, product by product (facts 3.2)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from ipaddress import ip_address

from harness.core.payment import Product
from harness.simulator.platform import notify_url as notify_urls
from harness.simulator.wire.kit.errors import parameter
from harness.simulator.wire.kit.schema import Array, Flag, Integer, Object, Shape, Text, moment

OUT_TRADE_NO = re.compile(r"[0-9A-Za-z_\-|*]{6,32}", re.ASCII)
OPENID = re.compile(r"o[0-9A-Za-z_-]{27}", re.ASCII)
H5_TYPES = frozenset({"Wap", "iOS", "Android"})
GOODS_ID = re.compile(r"[0-9A-Za-z_-]{1,32}", re.ASCII)

_MCHID = Text("商户号", 32, required=True)
_AMOUNT = Object(
    "订单金额",
    {
        "total": Integer("总金额", required=True, least=1),
        "currency": Text("货币类型", 16, choices=frozenset({"CNY"})),
    },
    required=True,
)
_DETAIL = Object(
    "优惠功能",
    {
        "cost_price": Integer("订单原价", least=0),
        "invoice_id": Text("商品小票ID", 32),
        "goods_detail": Array(
            "单品列表",
            Object(
                "单品",
                {
                    "merchant_goods_id": Text("商户侧商品编码", 32, required=True, pattern=GOODS_ID),
                    "wechatpay_goods_id": Text("微信支付商品编码", 32),
                    "goods_name": Text("商品名称", 256),
                    "quantity": Integer("商品数量", required=True, least=1),
                    "unit_price": Integer("商品单价", required=True, least=0),
                },
            ),
            least=1,
        ),
    },
    largest=6144,
)
_STORE = Object(
    "商户门店信息",
    {
        "id": Text("门店编号", 32, required=True),
        "name": Text("门店名称", 256),
        "area_code": Text("地区编码", 32),
        "address": Text("详细地址", 512),
    },
)
_H5 = Object(
    "H5场景信息",
    {
        "type": Text("场景类型", 32, required=True, choices=H5_TYPES),
        "app_name": Text("应用名称", 64),
        "app_url": Text("网站URL", 128),
        "bundle_id": Text("iOS平台BundleID", 128),
        "package_name": Text("Android平台PackageName", 128),
    },
    required=True,
)
_PAYER = Object(
    "支付者",
    {"openid": Text("用户标识", 128, required=True)},
    required=True,
    missing=("JSAPI支付必须传openid", 268501013),
)


def order_body(product: Product, *, plain_http: frozenset[str]) -> Object:
    """What the body of one product's order must look like.

    Args:
        plain_http: hosts beside loopback whose notify_url may be http.
    """
    members: dict[str, Shape] = {
        "appid": Text("公众号ID", 32, required=True),
        "mchid": _MCHID,
        "description": Text("商品描述", 127, required=True),
        "out_trade_no": Text("商户订单号", 32, required=True, least=6, pattern=OUT_TRADE_NO),
        "time_expire": Text("交易结束时间", 64, becomes=moment),
        "attach": Text("商户数据包", 128),
        "notify_url": notify_url(required=True, plain_http=plain_http),
        "goods_tag": Text("订单优惠标记", 32),
        "support_fapiao": Flag("电子发票入口开放标识"),
        "limit_pay": Array(
            "指定支付方式",
            Text("支付方式", 32, choices=frozenset({"no_balance", "no_credit", "no_debit", "balance_only"})),
        ),
        "amount": _AMOUNT,
        "detail": _DETAIL,
        "scene_info": _scene(product),
        "settle_info": Object("结算信息", {"profit_sharing": Flag("分账标识")}),
    }
    if product is Product.JSAPI:
        members["payer"] = _PAYER
    if product in (Product.JSAPI, Product.APP):
        members["subsidy_info"] = Object("补差信息", {})
    return Object("请求包体", members, closed=True)


def close_body() -> Object:
    """The body of a close: the mchid, nothing else (facts 3.5)."""
    return Object("请求包体", {"mchid": _MCHID}, closed=True)


def notify_url(*, required: bool, plain_http: frozenset[str]) -> Text:
    """A notify_url of at most 255 characters whose form the platform takes."""
    return Text("通知地址", 255, required=required, becomes=partial(_notify_url, plain_http=plain_http))


def payer_scene() -> Object:
    """Where a payer is, without what H5 adds."""
    return Object(
        "场景信息",
        {
            "payer_client_ip": Text("用户终端IP", 45, becomes=_client_ip),
            "device_id": Text("商户端设备号", 32),
            "store_info": _STORE,
        },
    )


def _scene(product: Product) -> Object:
    h5 = product is Product.H5
    members: Mapping[str, Shape] = {
        "payer_client_ip": Text("用户终端IP", 45, required=True, becomes=_client_ip),
        "device_id": Text("商户端设备号", 32),
        "store_info": _STORE,
        **({"h5_info": _H5} if h5 else {}),
    }
    return Object("场景信息", members, required=h5)


def _client_ip(text: str, pointer: str, label: str) -> str:
    try:
        ip_address(text)
    except ValueError:
        raise parameter(
            f"输入源“/body{pointer}”映射到值字段“{label}”字符串规则校验失败，必须是合法的IPv4或IPv6地址",
            field=pointer,
            value=text,
            issue="not an IP address",
        ) from None
    return text


def _notify_url(text: str, pointer: str, label: str, *, plain_http: frozenset[str]) -> str:
    if problem := notify_urls.why_not(text, plain_http=plain_http):
        raise parameter(
            f"输入源“/body{pointer}”映射到值字段“{label}”字符串规则校验失败，{problem}",
            field=pointer,
            value=text,
            issue="invalid notify_url",
        )
    return text
