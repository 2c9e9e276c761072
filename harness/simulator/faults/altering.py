"""Makes one truth of an answer or a callback another: what it says is untrue, and will be signed truly.

Wires call the same things by other names, so what stands in a message is looked up by every name that any of
them has. A message that does not say it stays as it is.
"""

from __future__ import annotations

from collections.abc import Mapping

from harness.callbacks.callback import STRANGER
from harness.core.money import Fen

_TOTALS = (
    *("total_amount", "buyer_pay_amount", "receipt_amount", "invoice_amount"),
    *("totalAmount", "buyerPayAmount", "receiptAmount", "totalFee", "cashFee"),
)
_PARTS = ("refund_fee", "refundFee", "refund_amount", "refundAmount")
_TOTALS_WITHIN = ("total", "payer_total")
_PARTS_WITHIN = ("refund", "payer_refund")
_REFUND_NUMBERS = ("out_refund_no", "outRefundNo", "out_request_no", "outRequestNo", "out_biz_no")
"""What a message that tells of a refund has."""
_ACCOUNTS = ("mchid", "merchantId", "seller_id")

Members = Mapping[str, object]


def altered(members: Members, alters: str, value: object) -> dict[str, object]:
    """The same members but for one truth.

    Args:
        alters: `amount`: fen, more by `value`; `account`: whose it is; `members`: something stands there that
            nobody knows; empty: nothing.
    """
    if alters == "amount" and isinstance(value, int):
        return _with_more(members, value)
    if alters == "account":
        return {name: _another(told) if name in _ACCOUNTS else told for name, told in members.items()}
    if alters == "members":
        return {**members, STRANGER: "2099"}
    return dict(members)


def _with_more(members: Members, fen: int) -> dict[str, object]:
    """Of a refund what goes back, of a payment what was paid."""
    refund = any(name in members for name in _REFUND_NUMBERS)
    names, within = (_PARTS, _PARTS_WITHIN) if refund else (_TOTALS, _TOTALS_WITHIN)
    told = {name: _more(value, fen) if name in names else value for name, value in members.items()}
    amount = told.get("amount")
    if isinstance(amount, Mapping):
        told["amount"] = {
            name: _more(value, fen) if name in within else value for name, value in amount.items()
        }
    return told


def _more(value: object, fen: int) -> object:
    """An amount in fen, or in yuan where it is a text; never below a fen."""
    if isinstance(value, str):
        return Fen(max(1, Fen.from_yuan(value) + fen)).yuan
    return max(1, value + fen) if isinstance(value, int) else value


def _another(number: object) -> str:
    """A number of the same shape that is not this one."""
    text = str(number)
    return f"{text[:-1]}{(int(text[-1]) + 1) % 10}" if text[-1:].isdecimal() else f"{text}0"
