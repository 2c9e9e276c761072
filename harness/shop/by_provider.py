"""One gateway for orders of several providers: each goes to the one it was placed with, and to no other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from harness.core.payment import Order, PayersCard, Prepared, Provider, Refund, RefundOrder, Transaction
from harness.gateways.protocol import PaymentGateway, RedirectingGateway, RefundGateway

ProviderOf = Callable[[str], Provider]
"""The provider of an order's number."""


class GatewayByProvider:
    """A payment gateway. What is of no order in particular is WeChat's, whose service status is asked about.

    Args:
        wechat: of WeChat's orders.
        alipay: of Alipay's.
        provider_of: which of them an order is of.
    """

    def __init__(self, wechat: PaymentGateway, alipay: PaymentGateway, provider_of: ProviderOf) -> None:
        self._wechat = wechat
        self._alipay = alipay
        self._provider_of = provider_of

    def create(self, order: Order) -> Prepared:
        """Place it with its provider."""
        return self._of(order.out_trade_no).create(order)

    def query(self, out_trade_no: str) -> Transaction:
        """Ask its provider."""
        return self._of(out_trade_no).query(out_trade_no)

    def close(self, out_trade_no: str) -> None:
        """Close it at its provider."""
        self._of(out_trade_no).close(out_trade_no)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._wechat, name)

    def close_connections(self) -> None:
        """Give back what both hold."""
        try:
            self._wechat.close_connections()
        finally:
            self._alipay.close_connections()

    def _of(self, out_trade_no: str) -> PaymentGateway:
        return self._alipay if self._provider_of(out_trade_no) is Provider.ALIPAY else self._wechat


class RefundsByProvider:
    """A refund gateway; its arguments are those of `GatewayByProvider`."""

    def __init__(self, wechat: RedirectingGateway, alipay: RefundGateway, provider_of: ProviderOf) -> None:
        self._wechat = wechat
        self._alipay = alipay
        self._provider_of = provider_of

    def refund(self, order: RefundOrder) -> Refund:
        """Ask the order's provider for it."""
        return self._of(order.out_trade_no).refund(order)

    def query_refund(self, out_refund_no: str, out_trade_no: str = "") -> Refund:
        """Ask the order's provider what became of it."""
        return self._of(out_trade_no).query_refund(out_refund_no, out_trade_no)

    def redirect_refund(self, refund_id: str, out_refund_no: str, card: PayersCard) -> Refund:
        """Ask WeChat: of Alipay's refunds none is abnormal."""
        return self._wechat.redirect_refund(refund_id, out_refund_no, card)

    def close_connections(self) -> None:
        """Give back what both hold."""
        try:
            self._wechat.close_connections()
        finally:
            self._alipay.close_connections()

    def _of(self, out_trade_no: str) -> RefundGateway:
        return self._alipay if self._provider_of(out_trade_no) is Provider.ALIPAY else self._wechat
