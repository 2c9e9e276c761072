"""What a shop does with refunds, and with the card of whom it pays."""

from __future__ import annotations

from harness.core.money import Fen
from harness.core.payment import PayersCard, RefundOrder
from harness.levers.models import Fault, RefundAudit
from tests.shop.conftest import Trade, new_order_id


def refunded(trade: Trade, action: str | None = None, value: object = None) -> str:
    """A paid order of ¥5, ¥0.50 of which the shop was asked to give back."""
    number = trade.order("5")
    trade.levers.pay(out_trade_no=number)
    if trade.running.shop.inbox is not None:
        trade.running.shop.inbox.wait_until_booked()
    if action is not None:
        asked = {"operation": "refund", "action": action, "value": value, "out_trade_no": number}
        trade.levers.add_fault(Fault.model_validate(asked))
    trade.merchant.refund(number, Fen(50), "probe")
    return number


class NothingGivenBack(Exception):
    """A shop that credits no order gives nothing back of it either: of its refunds nothing shows."""


def given_back(trade: Trade, number: str) -> RefundAudit:
    """The one refund of an order that the platform took."""
    refunds = trade.levers.audit(number).refunds
    if not refunds:
        raise NothingGivenBack(number)
    (there,) = refunds
    return there


def asks_for_more_than_is_left(trade: Trade) -> bool:
    number = refunded(trade)
    trade.merchant.refund(number, Fen(500), "all")
    kinds = [each.kind for each in trade.levers.audit(number).events]
    return "refund-refused" in kinds


def renumbers_a_refund(trade: Trade) -> bool:
    number = refunded(trade, "status_after_acceptance", 500)
    told = [each.detail for each in trade.levers.audit(number).events if each.kind.startswith("refund")]
    return len({each["out_refund_no"] for each in told}) > 1


def books_a_refund_that_was_accepted(trade: Trade) -> bool:
    return trade.books(refunded(trade)).refunded_amount > 0


def cannot_read_a_refunds_callback(trade: Trade) -> bool:
    there = given_back(trade, refunded(trade))
    return not trade.levers.end_refund(there.out_refund_no, "SUCCESS").deliveries[0].accepted


def takes_a_part_for_the_whole(trade: Trade) -> bool:
    number = refunded(trade)
    there = given_back(trade, number)
    trade.levers.end_refund(there.out_refund_no, "SUCCESS")
    trade.running.shop.queries.look(number)
    return trade.books(number).status != "paid"


def shows_a_coupons_share_as_the_shoppers(trade: Trade) -> bool:
    order_id = new_order_id()
    number = trade.order("5", order_id=order_id)
    trade.levers.pay(out_trade_no=number, coupon=Fen(100))
    if trade.running.shop.inbox is not None:
        trade.running.shop.inbox.wait_until_booked()
    trade.merchant.refund(number, Fen(200), "probe")
    return "¥<span>2.00<" in trade.merchant.page(f"/payment/return?orderId={order_id}", user_agent="").text


def forgets_what_the_platform_gave_back(trade: Trade) -> bool:
    number = trade.order("5")
    trade.levers.pay(out_trade_no=number)
    if trade.running.shop.inbox is not None:
        trade.running.shop.inbox.wait_until_booked()
    settings, total = trade.running.shop.renewable.settings, trade.levers.audit(number).total
    gateway = trade.running.shop.practices.refund_gateway(settings, ())
    gateway.refund(
        RefundOrder(
            out_refund_no=f"EXPERIENCE-{number}",
            out_trade_no=number,
            refund=total,
            total=total,
            notify_url=settings.wechat.notify_url,
        )
    )
    gateway.close_connections()
    trade.levers.end_refund(f"EXPERIENCE-{number}", "SUCCESS")
    return trade.books(number).refunded_amount == 0


def card_seen(trade: Trade) -> str:
    """In what state a card came to the platform that an abnormal refund went to."""
    number = refunded(trade)
    there = given_back(trade, number)
    trade.levers.end_refund(there.out_refund_no, "ABNORMAL")
    card = PayersCard(bank_type="CMB_DEBIT", account="6225000000000253", name="测试顾客")
    trade.merchant.refund_to_card(number, "probe", card)
    events = trade.levers.audit(number).events
    return next((each.detail["card"] for each in events if each.kind == "refund-card"), "")


def sends_a_card_in_plain_text(trade: Trade) -> bool:
    return card_seen(trade) == "plain"


def seals_a_card_to_another_key(trade: Trade) -> bool:
    return card_seen(trade) == "unopened"


def never_asks_about_a_refund(trade: Trade) -> bool:
    number = refunded(trade)
    there = given_back(trade, number)
    lost = Fault(operation="refund-notify", action="lost", out_trade_no=number, times=20)
    trade.levers.add_fault(lost)
    trade.levers.end_refund(there.out_refund_no, "SUCCESS")
    trade.merchant.advance(301)
    return trade.books(number).refunded_amount == 0


def takes_xml_for_told(trade: Trade) -> bool:
    number = refunded(trade)
    there = given_back(trade, number)
    old = Fault(operation="refund-notify", action="old_form", out_trade_no=number, times=20)
    trade.levers.add_fault(old)
    told = trade.levers.end_refund(there.out_refund_no, "SUCCESS").deliveries[0]
    trade.merchant.advance(301)
    return told.status == 200 and trade.books(number).refunded_amount == 0
