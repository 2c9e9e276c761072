"""What a payer sees after scanning: the cashier of the simulated platform, in WeChat's browser."""

from __future__ import annotations

from urllib.parse import quote

from playwright.sync_api import Page

from harness.browser.page_actions import PATIENCE_S, act, open_page, visible


class CashierPage:
    """Drives the cashier as a payer's thumb would. Open it in a `WECHAT_PHONE` context.

        phone = CashierPage(browser.new_context(**WECHAT_PHONE).new_page())
        phone.open(simulator.base_url, code_url)
        assert phone.pay() == "支付成功"

    Every method raises AssertionError with a plain sentence when what it needs is not on the page.
    """

    def __init__(self, page: Page, *, patience_s: float = PATIENCE_S) -> None:
        self.page = page
        self.patience_s = patience_s

    def open(self, simulator_url: str, code_url: str) -> None:
        """Scan a code: open what the phone opens for it. An unusable code shows `refusal_text` instead."""
        address = f"{simulator_url.rstrip('/')}/cashier/scan?code_url={quote(code_url, safe='')}"
        open_page(self.page, address, "the cashier", patience_s=self.patience_s)

    def merchant_text(self) -> str:
        """Whom the cashier says the money goes to."""
        return self._text("cashier-merchant", "the payee's name")

    def amount_text(self) -> str:
        """What the cashier says is to be paid, as drawn, e.g. `¥12.34`."""
        return self._text("cashier-amount", "the amount to pay")

    def pay(self) -> str:
        """Press pay; returns what the cashier then says."""
        return self._press("cashier-pay", "the pay button")

    def cancel(self) -> str:
        """Press cancel; returns what the cashier then says."""
        return self._press("cashier-cancel", "the cancel button")

    def fail(self) -> str:
        """Let the payment fail, as a card without money would; returns what the cashier then says."""
        return self._press("cashier-fail", "the button that lets the payment fail")

    def result_text(self) -> str:
        """How it ended, in the cashier's words."""
        return self._text("cashier-result", "the cashier's result")

    def _press(self, test_id: str, what: str) -> str:
        button = visible(self.page.get_by_test_id(test_id), what, patience_s=self.patience_s)
        act(lambda: button.click(timeout=self.patience_s * 1000), f"press {what}", self.page)
        return self.result_text()

    def _text(self, test_id: str, what: str) -> str:
        found = visible(self.page.get_by_test_id(test_id), what, patience_s=self.patience_s)
        return found.inner_text().strip()
