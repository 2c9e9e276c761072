"""The merchant's payment page as a payer uses it, found by test ids so that any merchant can say theirs."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Final

from playwright.sync_api import Error, Locator, Page, expect

from harness.browser.page_actions import PATIENCE_S, PageParts, act
from harness.browser.shown_codes import CodesShown, photograph_codes, scroll_within

TEST_IDS: Final[Mapping[str, str]] = {
    "payment-method-wechat": "payment-method-wechat",
    "payment-method-alipay": "payment-method-alipay",
    "payment-type-h5": "payment-type-h5",
    "payment-type-qr": "payment-type-qr",
    "payment-type-jsapi": "payment-type-jsapi",
    "payment-type-page": "payment-type-page",
    "custom-amount": "custom-amount",
    "create-payment-button": "create-payment-button",
    "payment-result": "payment-result",
    "payment-error": "payment-error",
    "payment-qr": "payment-qr",
    "payment-h5-link": "payment-h5-link",
    "payment-bridge-button": "payment-bridge-button",
    "payment-bridge-result": "payment-bridge-result",
    "payment-confirm-button": "payment-confirm-button",
    "payment-status": "payment-status",
    "payment-amount": "payment-amount",
    "order-number": "order-number",
}
"""Our names of the page's parts and the `data-testid`s they have unless a merchant says otherwise."""


_PLATFORM_PARTS = ("h5-middle-page", "h5-error", "alipay-cashier", "cashier-notice", "alipay-debug-error")
"""What tells a platform's page from the merchant's: its ids are the simulator's."""
GLANCE_MS = 40
"""How long until one looks at a page again for a state that a person would see change."""


