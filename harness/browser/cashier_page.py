"""What a payer sees after scanning: the cashier of the simulated platform, in WeChat's browser."""

from __future__ import annotations

from typing import ClassVar
from urllib.parse import quote

from harness.browser.page_actions import PageParts


class PaymentSheet(PageParts):
    """Whom to pay, how much, and the three ways it may end."""

    WHO: ClassVar[str]
    """Who asks the payer, in a reader's words."""

    def merchant_text(self) -> str:
        """Whom it says the money goes to."""
        return self._text("cashier-merchant", "the payee's name")

    def amount_text(self) -> str:
        """What it says is to be paid, as drawn, e.g. `¥12.34`."""
        return self._text("cashier-amount", "the amount to pay")

    def pay(self) -> str:
        """Press pay; returns what is then said."""
        return self._end("cashier-pay", "the pay button")

    def cancel(self) -> str:
        """Press cancel; returns what is then said."""
        return self._end("cashier-cancel", "the cancel button")

    def fail(self) -> str:
        """Let the payment fail, as a card without money would; returns what is then said."""
        return self._end("cashier-fail", "the button that lets the payment fail")

    def result_text(self) -> str:
        """How it ended, in its words."""
        return self._text("cashier-result", f"{self.WHO}'s result")

    def _end(self, button: str, what: str) -> str:
        self._press(button, what)
        return self.result_text()


class CashierPage(PaymentSheet):
    """Drives the cashier as a payer's thumb would. Open it in a `WECHAT_PHONE` context.

    phone = CashierPage(browser.new_context(**WECHAT_PHONE).new_page())
    phone.open(simulator.base_url, code_url)
    assert phone.pay() == "支付成功"
    """

    WHO = "the cashier"

    def open(self, simulator_url: str, code_url: str) -> None:
        """Scan a code: open what the phone opens for it. An unusable code shows `refusal_text` instead."""
        address = f"{simulator_url.rstrip('/')}/cashier/scan?code_url={quote(code_url, safe='')}"
        self._open(address, "the cashier")
