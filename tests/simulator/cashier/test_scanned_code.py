"""The cashier shows what is paid to whom, takes one decision from one payer, and turns dead codes away."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from harness.core.money import Fen
from harness.core.payment import Product, TradeState
from harness.simulator.server import Simulator
from tests.simulator.cashier.cashier_side import CashierSide
from tests.simulator.merchant_side import NUMBER, MerchantSide

WECHAT = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) MicroMessenger/8.0.50 Language/zh_CN"
FRIEND = "oFriendOfTheShopper123456789"


class Phone:
    """A phone with WeChat, speaking to the platform in-process."""

    def __init__(self, merchant: MerchantSide) -> None:
        self._run = merchant.runner.run
        self.client = httpx.AsyncClient(
            transport=httpx.ASGITransport(merchant.simulator),
            base_url="http://127.0.0.1",
            headers={"User-Agent": WECHAT},
            trust_env=False,
        )

    def get(self, path: str, **options: Any) -> httpx.Response:
        """Open a page."""
        return self._run(self.client.get(path, **options))

    def post(self, path: str, **options: Any) -> httpx.Response:
        """Send a form."""
        return self._run(self.client.post(path, **options))


@pytest.fixture
def phone(simulator: Simulator, merchant: MerchantSide) -> Iterator[Phone]:
    """A phone with WeChat, and a platform whose notifier is up."""
    phone = Phone(merchant)
    run = merchant.runner.run
    run(simulator.notifier.__aenter__())
    yield phone
    run(phone.client.aclose())
    run(simulator.notifier.__aexit__(None, None, None))


@pytest.fixture
def code_url(merchant: MerchantSide) -> str:
    """The code of an order of 19.90 yuan."""
    return code_of(merchant)


def code_of(merchant: MerchantSide, **changes: object) -> str:
    answer = merchant.create(Product.NATIVE, **changes)
    assert answer.status == 200, answer.body
    return str(answer.json["code_url"])


def scan(phone: Phone, code_url: str, **query: str) -> tuple[int, str]:
    answer = phone.get("/cashier/scan", params={"code_url": code_url, **query})
    return answer.status_code, answer.text


def press(phone: Phone, button: str, page: str) -> tuple[int, str]:
    """Press a button of a page: send its form as it stands."""
    form = re.search(rf'<form method="post" action="/cashier/{button}">(.*?)</form>', page, re.DOTALL)
    assert form is not None
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[1]))
    data = {name: html.unescape(value) for name, value in fields.items()}
    answer = phone.post(f"/cashier/{button}", data=data)
    return answer.status_code, answer.text


def told(page: str, test_id: str) -> str:
    """The text of an element by its test id, without its inner tags."""
    found = re.search(rf'<(\w+)[^>]* data-testid="{test_id}"[^>]*>(.*?)</\1>', page, re.DOTALL)
    assert found is not None, f"no {test_id} in {page}"
    return html.unescape(re.sub(r"<[^>]+>", "", found[2]))


def state(simulator: Simulator) -> TradeState:
    return simulator.account.find(NUMBER).state


def test_the_page_shows_payee_goods_and_amount(phone: Phone, code_url: str, simulator: Simulator) -> None:
    status, page = scan(phone, code_url)
    assert status == 200
    assert told(page, "cashier-merchant") == simulator.account.payee
    assert told(page, "cashier-amount") == "¥19.90"
    assert told(page, "cashier-description") == "龙井 250 克"
    assert "模拟环境 · no real money" in told(page, "cashier-banner")


@pytest.mark.parametrize(
    ("experience", "payee", "edition"),
    [(True, "微信官方测试账户", "体验版"), (False, "模拟商户 1900007291", "")],
    ids=["experience", "formal"],
)
def test_each_edition_names_its_payee(experience: bool, payee: str, edition: str) -> None:
    side = CashierSide(experience=experience)
    code = side.order(Product.NATIVE).code_url
    page = side.send("GET", "/cashier/scan", params={"code_url": code}, headers={"User-Agent": WECHAT}).text
    assert told(page, "cashier-merchant") == payee
    assert ("cashier-edition" in page) == bool(edition)
    assert edition in page


def test_a_phone_opens_the_code_percent_encoded(phone: Phone, code_url: str) -> None:
    answer = phone.get(f"/cashier/scan?code_url={quote(code_url, safe='')}")
    assert told(answer.text, "cashier-amount") == "¥19.90"


def test_looking_pays_nothing(phone: Phone, code_url: str, simulator: Simulator) -> None:
    scan(phone, code_url)
    assert state(simulator) is TradeState.NOTPAY
    assert simulator.platform.ledger(simulator.account.mchid).entries == ()


@pytest.mark.parametrize(
    ("button", "result", "trade_state"),
    [
        ("pay", "支付成功", TradeState.SUCCESS),
        ("cancel", "已取消", TradeState.NOTPAY),
        ("fail", "支付失败", TradeState.NOTPAY),
    ],
)
def test_each_button_does_what_it_says(
    phone: Phone,
    code_url: str,
    simulator: Simulator,
    *,
    button: str,
    result: str,
    trade_state: TradeState,
) -> None:
    status, page = press(phone, button, scan(phone, code_url)[1])
    assert (status, told(page, "cashier-result")) == (200, result)
    assert state(simulator) is trade_state


def test_after_cancelling_the_same_code_can_still_be_paid(phone: Phone, code_url: str) -> None:
    page = scan(phone, code_url)[1]
    press(phone, "cancel", page)
    press(phone, "fail", page)
    assert told(press(phone, "pay", page)[1], "cashier-result") == "支付成功"


def test_paying_books_the_money_and_tells_the_merchant(
    phone: Phone, code_url: str, simulator: Simulator
) -> None:
    press(phone, "pay", scan(phone, code_url)[1])
    assert simulator.platform.ledger(simulator.account.mchid).paid == {NUMBER: Fen(1990)}
    assert len(simulator.account.audit(NUMBER).deliveries) == 1


def test_paying_twice_takes_the_money_once(phone: Phone, code_url: str, simulator: Simulator) -> None:
    page = scan(phone, code_url)[1]
    press(phone, "pay", page)
    status, again = press(phone, "pay", page)
    assert (status, told(again, "cashier-notice")) == (200, "该订单已支付，请勿重复支付")
    assert simulator.platform.ledger(simulator.account.mchid).paid == {NUMBER: Fen(1990)}


def test_a_paid_code_says_so(phone: Phone, code_url: str, merchant: MerchantSide) -> None:
    merchant.pay()
    assert "已支付" in told(scan(phone, code_url)[1], "cashier-notice")


def test_a_closed_order_says_so(phone: Phone, code_url: str, merchant: MerchantSide) -> None:
    assert merchant.close().status == 204
    status, page = scan(phone, code_url)
    assert (status, told(page, "cashier-notice")) == (410, "订单已关闭，请重新下单支付")


def test_a_code_older_than_two_hours_says_so(phone: Phone, code_url: str, simulator: Simulator) -> None:
    simulator.clock.advance(timedelta(hours=2))
    status, page = scan(phone, code_url)
    assert (status, told(page, "cashier-notice")) == (410, "二维码已过期，请重新下单支付")


def test_a_page_opened_in_time_cannot_be_paid_too_late(
    phone: Phone, code_url: str, simulator: Simulator
) -> None:
    page = scan(phone, code_url)[1]
    simulator.clock.advance(timedelta(hours=2))
    assert "已过期" in told(press(phone, "pay", page)[1], "cashier-notice")
    assert state(simulator) is TradeState.NOTPAY


def test_a_replaced_code_says_so_and_the_new_one_works(
    phone: Phone, code_url: str, merchant: MerchantSide
) -> None:
    newer = code_of(merchant)
    assert newer != code_url
    status, page = scan(phone, code_url)
    assert (status, told(page, "cashier-notice")) == (410, "二维码已失效，请扫描最新的二维码")
    assert told(scan(phone, newer)[1], "cashier-amount") == "¥19.90"


@pytest.mark.parametrize("code", ["", "weixin://wxpay/bizpayurl?pr=nobodys00", "javascript:alert(1)"])
def test_an_unknown_code_says_so(phone: Phone, code: str) -> None:
    status, page = scan(phone, code)
    assert (status, told(page, "cashier-notice")) == (404, "二维码无效，请向商家重新获取")


@pytest.mark.parametrize("agent", ["Mozilla/5.0 (Macintosh) Safari/605.1.15", ""])
def test_another_browser_is_sent_to_the_scanner(
    phone: Phone, code_url: str, simulator: Simulator, agent: str
) -> None:
    answer = phone.get("/cashier/scan", params={"code_url": code_url}, headers={"User-Agent": agent})
    assert (answer.status_code, told(answer.text, "cashier-notice")) == (403, "请使用微信扫码")
    answer = phone.post("/cashier/pay", data={"code_url": code_url}, headers={"User-Agent": agent})
    assert told(answer.text, "cashier-notice") == "请使用微信扫码"
    assert state(simulator) is TradeState.NOTPAY


def test_the_first_account_that_opens_an_order_owns_it(
    phone: Phone, code_url: str, simulator: Simulator
) -> None:
    page = scan(phone, code_url, openid=FRIEND)[1]
    assert told(scan(phone, code_url)[1], "cashier-notice") == "商家订单信息有误，请重新下单支付"
    assert told(press(phone, "pay", page)[1], "cashier-result") == "支付成功"
    assert simulator.account.find(NUMBER).payer == FRIEND


def test_another_account_cannot_press_the_buttons_either(
    phone: Phone, code_url: str, simulator: Simulator
) -> None:
    page = scan(phone, code_url)[1]
    theirs = page.replace(simulator.account.test_payer, FRIEND)
    assert theirs != page
    for button in ("pay", "cancel", "fail"):
        assert "商家订单信息有误" in told(press(phone, button, theirs)[1], "cashier-notice")
    assert state(simulator) is TradeState.NOTPAY


def test_the_account_may_come_as_a_cookie(phone: Phone, code_url: str, simulator: Simulator) -> None:
    phone.client.cookies.set("openid", FRIEND)
    scan(phone, code_url)
    assert simulator.account.find(NUMBER).payer == FRIEND


@pytest.mark.parametrize("openid", ["o" * 129, '"><script>', "不是账号"])
def test_a_malformed_account_is_refused(phone: Phone, code_url: str, openid: str) -> None:
    status, page = scan(phone, code_url, openid=openid)
    assert (status, told(page, "cashier-notice")) == (400, "付款人标识有误")


def test_what_the_merchant_wrote_is_shown_as_text_not_run(phone: Phone, merchant: MerchantSide) -> None:
    nasty = '<script>alert("1")</script>\'"&<img src=x onerror=alert(1)>'
    page = scan(phone, code_of(merchant, description=nasty))[1]
    assert told(page, "cashier-description") == html.unescape(html.escape(nasty))
    assert "<script" not in page
    assert "<img" not in page


def test_nothing_is_loaded_from_elsewhere_and_no_script_may_run(phone: Phone, code_url: str) -> None:
    answer = phone.get("/cashier/scan", params={"code_url": code_url})
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert answer.headers["Cache-Control"] == "no-store"
    assert not re.search(r'(?:src|href)="', answer.text)


@pytest.mark.parametrize("button", ["pay", "cancel", "fail"])
def test_a_link_cannot_press_a_button(phone: Phone, code_url: str, simulator: Simulator, button: str) -> None:
    answer = phone.get(f"/cashier/{button}", params={"code_url": code_url})
    assert answer.status_code == 405
    assert state(simulator) is TradeState.NOTPAY


def test_an_upload_in_place_of_a_code_is_an_unknown_code(phone: Phone) -> None:
    answer = phone.post("/cashier/pay", files={"code_url": b"weixin://"})
    assert (answer.status_code, told(answer.text, "cashier-notice")) == (404, "二维码无效，请向商家重新获取")


def test_a_form_beyond_all_measure_is_not_read(phone: Phone, code_url: str, simulator: Simulator) -> None:
    answer = phone.post("/cashier/pay", data={"code_url": code_url, "more": "x" * 100_000})
    assert answer.status_code == 413
    assert state(simulator) is TradeState.NOTPAY
