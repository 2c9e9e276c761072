"""The H5 middle page as a phone's own browser shows it, and what WeChat shows when the page opens it."""

from __future__ import annotations

from playwright.sync_api import Error

from harness.browser.cashier_page import PaymentSheet


class H5CashierPage(PaymentSheet):
    """Drives the middle page as a payer's thumb would. Its context plays `phone_at(ip)`.

    page.goto(…)                        # the merchant's page; it leads to the middle page
    cashier = H5CashierPage(page)
    cashier.open_wechat()
    assert cashier.pay() == "支付成功"
    cashier.back_to_merchant()
    """

    WHO = "WeChat"

    def arrive_from(self, merchant_page: str, h5_url: str) -> None:
        """Open a page of the merchant and let it lead here, as a link or a script does: with its Referer."""
        self._open(merchant_page, "the merchant's page")
        self.page.evaluate("address => { location.href = address; }", h5_url)
        self.wait()

    def wait(self) -> None:
        """Wait until the middle page is shown, whether it lets the payer through or not."""
        shown = self.part("h5-middle-page").or_(self.part("h5-error")).filter(visible=True)
        self._shown(shown.first, "the H5 middle page")

    def deeplink(self) -> str:
        """What would start WeChat: the page's script value `deeplink`; empty when it lets nobody through."""
        return self._script_value("deeplink")

    def error_text(self) -> str:
        """Why the page lets nobody through, verbatim: its script value `error_msg`; empty when it does."""
        return self._script_value("error_msg")

    def error_cause(self) -> str:
        """The cause behind the error, as the simulated platform explains it; empty without one."""
        cause = self.part("h5-error-cause")
        return cause.inner_text().strip() if cause.is_visible() else ""

    def open_wechat(self) -> None:
        """Press the button that starts WeChat, and wait for what WeChat shows: the payment, or a refusal."""
        self._press("h5-open-wechat", "the button 打开微信支付")
        shown = self.part("cashier-pay").or_(self.part("cashier-result")).filter(visible=True)
        self._shown(shown.first, "WeChat")

    def edition_text(self) -> str:
        """`体验版` where the payee is the official test account; empty otherwise."""
        edition = self.part("cashier-edition")
        return edition.inner_text().strip() if edition.is_visible() else ""

    def back_to_merchant(self) -> str:
        """Go back, paid or not, to redirect_url or to the page before; returns the address arrived at.

        A middle page in a tab of its own that has nowhere to lead closes itself: the merchant's is beneath.
        """
        tab, before = self.page, self.page.url
        button = self.part("h5-return").or_(self.part("h5-done")).filter(visible=True).first
        self._press(button, "the button 返回商家")
        try:
            tab.wait_for_url(lambda now: now != before, timeout=self.patience_s * 1000, wait_until="commit")
        except Error as error:
            if tab.is_closed():
                return self.page.url
            raise AssertionError(f"the middle page did not lead back within {self.patience_s:g} s") from error
        return self.page.url

    def _script_value(self, name: str) -> str:
        self.wait()
        return str(self.page.evaluate("name => window[name] ?? ''", name))
