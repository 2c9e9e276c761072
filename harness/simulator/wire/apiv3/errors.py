"""What only the v3 wire says: messages in English, and refused signatures (facts 1.3, 1.6)."""

from __future__ import annotations

from collections.abc import Mapping

from harness.simulator.wire.kit.errors import RefusalDetail, SignatureRefused

SIGNATURE_WRONG = 268443699

ENGLISH: Mapping[str, str] = {
    "APPID_MCHID_NOT_MATCH": "The appid is not bound to the mchid",
    "FREQUENCY_LIMITED": "Too many requests, please try again later",
    "INVALID_REQUEST": "Invalid request",
    "NO_AUTH": "No permission",
    "NO_STATEMENT_EXIST": "The bill does not exist",
    "NOT_ENOUGH": "Insufficient balance of the merchant account",
    "ORDERPAID": "The order has been paid",
    "ORDER_CLOSED": "The order has been closed",
    "ORDER_NOT_EXIST": "The order does not exist",
    "OUT_TRADE_NO_USED": "Duplicate out_trade_no",
    "PARAM_ERROR": "Parameter error",
    "REFUND_FEE_MISMATCH": "The amounts differ from those of the earlier request",
    "RESOURCE_NOT_EXISTS": "The resource does not exist",
    "RULE_LIMIT": "Restricted by a business rule: limit exceeded",
    "SERVICE_UNAVAILABLE": "Service unavailable, please try again later",
    "SIGN_ERROR": "Signature verification failed",
    "STATEMENT_CREATING": "The bill is being made",
    "SYSTEM_ERROR": "System busy, please try again later",
    "TRADE_ERROR": "Transaction error",
    "TRADE_OVERDUE": "The order is too old to be refunded",
    "USER_PAYING": "The user is paying, please wait",
}
"""What `message` says for `Accept-Language: en`."""


def signature(message: str, *, detail: RefusalDetail | None = None) -> SignatureRefused:
    """401 SIGN_ERROR; whether it carries a Request-ID is the endpoint's habit."""
    return SignatureRefused(401, "SIGN_ERROR", message, detail=detail, internal=SIGNATURE_WRONG)
