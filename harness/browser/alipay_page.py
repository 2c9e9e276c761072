"""Alipay's cashier as a payer sees it: on a phone, at a desk, and on the phone that scanned a code."""

from __future__ import annotations

from urllib.parse import quote

from playwright.sync_api import Error, Locator

from harness.browser.cashier_page import PaymentSheet
from harness.browser.shown_codes import photograph_codes


class AlipayCashierPage(PaymentSheet):
    """Drives the cashier from the moment that a payer is known.

    Every method raises AssertionError with a plain sentence when what it needs is not shown. An order that
    cannot be paid shows `refusal_text` instead.
    """

    WHO = "Alipay"

    def wait(self) -> None:
        """Wait until the cashier is shown, or says why it lets nobody pay."""
        shown = self.part("alipay-cashier").or_(self._notice()).filter(visible=True)
        self._shown(shown.first, "Alipay's cashier")

    def log_in(self) -> None:
        """Log in as the test payer: the trade is made."""
        self._log_in("cashier-login", "the button 登录")

    def log_in_as_another(self) -> None:
        """Log in as somebody else, who is refused where the trade is the test payer's already."""
        self._log_in("cashier-other-buyer", "the button of another buyer")

    def give_wrong_password(self) -> str:
        """Give a wrong password; returns what is then said. The payer may try again."""
        self._press("cashier-wrong-password", "the button of a wrong password")
        return self._text("cashier-problem", "what is said of a wrong password")

    def fail(self) -> str:
        """As `give_wrong_password`: what lets a payment fail here."""
        return self.give_wrong_password()

    def cancel(self) -> str:
        """Press the way out; returns what is then said, or the address that quit_url led to."""
        before = self.page.url
        self._press("cashier-cancel", "the button 退出")
        try:
            self.page.wait_for_function(
                "before => location.href !== before"
                " || document.querySelector('[data-testid=cashier-result]')?.checkVisibility()",
                arg=before,
                timeout=self.patience_s * 1000,
            )
        except Error as error:
            raise AssertionError(f"the way out of Alipay led nowhere within {self.patience_s:g} s") from error
        return self.result_text() if self.page.url == before else self.page.url

    def walk_away(self) -> None:
        """Leave the cashier without paying or going back; the order stays as it is."""
        self._press(self.part("cashier-leave").filter(visible=True).first, "the button 离开")
        self._shown("cashier-left", "that the payer has left")

    def refusal_text(self) -> str:
        """Why nobody can pay, in the cashier's words, or in those of the gateway that led to none."""
        shown = self._notice().or_(self.part("cashier-result")).filter(visible=True)
        return self._shown(shown.first, "why the cashier lets nobody pay").inner_text().strip()

    def refusal_code(self) -> str:
        """The platform's code beside it, e.g. `ACQ.TRADE_HAS_SUCCESS`."""
        shown = self.part("cashier-code").or_(self.part("alipay-error-code")).filter(visible=True)
        return self._shown(shown.first, "the code of the refusal").inner_text().strip()

    def back_to_merchant(self) -> str:
        """Go back after payment; returns the address arrived at.

        Raises:
            AssertionError: the order names no return_url, or it does not lead away.
        """
        before = self.page.url
        self._press("cashier-return", "the button 返回商户")
        return self._arrived(before)

    def wait_to_be_sent_back(self) -> str:
        """Wait until the result page sends the browser back by itself; returns the address arrived at."""
        return self._arrived(self.page.url)

    def stay(self) -> None:
        """Stay on the result page: the browser is never sent back."""
        self._press("cashier-stay", "the button 留在此页")

    def _notice(self) -> Locator:
        return self.part("cashier-notice").or_(self.part("alipay-debug-error"))

    def _arrived(self, before: str) -> str:
        try:
            self.page.wait_for_url(
                lambda now: now != before, timeout=self.patience_s * 1000, wait_until="commit"
            )
        except Error as error:
            raise AssertionError(f"Alipay did not lead back within {self.patience_s:g} s") from error
        return self.page.url

    def _log_in(self, button: str, what: str) -> None:
        self._press(button, what)
        self._shown_next()

    def _shown_next(self) -> None:
        shown = self.part("cashier-pay").or_(self.part("cashier-result")).filter(visible=True)
        self._shown(shown.first, "what follows the login")


class AlipayPhonePage(AlipayCashierPage):
    """The way of a phone's own browser (wap).

    page.goto(…)                        # the merchant's page; its form leads to the cashier
    cashier = AlipayPhonePage(page)
    cashier.wait()
    cashier.go_on_in_browser()
    cashier.log_in()
    assert cashier.pay() == "支付成功"
    cashier.back_to_merchant()
    """

    def deeplink(self) -> str:
        """What would start the app: the page's script value `deeplink`."""
        return str(self.page.evaluate("window.deeplink ?? ''"))

    def open_app(self) -> None:
        """Press the button that starts the app, which knows its payer."""
        self._press("alipay-open-app", "the button 打开支付宝APP付款")
        self._shown_next()

    def go_on_in_browser(self) -> None:
        """Stay in the browser: the login follows."""
        self._press("alipay-continue", "the button 继续浏览器付款")
        self._shown("cashier-login", "the login")


class AlipayDeskPage(AlipayCashierPage):
    """The way of a computer's browser (page): a code to scan beside a login."""

    def code(self) -> str:
        """What the code on the screen holds, read off the screen."""
        part = self._shown("alipay-qr", "the code of Alipay's cashier")
        shown = photograph_codes(self.page, part)
        if len(shown.in_part) != 1:
            raise AssertionError(f"Alipay's cashier shows {len(shown.in_part)} readable codes instead of one")
        return shown.in_part[0]

    def wait_until_scanned(self) -> None:
        """Wait until the page has seen that a phone scanned its code."""
        self._shown("alipay-scanned", "that the code was scanned")

    def wait_until_paid(self) -> str:
        """Wait until the page has seen the payment made on the phone; returns what it then says."""
        return self.result_text()


class AlipayScannerPage(AlipayCashierPage):
    """A phone with Alipay on it that scanned a code, of the desk's cashier or of an order. In `ALIPAY_PHONE`.

    phone = AlipayScannerPage(browser.new_context(**ALIPAY_PHONE).new_page())
    phone.open(simulator.base_url, "https://qr.alipay.com/bax…")
    assert phone.pay() == "支付成功"
    """

    def open(self, simulator_url: str, code: str) -> None:
        """Scan a code: open what the app opens for it, which makes the trade."""
        address = f"{simulator_url.rstrip('/')}/alipay/scan?code_url={quote(code, safe='')}"
        self._open(address, "Alipay's cashier")
