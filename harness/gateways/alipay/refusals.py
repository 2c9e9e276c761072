"""Alipay's words of refusal in those that every dialect shares (facts alipay 1.7, 2.11)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from harness.core.errors import PlatformRefusal, UnknownOutcome
from harness.gateways.channel import QUERY_FIRST
from harness.gateways.refusals import ChannelRefusal, refusal, status_of

SUCCESS = "10000"
NOT_OPENED = "ORDER_NOT_EXIST"
"""No trade has this number: it was never ordered, or no payer has opened it so far. Nobody can tell which."""

_UNSETTLED = re.compile(r"(?:ACQ|AQC|aop)\.SYSTEM_ERROR|(?:isp|aop)\.unknow-error")
_BUSINESS = "40004"
_SHARED: Mapping[str, str] = {
    "TRADE_NOT_EXIST": NOT_OPENED,
    "TRADE_HAS_SUCCESS": "ORDERPAID",
    "TRADE_HAS_CLOSE": "ORDER_CLOSED",
    "CONTEXT_INCONSISTENT": "OUT_TRADE_NO_USED",
    "TRADE_BUYER_NOT_MATCH": "OUT_TRADE_NO_USED",
    "APPLY_PC_MERCHANT_CODE_ERROR": "OUT_TRADE_NO_USED",
    "INVALID_PARAMETER": "PARAM_ERROR",
    "TOTAL_FEE_EXCEED": "PARAM_ERROR",
    "EXIST_FORBIDDEN_WORD": "PARAM_ERROR",
    "NOW_TIME_AFTER_EXPIRE_TIME_ERROR": "PARAM_ERROR",
    "DISCORDANT_REPEAT_REQUEST": "PARAM_ERROR",
    "REFUND_AMT_NOT_EQUAL_TOTAL": "PARAM_ERROR",
    "REASON_TRADE_REFUND_FEE_ERR": "PARAM_ERROR",
    "REFUND_FEE_ERROR": "PARAM_ERROR",
    "ACCESS_FORBIDDEN": "NO_AUTH",
    "PARTNER_ERROR": "NO_AUTH",
    "SELLER_BALANCE_NOT_ENOUGH": "NOT_ENOUGH",
    "MERCHANT_PERM_RECEIPT_SINGLE_LIMIT": "RULE_LIMIT",
    "MERCHANT_PERM_RECEIPT_DAY_LIMIT": "RULE_LIMIT",
    "MERCHANT_PERM_RECEIPT_SUSPEND_LIMIT": "RULE_LIMIT",
    "BEYOND_PAY_RESTRICTION": "RULE_LIMIT",
    "BEYOND_PER_RECEIPT_RESTRICTION": "RULE_LIMIT",
    "BEYOND_PER_RECEIPT_SINGLE_RESTRICTION": "RULE_LIMIT",
    "BEYOND_PER_RECEIPT_DAY_RESTRICTION": "RULE_LIMIT",
    "TRADE_STATUS_ERROR": "TRADE_STATUS_ERROR",
    "REASON_TRADE_STATUS_INVALID": "TRADE_STATUS_ERROR",
    "REASON_ILLEGAL_STATUS": "TRADE_STATUS_ERROR",
}
"""What stands here under its own name keeps Alipay's word, without `ACQ.`."""
_OF_THE_GATEWAY: Mapping[str, tuple[int, str]] = {
    "isv.invalid-signature": (401, "SIGN_ERROR"),
    "isv.missing-signature": (401, "SIGN_ERROR"),
    "isv.missing-signature-config": (401, "SIGN_ERROR"),
    "isv.invalid-parameter": (400, "PARAM_ERROR"),
    "isv.illegal-json": (400, "PARAM_ERROR"),
    "isv.app-call-limited": (429, "FREQUENCY_LIMITED"),
    "isv.method-call-limited": (429, "FREQUENCY_LIMITED"),
    "isv.insufficient-isv-permissions": (403, "NO_AUTH"),
    "isv.insufficient-user-permissions": (403, "NO_AUTH"),
}
_GATEWAY_CODES = ("20001", "40001", "40002", "40003", "40005", "40006")


class UnverifiedRefusal(ChannelRefusal):
    """A refusal that nothing signs: whoever stands between may have written it. No order is judged by it."""


def is_business(code: str) -> bool:
    """Whether an answer decides on an order or a refund, so that nobody may act on it unsigned."""
    return code in (SUCCESS, _BUSINESS)


def refused(
    code: str, sub_code: str, sub_msg: str, *, where: str, trace: str = "", signed: bool = True
) -> PlatformRefusal | UnknownOutcome:
    """What an answer that is no success means.

    Args:
        code: the gateway's, e.g. `40004`.
        sub_code: e.g. `ACQ.TRADE_NOT_EXIST`; its shared word becomes the refusal's code.
        where: the operation.
        trace: Alipay's number of the request.
        signed: whether its signature holds.
    """
    if code not in (_BUSINESS, *_GATEWAY_CODES) or _UNSETTLED.fullmatch(sub_code):
        return UnknownOutcome(
            f"Alipay could not say what became of it: {code} {sub_code}".rstrip(),
            where=where,
            remedy=QUERY_FIRST,
        )
    message = f"{sub_msg} ({sub_code or code})"
    if code == _BUSINESS:
        word = sub_code.removeprefix("ACQ.")
        shared = _SHARED.get(word, word)
        return refusal(_status(shared), shared, message, where=where, request_id=trace)
    status, shared = _OF_THE_GATEWAY.get(sub_code, (400, sub_code))
    if not signed:
        return UnverifiedRefusal(status, shared, f"unsigned: {message}", where=where, request_id=trace)
    return refusal(status, shared, message, where=where, request_id=trace)


def refused_by_tool(
    code: str, message: str, *, where: str, request_id: str
) -> PlatformRefusal | UnknownOutcome:
    """The same over an MCP endpoint, which hands Alipay's `sub_code` on, or says something of its own."""
    if code.startswith(("ACQ.", "AQC.", "aop.", "isp.")):
        return refused(_BUSINESS, code, message, where=where, trace=request_id)
    if code in _OF_THE_GATEWAY:
        status, code = _OF_THE_GATEWAY[code]
        return refusal(status, code, message, where=where, request_id=request_id)
    return refusal(status_of(code), code, message, where=where, request_id=request_id)


def _status(word: str) -> int:
    return 403 if word == "NOT_ENOUGH" else status_of(word)
