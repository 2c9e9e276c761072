"""The right way to pay is offered: JSAPI inside WeChat, H5 on a phone, a QR code at a desk (PAY-14)."""

from __future__ import annotations

from harness.browser.payment_choices import offered_choices, wrong_choices
from harness.browser.payment_page import PaymentPage
from harness.plugin import Journal, WeChatShopper, control


@control("PAY-14", dialects=())  # what a page offers a device is the same on every wire
def test_each_device_is_offered_what_works_on_it(
    shopper: PaymentPage, phone_shopper: PaymentPage, wechat_shopper: WeChatShopper, journal: Journal
) -> None:
    problems: list[str] = []
    for device, page in {"desktop": shopper, "phone": phone_shopper, "wechat": wechat_shopper.shop}.items():
        choices = offered_choices(page)
        journal.observe(
            f"{device}: {sorted(choices.types)}, {choices.first} first; {sorted(choices.methods)}"
        )
        problems += wrong_choices(device, choices)
    assert not problems, "; ".join(problems)
