"""Alipay's tools under a load: links for phones and desks, and how their trades stand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.core.errors import UsageError
from harness.core.money import Fen
from harness.core.payment import Product
from harness.settings import Settings
from load.users.alipay import NOT_OPENED, alipay_endpoint, shared_state
from load.users.answers import judged_handle, judged_state, same
from load.users.mcp import McpWire
from load.users.wire import DESCRIPTION, Request

ID = "alipay-mcp"
_TOOLS = {Product.H5: "create-mobile-alipay-payment", Product.PAGE: "create-web-page-alipay-payment"}


class LoadWire(McpWire):
    """One application at Alipay's endpoint.

    Args:
        settings: of which Alipay's endpoint and its key are used.
        openid: not used: it is a payer of WeChat's.
        notify_url: of every order.
        amount: of every order.

    Raises:
        UsageError: the settings name no such endpoint.
    """

    def __init__(self, settings: Settings, *, openid: str, notify_url: str, amount: Fen) -> None:
        del openid
        super().__init__(alipay_endpoint(settings)[0], ID)
        self._order = {"totalAmount": float(amount.yuan), "orderTitle": DESCRIPTION, "notifyUrl": notify_url}

    def create(self, out_trade_no: str, product: Product) -> Request:
        """Places an order with the product's tool.

        Raises:
            UsageError: another product.
        """
        if product not in _TOOLS:
            raise UsageError("Alipay's tools make links alone", where=product, remedy="choose h5 or page")
        return self.call(
            "create",
            product,
            _TOOLS[product],
            {"outTradeNo": out_trade_no, **self._order},
            lambda members: judged_handle(same(members, "outTradeNo", out_trade_no), "paymentUrl"),
        )

    def query(self, out_trade_no: str, product: Product, states: frozenset[str]) -> Request:
        """Asks by the merchant's own number; what nobody has opened is not paid."""
        unopened = {"outTradeNo": out_trade_no, "tradeStatus": "WAIT_BUYER_PAY"}

        def judge(members: Mapping[str, Any]) -> Mapping[str, Any]:
            told = same(members, "outTradeNo", out_trade_no)
            return judged_state({"state": shared_state(told.get("tradeStatus"))}, states, "state")

        return self.call(
            "query",
            product,
            "query-alipay-payment",
            {"outTradeNo": out_trade_no},
            judge,
            told_anyway={NOT_OPENED: unopened},
        )

    def close(self, out_trade_no: str, product: Product) -> Request:
        """There is no such tool.

        Raises:
            UsageError: always.
        """
        raise UsageError("no tool of Alipay's closes an order", where="load", remedy="use alipay for it")
