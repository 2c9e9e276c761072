"""The payment models to and from the members of API v3 (facts 3.2, 3.4). Pure functions.

Unknown members are ignored and an unknown `trade_state` is kept as the text it came as; a member that is
there and is not what it must be is a failure of the target, never guessed around.
"""

from __future__ import annotations

from collections.abc import Mapping

from harness.core.clock import rfc3339
from harness.core.errors import UsageError
from harness.core.payment import Order, Prepared, Product, Refund, RefundOrder, Transaction
from harness.gateways.answer_members import fen, malformed, moment, nested, required, text

_HANDLES = {
    Product.NATIVE: "code_url",
    Product.H5: "h5_url",
    Product.JSAPI: "prepay_id",
    Product.APP: "prepay_id",
}


def order_members(order: Order, *, appid: str, mchid: str) -> dict[str, object]:
    """The body of an order. Absent members are left out, never sent as null or blank (facts 10, row 24).

    Raises:
        UsageError: JSAPI without openid, or H5 without the payer's address and kind of scene.
    """
    members: dict[str, object] = {
        "appid": appid,
        "mchid": mchid,
        "description": order.description,
        "out_trade_no": order.out_trade_no,
        "notify_url": order.notify_url,
        "amount": {"total": int(order.amount), "currency": "CNY"},
    }
    if order.time_expire is not None:
        members["time_expire"] = rfc3339(order.time_expire)
    if order.attach:
        members["attach"] = order.attach
    if order.product is Product.JSAPI:
        members["payer"] = {"openid": payer(order)}
    if order.product is Product.H5:
        address, kind = scene(order)
        members["scene_info"] = {"payer_client_ip": address, "h5_info": {"type": kind}}
    return members


def prepared(order: Order, members: Mapping[str, object], *, request_id: str) -> Prepared:
    """The answer to an order.

    Raises:
        TargetFailure: the handle that the product promises is missing.
    """
    name = _HANDLES[order.product]
    handle = text(members, name)
    if not handle:
        raise malformed(f"the answer to a {order.product} order carries no {name}")
    return Prepared(
        out_trade_no=order.out_trade_no,
        prepay_id=handle if name == "prepay_id" else None,
        code_url=handle if name == "code_url" else None,
        h5_url=handle if name == "h5_url" else None,
        request_id=request_id,
        dialect="apiv3",
    )


def transaction(members: Mapping[str, object]) -> Transaction:
    """A transaction of a query's answer or of a decrypted callback.

    Raises:
        TargetFailure: `out_trade_no` or `trade_state` is missing, or a member has the wrong type.
    """
    number, state = text(members, "out_trade_no"), text(members, "trade_state")
    if not number or not state:
        raise malformed("a transaction without out_trade_no or trade_state")
    amount, payer = nested(members, "amount"), nested(members, "payer")
    return Transaction(
        out_trade_no=number,
        trade_state=state,
        mchid=text(members, "mchid") or "",
        appid=text(members, "appid") or "",
        transaction_id=text(members, "transaction_id"),
        trade_type=text(members, "trade_type"),
        success_time=moment(members, "success_time"),
        total=fen(amount, "total"),
        payer_total=fen(amount, "payer_total"),
        currency=text(amount, "currency"),
        openid=text(payer, "openid"),
        attach=text(members, "attach"),
    )


def refund_members(order: RefundOrder) -> dict[str, object]:
    """The body of a refund. The account is the signature's; the currency has to be named here (facts 3.6)."""
    members: dict[str, object] = {
        "out_trade_no": order.out_trade_no,
        "out_refund_no": order.out_refund_no,
        "notify_url": order.notify_url,
        "amount": {"refund": int(order.refund), "total": int(order.total), "currency": "CNY"},
    }
    if order.reason:
        members["reason"] = order.reason
    return members


def refund(members: Mapping[str, object], *, status: str = "status") -> Refund:
    """A refund of an answer, or of a decrypted callback, whose member for the status has another name.

    Raises:
        TargetFailure: a number or the status is missing, or a member has the wrong type.
    """
    amount = nested(members, "amount")
    return Refund(
        out_refund_no=required(members, "out_refund_no"),
        out_trade_no=required(members, "out_trade_no"),
        refund_id=required(members, "refund_id"),
        status=required(members, status),
        mchid=text(members, "mchid") or "",
        transaction_id=text(members, "transaction_id"),
        refund=fen(amount, "refund"),
        total=fen(amount, "total"),
        payer_refund=fen(amount, "payer_refund"),
        created=moment(members, "create_time"),
        success_time=moment(members, "success_time"),
        user_received_account=text(members, "user_received_account") or "",
    )


def payer(order: Order) -> str:
    """The openid of a JSAPI order.

    Raises:
        UsageError: there is none.
    """
    if not order.openid:
        raise UsageError("a JSAPI order needs the payer's openid", where="openid", remedy="pass openid")
    return order.openid


def scene(order: Order) -> tuple[str, str]:
    """The payer's address and the kind of scene of an H5 order.

    Raises:
        UsageError: one of them is missing.
    """
    if not (order.payer_client_ip and order.h5_type):
        raise UsageError(
            "an H5 order needs the payer's address and the kind of scene",
            where="payer_client_ip, h5_type",
            remedy="pass the real client address and Wap, iOS or Android",
        )
    return order.payer_client_ip, order.h5_type
