"""The payment models to and from the tools of Alipay's official server (facts alipay 5). Pure functions.

That server speaks in sentences; the structure beside them, which names the order, is what is read here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from harness.core.errors import GoLiveError, PlatformRefusal, TargetFailure
from harness.core.money import Fen
from harness.core.payment import Order, Prepared, Product, Provider, TradeState, Transaction
from harness.gateways.alipay.mapping import passed_back, subject, transaction
from harness.gateways.alipay.refusals import NOT_OPENED, refused_by_tool
from harness.gateways.alipay.transport import beijing
from harness.gateways.answer_members import malformed, required
from harness.gateways.mcp.mapping import same_number
from harness.gateways.mcp.tools import Call
from harness.gateways.refusals import NotSold
from harness.settings.model import AlipaySettings

_CREATE: Mapping[Product, str] = {
    Product.H5: "create-mobile-alipay-payment",
    Product.PAGE: "create-web-page-alipay-payment",
}
_HUMP = re.compile("[A-Z]")


@dataclass(frozen=True, slots=True)
class AlipayTools:
    """Alipay's; see `Tools`."""

    alipay: AlipaySettings
    dialect: str = "alipay-mcp"
    provider: Provider = Provider.ALIPAY
    status: Call | None = None

    def create(self, order: Order) -> Call:
        """A link for a phone's browser or a computer's; nothing else is sold here."""
        tool = _CREATE.get(order.product)
        if tool is None:
            raise NotSold(self.dialect, order.product)
        members: dict[str, object] = {
            "outTradeNo": order.out_trade_no,
            "totalAmount": yuan_number(order.amount),
            "orderTitle": subject(order),
            "notifyUrl": order.notify_url,
            "returnUrl": self.alipay.return_url,
            "timeExpire": None if order.time_expire is None else beijing(order.time_expire),
            "passbackParams": passed_back(order),
        }
        return tool, {name: value for name, value in members.items() if value is not None}

    def prepared(self, order: Order, members: Mapping[str, object], *, request_id: str) -> Prepared:
        """The link."""
        same_number(members, "outTradeNo", order.out_trade_no)
        link = required(members, "paymentUrl")
        if not link.startswith(("https://", "http://")):
            raise malformed("paymentUrl is no web address")
        h5 = order.product is Product.H5
        return Prepared(
            out_trade_no=order.out_trade_no,
            h5_url=link if h5 else None,
            page_url=None if h5 else link,
            request_id=request_id,
            dialect=self.dialect,
        )

    def query(self, out_trade_no: str) -> Call:
        """By the merchant's own number."""
        return "query-alipay-payment", {"outTradeNo": out_trade_no}

    def transaction(self, members: Mapping[str, object], *, out_trade_no: str) -> Transaction:
        """How the trade stands."""
        return told_trade(members, out_trade_no=out_trade_no, app_id=self.alipay.app_id)

    def not_there(self, out_trade_no: str, refused: PlatformRefusal) -> Transaction | None:
        """Not paid: what no payer has opened is no trade so far."""
        return unopened(out_trade_no, refused, app_id=self.alipay.app_id)

    def close(self, out_trade_no: str) -> Call | None:
        """There is no tool for that."""
        del out_trade_no
        return None

    def refused(self, code: str, message: str, *, operation: str, request_id: str) -> GoLiveError:
        """In the words that every dialect shares."""
        return refused_by_tool(code, message, where=operation, request_id=request_id)


def yuan_number(amount: Fen) -> float:
    """An amount as the number in yuan that this wire demands; its shortest digits are exact to the fen."""
    return float(amount.yuan)


def told_trade(members: Mapping[str, object], *, out_trade_no: str, app_id: str) -> Transaction:
    """A trade under this wire's names, which are Alipay's own in another spelling.

    Raises:
        TargetFailure: it speaks of another order, or is not what it must be.
    """
    found = transaction({_snake(name): value for name, value in members.items()}, app_id=app_id)
    if found.out_trade_no != out_trade_no:
        raise TargetFailure(
            "the answer speaks of another order",
            where="wire",
            remedy="do not use it; query the order before doing anything else",
        )
    return found


def unopened(out_trade_no: str, refused: PlatformRefusal, *, app_id: str) -> Transaction | None:
    """What Alipay says of a number under which no payer has opened anything so far (facts alipay 2.5)."""
    if refused.code != NOT_OPENED:
        return None
    return Transaction(out_trade_no=out_trade_no, trade_state=TradeState.NOTPAY, appid=app_id)


def _snake(name: str) -> str:
    return _HUMP.sub(lambda found: f"_{found[0].lower()}", name)
