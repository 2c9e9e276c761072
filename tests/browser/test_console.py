"""A developer works with the console in a real browser: it is live, quick, and at home on a second screen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, Request, expect
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


@pytest.fixture(scope="module")
def window(chromium: Browser) -> Iterator[Page]:
    """An English developer's, one for all."""
    context = chromium.new_context(
        locale="en-US", color_scheme="light", viewport={"width": 1100, "height": 600}
    )
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()


@pytest.fixture
def tab(window: Page, desk: Desk) -> Iterator[Page]:
    """The console; whatever goes wrong in it fails the test."""
    wrong: list[str] = []

    def failed(error: Error) -> None:
        wrong.append(str(error))

    def said(message: ConsoleMessage) -> None:
        # What is not there yet, or does not answer, is told by the browser, too.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            wrong.append(message.text)

    def asked(request: Request) -> None:
        if not request.url.startswith(desk.base):
            wrong.append(request.url)

    window.on("pageerror", failed)
    window.on("console", said)
    window.on("request", asked)
    window.goto(f"{desk.base}/console")
    yield window
    assert wrong == []
    window.remove_listener("pageerror", failed)
    window.remove_listener("console", said)
    window.remove_listener("request", asked)


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
    expect(tab.get_by_test_id("refund")).to_contain_text(re.compile("¥9.90(refunded|under way)"))
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
    tab.keyboard.press("Enter")  # before it has been looked for
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


@pytest.mark.parametrize("address", ["/console/orders", "/console/", "/console/orders/%E9%BE"])
def test_an_address_that_was_typed_or_cut_leads_to_the_console(tab: Page, desk: Desk, address: str) -> None:
    desk.place(f"typed-{len(address)}")
    tab.goto(desk.base + address)
    expect(tab.get_by_role("option").filter(has_text=f"typed-{len(address)}")).to_be_visible()
    pane = tab.get_by_test_id("pane")
    expect(pane).to_contain_text("There is no order" if "%" in address else "Choose an order")


def test_what_merchants_write_is_text_and_marks_that_hide_are_drawn(tab: Page, desk: Desk) -> None:
    desk.place("hostile-1", description=HOSTILE)
    tab.goto(f"{desk.base}/console/orders/hostile-1")
    expect(tab.get_by_test_id("fact-attach")).to_have_text(HOSTILE[:-1] + "U+202E")
    expect(tab.locator("main img")).to_have_count(0)
    expect(tab).to_have_title("hostile-1 · GoLive")


def test_language_and_appearance_are_the_browsers_until_somebody_chooses(
    chromium: Browser, desk: Desk
) -> None:
    """And axe finds nothing in either."""
    desk.place("axe-order-1")
    context = chromium.new_context(
        locale="zh-CN", color_scheme="dark", viewport={"width": 390, "height": 800}, bypass_csp=True
    )
    page = context.new_page()
    page.goto(f"{desk.base}/console/orders/axe-order-1")
    paper = "getComputedStyle(document.body).backgroundColor"
    expect(page.get_by_test_id("tab-orders")).to_contain_text("订单")
    dark = page.evaluate(paper)
    page.get_by_test_id("act-pay").click()
    page.get_by_test_id("callback").locator("summary").click()
    page.evaluate(AXE.read_text("utf-8"))
    assert page.evaluate(FOUND) == []
    page.keyboard.press("t")
    light = page.evaluate(paper)
    assert light != dark
    page.set_viewport_size({"width": 1100, "height": 600})
    page.get_by_test_id("act-forge").click()
    assert page.evaluate(FOUND) == []
    page.keyboard.press("Escape")
    page.set_viewport_size({"width": 390, "height": 800})
    page.get_by_test_id("language").click()
    expect(page.get_by_test_id("tab-orders")).to_contain_text("Orders")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.reload()
    expect(page.get_by_test_id("tab-orders")).to_contain_text("Orders")
    assert page.evaluate(paper) == light
    context.close()


def test_what_a_dialog_is_told_is_seen_above_it_and_says_what_would_do(tab: Page, desk: Desk) -> None:
    desk.place("refusing-1")
    tab.goto(f"{desk.base}/console/orders/refusing-1")
    tab.get_by_test_id("act-fault").click()
    value = tab.get_by_test_id("value")
    tab.get_by_test_id("action").select_option("status")
    value.fill("700")
    value.press("Enter")
    told = tab.locator("dialog").get_by_role("status")
    expect(told).to_have_text("That cannot be done: 202 or 400 to 599")
    expect(value).to_have_attribute("aria-invalid", "true")
    tab.keyboard.press("Escape")
    expect(tab.locator("dialog")).to_have_count(0)
    tab.get_by_test_id("act-pay").click()
    expect(tab.get_by_test_id("toast")).to_contain_text("Paid")


def test_a_simulator_that_has_gone_is_told(tab: Page, desk: Desk) -> None:
    expect(tab.get_by_test_id("live")).to_have_text("live")
    tab.route("**/data/**", lambda route: route.fulfill(status=503))
    expect(tab.get_by_test_id("live")).to_contain_text("disconnected")
    tab.set_viewport_size({"width": 390, "height": 800})
    assert tab.evaluate("getComputedStyle(document.querySelector('.live')).fontSize") != "0px"
    assert tab.evaluate("document.documentElement.scrollWidth") == 390
    tab.set_viewport_size({"width": 1100, "height": 600})
    tab.unroute_all()
    expect(tab.get_by_test_id("live")).to_have_text("live")