class PaymentPage(PageParts):
    """Drives a merchant's payment page.

        shop = PaymentPage(page, shop_url)
        shop.sign_in("qa@example.com", "…")
        shop.open()
        shop.choose("wechat", "qr")
        shop.amount("12.34")
        shop.create()
        shop.look_for_code(code_url).payment_code(code_url)

    Args:
        page: of a context that plays the payer's device.
        base_url: the merchant's address.
        test_ids: the merchant's own ids by our names (`TEST_IDS`), where they differ.
        patience_s: how long each part may take to appear.
        names_amounts: whether the shopper says how much; prices may be the merchant's own.
    """

    def __init__(
        self,
        page: Page,
        base_url: str,
        *,
        names_amounts: bool = True,
        test_ids: Mapping[str, str] | None = None,
        login_path: str = "/login",
        payment_path: str = "/payment",
        patience_s: float = PATIENCE_S,
    ) -> None:
        super().__init__(page, patience_s=patience_s)
        self.base_url = base_url.rstrip("/")
        self.test_ids = {**TEST_IDS, **(test_ids or {})}
        self.login_path = login_path
        self.payment_path = payment_path
        self.names_amounts = names_amounts

    def sign_in(self, email: str, password: str) -> None:
        """Fill the sign-in form, send it, and wait until its page is left."""
        page = self.page
        self._open(self.base_url + self.login_path, "the sign-in page")
        self._fill(page.locator("input[name=email]"), email, "the e-mail field")
        password_field = page.locator("input[name=password]")
        self._fill(password_field, password, "the password field")
        act(lambda: password_field.press("Enter"), "send the sign-in form", page)
        left = "the sign-in page is still shown after signing in"
        try:
            expect(password_field, left).to_have_count(0, timeout=self.patience_s * 1000)
        except AssertionError as error:
            raise AssertionError(f"{left} ({page.url})") from error

    def open(self) -> None:
        """Open the payment page."""
        self._open(self.base_url + self.payment_path, "the payment page")

    def choose(self, method: str, kind: str) -> None:
        """Choose `wechat` or `alipay`, and `qr`, `h5`, `jsapi`, or Alipay's `page`."""
        self._press(f"payment-method-{method}", f"the choice of {method}")
        self._press(f"payment-type-{kind}", f"the choice of paying by {kind}")

    def amount(self, yuan: str) -> None:
        """Type an amount, in yuan as a payer writes it, e.g. `12.34`, unless there is none to name."""
        if not self.names_amounts and not self.offers("custom-amount"):
            return
        self._fill(self.part("custom-amount"), yuan, "the amount field")

    def prefer(self, method: str, kind: str) -> None:
        """As `choose`, but a page that chose by itself need not offer the choice again."""
        for name in (f"payment-method-{method}", f"payment-type-{kind}"):
            if self.can_choose(name):
                self._press(name, f"the choice {name}")

    def create(self) -> None:
        """Press the button that creates the order, and wait for the answer.

        The answer is a payment or an error on this page, or the platform's own, where this page leads on.
        """
        self._press("create-payment-button", "the button that creates the payment")
        self._wait_for_any(
            self.part("payment-result"),
            self.part("payment-error"),
            what="an answer to creating the payment",
        )

    def expect_taken(self) -> None:
        """Make sure that the answer was a payment.

        Raises:
            AssertionError: the page shows an error, which is quoted.
        """
        if self.offers("payment-error"):
            raise AssertionError(f"the order was refused: {self.error_text()}")

    def follow_h5(self) -> None:
        """Reach the H5 middle page after `create`: the page leads there by itself, or by a link to press.

        It may open in a tab of its own, which is then the one looked at. Alipay's cashier is reached alike.

        Raises:
            AssertionError: it does neither, or the page shows an error instead.
        """
        link = self.part("payment-h5-link")
        self._wait_for_any(link, self.part("payment-error"), what="the way to the H5 middle page")
        self.expect_taken()
        if link.is_visible():
            # A page may lead on by itself while its link is being pressed: then the press comes too late.
            with suppress(AssertionError):
                act(lambda: link.click(timeout=self.patience_s * 1000), "press the link", self.page)
        self._wait_for_any(what="the H5 middle page")

    def look_for_code(self, code_url: str) -> CodesShown:
        """Look until the payment's code is on the screen, or patience ends: pictures come late.

        Returns:
            What was seen last; its `payment` is `code_url` when that was drawn.

        Raises:
            AssertionError: the page shows neither the code nor a place for one. A place may take no room of
                its own, when what it holds lies over the page.
        """
        part = self.part("payment-qr").first
        turn, ends = 0, time.monotonic() + self.patience_s
        while True:
            shown = photograph_codes(self.page, part)
            if shown.payment_code(code_url) == code_url or time.monotonic() > ends:
                break
            scroll_within(part, turn)
            turn += 1
            self.page.wait_for_timeout(GLANCE_MS)
        if shown.payment_code(code_url) is None and not _in_sight(part):
            what = "the payment QR code"
            raise AssertionError(f"{what} did not appear within {self.patience_s:g} s at {self.page.url}")
        return shown

    def open_bridge(self) -> None:
        """Press the button that asks WeChat's bridge once more, after a cancelled or failed payment."""
        self._press("payment-bridge-button", "the button that opens WeChat again")

    def bridge_text(self) -> str:
        """What the page says of how WeChat's bridge ended, e.g. that the payer cancelled."""
        return self._text("payment-bridge-result", "what became of the bridge")

    def confirm_paid(self) -> None:
        """Press 我已支付, the button of a payer who has paid."""
        self._press("payment-confirm-button", "the button 我已支付")

    def result_text(self) -> str:
        """All that the page says of the payment."""
        return self._text("payment-result", "the payment's result")

    def error_text(self) -> str:
        """What the page says when it refuses to create a payment."""
        return self._text("payment-error", "an error message")

    def status(self) -> str:
        """The order's state as the page's `data-status` has it: `pending`, `paid`, …"""
        return self._shown("payment-status", "the order's state").get_attribute("data-status") or ""

    def wait_for_status(self, status: str) -> None:
        """Wait until the page shows the state `paid`, `cancelled`, …"""
        shown = self._shown("payment-status", "the order's state")
        ends = time.monotonic() + self.patience_s
        while (now := shown.get_attribute("data-status")) != status:
            if time.monotonic() > ends:
                raise AssertionError(
                    f"the page did not show the order as {status} within {self.patience_s:g} s: "
                    f"it shows {now or 'nothing'}"
                )
            self.page.wait_for_timeout(GLANCE_MS)

    def status_text(self) -> str:
        """The order's state in the page's words, e.g. `待支付`."""
        return self._text("payment-status", "the order's state")

    def amount_text(self) -> str:
        """The amount that the page says is to be paid."""
        return self._text("payment-amount", "the amount to pay")

    def order_number(self) -> str:
        """The order's number as the page shows it."""
        return self._text("order-number", "the order's number")

    def offers(self, name: str) -> bool:
        """Whether the page shows a part right now, by our name; it waits for nothing."""
        return self.part(name).is_visible()

    def can_choose(self, name: str) -> bool:
        """Whether a part is shown and enabled right now; it waits for nothing."""
        part = self.part(name)
        return part.is_visible() and part.is_enabled() and part.get_attribute("aria-disabled") != "true"

    def part(self, name: str) -> Locator:
        """A part of the page by our name."""
        return self.page.get_by_test_id(self.test_ids[name])

    def _wait_for_any(self, *parts: Locator, what: str) -> None:
        """Wait until one of these parts is shown, or the platform's page, in whichever tab it opened."""
        ends = time.monotonic() + self.patience_s
        while True:
            if any(_in_sight(part) for part in parts):
                return
            for tab in self.page.context.pages:
                if any(_in_sight(tab.get_by_test_id(part)) for part in _PLATFORM_PARTS):
                    self.follow(tab)
                    return
            if time.monotonic() > ends:
                raise AssertionError(f"{what} did not appear within {self.patience_s:g} s at {self.page.url}")
            self.page.wait_for_timeout(GLANCE_MS)

    def _fill(self, field: Locator, text: str, what: str) -> None:
        self._shown(field, what)
        act(lambda: field.fill(text, timeout=self.patience_s * 1000), f"fill {what}", self.page)


def _in_sight(part: Locator) -> bool:
    """Whether it, or anything in it, is shown right now; on a page that is just being left, nothing is."""
    try:
        return any(each.filter(visible=True).count() for each in (part, part.locator("*")))
    except Error:
        return False
