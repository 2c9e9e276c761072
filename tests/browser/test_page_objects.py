"""The page objects do what a payer does, and say plainly what a payer missed."""

from __future__ import annotations

import io

import pytest
import segno
from playwright.sync_api import BrowserContext, Page
from starlette.responses import HTMLResponse, Response

from harness.browser.cashier_page import CashierPage
from harness.browser.payment_page import PaymentPage
from harness.core.errors import EnvironmentUnreachable
from harness.processes.serving import base_url, listen
from tests.browser.conftest import Serve

CODE_URL = "weixin://wxpay/bizpayurl?pr=a+b/c&d=="
HEAD = "<!doctype html><meta charset=utf-8>"
LOGIN = HEAD + (
    "<form method=post action=/home><input name=email><input name=password type=password>"
    "<button>登录</button></form>"
)
PAYMENT = (
    HEAD
    + """
<button data-testid=payment-method-wechat>微信</button><button data-testid=payment-type-qr>扫码</button>
<input data-testid=custom-amount><button data-testid=create-payment-button onclick="create()">支付</button>
<section data-testid=payment-result hidden>
  <b data-testid=payment-amount></b><i data-testid=order-number>T1</i><img data-testid=payment-qr>
  <p data-testid=payment-status data-status=pending>待支付</p>
  <button data-testid=payment-confirm-button onclick="paid()">我已支付</button>
</section>
<script>
  const part = name => document.querySelector(`[data-testid=${name}]`);
  function create() {
    part("payment-amount").textContent = "¥" + part("custom-amount").value;
    part("payment-qr").src = "/qr.svg";
    part("payment-result").hidden = false;
  }
  function paid() {
    part("payment-status").dataset.status = "paid";
    part("payment-status").textContent = "已支付";
  }
</script>"""
)
CASHIER = (
    HEAD
    + """
<h1 data-testid=cashier-merchant>桂林旅行</h1><b data-testid=cashier-amount>¥12.34</b><u></u>
<button data-testid=cashier-pay onclick="end('支付成功')">付</button>
<button data-testid=cashier-cancel onclick="end('已取消')">消</button>
<button data-testid=cashier-fail onclick="end('支付失败')">败</button>
<p data-testid=cashier-result hidden></p>
<script>
  document.querySelector("u").textContent = new URLSearchParams(location.search).get("code_url");
  function end(text) { const p = document.querySelector("p"); p.textContent = text; p.hidden = false; }
</script>"""
)


def shop(serve: Serve) -> str:
    picture = io.BytesIO()
    segno.make(CODE_URL).save(picture, kind="svg", scale=6, border=4, light="#fff")
    return serve(
        {
            "/login": LOGIN,
            "/home": HEAD + "你好",
            "/payment": PAYMENT,
            "/qr.svg": Response(picture.getvalue(), media_type="image/svg+xml"),
        }
    )


def test_an_order_is_made_and_its_drawn_code_read(tab: Page, serve: Serve) -> None:
    payer = PaymentPage(tab, shop(serve))
    payer.sign_in("qa@example.com", "secret")
    payer.open()
    payer.choose("wechat", "qr")
    payer.amount("12.34")
    payer.create()
    assert payer.look_for_code(CODE_URL).in_part == (CODE_URL,)
    assert payer.amount_text() == "¥12.34"
    assert payer.order_number() == "T1"
    assert (payer.status(), payer.status_text()) == ("pending", "待支付")
    payer.confirm_paid()
    payer.wait_for_status("paid")
    assert "已支付" in payer.result_text()


def test_a_merchant_may_use_ids_of_its_own(tab: Page, serve: Serve) -> None:
    renamed = PAYMENT.replace("data-testid=custom-amount", "data-testid=betrag")
    payer = PaymentPage(tab, serve({"/payment": renamed}), test_ids={"custom-amount": "betrag"})
    payer.open()
    payer.amount("1.00")
    assert tab.get_by_test_id("betrag").input_value() == "1.00"


