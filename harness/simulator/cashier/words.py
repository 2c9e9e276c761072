"""What the cashier says when a payment cannot begin, in the platform's tone, with an English line below."""

from __future__ import annotations

from dataclasses import dataclass

from harness.core.control import Text
from harness.simulator.platform.orders import Reason


@dataclass(frozen=True, slots=True)
class Notice:
    """A page that only says something, and the HTTP status it comes with."""

    status: int
    text: Text


def _notice(status: int, zh: str, en: str) -> Notice:
    return Notice(status, Text(zh=zh, en=en))


NOT_WECHAT = _notice(
    403, "请使用微信扫码", "Open this code with the WeChat scanner (a user agent with MicroMessenger)."
)
BAD_PAYER = _notice(400, "付款人标识有误", "The openid is not one of this platform.")
REFUSED = _notice(409, "暂时无法支付，请重新扫码", "This cannot be paid right now; scan the code again.")

NOTICES = {
    Reason.UNKNOWN: _notice(
        404, "二维码无效，请向商家重新获取", "This code is unknown; ask the merchant for a new one."
    ),
    Reason.EXPIRED: _notice(
        410, "二维码已过期，请重新下单支付", "This code has expired; place the order again."
    ),
    Reason.REPLACED: _notice(
        410, "二维码已失效，请扫描最新的二维码", "A newer code replaced this one; scan that."
    ),
    Reason.CLOSED: _notice(
        410, "订单已关闭，请重新下单支付", "The merchant closed this order; place it again."
    ),
    Reason.PAID: _notice(200, "该订单已支付，请勿重复支付", "This order is paid; do not pay again."),
    Reason.FOREIGN_PAYER: _notice(
        200,
        "商家订单信息有误，请重新下单支付",
        "Another WeChat account opened this order first; place the order again.",
    ),
}
"""Per reason of the platform. The wording of FOREIGN_PAYER is documented (facts 3.3)."""
