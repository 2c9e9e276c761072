"""Paying from a phone: from a merchant's page to the H5 middle page, or to the bridge inside WeChat."""

from __future__ import annotations

from harness.browser.h5_page import H5CashierPage
from harness.browser.payment_page import PaymentPage
from harness.browser.wechat_bridge import BridgeCall, PayerWill, WeChatStandIn


def start_h5(shop: PaymentPage, yuan: str) -> H5CashierPage:
    """Order by H5 on an open payment page, and follow it to the middle page (which may show an error).

    Args:
        shop: in a context of `phone_at(ip)`.
        yuan: the amount as a payer writes it.

    Raises:
        AssertionError: the page has no such choice, refused the order, or did not lead to the middle page.
    """
    shop.prefer("wechat", "h5")
    shop.amount(yuan)
    shop.create()
    shop.follow_h5()
    cashier = H5CashierPage(shop, patience_s=shop.patience_s)
    cashier.wait()
    return cashier


def pay_by_jsapi(shop: PaymentPage, wechat: WeChatStandIn, yuan: str, will: PayerWill = "pay") -> BridgeCall:
    """Order by JSAPI on an open payment page inside WeChat, and return what the page asked of the bridge.

    Args:
        shop: in the context that `wechat` plays WeChat for.
        will: what the payer does when WeChat asks.

    Raises:
        AssertionError: the page has no such choice, refused the order, or did not invoke the bridge.
    """
    before = len(wechat.calls)
    wechat.next_outcome = will
    shop.prefer("wechat", "jsapi")
    shop.amount(yuan)
    shop.create()
    shop.expect_taken()
    return wechat.wait_for_call(shop.page, count=before + 1, patience_s=shop.patience_s)
