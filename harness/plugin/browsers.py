"""Browser fixtures: the shopper at a desk, and the payer with a phone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Literal, NamedTuple

import pytest
from playwright.sync_api import Browser, Page, StorageState

from harness.browser.cashier_page import CashierPage
from harness.browser.launch import find_browser, launch_arguments
from harness.browser.payment_page import PaymentPage
from harness.browser.profiles import DESKTOP, WECHAT_PHONE, phone_at
from harness.browser.wechat import WeChatStandIn
from harness.levers.models import PlatformKeys
from harness.merchant.profile import MerchantProfile, TestIds
from harness.plugin.options import OUR_SHOP, Options
from harness.plugin.world import Endpoint
from harness.settings.model import Settings

PHONE_ADDRESS = "203.0.113.24"
"""Where the phone's shopper comes from: a documentation address, told by X-Forwarded-For."""


@pytest.fixture(scope="session")
def browser_type_launch_args(pytestconfig: pytest.Config) -> dict[str, Any]:
    """How pytest-playwright launches the browser that this machine has."""
    headed = bool(pytestconfig.getoption("--headed"))
    found = find_browser(windows=headed)
    arguments: dict[str, Any] = {
        "headless": not headed,
        "args": launch_arguments(),
        "handle_sigint": False,  # Ctrl-C is ours to handle: a driver that ends first takes the verdict along
    }
    if found.executable:
        arguments["executable_path"] = found.executable
    return arguments


class WeChatShopper(NamedTuple):
    """A shopper inside WeChat: the merchant's page, and WeChat around it."""

    shop: PaymentPage
    wechat: WeChatStandIn


def _tab_life(fixture_name: str, config: pytest.Config) -> Literal["session", "function"]:
    """How long a tab is kept: opening one takes longer than most of what is done in it.

    Ours for all scenarios of a wire, as our shop leaves nothing in a browser but who signed in. What another
    merchant leaves there must not reach the next scenario.
    """
    return "session" if config.getoption("merchant") == OUR_SHOP else "function"


@pytest.fixture(scope="session")
def signed_in_tab(browser: Browser, profile: MerchantProfile) -> Iterator[PaymentPage]:
    """A desk's tab that has signed in by the merchant's own form, which is done once."""
    with _tab(browser, DESKTOP) as tab:
        page = _page(tab, profile)
        page.sign_in(profile.credentials.email, profile.credentials.password)
        _leave(tab)
        yield page


@pytest.fixture(scope="session")
def signed_in(signed_in_tab: PaymentPage) -> StorageState:
    """What a browser keeps of having signed in."""
    return signed_in_tab.page.context.storage_state()


@pytest.fixture(scope=_tab_life)
def desk(
    browser: Browser,
    profile: MerchantProfile,
    signed_in_tab: PaymentPage,
    signed_in: StorageState,
    options: Options,
) -> Iterator[PaymentPage]:
    """A desk's tab, signed in."""
    if options.merchant == OUR_SHOP:
        yield signed_in_tab
        return
    with _tab(browser, {**DESKTOP, "storage_state": signed_in}) as tab:
        yield _page(tab, profile)


@pytest.fixture(scope=_tab_life)
def phone(browser: Browser, profile: MerchantProfile, signed_in: StorageState) -> Iterator[PaymentPage]:
    """A tab of a phone's own browser, on a public address."""
    with _tab(browser, {**phone_at(PHONE_ADDRESS), "storage_state": signed_in}) as tab:
        yield _page(tab, profile)


@pytest.fixture(scope=_tab_life)
def wechat_phone(
    browser: Browser,
    profile: MerchantProfile,
    endpoint: Endpoint,
    settings: Settings,
    platform_keys: PlatformKeys,
    signed_in: StorageState,
) -> Iterator[WeChatShopper]:
    """A tab inside WeChat, whose bridge verifies `paySign` as WeChat would."""
    context = browser.new_context(**WECHAT_PHONE, storage_state=signed_in)
    wechat = WeChatStandIn(
        context,
        endpoint.base_url,
        merchant_public_key=platform_keys.merchant_public_key_pem,
        openid=settings.test_openid or "",
    )
    try:
        yield WeChatShopper(_page(context.new_page(), profile), wechat)
    finally:
        context.close()


@pytest.fixture(scope="session")
def somebody(browser: Browser) -> Iterator[CashierPage]:
    """Somebody else's phone with WeChat on it; it never meets the merchant, and is kept."""
    with _tab(browser, WECHAT_PHONE) as tab:
        yield CashierPage(tab)


@pytest.fixture
def shopper(desk: PaymentPage) -> Iterator[PaymentPage]:
    """A signed-in shopper at a desk, on the merchant's payment page."""
    desk.open()
    yield desk
    _leave(desk.page)


@pytest.fixture
def phone_shopper(phone: PaymentPage) -> Iterator[PaymentPage]:
    """A signed-in shopper with a phone's own browser, on a public address, on the merchant's payment page."""
    phone.open()
    yield phone
    _leave(phone.page)


@pytest.fixture
def wechat_shopper(wechat_phone: WeChatShopper) -> Iterator[WeChatShopper]:
    """A signed-in shopper inside WeChat, on the merchant's payment page."""
    wechat_phone.wechat.forget()
    wechat_phone.shop.open()
    yield wechat_phone
    _leave(wechat_phone.shop.page)


@pytest.fixture
def payer(somebody: CashierPage) -> Iterator[CashierPage]:
    """Somebody who scans codes and pays."""
    yield somebody
    _leave(somebody.page)


@contextmanager
def _tab(browser: Browser, device: Mapping[str, Any]) -> Iterator[Page]:
    """A device with one tab."""
    context = browser.new_context(**device)
    try:
        yield context.new_page()
    finally:
        context.close()


def _leave(tab: Page) -> None:
    """A page that stayed open would go on asking the merchant how its order is doing."""
    tab.goto("about:blank")


def _page(tab: Page, profile: MerchantProfile) -> PaymentPage:
    return PaymentPage(
        tab,
        profile.base_url,
        test_ids=_parts(profile.test_ids),
        login_path=profile.paths.sign_in,
        payment_path=profile.paths.payment,
    )


def _parts(ids: TestIds) -> dict[str, str]:
    """The merchant's own ids by the names the page object knows the parts by."""
    return {
        "payment-method-wechat": ids.method_wechat,
        "payment-method-alipay": ids.method_alipay,
        "payment-type-h5": ids.type_h5,
        "payment-type-qr": ids.type_qr,
        "payment-type-jsapi": ids.type_jsapi,
        "custom-amount": ids.amount,
        "create-payment-button": ids.create,
        "payment-result": ids.result,
        "payment-qr": ids.qr,
        "payment-confirm-button": ids.confirm,
        "payment-status": ids.status,
        "payment-amount": ids.paid_amount,
        "order-number": ids.order_number,
        "payment-error": ids.error,
        "payment-h5-link": ids.h5_link,
        "payment-bridge-button": ids.bridge,
        "payment-bridge-result": ids.bridge_result,
    }
