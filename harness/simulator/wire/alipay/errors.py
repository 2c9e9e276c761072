"""What Alipay refuses with: codes of the gateway, and words for the platform's reasons (facts 1.7, 2.11).

Texts that no source gives are ours, and say no more than their code does.
"""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import Annotated, Literal, NotRequired, TypedDict

from harness.simulator.platform.orders import Reason
from harness.simulator.signatures.refused import ToldDiagnosis

_MESSAGES = {
    "20000": "Service Currently Unavailable",
    "40001": "Missing Required Arguments",
    "40002": "Invalid Arguments",
    "40003": "Insufficient Conditions",
    "40004": "Business Failed",
    "40005": "Call Limited",
    "40006": "Insufficient Permissions",
}


class Succeeded(TypedDict):
    """What every success of the gateway begins with."""

    code: Literal["10000"]
    msg: Literal["Success"]


class Besides(TypedDict):
    """What a refusal may say beside its codes: the number that was asked about, and what came of it."""

    out_trade_no: NotRequired[str]
    buyer_pay_amount: NotRequired[str]
    invoice_amount: NotRequired[str]
    point_amount: NotRequired[str]
    receipt_amount: NotRequired[str]
    retry_flag: NotRequired[Literal["N"]]
    refund_fee: NotRequired[str]
    send_back_fee: NotRequired[str]
    golive_diagnosis: NotRequired[ToldDiagnosis]


class AlipayFailure(Besides):
    """A refusal of the gateway."""

    code: Annotated[str, {"enum": sorted(_MESSAGES)}]
    msg: str
    sub_code: str
    sub_msg: str


SUCCESS: Succeeded = {"code": "10000", "msg": "Success"}

_MISSING = {
    "method": "缺少方法名参数",
    "signature": "缺少签名参数",
    "signature-type": "缺少签名类型参数",
    "app-id": "缺少appId参数",
    "timestamp": "缺少时间戳参数",
    "version": "缺少版本参数",
    "app-cert-sn": "缺少应用公钥证书序列号参数",
    "alipay-root-cert-sn": "缺少支付宝根证书序列号参数",
}
_INVALID = {
    "method": "不存在的方法名",
    "format": "无效的数据格式",
    "signature-type": "无效的签名类型",
    "app-id": "无效的AppID参数",
    "timestamp": "非法的时间戳参数",
    "charset": "字符集错误，only GBK/UTF-8",
    "parameter": "参数无效",
    "alipay-root-cert-sn": "支付宝根证书序列号与上传的不一致",
}


class AlipayRefusal(Exception):
    """An answer that is not a success. Raised anywhere on the way and written by `answer`.

    `members` stand in the node beside the codes; `signs` is false where the platform does not know yet whom
    it answers (facts alipay 1.5); `nodeless`: it stands in `error_response`, since no method is known.
    """

    def __init__(
        self,
        code: str,
        sub_code: str,
        sub_msg: str,
        *,
        members: Besides | None = None,
        signs: bool = True,
        nodeless: bool = False,
    ) -> None:
        super().__init__(sub_code)
        self.code = code
        self.sub_code = sub_code
        self.sub_msg = sub_msg
        self.members: Besides = {**members} if members else {}
        self.signs = signs
        self.nodeless = nodeless

    @property
    def of_signature(self) -> bool:
        """Whether the signature, or what goes with it, is why."""
        return self.sub_code in _OF_SIGNATURE

    @property
    def node(self) -> AlipayFailure:
        """The members of the answer's node."""
        return {
            **self.members,
            "code": self.code,
            "msg": _MESSAGES[self.code],
            "sub_code": self.sub_code,
            "sub_msg": self.sub_msg,
        }


_OF_SIGNATURE = frozenset(
    f"isv.{each}"
    for each in (
        "missing-signature",
        "missing-signature-config",
        "missing-signature-type",
        "invalid-signature",
        "invalid-signature-type",
        "illegal-timestamp",
    )
)


class BadGateway(Exception):
    """The platform is in trouble: an HTTP status with a page that is no JSON (facts alipay 1.5)."""

    def __init__(self, status: int) -> None:
        super().__init__(str(status))
        self.status = status


def missing(what: str, *, signs: bool = True, nodeless: bool = False) -> AlipayRefusal:
    """40001 for a common parameter that is not there."""
    return AlipayRefusal("40001", f"isv.missing-{what}", _MISSING[what], signs=signs, nodeless=nodeless)


def invalid(what: str, *, signs: bool = True, nodeless: bool = False) -> AlipayRefusal:
    """40002 for a common parameter that cannot be."""
    return AlipayRefusal("40002", f"isv.invalid-{what}", _INVALID[what], signs=signs, nodeless=nodeless)


def wrong_signature(text: str) -> AlipayRefusal:
    """The signature is not over the string that the gateway made, which it tells (facts alipay 1.7)."""
    told = "验签出错，建议检查签名字符串或签名私钥与应用公钥是否匹配，网关生成的验签字符串为："
    return AlipayRefusal("40002", "isv.invalid-signature", told + html.escape(text, quote=False))


