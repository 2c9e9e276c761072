"""The business members of Alipay's methods, each written once, to be read and to be told (facts alipay 2)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from harness.simulator.wire.kit.json_schema import Schema, expression

NUMBER = re.compile(r"[0-9A-Za-z_]{1,64}", re.ASCII)
AMOUNT = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,2})?", re.ASCII)
TIMEOUT = re.compile(r"([1-9][0-9]{0,4})([mhdc])", re.ASCII)
MOMENT = re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}(:\d{2})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Member:
    """One of them. `label` is its Chinese name, which messages use where they have one."""

    name: str
    label: str
    most: int | None = None
    """Characters; None: any number."""
    pattern: re.Pattern[str] | None = None
    """Of the whole text."""
    choices: tuple[str, ...] = ()
    kind: tuple[str, ...] = ("string",)
    """Types in JSON Schema's words."""

    @property
    def schema(self) -> Schema:
        """The same as JSON Schema. An empty text counts as absent, and null does."""
        told: Schema = {
            "description": self.label,
            "type": self.kind[0] if len(self.kind) == 1 else list(self.kind),
        }
        told |= {} if self.most is None else {"maxLength": self.most}
        told |= {} if self.pattern is None else {"pattern": expression(self.pattern)}
        told |= {"enum": list(self.choices)} if self.choices else {}
        return told | ({"items": {"type": "string"}} if "array" in self.kind else {})


OUT_TRADE_NO = Member("out_trade_no", "商户订单号", 64, NUMBER)
ANY_OUT_TRADE_NO = replace(OUT_TRADE_NO, pattern=None)
"""As whoever asks of an order may name it: one that no order can have is not found."""
TRADE_NO = Member("trade_no", "支付宝交易号", 64)
TOTAL_AMOUNT = Member("total_amount", "订单总金额", pattern=AMOUNT, kind=("string", "number"))
SUBJECT = Member("subject", "订单标题", 256)
PRODUCT_CODE = Member("product_code", "销售产品码", 64)
SELLER_ID = Member("seller_id", "卖家支付宝用户ID", 28)
ENABLED = Member("enable_pay_channels", "可用渠道，与disable_pay_channels互斥")
DISABLED = Member("disable_pay_channels", "禁用渠道")
TIME_EXPIRE = Member("time_expire", "订单绝对超时时间（北京时间）", 32, MOMENT)
TIMEOUT_EXPRESS = Member("timeout_express", "订单相对超时时间", 6, TIMEOUT)
CODE_TIMEOUT = Member("qr_code_timeout_express", "二维码超时时间", 6, TIMEOUT)
PASSBACK = Member("passback_params", "公用回传参数", 512)
QUIT_URL = Member("quit_url", "用户付款中途退出返回的地址", 400)
BODY = Member("body", "订单附加信息", 400)
BUYER_ID = Member("buyer_id", "买家支付宝用户ID", 28)
BUYER_OPEN_ID = Member("buyer_open_id", "买家支付宝用户唯一标识", 128)
OP_BUYER_OPEN_ID = Member("op_buyer_open_id", "买家支付宝用户唯一标识（小程序）", 128)
REFUND_AMOUNT = Member("refund_amount", "退款金额", pattern=AMOUNT, kind=("string", "number"))
REFUND_REASON = Member("refund_reason", "退款原因", 256)
OUT_REQUEST_NO = Member("out_request_no", "退款请求号", 64)
QUERY_OPTIONS = Member("query_options", "查询选项，如 gmt_refund_pay", kind=("array",))
NOTIFY_URL = Member("notify_url", "通知地址", 256)
BILL_TYPE = Member("bill_type", "账单类型")
BILL_DATE = Member("bill_date", "账单日期：yyyy-MM-dd 或 yyyy-MM")
ALIPAY_CERT_SN = Member("alipay_cert_sn", "支付宝公钥证书序列号")

TRADE = (ANY_OUT_TRADE_NO, TRADE_NO)
"""Of which one has to be named; the platform's wins."""
BUYERS = (BUYER_ID, BUYER_OPEN_ID, OP_BUYER_OPEN_ID)
ORDER = (OUT_TRADE_NO, TOTAL_AMOUNT, SUBJECT)
"""What every order has to say."""
BESIDE_ORDER = (
    *(SELLER_ID, ENABLED, DISABLED, TIME_EXPIRE, TIMEOUT_EXPRESS, CODE_TIMEOUT),
    *(PASSBACK, QUIT_URL, BODY),
)


def schema_of(demands: Sequence[Member], takes: Sequence[Member]) -> Schema:
    """What the business members of a method may be; others are let by."""
    told: Schema = {
        "type": "object",
        "properties": {each.name: each.schema for each in (*demands, *takes)},
    }
    if demands:
        told["required"] = [each.name for each in demands]
    if set(TRADE) <= set(takes):
        told["anyOf"] = [{"required": [each.name]} for each in TRADE]
    return told
