"""The payment models to and from Alipay's members (facts alipay 2.2 to 2.9). Pure functions.

Unknown members are ignored and an unknown `trade_status` is kept as the text it came as; a member that is
there and is not what it must be is a failure of the target, never guessed around.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import quote, unquote

from harness.core.clock import BEIJING
from harness.core.errors import UsageError
from harness.core.money import Fen
from harness.core.payment import Order, Product, Refund, RefundOrder, TradeState, Transaction
from harness.gateways.alipay.transport import beijing
from harness.gateways.answer_members import malformed, required, text

_PRODUCT_CODES: Mapping[Product, str] = {
    Product.NATIVE: "QR_CODE_OFFLINE",
    Product.JSAPI: "JSAPI_PAY",
    Product.H5: "QUICK_WAP_WAY",
    Product.APP: "QUICK_MSECURITY_PAY",
    Product.PAGE: "FAST_INSTANT_TRADE_PAY",
}
_STATES: Mapping[str, TradeState] = {
    "WAIT_BUYER_PAY": TradeState.NOTPAY,
    "TRADE_SUCCESS": TradeState.SUCCESS,
    "TRADE_FINISHED": TradeState.SUCCESS,
}
_USER = re.compile(r"2088[0-9]{12}")
_FORBIDDEN_IN_SUBJECT = str.maketrans("/=&", "／＝＆")
_LONGEST_SUBJECT = 256


def order_content(order: Order, *, app_id: str) -> dict[str, object]:
    """The contents of an order. Absent members are left out: what a blank one means nobody has written down.

    Raises:
        UsageError: JSAPI without its payer.
    """
    content: dict[str, object] = {
        "out_trade_no": order.out_trade_no,
        "total_amount": order.amount.yuan,
        "subject": subject(order),
        "product_code": _PRODUCT_CODES[order.product],
    }
    if order.time_expire is not None:
        content["time_expire"] = beijing(order.time_expire)
    if attach := passed_back(order):
        content["passback_params"] = attach
    if order.product is Product.JSAPI:
        content["op_app_id"] = app_id
        content |= _payer(order)
    return content


def subject(order: Order) -> str:
    """What is sold; signs that must not stand in it stand there in their wide form, always the same one."""
    return order.description.translate(_FORBIDDEN_IN_SUBJECT)[:_LONGEST_SUBJECT]


def passed_back(order: Order) -> str | None:
    """What is to be handed back, as this platform carries it."""
    return quote(order.attach, safe="") if order.attach else None


def transaction(members: Mapping[str, object], *, app_id: str) -> Transaction:
    """A trade of a query's answer.

    Raises:
        TargetFailure: number or state is missing, or a member is not what it must be.
    """
    paid_at = moment(members, "send_pay_date")
    given = yuan(members, "buyer_pay_amount")
    status = required(members, "trade_status")
    return Transaction(
        out_trade_no=required(members, "out_trade_no"),
        trade_state=trade_state(status, paid=paid_at is not None or bool(given)),
        appid=app_id,
        transaction_id=text(members, "trade_no"),
        success_time=paid_at,
        total=yuan(members, "total_amount"),
        # The sandbox says 0.00 of paid orders, too (facts alipay 2.5).
        payer_total=given or None,
        openid=text(members, "buyer_user_id") or text(members, "buyer_open_id"),
        attach=_attach(members),
    )


def trade_state(status: str, *, paid: bool) -> str:
    """The shared word for a `trade_status`; one that nobody knows stays as it is.

    TRADE_CLOSED is both "never paid" and "paid, then given back whole" (facts alipay 2.12).

    Args:
        paid: whether anything beside the status says that money was taken once.
    """
    if status == "TRADE_CLOSED":
        return TradeState.REFUND if paid else TradeState.CLOSED
    return _STATES.get(status, status)


def refund_content(order: RefundOrder) -> dict[str, object]:
    """The contents of a refund. Its number is always told: without one a part cannot be given back."""
    content: dict[str, object] = {
        "out_trade_no": order.out_trade_no,
        "refund_amount": order.refund.yuan,
        "out_request_no": order.out_refund_no,
    }
    if order.reason:
        content["refund_reason"] = order.reason
    return content


def refund_answer(order: RefundOrder, members: Mapping[str, object]) -> Refund:
    """The answer to a refund: done only where it says that money moved (facts alipay 2.8).

    Raises:
        TargetFailure: it speaks of another order, or of less money given back than this refund.
    """
    if required(members, "out_trade_no") != order.out_trade_no:
        raise malformed("the answer speaks of another order")
    moved = text(members, "fund_change") == "Y"
    so_far = yuan(members, "refund_fee")
    if moved and (so_far is None or so_far < order.refund):
        # `refund_fee` is all that was given back of the order, this refund and those before it.
        raise malformed("refund_fee is less than this refund alone")
    return Refund(
        out_refund_no=order.out_refund_no,
        out_trade_no=order.out_trade_no,
        refund_id=order.out_refund_no,
        status="SUCCESS" if moved else "PROCESSING",
        transaction_id=text(members, "trade_no"),
        refund=order.refund,
        total=order.total,
        success_time=moment(members, "gmt_refund_pay") if moved else None,
    )


def refund_found(out_refund_no: str, out_trade_no: str, members: Mapping[str, object]) -> Refund | None:
    """The answer to a question about a refund; None: Alipay knows of none, or not yet (facts alipay 2.9).

    Raises:
        TargetFailure: it speaks of another refund.
    """
    if not text(members, "out_request_no"):
        return None
    if (text(members, "out_request_no"), required(members, "out_trade_no")) != (out_refund_no, out_trade_no):
        raise malformed("the answer speaks of another refund")
    status = text(members, "refund_status")
    return Refund(
        out_refund_no=out_refund_no,
        out_trade_no=out_trade_no,
        refund_id=out_refund_no,
        status={"REFUND_SUCCESS": "SUCCESS", None: "PROCESSING"}.get(status, status or "PROCESSING"),
        transaction_id=text(members, "trade_no"),
        refund=yuan(members, "refund_amount"),
        total=yuan(members, "total_amount"),
        success_time=moment(members, "gmt_refund_pay"),
    )


def yuan(members: Mapping[str, object], name: str) -> Fen | None:
    """An amount, which the wire has as text in yuan: exact, with two decimals at most."""
    value = text(members, name)
    if not value:
        return None
    try:
        return Fen.from_yuan(value)
    except ValueError:
        raise malformed(f"{name} is no amount in yuan") from None


def moment(members: Mapping[str, object], name: str) -> datetime | None:
    """A time of Beijing's, which the wire has without a zone."""
    value = text(members, name)
    if not value:
        return None
    try:
        return datetime.strptime(value, "%Y-%m-%d %H:%M:%S").replace(tzinfo=BEIJING)
    except ValueError:
        raise malformed(f"{name} is no time of the form yyyy-MM-dd HH:mm:ss") from None


def _payer(order: Order) -> dict[str, object]:
    if not order.openid:
        raise UsageError(
            "a JSAPI order needs the payer's user number or open id", where="openid", remedy="pass openid"
        )
    return {"buyer_id" if _USER.fullmatch(order.openid) else "buyer_open_id": order.openid}


def _attach(members: Mapping[str, object]) -> str | None:
    told = text(members, "passback_params")
    return unquote(told) if told else None
