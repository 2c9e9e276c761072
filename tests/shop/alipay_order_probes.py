"""What shows each deliberate defect in ordering at Alipay: an order is played through the shop."""

from __future__ import annotations

from harness.core.errors import TargetFailure
from harness.core.money import Fen
from harness.gateways.alipay.gateway import AlipayGateway
from harness.levers.models import BillChange, Fault
from tests.shop.conftest import SHOPPER_IP, Trade, new_order_id
from tests.simulator.wire.alipay.bill_desk import DAY, PAYMENT, Side


def believes_another_keys_code(trade: Trade) -> bool:
    trade.levers.add_fault(Fault(operation="create", action="wrong_signature", times=9))
    created = _ask(trade)
    trade.levers.clear_faults()
    return created is not None


def books_a_refund_that_moved_no_money(trade: Trade) -> bool:
    number = _ask(trade)
    assert number is not None
    trade.levers.pay(out_trade_no=number)
    trade.levers.add_fault(
        Fault(operation="refund", action="refund_ends", out_trade_no=number, times=9, value="CLOSED")
    )
    trade.merchant.refund(number, Fen(500), "back")
    trade.levers.clear_faults()
    return trade.books(number).refunded_amount > 0


def cancels_what_can_still_be_paid(trade: Trade) -> bool:
    number = _ask(trade)
    assert number is not None
    return trade.merchant.close_order(number).status == "cancelled"


def takes_what_is_unpaid_for_closed(trade: Trade) -> bool:
    number = _ask(trade)
    assert number is not None
    shop = trade.running.shop
    gateway = shop.practices.alipay_gateway(shop.renewable.settings, ())
    try:
        return gateway.query(number).trade_state == "CLOSED"
    finally:
        gateway.close_connections()


def cannot_read_an_empty_bill(trade: Trade) -> bool:
    shop = trade.running.shop
    gateway = shop.practices.alipay_bill_gateway(shop.renewable.settings, ())
    assert isinstance(gateway, AlipayGateway)
    try:
        gateway.opens_bill(Side(()).bill(), DAY)
    except TargetFailure:
        return True
    finally:
        gateway.close_connections()
    return False


def believes_the_way_back(trade: Trade) -> bool:
    number = _ask(trade)
    assert number is not None
    trade.merchant.page(f"{trade.profile.paths.payment_return}?out_trade_no={number}", user_agent="")
    return trade.books(number).status == "paid"


def draws_another_code(trade: Trade) -> bool:
    code = "https://qr.alipay.com/bax01234k7m2q9t4w8xy00a1"
    return trade.running.shop.practices.draw(code) != code


def lets_others_say_where_payers_come_back_to(trade: Trade) -> bool:
    request = trade.merchant.order_request(
        order_id=new_order_id(), amount_yuan="6", payment_type="h5", payment_method="alipay"
    )
    created = trade.merchant.send_order(request.with_members({"returnUrl": "https://evil.example/back"}))
    assert created.payment_url, "no link to Alipay"
    kept = trade.running.shop.book.get(created.out_trade_no or "")
    assert kept is not None
    return "evil.example" in kept.return_url


def needs_columns_in_their_order(trade: Trade) -> bool:
    shop = trade.running.shop
    gateway = shop.practices.alipay_bill_gateway(shop.renewable.settings, ())
    assert isinstance(gateway, AlipayGateway)
    side = Side()
    side.desk.planted.alter(BillChange(columns_moved=True))
    try:
        read = gateway.opens_bill(side.bill(), DAY)
    finally:
        gateway.close_connections()
    return [each.out_trade_no for each in read.payments] != [PAYMENT.out_trade_no]


def takes_a_bill_in_making_for_none(trade: Trade) -> bool:
    return "BILL_NOT_EXIST" in trade.running.shop.practices.alipay_no_bill_codes


def _ask(trade: Trade) -> str | None:
    return trade.merchant.create_order(
        order_id=new_order_id(),
        amount_yuan="19.90",
        payment_method="alipay",
        payment_type="qr",
        client_ip=SHOPPER_IP,
    ).out_trade_no