def test_what_is_offered_is_told_without_waiting(tab: Page, serve: Serve) -> None:
    payer = PaymentPage(tab, shop(serve))
    payer.open()
    assert payer.offers("payment-method-wechat")
    assert not payer.offers("payment-method-alipay")
    assert not payer.offers("payment-result")


def test_a_refused_order_is_an_answer_too(tab: Page, serve: Serve) -> None:
    refusing = PAYMENT.replace(
        "<script>", "<p data-testid=payment-error hidden>超出限额</p><script>"
    ).replace('part("payment-result").hidden = false', 'part("payment-error").hidden = false')
    payer = PaymentPage(tab, serve({"/payment": refusing}))
    payer.open()
    payer.create()
    assert payer.error_text() == "超出限额"
    assert not payer.offers("payment-result")


def test_a_missing_code_is_a_plain_sentence(tab: Page, serve: Serve) -> None:
    address = serve({"/payment": PAYMENT.replace("data-testid=payment-qr", "hidden data-testid=payment-qr")})
    payer = PaymentPage(tab, address, patience_s=0.5)
    payer.open()
    payer.create()
    with pytest.raises(AssertionError) as finding:
        payer.look_for_code(CODE_URL)
    assert str(finding.value) == f"the payment QR code did not appear within 0.5 s at {address}/payment"


def test_a_disabled_button_is_a_plain_sentence(tab: Page, serve: Serve) -> None:
    address = serve(
        {"/payment": PAYMENT.replace("<button data-testid=create", "<button disabled data-testid=create")}
    )
    payer = PaymentPage(tab, address, patience_s=0.5)
    payer.open()
    with pytest.raises(AssertionError, match="could not press the button that creates the payment"):
        payer.create()


def test_a_state_that_does_not_come_is_named_with_the_one_shown(tab: Page, serve: Serve) -> None:
    payer = PaymentPage(tab, shop(serve), patience_s=0.5)
    payer.open()
    payer.create()
    with pytest.raises(AssertionError, match=r"as paid within 0.5 s: it shows pending"):
        payer.wait_for_status("paid")


def test_a_refused_sign_in_is_noticed(tab: Page, serve: Serve) -> None:
    payer = PaymentPage(tab, serve({"/login": LOGIN, "/home": LOGIN}), patience_s=0.5)
    with pytest.raises(AssertionError, match="still shown after signing in"):
        payer.sign_in("qa@example.com", "wrong")


def test_a_page_that_answers_500_is_a_finding(tab: Page, serve: Serve) -> None:
    address = serve({"/payment": HTMLResponse("oops", status_code=500)})
    with pytest.raises(AssertionError, match="the payment page answered HTTP 500"):
        PaymentPage(tab, address).open()


def test_a_page_that_nothing_serves_is_the_environments(tab: Page) -> None:
    listener = listen()
    address = base_url(listener)
    listener.close()
    with pytest.raises(EnvironmentUnreachable, match="the payment page does not answer"):
        PaymentPage(tab, address).open()


def test_a_code_is_opened_to_the_letter_and_paid(tab: Page, serve: Serve) -> None:
    cashier = CashierPage(tab)
    cashier.open(serve({"/cashier/scan": CASHIER}), CODE_URL)
    assert tab.locator("u").inner_text() == CODE_URL
    assert cashier.merchant_text() == "桂林旅行"
    assert cashier.amount_text() == "¥12.34"
    assert cashier.pay() == "支付成功"


def test_a_payer_can_cancel_or_fail(desktop: BrowserContext, serve: Serve) -> None:
    address = serve({"/cashier/scan": CASHIER})
    ends = []
    for press in (CashierPage.cancel, CashierPage.fail):
        cashier = CashierPage(desktop.new_page())
        cashier.open(address, CODE_URL)
        ends.append(press(cashier))
    assert ends == ["已取消", "支付失败"]


def test_a_cashier_without_a_pay_button_is_a_plain_sentence(tab: Page, serve: Serve) -> None:
    cashier = CashierPage(tab, patience_s=0.5)
    cashier.open(serve({"/cashier/scan": HEAD + "此码已过期"}), CODE_URL)
    with pytest.raises(AssertionError, match=r"the pay button did not appear within 0.5 s at http"):
        cashier.pay()
