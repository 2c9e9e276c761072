"""The real browser as the product starts it: loopback without a proxy, and the devices it plays."""

from __future__ import annotations

import os
from typing import Any

import pytest
from playwright.sync_api import Browser, Error
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from harness.browser.devices import DESKTOP, PHONE, WECHAT_PHONE
from harness.browser.launch import find_browser, launch_arguments
from harness.processes.serving import listen, serving

DEAD_PROXY = "http://127.0.0.1:9"


def test_loopback_goes_through_no_proxy_whatever_the_variables_say(chromium: Browser) -> None:
    names = ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
    proxied: dict[str, str | float | bool] = {
        **os.environ,
        **dict.fromkeys(names, DEAD_PROXY),
        "NO_PROXY": "",
        "no_proxy": "",
    }
    app = Starlette(routes=[Route("/", lambda request: PlainTextResponse("here"))])
    browser = chromium.browser_type.launch(
        executable_path=find_browser().executable, args=launch_arguments(), env=proxied
    )
    with serving(app, listen()) as address:
        page = browser.new_page()
        for name in (address, address.replace("127.0.0.1", "localhost")):
            answer = page.goto(name)
            assert answer is not None
            assert answer.text() == "here"
        with pytest.raises(Error, match="ERR_PROXY_CONNECTION_FAILED"):  # elsewhere they are obeyed
            page.goto("http://shop.invalid/")
    browser.close()


@pytest.mark.parametrize(
    ("device", "says", "keeps_silent"),
    [
        (DESKTOP, "Windows NT", "Mobile"),
        (PHONE, "Mobile", "MicroMessenger"),
        (WECHAT_PHONE, "MicroMessenger/8", "Headless"),
    ],
    ids=["desktop", "phone", "wechat"],
)
def test_each_device_says_what_it_is(
    chromium: Browser, device: dict[str, Any], says: str, keeps_silent: str
) -> None:
    def echo(request: Request) -> PlainTextResponse:
        return PlainTextResponse(request.headers["user-agent"] + "\n" + request.headers["accept-language"])

    context = chromium.new_context(**device)
    with serving(Starlette(routes=[Route("/", echo)]), listen()) as address:
        answer = context.new_page().goto(address)
        assert answer is not None
        user_agent, language = answer.text().splitlines()
    context.close()
    assert says in user_agent
    assert keeps_silent not in user_agent
    assert "Headless" not in user_agent
    assert language.startswith("zh-CN")


@pytest.mark.parametrize("device", [DESKTOP, PHONE, WECHAT_PHONE], ids=["desktop", "phone", "wechat"])
def test_every_device_lives_in_beijing_time(chromium: Browser, device: dict[str, Any]) -> None:
    context = chromium.new_context(**device)
    zone = context.new_page().evaluate("Intl.DateTimeFormat().resolvedOptions().timeZone")
    context.close()
    assert zone == "Asia/Shanghai"


def test_only_phones_can_be_touched(chromium: Browser) -> None:
    touches = []
    for device in (DESKTOP, PHONE, WECHAT_PHONE):
        context = chromium.new_context(**device)
        touches.append(context.new_page().evaluate("navigator.maxTouchPoints > 0"))
        context.close()
    assert touches == [False, True, True]
