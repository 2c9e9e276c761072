"""What a page offers each device is read as a payer sees it, and judged by what can work there."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page

from harness.browser.devices import DESKTOP, PHONE, WECHAT_PHONE
from harness.browser.payment_choices import RIGHT_TYPE, PaymentChoices, offered_choices, wrong_choices
from harness.browser.payment_page import PaymentPage
from tests.browser.conftest import Serve

HEAD = "<!doctype html><meta charset=utf-8>"
BUTTONS = (
    HEAD
    + """
<button data-testid=payment-method-wechat>微信</button>
<button data-testid=payment-method-alipay>支付宝</button>
<button data-testid=payment-type-qr aria-pressed=true>扫码</button>
<button data-testid=payment-type-h5>H5</button>
<button data-testid=payment-type-jsapi disabled>JSAPI</button>"""
)
CLEVER = (
    BUTTONS.replace("disabled", "")
    + """
<script>
  const part = (name) => document.querySelector(`[data-testid=${name}]`);
  const agent = navigator.userAgent;
  const right = agent.includes("MicroMessenger") ? "jsapi" : agent.includes("Mobile") ? "h5" : "qr";
  for (const kind of ["qr", "h5", "jsapi"]) {
    part("payment-type-" + kind).setAttribute("aria-pressed", String(kind === right));
    part("payment-type-" + kind).hidden = right === "jsapi" ? kind !== "jsapi" : kind === "jsapi";
  }
  part("payment-method-alipay").hidden = right === "jsapi";
</script>"""
)


def opened(page: Page, serve: Serve, text: str) -> PaymentPage:
    shop = PaymentPage(page, serve({"/payment": text}))
    shop.open()
    return shop


def test_what_is_disabled_or_hidden_is_not_offered(tab: Page, serve: Serve) -> None:
    text = BUTTONS.replace("payment-method-alipay", "'payment-method-alipay' hidden")
    assert offered_choices(opened(tab, serve, text)) == PaymentChoices(
        frozenset({"wechat"}), frozenset({"qr", "h5"}), "qr"
    )


@pytest.mark.parametrize(
    ("choice", "first"),
    [
        ("<button data-testid=payment-type-h5 aria-pressed=true>", "h5"),
        ("<label data-testid=payment-type-h5><input type=radio checked>", "h5"),
        ("<div role=radio data-testid=payment-type-h5 aria-checked=true>", "h5"),
        ("<button data-testid=payment-type-h5>", "qr"),
    ],
    ids=["pressed", "radio", "aria-checked", "nothing-chosen"],
)
def test_what_is_chosen_comes_first_else_what_is_read_first(
    tab: Page, serve: Serve, choice: str, first: str
) -> None:
    text = f"{HEAD}<button data-testid=payment-type-qr>扫码</button><br>{choice}H5"
    assert offered_choices(opened(tab, serve, text)).first == first


def test_what_is_read_first_is_a_matter_of_place_not_of_source(tab: Page, serve: Serve) -> None:
    text = HEAD + (
        "<div style='display:flex;flex-direction:column-reverse'>"
        "<button data-testid=payment-type-qr>扫码</button>"
        "<button data-testid=payment-type-h5>H5</button></div>"
    )
    assert offered_choices(opened(tab, serve, text)).first == "h5"


def test_a_page_that_offers_nothing_says_so(tab: Page, serve: Serve) -> None:
    choices = offered_choices(opened(tab, serve, HEAD + "暂停营业"))
    assert choices == PaymentChoices(frozenset(), frozenset(), "")
    assert wrong_choices("desktop", choices) == [
        "desktop: qr is not offered",
        "desktop: WeChat Pay is not offered",
    ]


def on_every_device(chromium: Browser, serve: Serve, text: str) -> dict[str, PaymentChoices]:
    found: dict[str, PaymentChoices] = {}
    for name, device in {"desktop": DESKTOP, "phone": PHONE, "wechat": WECHAT_PHONE}.items():
        context = chromium.new_context(**device)
        found[name] = offered_choices(opened(context.new_page(), serve, text))
        context.close()
    return found


def test_a_page_that_looks_at_the_browser_is_right_on_every_device(chromium: Browser, serve: Serve) -> None:
    found = on_every_device(chromium, serve, CLEVER)
    assert {device: choices.first for device, choices in found.items()} == RIGHT_TYPE
    assert [problem for device, choices in found.items() for problem in wrong_choices(device, choices)] == []
    assert found["wechat"] == PaymentChoices(frozenset({"wechat"}), frozenset({"jsapi"}), "jsapi")


def test_a_page_that_is_the_same_for_every_browser_is_wrong_on_phones(
    chromium: Browser, serve: Serve
) -> None:
    found = on_every_device(chromium, serve, BUTTONS)
    assert wrong_choices("desktop", found["desktop"]) == []
    assert wrong_choices("phone", found["phone"]) == ["phone: qr comes before h5"]
    assert wrong_choices("wechat", found["wechat"]) == [
        "wechat: jsapi is not offered",
        "wechat: h5 is offered and cannot work",
        "wechat: qr is offered and cannot work",
        "wechat: Alipay is offered inside WeChat",
    ]


@pytest.mark.parametrize("device", ["desktop", "phone"])
def test_a_bridge_outside_of_wechat_cannot_work(device: str) -> None:
    choices = PaymentChoices(frozenset({"wechat"}), frozenset({"qr", "h5", "jsapi"}), RIGHT_TYPE[device])
    assert wrong_choices(device, choices) == [f"{device}: jsapi is offered and cannot work"]
