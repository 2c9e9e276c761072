"""A phone's own browser walks the whole H5 way: merchant's page, middle page, WeChat, and back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from starlette.responses import HTMLResponse

from harness.browser.devices import WECHAT_PHONE, phone_at
from harness.browser.h5_page import H5CashierPage
from harness.browser.payment_page import PaymentPage
from harness.browser.phone_payment import start_h5
from harness.core.payment import TradeState
from harness.processes.serving import listen, serving
from tests.browser.conftest import Serve
from tests.simulator.cashier.cashier_side import PAYER_IP, CashierSide

HEAD = "<!doctype html><meta charset=utf-8><meta name=viewport content='width=device-width'>"
RETURN_PAGE = HEAD + "<h1>订单 1</h1><button data-testid=payment-confirm-button>我已支付</button>"
NOTIFY_URL = "http://127.0.0.1:1/notify"
Phone = Callable[..., BrowserContext]


@pytest.fixture
def phone(chromium: Browser) -> Iterator[Phone]:
    """Makes phones; by default one on the payer's network."""
    with ExitStack() as stack:

        def make(options: dict[str, Any] | None = None) -> BrowserContext:
            context = chromium.new_context(**(phone_at(PAYER_IP) if options is None else options))
            stack.callback(context.close)
            return context

        yield make


@pytest.fixture
def side() -> CashierSide:
    """A platform of the experience edition."""
    return CashierSide(experience=True)


@pytest.fixture
def platform_url(side: CashierSide) -> Iterator[str]:
    """Where its cashier answers."""
    with serving(side.app, listen()) as address:
        side.platform.is_reached_at(address)
        yield address


def ordered(side: CashierSide) -> str:
    handed_out = side.order(notify_url=NOTIFY_URL).h5_url
    assert handed_out is not None
    return handed_out


def with_return(h5_url: str, address: str) -> str:
    return f"{h5_url}&redirect_url={quote(address, safe='')}"


@pytest.fixture
def merchant(serve: Serve) -> str:
    """A merchant's two pages."""
    return serve({"/payment": HEAD + "支付", "/return": RETURN_PAGE})


@pytest.mark.usefixtures("platform_url")
def test_a_payer_pays_and_returns_to_the_return_page(phone: Phone, side: CashierSide, merchant: str) -> None:
    cashier = H5CashierPage(phone().new_page())
    cashier.arrive_from(f"{merchant}/payment", with_return(ordered(side), f"{merchant}/return?orderId=1"))
    assert cashier.error_text() == ""
    assert cashier.deeplink().startswith("weixin://wap/pay?prepayid%3Dwx")
    cashier.open_wechat()
    assert (cashier.merchant_text(), cashier.edition_text()) == ("微信官方测试账户", "体验版")
    assert cashier.amount_text() == "¥19.90"
    assert cashier.pay() == "支付成功"
    assert side.state is TradeState.SUCCESS
    assert cashier.back_to_merchant() == f"{merchant}/return?orderId=1"
    assert cashier.page.get_by_test_id("payment-confirm-button").is_visible()


@pytest.mark.usefixtures("platform_url")
@pytest.mark.parametrize(
    ("end", "says"),
    [(H5CashierPage.cancel, "已取消"), (H5CashierPage.fail, "支付失败")],
    ids=["cancel", "fail"],
)
def test_a_payer_who_does_not_pay_returns_all_the_same(
    phone: Phone, side: CashierSide, merchant: str, end: Callable[[H5CashierPage], str], says: str
) -> None:
    cashier = H5CashierPage(phone().new_page())
    cashier.arrive_from(f"{merchant}/payment", with_return(ordered(side), f"{merchant}/return"))
    cashier.open_wechat()
    assert end(cashier) == says
    assert cashier.back_to_merchant() == f"{merchant}/return"
    assert side.state is TradeState.NOTPAY


@pytest.mark.usefixtures("platform_url")
def test_a_payer_may_return_without_ever_opening_wechat(
    phone: Phone, side: CashierSide, merchant: str
) -> None:
    cashier = H5CashierPage(phone().new_page())
    cashier.arrive_from(f"{merchant}/payment", with_return(ordered(side), f"{merchant}/return"))
    assert cashier.back_to_merchant() == f"{merchant}/return"
    assert side.kinds == ["created"]


@pytest.mark.usefixtures("platform_url")
def test_without_a_redirect_url_the_way_back_is_the_page_before(
    phone: Phone, side: CashierSide, merchant: str
) -> None:
    cashier = H5CashierPage(phone().new_page())
    cashier.arrive_from(f"{merchant}/payment?order=1", ordered(side))
    cashier.open_wechat()
    cashier.pay()
    assert cashier.back_to_merchant() == f"{merchant}/payment?order=1"


@pytest.mark.usefixtures("platform_url")
def test_a_pasted_link_is_refused(phone: Phone, side: CashierSide) -> None:
    page = phone().new_page()
    page.goto(ordered(side))
    cashier = H5CashierPage(page)
    assert cashier.error_text() == "商家参数格式有误，请联系商家解决"
    assert cashier.deeplink() == ""
    assert "No Referer" in cashier.error_cause()


@pytest.mark.usefixtures("platform_url")
def test_a_page_that_withholds_its_referer_is_refused(phone: Phone, side: CashierSide, serve: Serve) -> None:
    silent = HTMLResponse(HEAD + "支付", headers={"Referrer-Policy": "no-referrer"})
    cashier = H5CashierPage(phone().new_page())
    cashier.arrive_from(f"{serve({'/payment': silent})}/payment", ordered(side))
    assert cashier.error_text() == "商家参数格式有误，请联系商家解决"


