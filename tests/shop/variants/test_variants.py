"""Every variant of the shop is told in both languages, keeps to known practices, and takes money rightly."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import fields
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from harness.browser.devices import DESKTOP, WECHAT_PHONE, phone_at
from harness.browser.payment_page import PaymentPage
from harness.browser.phone_payment import pay_by_jsapi, start_h5
from harness.browser.qr import read_qr
from harness.browser.wechat_bridge import WeChatStandIn
from harness.core.dialects import dialects
from harness.core.errors import UsageError
from harness.levers.client import LeversClient
from harness.levers.models import Fault
from harness.merchant.profile import MerchantProfile
from harness.plugin.options import Options
from harness.shop.defects.registry import practices_with
from harness.shop.practices import Practices
from harness.shop.variants.registry import VARIANTS, Variant, lacking
from harness.simulator.embedded import RunningSimulator
from tests.shop.conftest import SHOPPER_IP, Trade, trading


@pytest.mark.parametrize("each", VARIANTS.values(), ids=VARIANTS)
def test_a_variant_says_what_is_other_and_replaces_only_what_there_is(each: Variant) -> None:
    known = {member.name for member in fields(Practices)}
    shop = MerchantProfile.load("shop")
    assert each.text.zh != each.text.en
    assert set(each.practices) <= known
    assert each.practices or each.environment or each.lacks, "it is the reference shop"
    assert each.lacks <= shop.capabilities
    assert shop.without(lacking([each.id])).capabilities == shop.capabilities - each.lacks


def test_a_defect_is_wrong_in_every_variant() -> None:
    both = practices_with(["skips-signature"], ["inbox"])
    assert both.books_after_s == practices_with([], ["inbox"]).books_after_s is not None
    assert both.verify == practices_with(["skips-signature"]).verify


def test_an_unknown_variant_is_told_what_is_near() -> None:
    with pytest.raises(UsageError, match="inbox") as refused:
        Options.read({"variants": ("inbx",)})
    assert "inbx" in str(refused.value)


def test_a_variant_of_our_shop_is_no_variant_of_another_merchant() -> None:
    with pytest.raises(UsageError, match="--merchant"):
        Options.read({"variants": ("inbox",), "merchant": "theirs.toml"})


def test_the_inbox_answers_before_it_books_and_books_once(
    environment: dict[str, str], levers: LeversClient
) -> None:
    with trading(environment, levers, variants=["inbox"]) as trade:
        number = trade.order()
        callbacks = [trade.callback(number) for _ in range(3)]
        answers = [trade.merchant.deliver(each.headers, each.body).status for each in callbacks]
        waiting = trade.books(number).credits
        assert trade.running.shop.inbox is not None
        trade.running.shop.inbox.wait_until_booked()
        kept = trade.books(number)
    assert (answers, waiting) == ([204, 204, 204], 0)
    assert (kept.status, kept.credits, int(kept.paid_amount)) == ("paid", 1, 1990)


def test_what_the_inbox_has_written_down_outlives_it(
    environment: dict[str, str], levers: LeversClient
) -> None:
    with trading(environment, levers, variants=["inbox"]) as trade:
        number = trade.order()
        callback = trade.callback(number)
        trade.merchant.deliver(callback.headers, callback.body)
        inbox = trade.running.shop.inbox
        assert inbox is not None
        inbox.stop()
        assert trade.books(number).credits == 0
        assert [each.out_trade_no for each in inbox.waiting()] == [number]


@pytest.mark.parametrize("dialect", dialects(classic=False))
def test_an_order_whose_answer_is_lost_goes_out_again_over_mcp_and_nobody_is_asked(
    environment: dict[str, str], levers: LeversClient, dialect: str
) -> None:
    over_mcp = {**environment, "PAYMENT_MCP_ENABLED": "true", "WECHAT_MCP_DIALECT": dialect}
    with trading(over_mcp, levers, variants=["sends-again"]) as trade:
        levers.add_fault(Fault(operation="create", action="drop_after_acceptance", dialect=dialect))
        audit = levers.audit(trade.order())
    assert [(each.kind, each.detail["dialect"]) for each in audit.events] == [
        ("created", dialect),
        ("reordered", dialect),
    ]


def opened(tab: Page, trade: Trade) -> PaymentPage:
    shop = PaymentPage(tab, trade.running.base_url)
    shop.sign_in(trade.profile.credentials.email, trade.profile.credentials.password)
    shop.open()
    return shop


@pytest.fixture
def late(environment: dict[str, str], levers: LeversClient) -> Iterator[Trade]:
    """The shop whose pictures come late."""
    with trading(environment, levers, variants=["late-pictures"]) as trade:
        yield trade


@pytest.fixture
def device(chromium: Browser) -> Iterator[Callable[[dict[str, Any]], BrowserContext]]:
    """Makes devices that are put away in the end."""
    with ExitStack() as stack:

        def make(options: dict[str, Any]) -> BrowserContext:
            return stack.enter_context(chromium.new_context(**options))

        yield make


def test_a_picture_comes_late_beside_the_code_of_an_account(
    late: Trade, device: Callable[[dict[str, Any]], BrowserContext]
) -> None:
    shop = opened(device(DESKTOP).new_page(), late)
    shop.choose("wechat", "qr")
    shop.amount("19.90")
    shop.create()
    assert shop.page.get_by_test_id("payment-qr").get_attribute("src") is None
    issued = late.levers.audit(shop.order_number()).code_url
    assert issued
    shown = shop.look_for_code(issued)
    assert shown.in_part == (issued,)
    assert len(read_qr(shop.page.screenshot(full_page=True))) == 2


def test_the_h5_cashier_is_a_tab_of_its_own(
    late: Trade, device: Callable[[dict[str, Any]], BrowserContext]
) -> None:
    shop = opened(device(phone_at(SHOPPER_IP)).new_page(), late)
    merchants = shop.page
    assert start_h5(shop, "19.90").page is not merchants


def test_the_bridge_is_called_as_the_js_sdk_calls_it(
    late: Trade,
    simulator: RunningSimulator,
    device: Callable[[dict[str, Any]], BrowserContext],
) -> None:
    context = device(WECHAT_PHONE)
    keys = late.levers.keys()
    wechat = WeChatStandIn(
        context,
        simulator.base_url,
        merchant_public_key=keys.merchant_public_key_pem,
        openid=late.environment["GOLIVE_TEST_OPENID"],
    )
    call = pay_by_jsapi(opened(context.new_page(), late), wechat, "19.90")
    assert (call.ending, call.unsigned, "verifyAppId" in call.parameters) == ("ok", "", True)


def test_a_shop_without_mini_program_refuses_its_orders(
    environment: dict[str, str], levers: LeversClient
) -> None:
    with trading(environment, levers, variants=["no-mini-program"]) as trade:
        assert trade.ask(kind="miniprogram").status_code == 400
        assert trade.order(kind="jsapi")
