"""What the platform would refuse, refused here before it is asked (facts 3.7)."""

from __future__ import annotations

from datetime import datetime, timedelta

from harness.core.money import Fen
from harness.shop.order_record import OrderRecord
from harness.shop.refunds.book import APART_S, MOST_PARTS, taken
from harness.shop.refunds.record import RefundRecord, RefundState
from harness.shop.refusal import refusal


def within_the_rules(order: OrderRecord, before: list[RefundRecord], refund: Fen, now: datetime) -> None:
    """Paid, no more than is left, at most fifty parts, a minute apart.

    Raises:
        Refusal: one of them does not hold.
    """
    left = order.paid_amount - taken(before)
    asked = [each for each in before if each.state is not RefundState.REFUSED]
    if order.paid_amount <= 0:
        raise refusal(409, "该订单未支付。", "This order is not paid.")
    if refund < 1 or refund > left:
        raise refusal(
            409, f"最多可退 {Fen(left).yuan} 元。", f"At most {Fen(left).yuan} yuan of it can be refunded."
        )
    if len(asked) >= MOST_PARTS:
        raise refusal(409, "该订单退款次数已满。", "This order has been refunded in as many parts as can be.")
    if asked and now < asked[-1].created + timedelta(seconds=APART_S):
        raise refusal(429, "退款过于频繁，请一分钟后再试。", "One refund a minute: try again shortly.")