@pytest.mark.usefixtures("platform_url")
def test_a_page_of_another_domain_is_refused(phone: Phone, side: CashierSide) -> None:
    page = phone().new_page()
    page.route("http://shop.example/**", lambda route: route.fulfill(body=HEAD, content_type="text/html"))
    cashier = H5CashierPage(page)
    cashier.arrive_from("http://shop.example/payment", ordered(side))
    assert cashier.error_text() == "商家存在未配置的参数，请联系商家解决"
    assert "shop.example" in cashier.error_cause()


@pytest.mark.usefixtures("platform_url")
def test_the_browser_inside_wechat_is_sent_out(phone: Phone, side: CashierSide, merchant: str) -> None:
    device = {**WECHAT_PHONE, "extra_http_headers": phone_at(PAYER_IP)["extra_http_headers"]}
    cashier = H5CashierPage(phone(device).new_page())
    cashier.arrive_from(f"{merchant}/payment", ordered(side))
    assert cashier.error_text() == "请在微信外打开订单，进行支付"


@pytest.mark.usefixtures("platform_url")
def test_a_phone_on_another_network_is_refused(phone: Phone, side: CashierSide, merchant: str) -> None:
    cashier = H5CashierPage(phone(phone_at("198.51.100.9")).new_page())
    cashier.arrive_from(f"{merchant}/payment", ordered(side))
    assert cashier.error_text() == "网络环境未能通过安全验证，请稍后再试"


@pytest.mark.usefixtures("platform_url")
def test_a_second_payment_of_the_same_page_says_that_it_is_paid(
    phone: Phone, side: CashierSide, merchant: str
) -> None:
    cashier = H5CashierPage(phone().new_page())
    cashier.arrive_from(f"{merchant}/payment", ordered(side))
    side.platform.pay(side.account.find("order-20261123-001"))
    cashier.open_wechat()
    assert cashier.result_text() == "该订单已支付，请勿重复支付"


def test_a_phone_needs_an_address() -> None:
    with pytest.raises(ValueError, match="does not appear to be an IPv4 or IPv6 address"):
        phone_at("203.0.113")


# From a merchant's payment page -------------------------------------------------------------------

PAYMENT = (
    HEAD
    + """
<button data-testid=payment-method-wechat aria-pressed=true>微信</button>
<button data-testid=payment-type-h5 aria-pressed=true>H5</button>
<input data-testid=custom-amount>
<button data-testid=create-payment-button onclick="LEAD">支付</button>
<section data-testid=payment-result hidden>
  <p data-testid=payment-error hidden>超出限额</p>
  <a data-testid=payment-h5-link href="TARGET" hidden>去微信支付</a>
</section>
<script>
  const part = (name) => document.querySelector(`[data-testid=${name}]`);
  function show(name) { part("payment-result").hidden = false; part(name).hidden = false; }
</script>"""
)


IN_A_NEW_TAB = "document.querySelector('a').target = '_blank'; show('payment-h5-link')"


def shop_page(page: Page, serve: Serve, target: str, lead: str) -> PaymentPage:
    text = PAYMENT.replace("LEAD", lead.replace("TARGET", target)).replace("TARGET", target)
    shop = PaymentPage(page, serve({"/payment": text}), patience_s=2.0)
    shop.open()
    return shop


@pytest.mark.usefixtures("platform_url")
@pytest.mark.parametrize(
    "lead",
    [
        "location.assign('TARGET')",
        "show('payment-h5-link')",
        "show('payment-h5-link'); setTimeout(() => location.assign('TARGET'), 20)",
        IN_A_NEW_TAB,
        "window.open('TARGET')",
        "setTimeout(() => window.open('TARGET'), 300)",
    ],
    ids=["by-itself", "by-a-link", "by-both", "by-a-link-to-a-new-tab", "in-a-new-tab", "late-in-a-new-tab"],
)
def test_a_payment_page_leads_to_the_middle_page(
    phone: Phone, side: CashierSide, serve: Serve, lead: str
) -> None:
    shop = shop_page(phone().new_page(), serve, ordered(side), lead)
    assert start_h5(shop, "19.90").deeplink()


@pytest.mark.usefixtures("platform_url")
def test_a_middle_page_in_a_tab_of_its_own_leads_back_to_the_merchants_tab(
    phone: Phone, side: CashierSide, serve: Serve
) -> None:
    shop = shop_page(phone().new_page(), serve, ordered(side), IN_A_NEW_TAB)
    merchants = shop.page
    cashier = start_h5(shop, "19.90")
    address = cashier.page.url
    assert shop.page is cashier.page is not merchants
    cashier.open_wechat()
    cashier.cancel()
    assert cashier.back_to_merchant() == merchants.url
    assert shop.page is merchants
    cashier.arrive_from(shop.page.url, address)
    cashier.open_wechat()
    assert cashier.pay() == "支付成功"
    shop.leave()
    assert (shop.page.url, len(merchants.context.pages)) == ("about:blank", 1)


@pytest.mark.usefixtures("platform_url")
def test_a_refused_order_is_not_waited_for(phone: Phone, side: CashierSide, serve: Serve) -> None:
    shop = shop_page(phone().new_page(), serve, ordered(side), "show('payment-error')")
    with pytest.raises(AssertionError, match="the order was refused: 超出限额"):
        start_h5(shop, "19.90")


def test_a_page_that_leads_nowhere_is_a_plain_sentence(phone: Phone, serve: Serve) -> None:
    shop = shop_page(phone().new_page(), serve, "/nowhere", "part('payment-result').hidden = false")
    shop.patience_s = 0.5
    with pytest.raises(AssertionError, match=r"did not appear within 0\.5 s"):
        start_h5(shop, "19.90")
