"""Notifies truly signed that tell of no payment: other states, refunds, a new event (CBK-10, CBK-13).

Any answer will do, and `success` is the right one for an event that is known; none of them pays an order.
"""

from __future__ import annotations

from collections.abc import Mapping

from harness.callbacks.alipay.attacks.editing import Members, says, without
from harness.callbacks.attack import Change
from harness.core.money import Fen

_OF_A_PAYMENT = ("receipt_amount", "invoice_amount", "buyer_pay_amount", "point_amount", "fund_bill_list")
"""What only the notify of a payment has (facts alipay 3.2)."""


def _status(status: str) -> Change:
    return says(lambda members: {**members, "trade_status": status})


def _unpaid_close(members: Members) -> Mapping[str, str]:
    kept = without(members, *_OF_A_PAYMENT, "gmt_payment")
    return {**kept, "trade_status": "TRADE_CLOSED", "refund_fee": "0.00", "gmt_close": members["gmt_create"]}


def _refund(members: Members, fee: str, status: str) -> Members:
    return {
        **without(members, *_OF_A_PAYMENT),
        "trade_status": status,
        "refund_fee": fee,
        "gmt_refund": f"{members['gmt_payment']}.312",
        "out_biz_no": f"{members['out_trade_no']}-1",
    }


def _in_full(members: Members) -> Mapping[str, str]:
    closed = _refund(members, members["total_amount"], "TRADE_CLOSED")
    return {**closed, "gmt_close": members["gmt_payment"]}


def _in_part(members: Members) -> Mapping[str, str]:
    part = Fen(int(Fen.from_yuan(members["total_amount"])) // 4)
    return _refund(members, part.yuan, "TRADE_SUCCESS")


def _in_part_with_amounts(members: Members) -> Mapping[str, str]:
    """A part was given back, and all that a payment tells is there as well."""
    return {**members, **_in_part(members)}


def _of_tomorrow(members: Members) -> Mapping[str, str]:
    """It names our order, and no state."""
    kept = without(members, *_OF_A_PAYMENT, "trade_status", "gmt_payment")
    return {**kept, "notify_type": "trade_reserved_sync", "reserved_until": "2099-01-01 00:00:00"}


CHANGES: dict[str, Change] = {
    "alipay-state-closed": _status("TRADE_CLOSED"),
    "alipay-state-waiting": _status("WAIT_BUYER_PAY"),
    "alipay-state-pending": _status("TRADE_PENDING"),
    "alipay-state-unknown": _status("TRADE_SETTLED_LATER"),
    "alipay-state-in-lower-case": _status("trade_success"),
    "alipay-state-of-another-platform": _status("SUCCESS"),
    "alipay-state-empty": _status(""),
    "alipay-state-missing": says(lambda members: without(members, "trade_status")),
    "alipay-closed-unpaid": says(_unpaid_close),
    "alipay-refunded-in-full": says(_in_full),
    "alipay-refunded-in-part": says(_in_part),
    "alipay-refunded-in-part-with-amounts": says(_in_part_with_amounts),
    "alipay-event-of-tomorrow": says(_of_tomorrow),
}
