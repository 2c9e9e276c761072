"""The payment models to and from the members of API v3 (facts 3.2, 3.4). Pure functions.

Unknown members are ignored and an unknown `trade_state` is kept as the text it came as; a member that is
there and is not what it must be is a failure of the target, never guessed around.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from harness.clock import rfc3339
from harness.errors import TargetFailure, UsageError
from harness.money import Fen
from harness.payment import Order, Prepared, Product, Transaction

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
        if not order.openid:
            raise UsageError("a JSAPI order needs the payer's openid", where="openid", remedy="pass openid")
        members["payer"] = {"openid": order.openid}
    if order.product is Product.H5:
        members["scene_info"] = _h5_scene(order)
    return members


def prepared(order: Order, members: Mapping[str, object], *, request_id: str) -> Prepared:
    """The answer to an order.

    Raises:
        TargetFailure: the handle that the product promises is missing.
    """
    name = _HANDLES[order.product]
    handle = _text(members, name)
    if not handle:
        raise _malformed(f"the answer to a {order.product} order carries no {name}")
    return Prepared(
        out_trade_no=order.out_trade_no,
        prepay_id=handle if name == "prepay_id" else None,
        code_url=handle if name == "code_url" else None,
        h5_url=handle if name == "h5_url" else None,
        request_id=request_id,
    )


def transaction(members: Mapping[str, object]) -> Transaction:
    """A transaction of a query's answer or of a decrypted callback.

    Raises:
        TargetFailure: `out_trade_no` or `trade_state` is missing, or a member has the wrong type.
    """
    number, state = _text(members, "out_trade_no"), _text(members, "trade_state")
    if not number or not state:
        raise _malformed("a transaction without out_trade_no or trade_state")
    amount, payer = _object(members, "amount"), _object(members, "payer")
    return Transaction(
        out_trade_no=number,
        trade_state=state,
        mchid=_text(members, "mchid") or "",
        appid=_text(members, "appid") or "",
        transaction_id=_text(members, "transaction_id"),
        trade_type=_text(members, "trade_type"),
        success_time=_moment(members, "success_time"),
        total=_fen(amount, "total"),
        payer_total=_fen(amount, "payer_total"),
        currency=_text(amount, "currency"),
        openid=_text(payer, "openid"),
        attach=_text(members, "attach"),
    )


def _h5_scene(order: Order) -> dict[str, object]:
    if not (order.payer_client_ip and order.h5_type):
        raise UsageError(
            "an H5 order needs the payer's address and the kind of scene",
            where="payer_client_ip, h5_type",
            remedy="pass the real client address and Wap, iOS or Android",
        )
    return {"payer_client_ip": order.payer_client_ip, "h5_info": {"type": order.h5_type}}


def _text(members: Mapping[str, object], name: str) -> str | None:
    value = members.get(name)
    if value is None or isinstance(value, str):
        return value
    raise _malformed(f"{name} is no text")


def _object(members: Mapping[str, object], name: str) -> Mapping[str, object]:
    value = members.get(name)
    if value is None:
        return {}
    if isinstance(value, dict):
        return value
    raise _malformed(f"{name} is no object")


def _fen(members: Mapping[str, object], name: str) -> Fen | None:
    value = members.get(name)
    if value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool):
        return Fen(value)
    raise _malformed(f"amount.{name} is no integer of fen")


def _moment(members: Mapping[str, object], name: str) -> datetime | None:
    value = _text(members, name)
    if not value:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise _malformed(f"{name} is no RFC 3339 time") from None
    if moment.tzinfo is None:
        raise _malformed(f"{name} names no time zone")
    return moment


def _malformed(what: str) -> TargetFailure:
    return TargetFailure(what, where="wire", remedy="compare the answer with the platform's documentation")
