"""The members of an order, product by product (facts 3.2)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from ipaddress import ip_address

from harness.core.payment import Product
from harness.simulator.platform.notify_url import NOTIFY_URL
from harness.simulator.wire.kit.parameter_errors import Words
from harness.simulator.wire.kit.schema import Array, Flag, Integer, Object, Shape, Text, moment

OUT_TRADE_NO = re.compile(r"[0-9A-Za-z_\-|*]{6,32}", re.ASCII)
OPENID = re.compile(r"o[0-9A-Za-z_-]{27}", re.ASCII)
H5_TYPES = frozenset({"Wap", "iOS", "Android"})
GOODS_ID = re.compile(r"^[0-9A-Za-z_-]+$", re.ASCII)

NUMBER = Text(
    "商户订单号",
    32,
    required=True,
    least=6,
    in_bytes=True,
    pattern=re.compile(r"^[0-9a-zA-Z_\-\|\*]+$", re.ASCII),
)
TRANSACTION_ID = Text("微信支付订单号", 32, required=True)
MCHID = Text("直连商户号", 32, required=True)
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
)


def order_body(product: Product) -> Object:
    """What the body of one product's order must look like.

    Where an answer of the live gateway shows it, a text's limit counts bytes; the others count characters,
    as the documents have it.
    """
    members: dict[str, Shape] = {
        "appid": Text("公众号ID", 32, required=True),
        "mchid": MCHID,
        "description": Text("商品描述", 127, required=True, in_bytes=True),
        "out_trade_no": NUMBER,
        "time_expire": Text("交易结束时间", 64, becomes=moment),
        "attach": Text("附加数据", 128, in_bytes=True),
        "notify_url": notify_url(required=True),
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
        members["subsidy_info"] = Object("补差信息", {}, any_more=True)
    return Object("请求包体", members)


def close_body() -> Object:
    """The body of a close: the mchid, nothing else (facts 3.5). The gateway misses it in the path."""
    return Object("请求包体", {"mchid": MCHID}, missing_at="/uri_template")


def notify_url(*, required: bool, most: int = 255) -> Text:
    """A notify_url of so many characters at most whose form the platform takes; it misses no empty one."""
    return Text("通知地址", most, required=required, least=0, pattern=NOTIFY_URL)


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


def is_client_ip(text: str) -> bool:
    """Whether a payer can come from there: an address without a zone, which means something elsewhere."""
    try:
        address = ip_address(text)
    except ValueError:
        return False
    return address.version == 4 or "%" not in text


def _client_ip(text: str, source: str, label: str) -> str:
    if not is_client_ip(text):
        raise Words.ADDRESS.at(source, label, text)
    return text
