"""What every wire refuses with, and what WeChat calls the platform's own refusals (facts 1.6, 1.7, 6)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NotRequired, TypedDict

from harness.simulator.platform.orders import Reason, Refused
from harness.simulator.signatures.refused import ToldDiagnosis
from harness.simulator.wire.kit.body import LIMIT, TooLarge, TooSlow

PARAMETER_INVALID = 268435461
EXTRA_PARAMETER = 270924358

_BUSINESS: Mapping[Reason, tuple[int, str, str, int]] = {
    Reason.UNKNOWN: (404, "ORDER_NOT_EXIST", "订单不存在", 268512771),
    Reason.PAID: (400, "ORDERPAID", "该订单已支付", 268449538),
    Reason.CLOSED: (400, "ORDER_CLOSED", "该订单已关闭", 268447914),
    Reason.NUMBER_USED: (403, "OUT_TRADE_NO_USED", "商户订单号重复", 268498688),
    Reason.OVER_LIMIT: (403, "RULE_LIMIT", "超过体验版单笔限额 (single payment limit exceeded)", 268445696),
    Reason.OVER_DAY_LIMIT: (403, "RULE_LIMIT", "超过体验版单日限额 (day limit exceeded)", 268445696),
    Reason.NOTHING_TO_REFUND: (404, "RESOURCE_NOT_EXISTS", "订单号不存在", 268512771),
    Reason.REFUND_UNKNOWN: (404, "RESOURCE_NOT_EXISTS", "退款单不存在", 268512771),
    Reason.REFUND_OF_ANOTHER_ORDER: (
        400,
        "INVALID_REQUEST",
        "支付单号校验不一致，请核实后再试",
        268447843,
    ),
    Reason.REFUND_OF_ANOTHER_AMOUNT: (
        400,
        "INVALID_REQUEST",
        "订单金额或退款金额与之前请求不一致，请核实后再试",
        268498688,
    ),
    Reason.NOT_THE_ORDERS_AMOUNT: (400, "INVALID_REQUEST", "您的请求参数与订单信息不一致", 268435464),
    Reason.ALL_REFUNDED: (400, "INVALID_REQUEST", "订单已全额退款", 268435464),
    Reason.OVERDUE: (400, "INVALID_REQUEST", "订单已经超过退款期限", 268435464),
    Reason.BALANCE_SHORT: (403, "NOT_ENOUGH", "基本账户余额不足，请充值后重新发起", 268435464),
    Reason.BILL_DAY: (400, "INVALID_REQUEST", "参数错误", 268435464),
    Reason.BILL_CREATING: (400, "STATEMENT_CREATING", "账单生成中", 268435464),
    Reason.NO_BILL: (400, "NO_STATEMENT_EXIST", "请求的账单文件不存在", 268435464),
    Reason.BILL_LINK_DEAD: (400, "INVALID_REQUEST", "参数错误", 268435464),
    Reason.BILL_OF_ANOTHER: (403, "NO_AUTH", "权限异常", 268435464),
    # Ours: nobody has published the live words.
    Reason.OVER_THE_REST: (400, "INVALID_REQUEST", "申请退款金额大于订单剩余可退金额", 268435464),
    Reason.TOO_MANY_PARTS: (400, "INVALID_REQUEST", "订单部分退款次数已达50次上限", 268435464),
    Reason.TOO_SOON: (429, "FREQUENCY_LIMITED", "频率限制，同一订单两次退款至少间隔1分钟", 268447840),
    Reason.OVER_AGENT_LIMIT: (
        403,
        "RULE_LIMIT",
        "超过智能体退款限额 (refund ceiling of agents exceeded)",
        268445696,
    ),
    Reason.NOT_ABNORMAL: (400, "INVALID_REQUEST", "退款单状态不是退款异常，不能发起异常退款", 268435464),
}
_OLDER_CODES: Mapping[Reason, str] = {
    Reason.REFUND_OF_ANOTHER_AMOUNT: "REFUND_FEE_MISMATCH",
    Reason.OVERDUE: "TRADE_OVERDUE",
}
"""Named by older tables and by the questions and answers; of their status nothing is published."""

_INJECTED: Mapping[int, tuple[str, str]] = {
    202: ("USER_PAYING", "用户支付中，需要输入密码"),
    400: ("INVALID_REQUEST", "无效请求"),
    401: ("SIGN_ERROR", "签名错误"),
    403: ("RULE_LIMIT", "业务规则限制"),
    404: ("RESOURCE_NOT_EXISTS", "资源不存在"),
    429: ("FREQUENCY_LIMITED", "频率超限"),
    500: ("SYSTEM_ERROR", "系统繁忙，请稍后重试"),
    502: ("SERVICE_UNAVAILABLE", "服务不可用"),
    503: ("SERVICE_UNAVAILABLE", "服务不可用"),
}


class SignInformation(TypedDict):
    """Of which string a signature was checked."""

    method: str
    url: str
    truncated_sign_message: str
    sign_message_length: int


class SignIssue(TypedDict):
    """What is wrong with a signature."""

    issue: Literal["sign not match"]


class RefusalDetail(TypedDict):
    """Where a refused value stood, or which string was not signed."""

    location: NotRequired[str | None]
    value: NotRequired[object]
    field: NotRequired[Literal["signature"]]
    detail: NotRequired[SignIssue]
    sign_information: NotRequired[SignInformation]
    golive_diagnosis: NotRequired[ToldDiagnosis]


class Refusal(Exception):
    """An answer that is not a success. Raised anywhere on the way and written by the wire's `answer`.

    `internal` is the number at the tail of Request-ID; `request_id` is false where the live gateway sends no
    Request-ID at all (401 of the transaction endpoints).
    """

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        detail: RefusalDetail | None = None,
        internal: int = PARAMETER_INVALID,
        request_id: bool = True,
    ) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.message = message
        self.detail = detail
        self.internal = internal
        self.request_id = request_id


def parameter(message: str, *, internal: int = PARAMETER_INVALID) -> Refusal:
    """400 PARAM_ERROR that says no more than its message; `parameter_errors` has those that tell a place."""
    return Refusal(400, "PARAM_ERROR", message, internal=internal)


def business(refused: Refused, *, older_codes: bool = False) -> Refusal:
    """What the platform's refusal is called on this wire."""
    status, code, message, internal = _BUSINESS[refused.reason]
    if older_codes:
        code = _OLDER_CODES.get(refused.reason, code)
    return Refusal(status, code, message, internal=internal)


def injected(status: int) -> Refusal:
    """The platform-shaped body of a status that a fault asks for."""
    fallback = ("SYSTEM_ERROR", "系统繁忙，请稍后重试") if status >= 500 else ("INVALID_REQUEST", "无效请求")
    code, message = _INJECTED.get(status, fallback)
    return Refusal(status, code, message)


def unreadable(error: TooLarge | TooSlow, *, too_large: int = 400) -> Refusal:
    """A body that never became whole here: too large (with that status), or too slow."""
    if isinstance(error, TooSlow):
        return Refusal(408, "INVALID_REQUEST", f"请求包体未在规定时间内收齐 ({error.detail})")
    return Refusal(too_large, "INVALID_REQUEST", f"请求包体超过大小限制{LIMIT}字节")


class SignatureRefused(Refusal):
    """A request that is refused for its signature, or for what goes with one: serial number, time."""
