"""What is drawn on a real screen is what is read, at a desk and on a phone."""

from __future__ import annotations

import io
from typing import Any

import pytest
import segno
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser

from harness.browser.devices import DESKTOP, PHONE, WECHAT_PHONE
from harness.browser.qr import read_qr
from harness.core.errors import HarnessError

SHORT = "weixin://wxpay/bizpayurl?pr=NwY5Mz9"
LONG = "https://pay.example.com/h5?token=" + "k7Q-" * 60
CHINESE = "https://pay.example.com/订单?商品=桂林两日游&金额=¥12.34"


def drawing(text: str, *, scale: int = 4, **colours: str) -> str:
    return segno.make(text, error="m").svg_inline(scale=scale, border=4, **colours)


def busy(*drawings: str) -> str:
    """A page with everything that could distract: photographs, stripes, barcode-like borders, much text."""
    stripes = "repeating-linear-gradient(90deg,#000 0 3px,#fff 3px 7px,#000 7px 9px,#fff 9px 15px)"
    squares = "".join(
        f"<i style='display:inline-block;width:21px;height:21px;border:7px solid #000;margin:{n}px'></i>"
        for n in range(9)
    )
    text = "<p>订单支付 · 请使用微信扫一扫 · 桂林山水甲天下</p>" * 6
    codes = "".join(f"<div style='background:#fff;display:inline-block'>{each}</div>" for each in drawings)
    return (
        f"<!doctype html><meta charset=utf-8><meta name=viewport content='width=device-width'>"
        f"<body style='background:#cde'><div style='height:70px;background:{stripes}'></div>"
        f"{squares}{text}{codes}{text}<div style='height:90px;background:{stripes}'></div>"
    )


def photograph(browser: Browser, device: dict[str, Any], html: str) -> bytes:
    context = browser.new_context(**device)
    page = context.new_page()
    page.set_content(html)
    picture = page.screenshot(full_page=True)
    context.close()
    return picture


@pytest.mark.parametrize("text", [SHORT, LONG, CHINESE], ids=["short", "long", "chinese"])
@pytest.mark.parametrize("device", [DESKTOP, PHONE, WECHAT_PHONE], ids=["desktop", "phone", "wechat"])
def test_a_code_on_a_busy_page_is_read_to_the_letter(
    chromium: Browser, device: dict[str, Any], text: str
) -> None:
    assert read_qr(photograph(chromium, device, busy(drawing(text)))) == [text]


@pytest.mark.parametrize("scale", [2, 3, 8])
def test_small_and_large_drawings_are_read(chromium: Browser, scale: int) -> None:
    assert read_qr(photograph(chromium, DESKTOP, busy(drawing(SHORT, scale=scale)))) == [SHORT]


def test_a_coloured_code_is_read(chromium: Browser) -> None:
    html = busy(drawing(SHORT, dark="#07c160", light="#fff"))
    assert read_qr(photograph(chromium, PHONE, html)) == [SHORT]


def test_a_page_without_a_code_gives_none(chromium: Browser) -> None:
    assert read_qr(photograph(chromium, DESKTOP, busy())) == []


def test_two_codes_are_two_from_top_to_bottom(chromium: Browser) -> None:
    html = busy(drawing(SHORT), "<hr style='width:90vw'>", drawing(LONG))
    assert read_qr(photograph(chromium, DESKTOP, html)) == [SHORT, LONG]


def test_a_code_half_covered_is_not_read(chromium: Browser) -> None:
    cover = "<div style='position:relative;height:90px;margin-top:-120px;background:#fff'></div>"
    assert read_qr(photograph(chromium, DESKTOP, busy(drawing(SHORT) + cover))) == []


def test_another_kind_of_barcode_is_not_taken_for_a_qr_code() -> None:
    code = zxingcpp.create_barcode("134567890123456789", zxingcpp.BarcodeFormat.Code128)
    drawn = io.BytesIO()
    Image.fromarray(code.to_image(scale=4)).save(drawn, "PNG")
    assert zxingcpp.read_barcodes(Image.open(drawn))
    assert read_qr(drawn.getvalue()) == []


def test_bytes_that_are_no_picture_are_our_own_mistake() -> None:
    with pytest.raises(HarnessError, match="no picture"):
        read_qr(b"<html>")
