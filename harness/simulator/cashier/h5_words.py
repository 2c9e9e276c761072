"""What the H5 middle page says when it lets nobody through: verbatim (facts 7.5), with the cause."""

from __future__ import annotations

from harness.core.control import Text
from harness.simulator.cashier.words import NOTICES
from harness.simulator.platform.orders import Reason

__all__ = [
    "BY_REASON",
    "EXPIRED",
    "IN_WECHAT",
    "NO_REFERER",
    "foreign_redirect",
    "foreign_referer",
    "loopback_payer",
    "other_address",
    "spoilt",
]

_NOT_CONFIGURED = "商家存在未配置的参数，请联系商家解决"

IN_WECHAT = Text(
    zh="请在微信外打开订单，进行支付",
    en="H5 is for browsers outside WeChat; inside WeChat the merchant offers JSAPI.",
)
NO_REFERER = Text(
    zh="商家参数格式有误，请联系商家解决",
    en="No Referer came: the link was pasted, or a Referrer-Policy or rel=noreferrer withholds it.",
)
EXPIRED = Text(
    zh="支付请求已失效，请重新发起支付",
    en="This address is older than five minutes; the merchant orders again for a fresh one.",
)
BY_REASON = {
    Reason.EXPIRED: EXPIRED,
    Reason.PAID: NOTICES[Reason.PAID].text,
    Reason.CLOSED: NOTICES[Reason.CLOSED].text,
    Reason.FOREIGN_PAYER: NOTICES[Reason.FOREIGN_PAYER].text,
}
"""Per reason of the platform; PAID, CLOSED and FOREIGN_PAYER as after scanning a code."""


def foreign_referer(host: str, registered: str) -> Text:
    """The page that led here is not on the merchant's domain."""
    return Text(
        zh=_NOT_CONFIGURED,
        en=f"The page before was on {host or 'no web address'}; the registered H5 domain is {registered}.",
    )


def foreign_redirect(host: str, registered: str) -> Text:
    """The way back does not lead to the merchant's domain."""
    return Text(
        zh=_NOT_CONFIGURED,
        en=f"redirect_url leads to {host or 'no web address'}; the registered H5 domain is {registered}.",
    )


def other_address(seen: str, ordered: str) -> Text:
    """The payer's address is not the one in the order."""
    return Text(
        zh="网络环境未能通过安全验证，请稍后再试",
        en=f"The payer comes from {seen}; the order says payer_client_ip {ordered or 'nothing'}.",
    )


def loopback_payer(ordered: str) -> Text:
    """The order names the merchant's own machine as the payer's."""
    return Text(
        zh="由于商家传入的H5交易参数有误",
        en=f"The order's payer_client_ip is {ordered}: the merchant sent its own proxy's address.",
    )


def spoilt(user_agent: str, why: str) -> Text:
    """The address is not as it was handed out, or another account used it; iOS and Android word it apart."""
    apple = any(device in user_agent for device in ("iPhone", "iPad", "iPod"))
    return Text(zh="签名验证失败" if apple else "系统繁忙，请稍后再试", en=why)
