"""A shopper whose order leads to Alipay's own pages goes there, and to no other host."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from harness.merchant.answers import Answered
from harness.merchant.rungs.cashier_visit import CashierVisit
from harness.processes.serving import listen, serving


@dataclass
class Platform:
    """Hears what browsers bring."""

    address: str = ""
    brought: list[tuple[str, str, str]] = field(default_factory=list)

    async def hear(self, request: Request) -> Response:
        body = (await request.body()).decode()
        self.brought.append((request.method, request.url.query, body))
        assert not request.cookies
        return Response(status_code=302, headers={"location": "/cashier"})


@pytest.fixture
def platform() -> Iterator[Platform]:
    heard = Platform()
    routes = [Route("/{path:path}", heard.hear, methods=["GET", "POST"])]
    with serving(Starlette(routes=routes), listen()) as address:
        heard.address = address
        yield heard


def after(platform: Platform, text: str = "", leads_to: str = "") -> Answered:
    answered = Answered(200, text, "http://127.0.0.1:9/buy", 0.1, leads_to=leads_to)
    return CashierVisit(platform.address).after(answered)


def test_a_redirect_is_followed(platform: Platform) -> None:
    led = after(platform, leads_to=f"{platform.address}/gateway.do?method=alipay.trade.page.pay&sign=a%2Bb")
    assert led.by_browser
    assert platform.brought == [("GET", "method=alipay.trade.page.pay&sign=a%2Bb", "")]


FORM = """<form action="{0}/gateway.do?charset=utf-8&amp;method=alipay.trade.wap.pay" method="post">
<input type="hidden" name="biz_content" value="{{&quot;out_trade_no&quot;:&quot;T1&quot;}}"></form>
<script>document.forms[0].submit()</script>"""
POSTED = (
    "POST",
    "charset=utf-8&method=alipay.trade.wap.pay",
    "biz_content=%7B%22out_trade_no%22%3A%22T1%22%7D",
)


def test_a_form_that_sends_itself_is_sent(platform: Platform) -> None:
    assert after(platform, FORM.format(platform.address)).by_browser
    assert platform.brought == [POSTED]


def test_a_form_that_a_script_would_write_into_the_page_is_sent(platform: Platform) -> None:
    answer = {"code": 0, "data": [{"html": FORM.format(platform.address)}]}
    assert after(platform, json.dumps(answer)).by_browser
    assert platform.brought == [POSTED]


def test_an_address_that_a_script_would_open_is_opened_once(platform: Platform) -> None:
    address = f"{platform.address}/gateway.do?method=alipay.trade.page.pay"
    assert after(platform, json.dumps({"url": address, "again": address})).by_browser
    assert len(platform.brought) == 1


def test_a_link_is_opened(platform: Platform) -> None:
    assert after(platform, f'<a href="{platform.address}/gateway.do?a=1&amp;b=2">Alipay</a>').by_browser
    assert platform.brought == [("GET", "a=1&b=2", "")]


@pytest.mark.parametrize(
    "elsewhere", ["https://openapi.alipay.com/gateway.do?a=1", "{0}/cashier/T1", "http://[/gateway.do"]
)
def test_nothing_else_is_visited(platform: Platform, elsewhere: str) -> None:
    where = elsewhere.format(platform.address)
    for led in (after(platform, leads_to=where), after(platform, f'<a href="{where}">x</a>')):
        assert not led.by_browser
    assert platform.brought == []


def test_a_platform_that_is_gone_is_no_answer_of_the_apps() -> None:
    with listen() as taken:
        gone = f"http://127.0.0.1:{taken.getsockname()[1]}"
    assert after(Platform(gone), leads_to=f"{gone}/gateway.do?a=1").by_browser
