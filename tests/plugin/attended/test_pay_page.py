"""The page that a payer starts from holds one order, and obeys nobody."""

from __future__ import annotations

import json
import re
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser

from harness.browser.qr import read_qr
from harness.core.payment import JsapiParameters
from harness.plugin.attended.pay_page import bridge_call, page_of, served, write_page

CODE = "weixin://wxpay/bizpayurl?pr=Ab3dE9f"
HOSTILE = "https://x.example/?a=\"><script>alert(1)</script>&b='"
BRIDGE = JsapiParameters(
    appid="wx1</script><script>alert(1)",
    timestamp="1700000000",
    nonce="n" * 32,
    package="prepay_id=wx20",
    sign_type="RSA",
    pay_sign="c2lnbg==",
)


def page(**more: object) -> str:
    usual = {"language": "en", "number": "GLP1", "yuan": "0.01", "seconds": 300, "scan": CODE}
    return page_of(**{**usual, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize(("language", "words"), [("en", "Scan this code"), ("zh", "请用微信扫描此码")])
def test_it_speaks_the_language_that_was_asked_for(language: str, words: str) -> None:
    html = page(language=language)
    assert words in html
    assert "¥0.01" in html
    assert "GLP1" in html


def test_a_code_and_a_link_need_no_script() -> None:
    assert "<script" not in page(link="https://wx.example/pay", saying="open_link")


def test_hostile_text_of_a_platform_stays_text() -> None:
    html = page(link=HOSTILE, number='"><img src=x>', saying="open_link")
    assert "<script>alert" not in html
    assert "<img" not in html
    html = page(scan="", jsapi=BRIDGE, saying="jsapi")
    assert "<script>alert" not in html
    held = re.search(r'id="parameters"[^>]*>(.*?)</script>', html)
    assert held is not None
    assert json.loads(held[1]) == bridge_call(BRIDGE)


def test_it_is_served_under_a_name_that_nobody_can_guess_and_to_this_machine_alone() -> None:
    with served(page()) as url:
        answer = httpx.get(url, trust_env=False)
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "no-store"
        root = httpx.URL(url).copy_with(path="/")
        assert httpx.get(root, trust_env=False).status_code == 404
        rebound = httpx.get(url, trust_env=False, headers={"Host": "evil.example"})
        assert rebound.status_code == 403
        assert httpx.post(url, trust_env=False).status_code == 405
    with pytest.raises(httpx.TransportError):
        httpx.get(url, trust_env=False)


def test_it_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    html = page()
    write_page(tmp_path / "pay.html", html)
    assert (tmp_path / "pay.html").read_text("utf-8") == html
    with pytest.raises(OSError, match="No such file"):
        write_page(tmp_path / "none" / "pay.html", page())


def test_inside_wechat_the_bridge_is_given_the_six_parameters(chromium: Browser) -> None:
    html = page(scan="", jsapi=BRIDGE, saying="jsapi")
    with served(html) as url:
        tab = chromium.new_page()
        tab.goto(url)
        tab.get_by_role("button").click()
        assert tab.get_by_role("status").inner_text() == "Open this page inside WeChat."
        tab.add_init_script(
            "window.WeixinJSBridge = {invoke: (name, given, ended) => {"
            " window.asked = [name, given]; ended({err_msg: 'get_brand_wcpay_request:ok'}); }}"
        )
        tab.reload()
        tab.get_by_role("button").click()
        assert tab.get_by_role("status").inner_text() == "get_brand_wcpay_request:ok"
        assert tab.evaluate("window.asked") == ["getBrandWCPayRequest", bridge_call(BRIDGE)]
        tab.close()


def test_a_phone_sees_the_whole_code(chromium: Browser) -> None:
    with served(page(language="zh")) as url:
        tab = chromium.new_page(viewport={"width": 360, "height": 640})
        tab.goto(url)
        assert read_qr(tab.screenshot()) == [CODE]
        assert tab.evaluate("document.documentElement.scrollWidth") <= 360
        tab.close()
