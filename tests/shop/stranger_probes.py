"""What a shop shows to strangers, lets them say, and writes into its log."""

from __future__ import annotations

from jinja2 import Environment, FileSystemLoader

from harness.core.money import Fen
from harness.merchant.client import MerchantClient
from harness.merchant.rungs.strangers import from_another_site, goes_along
from harness.shop.confirmations import PAGES
from harness.shop.payment_api import PaymentApi
from harness.shop.refusal import Refusal
from tests.shop.conftest import Trade, new_order_id


def has_a_page_of_a_megabyte(trade: Trade) -> bool:
    return len(trade.merchant.page(str(trade.profile.paths.payment), user_agent="").text) > 1_000_000


def hands_its_settings_to_the_page(trade: Trade) -> bool:
    return "data-config" in trade.merchant.page("/payment", user_agent="Mozilla/5.0").text


def serves_its_key(trade: Trade) -> bool:
    return trade.merchant.page("/cert/apiclient_key.pem", user_agent="Mozilla/5.0").status_code == 200


SOMEBODY = "oSomebodyElse000000000000000"


def lets_others_name_the_payer(trade: Trade) -> bool:
    created = sent_with(trade, {"openid": SOMEBODY}, "jsapi")
    return trade.levers.audit(created).openid == SOMEBODY


def lets_others_number_its_orders(trade: Trade) -> bool:
    number = f"THEIRS{new_order_id()[-12:].replace('-', '')}"
    return sent_with(trade, {"outTradeNo": number}) == number


def lets_others_name_a_total(trade: Trade) -> bool:
    return trade.levers.audit(sent_with(trade, {"total": 1})).total == 1


def believes_the_pages_price(trade: Trade) -> bool:
    request = trade.merchant.order_request(order_id=new_order_id(), goods="audio-guide", amount_yuan="0.01")
    return trade.merchant.send_order(request).created


def sent_with(trade: Trade, further: dict[str, object], kind: str = "qr") -> str:
    request = trade.merchant.order_request(order_id=new_order_id(), amount_yuan="6", payment_type=kind)
    created = trade.merchant.send_order(request.with_members(further))
    assert created.out_trade_no, created.error
    return created.out_trade_no


def tells_its_key(trade: Trade) -> bool:
    answer = trade.merchant.deliver([("Content-Type", "application/json")], b"{")
    return b"apiV3Key=" in answer.body


def takes_orders_from_guests(trade: Trade) -> bool:
    with MerchantClient(trade.merchant.profile) as guest:
        return guest.create_order(order_id=new_order_id(), amount_yuan="6").created


def takes_orders_from_any_site(trade: Trade) -> bool:
    request = from_another_site(trade.merchant.order_request(order_id=new_order_id(), amount_yuan="6"))
    with MerchantClient(trade.merchant.profile) as browser:
        browser.take(each for each in trade.merchant.cookies if goes_along(each, request.method))
        return browser.send_order(request).created


def tells_anybody_of_an_order(trade: Trade) -> bool:
    with MerchantClient(trade.merchant.profile) as visitor:
        return visitor.query(trade.order("5")).status_code == 200


def tells_another_shopper_of_an_order(trade: Trade) -> bool:
    try:
        return bool(PaymentApi(trade.running.shop)._own("visitor@example.com", trade.order("5")))
    except Refusal:
        return False


def cancels_for_another_shopper(trade: Trade) -> bool:
    with MerchantClient(trade.merchant.profile) as other:
        other.login_as_other()
        return other.close_order(trade.order("5")).status == "cancelled"


def refunds_for_another_shopper(trade: Trade) -> bool:
    number = trade.order("5")
    trade.levers.pay(out_trade_no=number)
    with MerchantClient(trade.merchant.profile) as other:
        other.login_as_other()
        return other.refund(number, Fen(100), "theirs").status_code == 201


def logs_payers_as_they_are(trade: Trade) -> bool:
    return trade.running.shop.practices.masked("oUpF8uMuAJO_M2pxb1Q9zNjWeS6o").endswith("NjWeS6o")


def lets_an_account_order_without_end(trade: Trade) -> bool:
    return all(trade.running.shop.rate.admits("somebody") for _ in range(100))


def _on_its_page(trade: Trade, **texts: str) -> str:
    """The page of an order with these texts."""
    template = Environment(loader=FileSystemLoader(PAGES), autoescape=True).get_template("return.html")
    order = {"amount": Fen(1), "status": "paid", "out_trade_no": "G1", "description": "", "attention": ""}
    return template.render(order={**order, **texts}, unescaped=trade.running.shop.practices.unescaped)


def takes_a_description_for_html(trade: Trade) -> bool:
    return "<b>" in _on_its_page(trade, description="<b>")


def takes_the_platforms_words_for_html(trade: Trade) -> bool:
    return "<b>" in _on_its_page(trade, attention="<b>")


def hands_in_tests_that_skipped(trade: Trade) -> bool:
    return "<skipped" in "".join(trade.running.shop.practices.test_results.values())


def hands_in_a_scan_that_found_something(trade: Trade) -> bool:
    return bool(trade.running.shop.practices.vulnerability_scans)
