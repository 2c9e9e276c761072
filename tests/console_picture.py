"""Takes the console's picture for both READMEs: a morning of a tea house, its callbacks, and a forger's one.

    python -m tests.console_picture

`make pictures` takes it with the others. The merchant verifies what it is told, as a careful one does.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass

import httpx
from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from harness.browser.launch import find_browser, launch_arguments
from harness.core.errors import SignatureInvalid
from harness.levers.client import LeversClient
from harness.levers.models import LEVERS
from harness.processes.serving import listen, serving
from harness.simulator.account.identity import new_identity
from harness.simulator.server import Simulator
from tests.simulator.alipay_side import FORM, GATEWAY, AlipaySide, encoded
from tests.simulator.merchant_side import TRANSACTIONS, MerchantSide

SCREEN = ViewportSize(width=1360, height=860)
GOODS = ("龙井 250 克", "碧螺春礼盒", "大红袍 100 克", "正山小种", "茉莉花茶", "白毫银针", "铁观音 500 克")
SHOWN = "TEA20261130006"
Keep = Callable[[str, bytes], None]


@dataclass(frozen=True)
class TeaHouse:
    """A merchant with a server, which orders at a platform over HTTP."""

    merchant: MerchantSide
    platform: str
    own: str

    def order(self, number: str, fen: int, goods: str) -> None:
        """At WeChat Pay."""
        told = self.merchant.order(
            out_trade_no=number, description=goods, amount={"total": fen}, notify_url=f"{self.own}/wechat"
        )
        body, target = json.dumps(told, ensure_ascii=False).encode(), f"{TRANSACTIONS}/native"
        headers = self.merchant.headers("POST", target, body, user_agent="tea-house/1.4")
        httpx.post(self.platform + target, content=body, headers=headers).raise_for_status()

    def order_at_alipay(self, number: str, yuan: str, goods: str) -> None:
        """At Alipay."""
        biz = {"out_trade_no": number, "total_amount": yuan, "subject": goods}
        asked = AlipaySide(self.merchant).parameters(
            "alipay.trade.precreate", biz, notify_url=f"{self.own}/alipay"
        )
        body = encoded(asked, "utf-8")
        answer = httpx.post(self.platform + GATEWAY, content=body, headers={"content-type": FORM})
        answer.raise_for_status()

    async def told(self, request: Request) -> Response:
        """A callback: one of WeChat's is verified."""
        body = await request.body()
        if request.url.path == "/alipay":
            return Response("success")
        try:
            self.merchant.verifier.verify(list(request.headers.items()), body)
        except SignatureInvalid:
            return Response('{"code":"FAIL","message":"验签失败"}', 401)
        return Response('{"code":"SUCCESS"}')


def photograph_console(browser: Browser, keep: Keep) -> None:
    """The console with an order open, in both languages: light in the one, dark in the other.

    Args:
        keep: is given each picture by its name, `console-zh` and `console-en`.
    """
    simulator = Simulator(identity=new_identity(), experience=False, console=True)
    with ExitStack() as stack:
        platform = stack.enter_context(serving(simulator, listen()))
        listener = listen()
        own = f"http://127.0.0.1:{listener.getsockname()[1]}"
        house = TeaHouse(MerchantSide(simulator), platform, own)
        app = Starlette(routes=[Route("/{form}", house.told, methods=["POST"])])
        stack.enter_context(serving(app, listener))
        levers = stack.enter_context(
            LeversClient(f"{platform}{LEVERS}", token=simulator.identity.levers_token)
        )
        _a_morning(house, levers)
        for language, locale, scheme in (("zh", "zh-CN", "light"), ("en", "en-US", "dark")):
            context = browser.new_context(
                locale=locale,
                timezone_id="Asia/Shanghai",
                viewport=SCREEN,
                color_scheme="dark" if scheme == "dark" else "light",
            )
            page = context.new_page()
            page.goto(f"{platform}/console/orders/{SHOWN}")
            _open(page, forges=language == "zh")
            keep(f"console-{language}", page.screenshot())
            context.close()


def _a_morning(house: TeaHouse, levers: LeversClient) -> None:
    for number in range(8):
        house.order_at_alipay(f"GL20261130{number:03d}", f"{19 + number * 7}.90", GOODS[number % 7])
        house.order(f"TEA20261130{number:03d}", 1990 + number * 730, GOODS[(number + 3) % 7])
        if number % 3 != 1:
            levers.pay(out_trade_no=f"TEA20261130{number:03d}")
        if number % 2:
            levers.pay(out_trade_no=f"GL20261130{number:03d}")


def _open(page: Page, *, forges: bool) -> None:
    """The order's request stands open; what takes room and says little does not."""
    if forges:
        page.get_by_test_id("act-forge").click()
        page.keyboard.press("Enter")
        expect(page.get_by_test_id("judged")).to_be_visible()
        expect(page.get_by_test_id("toast")).to_have_count(0, timeout=15_000)
    request = page.get_by_test_id("exchange").last
    request.locator("summary").click()
    expect(request.get_by_test_id("signed")).to_be_visible()
    page.locator("[data-keep=facts] > summary").click()
    page.mouse.move(0, 0)


if __name__ == "__main__":
    from tests.pictures import keep_picture  # which imports us

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=find_browser().executable, args=launch_arguments()
        )
        photograph_console(chromium, keep_picture)
        chromium.close()
