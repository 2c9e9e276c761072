"""Who paid with a coupon gets its share not back in money, and is shown what comes back (C53, facts 3.4)."""

from __future__ import annotations

import re

from harness.core.errors import NotExercised
from harness.core.money import Fen
from harness.core.payment import Provider
from harness.merchant.client import MerchantClient
from harness.merchant.order_pages import pages_about
from harness.plugin import Journal, Refunds, control


@control("RFD-07", provider=Provider.WECHAT)
def test_a_coupons_share_is_not_shown_as_money_that_comes_back(
    refunds: Refunds, merchant: MerchantClient, journal: Journal
) -> None:
    order = refunds.paid(coupon_part=4)
    part = Fen(order.paid // 2)
    with journal.step("half of it comes back"):
        order.ask(part)
        order.the_only_one()
        there = order.end("SUCCESS")
        order.booked(until=part)
    placed = order.order
    seen = pages_about(merchant, placed.out_trade_no, placed.order_id)
    pages = [each for each in seen if each.of_order]
    right = [each.path for each in pages if _names(each.plain, there.payer_refund)]
    wrong = [each.path for each in pages if _names(each.plain, there.refund)]
    journal.observe(
        f"¥{there.refund.yuan} were refunded, ¥{there.payer_refund.yuan} of them to the payer; shown by "
        f"{', '.join(right) or 'no page'}"
    )
    if not right and not wrong:
        raise NotExercised(
            "no page of the order shows what comes back of it",
            where="observer",
            remedy='add page = "{order_url}" to [observer], or a path with {out_trade_no}, '
            "if the app has a page that shows refunds",
        )
    shown, back = there.refund.yuan, there.payer_refund.yuan
    assert right, f"the page shows ¥{shown}, and ¥{back} come back: the rest was a coupon's"


def _names(text: str, amount: Fen) -> bool:
    return re.search(rf"(?<![\d.]){re.escape(amount.yuan)}(?!\d)", text) is not None
