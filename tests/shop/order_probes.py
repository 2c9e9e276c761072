"""What a shop does with an order: its number, amount, code, lifetime and page."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from harness.browser.devices import PHONE, WECHAT_PHONE
from harness.core.money import Fen
from harness.levers.models import Fault
from harness.signing.keys import load_public_key
from harness.signing.wechat_v3 import verifies
from tests.shop.conftest import Trade, new_order_id


def draws_another_url(trade: Trade) -> bool:
    practices = trade.running.shop.practices
    return practices.draw("weixin://wxpay/bizpayurl?pr=abc") != "weixin://wxpay/bizpayurl?pr=abc"


def believes_the_shopper(trade: Trade) -> bool:
    return trade.merchant.confirm(trade.order()).status == "paid"


def loses_a_fen_in_a_float(trade: Trade) -> bool:
    return trade.books(trade.order("19.90")).amount != Fen(1990)


def takes_a_new_number(trade: Trade) -> bool:
    order_id = new_order_id()
    return trade.order(order_id=order_id) != trade.order(order_id=order_id)


def makes_two_orders_of_two_clicks(trade: Trade) -> bool:
    order_id = new_order_id()
    with ThreadPoolExecutor(2) as pool:
        numbers = {each.out_trade_no for each in pool.map(lambda _: trade.ask(order_id=order_id), range(2))}
    return len(numbers - {None}) == 2


def shows_the_old_code_again(trade: Trade) -> bool:
    order_id = new_order_id()
    return trade.ask(order_id=order_id).code_url == trade.ask(order_id=order_id).code_url


def gives_up_what_it_did_not_close(trade: Trade) -> bool:
    number = trade.order()
    trade.merchant.advance(3600)
    given_up = trade.books(number).status == "cancelled"
    return given_up and trade.levers.audit(number).trade_state == "NOTPAY"


def forgets_late_money(trade: Trade) -> bool:
    number = trade.order()
    said = Fault(operation="query", action="trade_state", out_trade_no=number, times=50, value="CLOSED")
    trade.levers.add_fault(said)
    trade.merchant.confirm(number)
    trade.levers.pay(out_trade_no=number)
    books = trade.books(number)
    return not books.paid_amount and not books.attention


def forgets_money_for_what_it_ended(trade: Trade) -> bool:
    number = trade.order()
    trade.levers.add_fault(Fault(operation="notify", action="lost", out_trade_no=number, times=9))
    trade.levers.pay(out_trade_no=number)
    trade.merchant.close_order(number)
    trade.levers.clear_faults()
    trade.levers.redeliver(number)
    books = trade.books(number)
    return not books.paid_amount and not books.attention


def takes_a_payment_back(trade: Trade) -> bool:
    number = trade.order()
    trade.levers.pay(out_trade_no=number)
    said = Fault(operation="query", action="trade_state", out_trade_no=number, times=9, value="NOTPAY")
    trade.levers.add_fault(said)
    before = trade.books(number).status
    return before == "paid" and trade.merchant.confirm(number).status != "paid"


def credits_late_money_each_time(trade: Trade) -> bool:
    number = trade.order()
    said = Fault(operation="query", action="trade_state", out_trade_no=number, times=50, value="CLOSED")
    trade.levers.add_fault(said)
    trade.merchant.confirm(number)
    trade.levers.pay(out_trade_no=number)
    told_once = trade.books(number).credits == 0
    trade.levers.redeliver(number)
    trade.levers.redeliver(number)
    return told_once and trade.books(number).credits == 2


def is_refused_on_reorder(trade: Trade) -> bool:
    order_id = new_order_id()
    trade.order(order_id=order_id)
    trade.merchant.advance(90)
    return not trade.ask(order_id=order_id).created


def hides_an_unknown_state(trade: Trade) -> bool:
    number = trade.order()
    fault = Fault(operation="query", action="trade_state", out_trade_no=number, times=9, value="FROZEN")
    trade.levers.add_fault(fault)
    return trade.merchant.confirm(number).status == "pending"


def never_asks(trade: Trade) -> bool:
    number = trade.order()
    trade.levers.add_fault(Fault(operation="notify", action="lost", out_trade_no=number, times=50))
    trade.levers.pay(out_trade_no=number)
    trade.merchant.advance(3600)
    return trade.books(number).status != "paid"


def believes_the_return(trade: Trade) -> bool:
    order_id = new_order_id()
    number = trade.order(order_id=order_id, kind="h5")
    address = f"{trade.profile.paths.payment_return}?orderId={order_id}"
    shown = trade.merchant.page(address, user_agent=str(PHONE["user_agent"])).text
    return 'data-status="paid"' in shown and trade.books(number).status == "paid"


def sends_no_referrer(trade: Trade) -> bool:
    page = trade.merchant.page(str(trade.profile.paths.payment), user_agent="")
    return page.headers["referrer-policy"] == "no-referrer"


def signs_the_wrong_lines(trade: Trade) -> bool:
    parameters = trade.ask(kind="jsapi").jsapi_params
    lines = [parameters[name] for name in ("appId", "timeStamp", "nonceStr", "package")]
    key = load_public_key(trade.levers.keys().merchant_public_key_pem)
    return not verifies(key, "".join(f"{line}\n" for line in lines).encode(), parameters["paySign"])


def believes_the_bridge(trade: Trade) -> bool:
    return trade.merchant.bridge(trade.order(kind="jsapi"), "ok").status == "paid"


def offers_a_code_inside_wechat(trade: Trade) -> bool:
    page = trade.merchant.page(str(trade.profile.paths.payment), user_agent=str(WECHAT_PHONE["user_agent"]))
    assert page.shows(trade.profile.test_ids.type_jsapi)
    return page.shows(trade.profile.test_ids.type_qr)


def hands_over_a_bare_package(trade: Trade) -> bool:
    return not trade.ask(kind="miniprogram").mini_program_params["package"].startswith("prepay_id=")


def leaves_the_end_open(trade: Trade) -> bool:
    return trade.levers.audit(trade.order()).time_expire is None


def does_not_mind_the_limit(trade: Trade) -> bool:
    return trade.ask("100.01").status_code != 400


def warns_nobody(trade: Trade) -> bool:
    page = trade.merchant.page(str(trade.profile.paths.payment), user_agent="")
    return not page.shows(trade.profile.test_ids.experience_warning)


def asks_a_price_of_its_own(trade: Trade) -> bool:
    return trade.books(trade.order("19.90")).amount == Fen(8800)


def asks_one_yuan(trade: Trade) -> bool:
    return trade.levers.audit(trade.order("19.90")).total == Fen(100)


def credits_a_query_after_a_callback(trade: Trade) -> bool:
    number = trade.order()
    trade.levers.pay(out_trade_no=number)
    before = trade.books(number).credits
    trade.running.shop.queries.look(number)
    return trade.books(number).credits > before


def gives_up_what_is_being_paid(trade: Trade) -> bool:
    number = trade.order()
    fault = Fault(operation="query", action="trade_state", out_trade_no=number, times=9, value="USERPAYING")
    trade.levers.add_fault(fault)
    return trade.merchant.confirm(number).status == "failed"


def cancels_and_leaves_it_open(trade: Trade) -> bool:
    number = trade.order("5")
    cancelled = trade.merchant.close_order(number).status == "cancelled"
    return cancelled and trade.levers.audit(number).trade_state != "CLOSED"
