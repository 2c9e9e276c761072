"""The payment's code is found as a payer finds it: late, further down, or beside other codes."""

from __future__ import annotations

from typing import Any

import pytest
import segno
from playwright.sync_api import Browser, Page

from harness.browser.devices import DESKTOP, PHONE
from harness.browser.payment_page import PaymentPage
from harness.browser.shown_codes import CodesShown

ISSUED = "weixin://wxpay/bizpayurl?pr=NwY5Mz9"
FOLLOW = "http://weixin.qq.com/r/golive-follow-us"
HEAD = "<!doctype html><meta charset=utf-8><meta name=viewport content='width=device-width'>"
TALL = "<div style='height:3000px'>商品</div>"


def picture(text: str, *, scale: int = 5) -> str:
    """A code as an `<img>` has it in its `src`."""
    return segno.make(text, error="m").svg_data_uri(scale=scale, border=4, light="#fff")


def part(inside: str) -> str:
    return f"<div data-testid=payment-qr style='min-height:20px'>{inside}</div>"


def looked(page: Page, html: str, *, patience_s: float = 3.0) -> CodesShown:
    page.set_content(HEAD + html)
    return PaymentPage(page, "http://127.0.0.1:1", patience_s=patience_s).look_for_code(ISSUED)


def code(text: str, *, scale: int = 5) -> str:
    return f"<img src='{picture(text, scale=scale)}'>"


@pytest.mark.parametrize(
    "page_text",
    [
        pytest.param(
            "<img data-testid=payment-qr alt=码 width=200 height=200><script>setTimeout(() => {"
            f'document.querySelector("img").src = "{picture(ISSUED)}" }}, 400)</script>',
            id="the-picture-comes-late",
        ),
        pytest.param(
            part("加载中…")
            + "<script>setTimeout(() => { document.querySelector('div').innerHTML = "
            + f"`{code(ISSUED)}` }}, 700)</script>",
            id="the-picture-element-comes-late",
        ),
        pytest.param(
            part(f"{code('https://example.com/not-yet')}")
            + f'<script>setTimeout(() => {{ document.querySelector("img").src = "{picture(ISSUED)}" }}, 500)'
            "</script>",
            id="a-place-holder-comes-first",
        ),
        pytest.param(part(code(ISSUED)) + TALL + code(FOLLOW), id="an-account-to-follow-in-the-footer"),
        pytest.param(code(FOLLOW) + part(code(ISSUED)), id="an-account-to-follow-beside-it"),
        pytest.param(part(code(FOLLOW) + code(ISSUED)), id="an-account-to-follow-in-the-same-box"),
        pytest.param(
            "<div style='height:300px;overflow:auto'>" + TALL + part(code(ISSUED)) + "</div>",
            id="below-the-fold-of-a-box-that-scrolls",
        ),
        pytest.param(
            part(f"<div style='height:300px;overflow:auto'>{TALL}{code(ISSUED)}{TALL}</div>"),
            id="below-the-fold-of-a-box-within-its-part",
        ),
        pytest.param(
            part(
                "<div style='width:300px;overflow:auto;white-space:nowrap'>"
                f"<i style='display:inline-block;width:900px'>滑动查看</i>{code(ISSUED)}</div>"
            ),
            id="beside-the-fold-of-a-box-within-its-part",
        ),
        pytest.param(TALL + part(code(ISSUED)) + TALL, id="below-the-fold-of-the-page"),
        pytest.param(TALL + part(code(ISSUED, scale=45)), id="larger-than-the-screen"),
        pytest.param(
            "<div data-testid=payment-qr><div style='position:fixed;inset:0;background:#fff8'>"
            f"{code(ISSUED)}</div></div>",
            id="over-the-page-in-a-part-without-room",
        ),
        pytest.param(part("用微信扫描下面的码") + code(ISSUED), id="beside-its-part"),
    ],
)
@pytest.mark.parametrize("device", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_payments_code_is_found(chromium: Browser, device: dict[str, Any], page_text: str) -> None:
    context = chromium.new_context(**device)
    shown = looked(context.new_page(), page_text)
    context.close()
    assert shown.payment_code(ISSUED) == ISSUED


def test_other_codes_of_the_page_are_told_apart(tab: Page) -> None:
    shown = looked(tab, code(FOLLOW) + part(code(ISSUED)))
    assert (shown.in_part, shown.elsewhere) == ((ISSUED,), (FOLLOW,))


def test_another_code_in_the_place_of_the_payments_is_what_was_shown(tab: Page) -> None:
    other = "weixin://wxpay/bizpayurl?pr=another"
    shown = looked(tab, part(code(other)) + code(ISSUED), patience_s=0.5)
    assert shown.payment_code(ISSUED) == other


@pytest.mark.parametrize("rest", ["", code(FOLLOW)], ids=["no-code", "only-an-account-to-follow"])
def test_a_page_without_the_payments_code_shows_none(tab: Page, rest: str) -> None:
    assert looked(tab, part("系统繁忙") + rest, patience_s=0.5).payment_code(ISSUED) is None


def test_a_code_covered_by_something_else_is_not_shown(tab: Page) -> None:
    cover = "<div style='position:fixed;inset:0;background:#fff'>请先登录</div>"
    assert looked(tab, part(code(ISSUED)) + cover, patience_s=0.5).payment_code(ISSUED) is None
