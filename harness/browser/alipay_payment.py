"""Paying with Alipay: from a merchant's page to the cashier, on a phone and at a desk."""

from __future__ import annotations

from harness.browser.alipay_page import AlipayDeskPage, AlipayPhonePage
from harness.browser.payment_page import PaymentPage


def start_wap(shop: PaymentPage, yuan: str) -> AlipayPhonePage:
    """Order by wap on an open payment page, and follow it to the cashier (which may refuse).

    Args:
        shop: in a phone's own browser.
        yuan: the amount as a payer writes it.

    Raises:
        AssertionError: the page has no such choice, refused the order, or did not lead to the cashier.
    """
    _follow(shop, "h5", yuan)
    cashier = AlipayPhonePage(shop, patience_s=shop.patience_s)
    cashier.wait()
    return cashier


def start_page(shop: PaymentPage, yuan: str) -> AlipayDeskPage:
    """Order by page on an open payment page at a desk; as `start_wap`."""
    _follow(shop, "page", yuan)
    cashier = AlipayDeskPage(shop, patience_s=shop.patience_s)
    cashier.wait()
    return cashier


def _follow(shop: PaymentPage, kind: str, yuan: str) -> None:
    shop.prefer("alipay", kind)
    shop.amount(yuan)
    shop.create()
    shop.follow_h5()
