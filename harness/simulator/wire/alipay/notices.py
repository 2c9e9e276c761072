"""What a notify says of a trade, less what every notify has (facts alipay 3.2).

The form of callbacks adds `notify_time`, `notify_id`, `notify_type`, `charset`, `version`, `sign_type` and
`sign`.
"""

from __future__ import annotations

import json

from harness.callbacks.alipay.genuine import refund_members
from harness.core.money import Fen
from harness.core.payment import RefundStatus
from harness.simulator.account.alipay_identity import AlipayIdentity
from harness.simulator.platform.orders import PlatformOrder
from harness.simulator.platform.refund import PlatformRefund
from harness.simulator.wire.alipay.trade import (
    NOTHING,
    beijing,
    buyer,
    funds,
    paid_amounts,
)


def trade_notice(order: PlatformOrder, identity: AlipayIdentity) -> dict[str, object]:
    """That it was paid; of one that nobody paid, that it is closed."""
    told = _common(order, identity)
    if order.success_time is None:
        return told | {
            "trade_status": "TRADE_CLOSED",
            "refund_fee": NOTHING,
            "gmt_close": beijing(order.closed or order.created),
        }
    return told | {
        **paid_amounts(order),
        "trade_status": "TRADE_SUCCESS",
        "gmt_payment": beijing(order.success_time),
        "fund_bill_list": json.dumps(_funds(order), separators=(",", ":")),
    }


def refund_notice(
    order: PlatformOrder, refund: PlatformRefund, identity: AlipayIdentity
) -> dict[str, object]:
    """That something of it was given back, and how much in all until then."""
    until_then = 0
    for each in order.refunds:
        if each.status is RefundStatus.SUCCESS or each.refund_id == refund.refund_id:
            until_then += each.refund
        if each.refund_id == refund.refund_id:
            break
    return refund_members(
        _common(order, identity),
        total=order.total,
        until_then=Fen(until_then),
        out_biz_no=refund.request.out_refund_no,
        at=refund.success_time or refund.created,
        paid=order.success_time,
    )


def finished_notice(order: PlatformOrder, identity: AlipayIdentity) -> dict[str, object]:
    """That nothing of it can be given back any more."""
    return trade_notice(order, identity) | {"trade_status": "TRADE_FINISHED"}


def _funds(order: PlatformOrder) -> list[dict[str, str]]:
    """As answers tell them, under the names that notifies have for them."""
    return [{"amount": each["amount"], "fundChannel": each["fund_channel"]} for each in funds(order)]


def _common(order: PlatformOrder, identity: AlipayIdentity) -> dict[str, object]:
    request, opened = order.request, order.opened or order.newest_intent
    name, who = buyer(order, identity)
    told: dict[str, object] = {
        "app_id": request.appid,
        "auth_app_id": request.appid,
        "seller_id": request.mchid,
        "seller_email": identity.seller_email,
        "trade_no": order.transaction_id or "",
        "out_trade_no": request.out_trade_no,
        "total_amount": order.total.yuan,
        "subject": request.description,
        "gmt_create": beijing(order.born or order.created),
        "buyer_logon_id": identity.logon_id_of(order.payer or identity.buyer_id),
        "buyer_id" if name == "buyer_user_id" else name: who,
    }
    if opened is not None and opened.terms.body:
        told["body"] = opened.terms.body
    if opened is not None and opened.terms.charset != "utf-8":
        told["charset"] = opened.terms.charset.upper()  # as the order came, so it is told of
    if request.attach:
        told["passback_params"] = request.attach
    return told