def undecodable() -> AlipayRefusal:
    """The bytes are none of the charset that was named."""
    told = "验签出错，请确认charset参数放在了URL查询字符串中且各参数值使用charset参数指示的字符集编码"
    return AlipayRefusal("40002", "isv.invalid-signature", told)


def unsupported_signature() -> AlipayRefusal:
    """RSA with SHA-1: no application here has a key for it."""
    told = "验签出错, 未配置对应签名算法的公钥或者证书"
    return AlipayRefusal("40003", "isv.missing-signature-config", told)


def no_json() -> AlipayRefusal:
    """biz_content is no JSON object."""
    return AlipayRefusal("40002", "isv.illegal-json", "非法的JSON数据格式")


def unknown_certificate() -> AlipayRefusal:
    """app_cert_sn names no certificate of this application."""
    return AlipayRefusal("40002", "isv.app-cert-not-exist", "应用公钥证书不存在")


def expired_certificate() -> AlipayRefusal:
    """The application's certificate is past its last moment."""
    return AlipayRefusal("40002", "isv.app-cert-expired", "应用公钥证书已过期")


def parameter(what: str = "") -> AlipayRefusal:
    """A business member that cannot be."""
    return business("ACQ.INVALID_PARAMETER", f"参数无效：{what}" if what else "参数无效")


def business(sub_code: str, sub_msg: str, members: Besides | None = None) -> AlipayRefusal:
    """40004."""
    return AlipayRefusal("40004", sub_code, sub_msg, members=members)


Words = Mapping[Reason, tuple[str, str]]

OF_ORDERS: Words = {
    Reason.PAID: ("ACQ.TRADE_HAS_SUCCESS", "交易已被支付"),
    Reason.CLOSED: ("ACQ.TRADE_HAS_CLOSE", "交易已经关闭"),
    Reason.NUMBER_USED: ("ACQ.CONTEXT_INCONSISTENT", "订单信息不一致"),
    Reason.FOREIGN_PAYER: ("ACQ.TRADE_BUYER_NOT_MATCH", "交易买家不匹配"),
    Reason.EXPIRED: ("ACQ.NOW_TIME_AFTER_EXPIRE_TIME_ERROR", "当前时间已超过允许支付的时间"),
}
OF_QUERIES: Words = {Reason.UNKNOWN: ("ACQ.TRADE_NOT_EXIST", "交易不存在")}
OF_CLOSING: Words = {
    **OF_QUERIES,
    Reason.PAID: ("ACQ.TRADE_STATUS_ERROR", "交易状态不合法"),
    Reason.CLOSED: ("ACQ.TRADE_STATUS_ERROR", "交易状态不合法"),
}
OF_REFUNDS: Words = {
    **OF_QUERIES,
    Reason.NOT_PAID: ("ACQ.TRADE_STATUS_ERROR", "交易状态非法"),
    Reason.CLOSED: ("ACQ.TRADE_HAS_CLOSE", "交易已关闭"),
    Reason.ALL_REFUNDED: ("ACQ.TRADE_HAS_CLOSE", "交易已关闭"),
    Reason.OVERDUE: ("ACQ.TRADE_HAS_FINISHED", "交易已完结"),
    Reason.REFUND_OF_ANOTHER_AMOUNT: ("ACQ.DISCORDANT_REPEAT_REQUEST", "请求信息不一致"),
    Reason.NOT_THE_ORDERS_AMOUNT: ("ACQ.REFUND_AMT_NOT_EQUAL_TOTAL", "撤销或退款金额与订单金额不一致"),
    Reason.OVER_THE_REST: ("ACQ.REASON_TRADE_REFUND_FEE_ERR", "退款金额无效"),
    Reason.TOO_MANY_PARTS: ("ACQ.TRADE_NOT_ALLOW_REFUND", "当前交易不允许退款"),
    Reason.BALANCE_SHORT: ("ACQ.SELLER_BALANCE_NOT_ENOUGH", "卖家余额不足"),
    # Ours: Alipay publishes no ceiling of agents.
    Reason.OVER_AGENT_LIMIT: (
        "ACQ.AGENT_REFUND_LIMIT",
        "超过智能体退款限额 (refund ceiling of agents exceeded)",
    ),
}
OF_CANCELLING: Words = {
    Reason.OVERDUE: ("ACQ.TRADE_CANCEL_TIME_OUT", "超过撤销时间范围"),
    Reason.BALANCE_SHORT: ("ACQ.SELLER_BALANCE_NOT_ENOUGH", "卖家余额不足"),
}


def injected(status: int) -> Exception:
    """What a fault that asks for an HTTP status comes to here, where errors come with 200."""
    if status >= 502:
        return BadGateway(status)
    if status >= 500:
        return AlipayRefusal("20000", "isp.unknow-error", "系统繁忙")
    if status == 429:
        return AlipayRefusal("40005", "isv.app-call-limited", "应用调用次数超限")
    if status == 403:
        return AlipayRefusal(
            "40006",
            "isv.insufficient-isv-permissions",
            "ISV权限不足，建议在开发者中心检查签约是否已经生效",
        )
    if status == 401:
        return undecodable()
    return invalid("parameter")
