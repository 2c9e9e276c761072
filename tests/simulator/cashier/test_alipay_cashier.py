"""Alipay's cashier: who may pay, when a trade is made, and how a browser is sent back."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest

from harness.core.clock import BusinessClock
from harness.core.payment import Product, TradeState
from harness.signing.alipay import NotifyVerifier
from harness.simulator.cashier.alipay import OTHER_BUYER
from tests.simulator.cashier.alipay_side import (
    APP_ID,
    BUYER,
    NUMBER,
    PLATFORM_KEY,
    QUIT_URL,
    RETURN_URL,
    SELLER,
    WECHAT,
    AlipaySide,
    script_value,
    told,
)


def returned(address: str, *, charset: str = "utf-8") -> dict[str, str]:
    """The members that a browser carries back, verified as a careful merchant does: without its own."""
    own = dict(parse_qsl(urlsplit(RETURN_URL).query))
    members = dict(parse_qsl(urlsplit(address).query, encoding=charset))
    assert own.items() <= members.items()
    members = {name: value for name, value in members.items() if name not in own}
    NotifyVerifier(PLATFORM_KEY.public_key()).verify(members, charset=charset)
    return members


def test_a_phone_is_shown_the_order_and_two_ways_to_pay_it() -> None:
    side = AlipaySide()
    page = side.show(side.intend()).text
    assert told(page, "cashier-amount") == "¥19.90"
    assert told(page, "cashier-description") == "海岛一日游 <b>两人</b>"
    assert told(page, "alipay-open-app").startswith("打开支付宝APP付款")
    assert told(page, "alipay-continue").startswith("继续浏览器付款")
    assert "alipay-qr" not in page
    link = script_value(page, "deeplink")
    assert link.startswith("alipays://platformapi/startApp?appId=10000007&")
    assert re.search(r"https://qr\.alipay\.com/upx\d{5}[a-z0-9]{16}$", unquote(link))
    assert side.state() is None


def test_a_page_runs_no_script_but_its_own_and_cannot_be_framed() -> None:
    side = AlipaySide()
    answer = side.show(side.intend())
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    (nonce,) = re.findall(r"script-src 'nonce-([^']+)'", policy)
    assert answer.text.count("<script") == answer.text.count(f'<script nonce="{nonce}"')
    assert answer.headers["Cache-Control"] == "no-store"


def test_logging_in_makes_the_trade_and_paying_pays_it() -> None:
    side = AlipaySide()
    intent = side.intend()
    assert side.press(intent, "login") == {"state": "opened"}
    assert side.state() is TradeState.NOTPAY
    paid = side.press(intent, "pay")
    assert side.state() is TradeState.SUCCESS
    assert side.order.payer == BUYER
    assert (paid["state"], paid["zh"], paid["paid"]) == ("paid", "支付成功", "19.90")


def test_a_payer_is_sent_back_with_signed_members_behind_the_merchants_own() -> None:
    side = AlipaySide()
    intent = side.intend(Product.PAGE)
    side.press(intent, "login")
    address = side.press(intent, "pay")["to"]
    assert address.startswith(f"{RETURN_URL}&")
    members = returned(address)
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", members.pop("timestamp"))
    assert members.pop("sign")
    assert members == {
        "app_id": APP_ID,
        "auth_app_id": APP_ID,
        "charset": "utf-8",
        "method": "alipay.trade.page.pay.return",
        "out_trade_no": NUMBER,
        "seller_id": SELLER,
        "sign_type": "RSA2",
        "total_amount": "19.90",
        "trade_no": side.order.transaction_id,
        "version": "1.0",
    }


def test_a_return_is_written_in_the_charset_of_the_order() -> None:
    side = AlipaySide()
    intent = side.intend(charset="GBK")
    side.press(intent, "login")
    members = returned(side.press(intent, "pay")["to"], charset="gbk")
    assert (members["charset"], members["method"]) == ("GBK", "alipay.trade.wap.pay.return")


def test_without_a_return_address_nobody_is_sent_anywhere() -> None:
    side = AlipaySide()
    intent = side.intend(return_url="")
    side.press(intent, "login")
    assert side.press(intent, "pay")["to"] == ""


def test_the_way_out_leads_to_quit_url_and_leaves_the_trade_as_it_is() -> None:
    side = AlipaySide()
    intent = side.intend()
    side.press(intent, "login")
    gone = side.press(intent, "cancel")
    assert (gone["state"], gone["to"], gone["paid"]) == ("cancelled", QUIT_URL, "")
    assert side.state() is TradeState.NOTPAY
    assert side.press(intent, "pay")["state"] == "paid"


def test_a_wrong_password_pays_nothing_and_may_be_followed_by_the_right_one() -> None:
    side = AlipaySide()
    intent = side.intend()
    side.press(intent, "login")
    again = side.press(intent, "wrong-password")
    assert (again["state"], again["zh"]) == ("again", "支付密码不正确，请重新输入")
    assert side.state() is TradeState.NOTPAY
    assert side.press(intent, "pay")["state"] == "paid"


@pytest.mark.parametrize("step", ["pay", "cancel", "wrong-password"])
def test_nobody_pays_before_logging_in(step: str) -> None:
    side = AlipaySide()
    assert side.press(side.intend(), step)["error"]["code"] == "ORDER_NOT_EXIST"
    assert side.state() is None


def test_another_buyer_is_kept_out_of_a_trade_and_may_open_one_first() -> None:
    side = AlipaySide()
    intent = side.intend()
    side.press(intent, "login")
    assert side.press(intent, "login", buyer="other")["error"]["code"] == "ACQ.TRADE_BUYER_NOT_MATCH"
    assert side.press(intent, "pay", buyer="other")["error"]["code"] == "ACQ.TRADE_BUYER_NOT_MATCH"
    assert side.state() is TradeState.NOTPAY
    first = AlipaySide()
    intent = first.intend()
    first.press(intent, "login", buyer="other")
    first.press(intent, "pay", buyer="other")
    assert (first.state(), first.order.payer) == (TradeState.SUCCESS, OTHER_BUYER)


def test_a_cookie_says_whose_browser_it_is() -> None:
    side = AlipaySide()
    path = f"/alipay/cashier/{side.intend().token}/login"
    side.send("POST", path, cookies={"buyer_id": "2088999900001234"})
    assert side.order.payer == "2088999900001234"


def test_a_number_that_stands_for_another_amount_is_told_on_the_cashier() -> None:
    side = AlipaySide()
    first, second = side.intend(), side.intend(total=1)
    side.press(first, "login")
    assert side.press(second, "login")["error"] == {
        "zh": "订单信息不一致",
        "en": "A trade of this number is for another amount or subject.",
        "code": "ACQ.CONTEXT_INCONSISTENT",
    }


def test_what_is_paid_closed_or_too_late_is_told_when_the_cashier_opens() -> None:
    paid = AlipaySide()
    intent = paid.intend()
    paid.press(intent, "login")
    paid.press(intent, "pay")
    assert told(paid.show(intent).text, "cashier-code") == "ACQ.TRADE_HAS_SUCCESS"
    assert paid.press(intent, "pay")["error"]["zh"] == "交易已被支付"
    closed = AlipaySide()
    intent = closed.intend()
    closed.press(intent, "login")
    closed.account.close(NUMBER)
    assert told(closed.show(intent).text, "cashier-code") == "ACQ.TRADE_HAS_CLOSE"
    assert closed.press(intent, "pay")["error"]["code"] == "ACQ.TRADE_HAS_CLOSE"


def test_a_trade_that_timed_out_cannot_be_paid_late() -> None:
    side = AlipaySide(BusinessClock())
    intent = side.intend()
    side.press(intent, "login")
    side.clock.advance(timedelta(minutes=30))
    assert side.press(intent, "pay")["error"]["code"] == "ACQ.TRADE_HAS_CLOSE"


def test_a_token_that_names_nothing_leads_nowhere() -> None:
    side = AlipaySide()
    answer = side.send("GET", "/alipay/cashier/guessed")
    assert (answer.status_code, told(answer.text, "cashier-code")) == (404, "ORDER_NOT_EXIST")
    assert side.send("POST", "/alipay/cashier/guessed/pay", data={}).status_code == 409
    assert side.send("GET", "/alipay/cashier/guessed/status").status_code == 409


def test_inside_wechat_the_cashier_asks_for_another_browser() -> None:
    side = AlipaySide()
    answer = side.show(side.intend(), agent=WECHAT)
    assert (answer.status_code, told(answer.text, "cashier-notice")) == (
        403,
        "请点击右上角，选择在浏览器中打开",
    )


def test_a_scanned_order_code_makes_the_trade() -> None:
    side = AlipaySide()
    intent = side.intend(Product.NATIVE)
    assert intent.handle.code_url is not None
    page = side.scan(intent.handle.code_url).text
    assert told(page, "cashier-amount") == "¥19.90"
    assert side.state() is TradeState.NOTPAY
    assert script_value(page, "first") == "sheet"
    assert side.press(intent, "pay")["state"] == "paid"


def test_a_code_is_for_alipay_and_for_the_first_phone_that_scans_it() -> None:
    side = AlipaySide()
    code = side.intend(Product.NATIVE).handle.code_url or ""
    assert told(side.scan(code, agent=WECHAT).text, "cashier-notice") == "请使用支付宝扫码"
    assert side.state() is None
    side.scan(code)
    other = side.scan(code, cookies={"buyer_id": OTHER_BUYER})
    assert told(other.text, "cashier-code") == "ACQ.TRADE_BUYER_NOT_MATCH"
    assert side.scan("https://qr.alipay.com/bax00000aaaaaaaaaaaa0000").status_code == 404


def test_an_order_code_dies_after_two_hours_at_most() -> None:
    side = AlipaySide(BusinessClock())
    code = side.intend(Product.NATIVE).handle.code_url or ""
    side.clock.advance(timedelta(hours=2))
    assert told(side.scan(code).text, "cashier-code") == "ACQ.NOW_TIME_AFTER_EXPIRE_TIME_ERROR"


def test_the_desk_draws_a_code_and_sees_what_the_phone_does_with_it() -> None:
    side = AlipaySide()
    intent = side.intend(Product.PAGE)
    page = side.show(intent).text
    assert "<svg" in page.partition('data-testid="alipay-qr"')[2]
    code = unquote(script_value(page, "deeplink").partition("qrcode=")[2])
    assert side.status(intent) == {"state": "waiting"}
    phone = side.scan(code).text
    assert side.status(intent) == {"state": "scanned"}
    assert script_value(phone, "path") == f"/alipay/cashier/{intent.token}"
    side.press(intent, "pay")
    seen = side.status(intent)
    assert (seen["state"], returned(seen["to"])["out_trade_no"]) == ("paid", NUMBER)
    assert script_value(side.show(side.intend(Product.PAGE, out_trade_no="another")).text, "deeplink") != code


def test_a_code_that_was_drawn_anew_opens_nothing_any_more() -> None:
    side = AlipaySide()
    intent = side.intend(Product.PAGE)
    first = unquote(script_value(side.show(intent).text, "deeplink").partition("qrcode=")[2])
    assert "<svg" in side.press(intent, "code")["picture"]
    second = unquote(script_value(side.show(intent).text, "deeplink").partition("qrcode=")[2])
    assert second != first
    assert side.scan(first).status_code == 404
    assert side.state() is None
    assert side.scan(second).status_code == 200
    side.press(intent, "pay")
    assert side.press(intent, "code")["error"]["code"] == "ACQ.TRADE_HAS_SUCCESS"


def test_the_desk_sees_that_the_trade_was_closed() -> None:
    side = AlipaySide()
    intent = side.intend(Product.PAGE)
    side.press(intent, "login")
    side.account.close(NUMBER)
    assert side.status(intent)["error"]["code"] == "ACQ.TRADE_HAS_CLOSE"
