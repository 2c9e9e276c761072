"""The members of a refund, and of an abnormal one (facts 3.6, 3.7)."""

from __future__ import annotations

import re

from harness.simulator.wire.kit.order_fields import GOODS_ID, NUMBER, notify_url
from harness.simulator.wire.kit.schema import Array, Integer, Object, Text

REFUND_NUMBER = Text(
    "商户退款单号",
    64,
    required=True,
    in_bytes=True,
    pattern=re.compile(r"^[0-9a-zA-Z_\-\|\*\@]+$", re.ASCII),
)
REFUND_ID = Text("微信支付退款单号", 32, required=True)
TO_CARD = "USER_BANK_CARD"
TO_MERCHANT = "MERCHANT_BANK_CARD"
BANK_ACCOUNT = "收款银行卡号"
REAL_NAME = "收款用户姓名"
BANK_TYPE = "开户银行"
SOURCES = Array(
    "退款出资账户及金额",
    Object(
        "出资账户",
        {
            "account": Text(
                "出资账户类型", 32, required=True, choices=frozenset({"AVAILABLE", "UNAVAILABLE"})
            ),
            "amount": Integer("出资金额", required=True, least=1),
        },
    ),
    least=1,
)
_AMOUNT = Object(
    "金额信息",
    {
        "refund": Integer("退款金额", required=True, least=1),
        "total": Integer("原订单金额", required=True, least=1),
        "currency": Text("退款币种", 16, required=True, choices=frozenset({"CNY"})),
        "from": SOURCES,
    },
    required=True,
)
GOODS = Array(
    "退款商品",
    Object(
        "商品",
        {
            "merchant_goods_id": Text("商户侧商品编码", 32, required=True, pattern=GOODS_ID),
            "wechatpay_goods_id": Text("微信支付商品编码", 32),
            "goods_name": Text("商品名称", 256),
            "unit_price": Integer("商品单价", required=True, least=0),
            "refund_amount": Integer("商品退款金额", required=True, least=0),
            "refund_quantity": Integer("商品退货数量", required=True, least=1),
        },
    ),
    least=1,
)


def refund_body() -> Object:
    """The body of a refund; that it names its order by exactly one number is checked afterwards."""
    return Object(
        "请求包体",
        {
            "transaction_id": Text("微信支付订单号", 32),
            "out_trade_no": Text(NUMBER.label, 32, least=6, in_bytes=True, pattern=NUMBER.pattern),
            "out_refund_no": REFUND_NUMBER,
            "reason": Text("退款原因", 80, in_bytes=True),
            "notify_url": notify_url(required=False, most=256),
            "funds_account": Text("退款资金来源", 32, choices=frozenset({"AVAILABLE", "UNSETTLED"})),
            "amount": _AMOUNT,
            "goods_detail": GOODS,
        },
    )


def abnormal_body() -> Object:
    """The body of an abnormal refund; what a card needs is checked where the money goes to one."""
    return Object(
        "请求包体",
        {
            "out_refund_no": REFUND_NUMBER,
            "type": Text("异常退款处理方式", 32, required=True, choices=frozenset({TO_CARD, TO_MERCHANT})),
            "bank_type": Text(BANK_TYPE, 16),
            "bank_account": Text(BANK_ACCOUNT, 1024),
            "real_name": Text(REAL_NAME, 1024),
        },
    )
