"""A developer works with the console in a real browser: it is live, quick, and at home on a second screen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from harness.core.payment import Product
from harness.processes.serving import listen, serving
from harness.simulator.account.identity import new_identity
from harness.simulator.platform.orders import OrderRequest
from harness.simulator.server import Simulator

MANY = 10_000
AXE = Path(__file__).parents[2] / ".tools/node/node_modules/axe-core/axe.min.js"
FOUND = """
async () => (await axe.run(document, { resultTypes: ["violations"] })).violations
  .map(each => `${each.id}: ${each.nodes.slice(0, 3).map(node => node.target.join(" ")).join(" | ")}`)
"""
SCREEN = {"viewport": {"width": 1280, "height": 800}}
HOSTILE = "<img src=x onerror=\"document.title='owned'\">\u202e"


class Desk:
    """A simulator, and the address of its console."""

    def __init__(self, stack: ExitStack) -> None:
        self.simulator = Simulator(identity=new_identity(), experience=False, console=True)
        self.base = stack.enter_context(serving(self.simulator, listen()))
        shop = Starlette(routes=[Route("/notify", lambda _: Response("success"), methods=["POST"])])
        self.notify_url = f"{stack.enter_context(serving(shop, listen()))}/notify"

    def place(self, number: str, *, description: str = "龙井", total: int = 1990) -> None:
        """An order comes in."""
        account = self.simulator.account
        request = OrderRequest(
            mchid=account.mchid,
            appid=account.appid,
            product=Product.NATIVE,
            out_trade_no=number,
            total=total,
            notify_url=self.notify_url,
            parameters={},
            dialect="apiv3",
            description=description,
            attach=description,
        )
        account.create(request, once=number)
        console = self.simulator.console
        assert console is not None
        console.moved()


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    """One for all; on a busy machine a page may take its time."""
    expect.set_options(timeout=20_000)
    with ExitStack() as stack:
        yield Desk(stack)
    expect.set_options(timeout=5_000)


@pytest.fixture
def developer(chromium: Browser) -> Iterator[BrowserContext]:
    """An English developer with nothing remembered."""
    made = chromium.new_context(locale="en-US", color_scheme="light", **SCREEN)  # type: ignore[arg-type]
    made.set_default_timeout(20_000)
    yield made
    made.close()


@pytest.fixture
def tab(developer: BrowserContext, desk: Desk) -> Iterator[Page]:
    """The console; whatever goes wrong in it fails the test."""
    tab = developer.new_page()
    wrong: list[str] = []
    tab.on("pageerror", lambda error: wrong.append(str(error)))
    tab.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    tab.on("request", lambda asked: wrong.append(asked.url) if not asked.url.startswith(desk.base) else None)
    tab.goto(f"{desk.base}/console")
    yield tab
    # What is not there yet, or does not answer, is told by the browser, too.
    assert [each for each in wrong if not each.startswith("Failed to load resource")] == []


def test_an_order_shows_as_it_comes_and_is_paid_with_a_press(tab: Page, desk: Desk) -> None:
    desk.place("live-order-1")
    tab.get_by_role("option").filter(has_text="live-order-1").click()
    expect(tab).to_have_url(re.compile(r"/console/orders/live-order-1\?account=\d+$"))
    expect(tab.get_by_test_id("state")).to_have_text("unpaid")
    tab.get_by_test_id("act-pay").click()
    expect(tab.get_by_test_id("toast")).to_contain_text("Paid")
    expect(tab.get_by_test_id("state")).to_have_text("paid")
    expect(tab.get_by_test_id("act-pay")).to_be_disabled()
    callback = tab.get_by_test_id("callback")
    expect(callback).to_contain_text("200")
    callback.locator("summary").click()
    expect(callback.get_by_test_id("merchant-said")).to_have_text("success")
    expect(callback.get_by_test_id("plain")).to_contain_text('"out_trade_no":"live-order-1"')
    expect(tab.get_by_test_id("book").locator(".row-like")).to_have_count(2)

    tab.get_by_test_id("act-refund").click()
    tab.get_by_test_id("amount").fill("9.90")
    tab.keyboard.press("Enter")
    expect(tab.get_by_test_id("refund")).to_contain_text("¥9.90")
    expect(callback.get_by_test_id("merchant-said")).to_be_visible()  # what was open stays open
    tab.get_by_test_id("act-forge").click()
    tab.get_by_placeholder("CBK-02").fill("CBK-02")
    tab.keyboard.press("Enter")
    expect(tab.get_by_test_id("judged")).to_have_text("wrongly answered")
    tab.get_by_test_id("advance-h1").click()
    expect(tab.get_by_test_id("ahead")).to_contain_text("1 hr")


def test_ten_thousand_orders_are_walked_by_keys_and_found_at_once(tab: Page, desk: Desk) -> None:
    for number in range(MANY):
        desk.place(f"many-{number:05d}", total=100 + number)
    rows, shown = tab.locator(".row"), tab.get_by_test_id("list")
    expect(tab.get_by_test_id("count")).to_have_text(re.compile(r"^10,00\d$"))
    tab.keyboard.press("j")
    tab.keyboard.press("j")
    tab.keyboard.press("k")
    tab.keyboard.press("j")
    expect(shown.locator(".at")).to_contain_text("many-09998")
    tab.keyboard.press("Enter")
    expect(tab.get_by_test_id("number")).to_have_text("many-09998")
    tab.keyboard.press("G")
    expect(rows.last).to_contain_text(re.compile("live-order-1|many-00000"))
    assert rows.count() < 60
    tab.keyboard.press("g")
    expect(rows.first).to_be_visible()
    tab.keyboard.press("/")
    tab.keyboard.type("many-00777")
    expect(tab.get_by_test_id("count")).to_have_text("1")
    tab.keyboard.press("Enter")
    tab.keyboard.press("Enter")
    expect(tab.get_by_test_id("number")).to_have_text("many-00777")
    tab.keyboard.press("Escape")
    expect(tab.get_by_test_id("number")).to_have_count(0)
    tab.keyboard.press("?")
    expect(tab.get_by_test_id("help")).to_be_visible()
    tab.keyboard.press("Escape")
    tab.keyboard.press("3")
    expect(tab.get_by_test_id("tab-ledger")).to_have_attribute("aria-current", "page")


def test_a_link_leads_to_an_order_even_before_it_is_placed(tab: Page, desk: Desk) -> None:
    tab.goto(f"{desk.base}/console/orders/awaited-1")
    expect(tab.get_by_test_id("pane")).to_contain_text("There is no order awaited-1")
    desk.place("awaited-1")
    expect(tab.get_by_test_id("number")).to_have_text("awaited-1")
    expect(tab).to_have_title("awaited-1 · GoLive")
    tab.reload()
    expect(tab.get_by_test_id("number")).to_have_text("awaited-1")


def test_what_merchants_write_is_text_and_marks_that_hide_are_drawn(tab: Page, desk: Desk) -> None:
    desk.place("hostile-1", description=HOSTILE)
    tab.goto(f"{desk.base}/console/orders/hostile-1")
    expect(tab.get_by_test_id("fact-attach")).to_have_text(HOSTILE[:-1] + "U+202E")
    expect(tab.locator("main img")).to_have_count(0)
    expect(tab).to_have_title("hostile-1 · GoLive")


def test_language_and_appearance_are_the_browsers_until_somebody_chooses(
    chromium: Browser, desk: Desk
) -> None:
    narrow = {"width": 390, "height": 800}
    options: dict[str, Any] = {"locale": "zh-CN", "color_scheme": "dark", "viewport": narrow}
    context = chromium.new_context(**options)
    tab = context.new_page()
    tab.goto(f"{desk.base}/console")
    paper = "getComputedStyle(document.body).backgroundColor"
    expect(tab.get_by_test_id("tab-orders")).to_contain_text("订单")
    dark = tab.evaluate(paper)
    tab.keyboard.press("t")
    light = tab.evaluate(paper)
    assert light != dark
    tab.get_by_test_id("language").click()
    expect(tab.get_by_test_id("tab-orders")).to_contain_text("Orders")
    assert tab.evaluate("document.documentElement.scrollWidth") == 390
    tab.reload()
    expect(tab.get_by_test_id("tab-orders")).to_contain_text("Orders")
    assert tab.evaluate(paper) == light
    context.close()


def test_nobody_is_kept_out(chromium: Browser, desk: Desk) -> None:
    """axe finds nothing in a page with everything on it, in either appearance."""
    desk.place("axe-order-1")
    for scheme, locale in (("light", "en-US"), ("dark", "zh-CN")):
        options: dict[str, Any] = {"color_scheme": scheme, "locale": locale, **SCREEN}
        context = chromium.new_context(bypass_csp=True, **options)
        tab = context.new_page()
        tab.goto(f"{desk.base}/console/orders/axe-order-1")
        if tab.get_by_test_id("act-pay").is_enabled():
            tab.get_by_test_id("act-pay").click()
        tab.get_by_test_id("callback").first.locator("summary").click()
        tab.get_by_test_id("act-forge").click()
        tab.evaluate(AXE.read_text("utf-8"))
        assert tab.evaluate(FOUND) == []
        tab.keyboard.press("Escape")
        expect(tab.locator("dialog")).to_have_count(0)
        assert tab.evaluate(FOUND) == []
        context.close()


def test_a_simulator_that_has_gone_is_told(tab: Page, desk: Desk) -> None:
    expect(tab.get_by_test_id("live")).to_have_text("live")
    tab.route("**/data/**", lambda route: route.fulfill(status=503))
    expect(tab.get_by_test_id("live")).to_contain_text("disconnected")
    tab.unroute_all()
    expect(tab.get_by_test_id("live")).to_have_text("live")
