"""The H5 middle page as a phone's own browser shows it, and what WeChat shows when the page opens it."""

from __future__ import annotations

from playwright.sync_api import Error, Locator, Page

from harness.browser.page_actions import PATIENCE_S, act, open_page, visible

__all__ = ["H5CashierPage"]


class H5CashierPage:
    """Drives the middle page as a payer's thumb would. Its context plays `phone_at(ip)`.

        page.goto(…)                        # the merchant's page; it leads to the middle page
        cashier = H5CashierPage(page)
        cashier.open_wechat()
        assert cashier.pay() == "支付成功"
        cashier.back_to_merchant()

    Every method raises AssertionError with a plain sentence when what it needs is not on the page.
    """

    def __init__(self, page: Page, *, patience_s: float = PATIENCE_S) -> None:
        self.page = page
        self.patience_s = patience_s

    def arrive_from(self, merchant_page: str, h5_url: str) -> None:
        """Open a page of the merchant and let it lead here, as a link or a script does: with its Referer."""
        open_page(self.page, merchant_page, "the merchant's page", patience_s=self.patience_s)
        self.page.evaluate("address => { location.href = address; }", h5_url)
        self.wait()

    def wait(self) -> None:
        """Wait until the middle page is shown, whether it lets the payer through or not."""
        shown = self._part("h5-middle-page").or_(self._part("h5-error")).filter(visible=True)
        visible(shown.first, "the H5 middle page", patience_s=self.patience_s)

    def deeplink(self) -> str:
        """What would start WeChat: the page's script value `deeplink`; empty when it lets nobody through."""
        return self._script_value("deeplink")

    def error_text(self) -> str:
        """Why the page lets nobody through, verbatim: its script value `error_msg`; empty when it does."""
        return self._script_value("error_msg")

    def error_cause(self) -> str:
        """The cause behind the error, as the simulated platform explains it; empty without one."""
        cause = self._part("h5-error-cause")
        return cause.inner_text().strip() if cause.is_visible() else ""

    def open_wechat(self) -> None:
        """Press the button that starts WeChat, and wait for what WeChat shows: the payment, or a refusal."""
        self._press("h5-open-wechat", "the button 打开微信支付")
        shown = self._part("cashier-pay").or_(self._part("cashier-result")).filter(visible=True)
        visible(shown.first, "WeChat", patience_s=self.patience_s)

    def merchant_text(self) -> str:
        """Whom WeChat says the money goes to."""
        return self._text("cashier-merchant", "the payee's name")

    def amount_text(self) -> str:
        """What WeChat says is to be paid, as drawn, e.g. `¥12.34`."""
        return self._text("cashier-amount", "the amount to pay")

    def edition_text(self) -> str:
        """`体验版` where the payee is the official test account; empty otherwise."""
        edition = self._part("cashier-edition")
        return edition.inner_text().strip() if edition.is_visible() else ""

    def pay(self) -> str:
        """Press pay; returns what WeChat then says."""
        return self._end("cashier-pay", "the pay button")

    def cancel(self) -> str:
        """Press cancel; returns what WeChat then says."""
        return self._end("cashier-cancel", "the cancel button")

    def fail(self) -> str:
        """Let the payment fail; returns what WeChat then says."""
        return self._end("cashier-fail", "the button that lets the payment fail")

    def result_text(self) -> str:
        """How it ended, in WeChat's words."""
        return self._text("cashier-result", "WeChat's result")

    def back_to_merchant(self) -> str:
        """Go back, paid or not, to redirect_url or to the page before; returns the address arrived at."""
        before = self.page.url
        button = self._part("h5-return").or_(self._part("h5-done")).filter(visible=True).first
        visible(button, "the button 返回商家", patience_s=self.patience_s)
        act(lambda: button.click(timeout=self.patience_s * 1000), "press 返回商家", self.page)
        try:
            self.page.wait_for_url(
                lambda now: now != before, timeout=self.patience_s * 1000, wait_until="commit"
            )
        except Error as error:
            raise AssertionError(f"the middle page did not lead back within {self.patience_s:g} s") from error
        return self.page.url

    def _end(self, test_id: str, what: str) -> str:
        self._press(test_id, what)
        return self.result_text()

    def _script_value(self, name: str) -> str:
        self.wait()
        return str(self.page.evaluate("name => window[name] ?? ''", name))

    def _press(self, test_id: str, what: str) -> None:
        button = visible(self._part(test_id), what, patience_s=self.patience_s)
        act(lambda: button.click(timeout=self.patience_s * 1000), f"press {what}", self.page)

    def _text(self, test_id: str, what: str) -> str:
        return visible(self._part(test_id), what, patience_s=self.patience_s).inner_text().strip()

    def _part(self, test_id: str) -> Locator:
        return self.page.get_by_test_id(test_id)
