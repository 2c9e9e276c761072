"""Alipay's operations of the envelope dialect under a load: codes and links, and how their trades stand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.core.errors import UsageError
from harness.core.money import Fen
from harness.core.payment import Product
from harness.settings import Settings
from load.users.alipay import NOT_OPENED, alipay_endpoint, shared_state
from load.users.answers import judged_handle, judged_state, same
from load.users.envelope import EnvelopeWire
from load.users.wire import DESCRIPTION, Request

ID = "alipay-envelope"
SUCCESS = "10000"
_TYPE = {Product.NATIVE: ("qr", "FACE_TO_FACE_PAYMENT"), Product.H5: ("h5", "QUICK_WAP_WAY")}


class LoadWire(EnvelopeWire):
    """One application at Alipay's endpoint.

    Args:
        settings: of which Alipay's endpoint and the application's keys are used.
        openid: not used: it is a payer of WeChat's.
        notify_url: of every order.
        amount: of every order.

    Raises:
        UsageError: the settings name no such endpoint.
    """

    def __init__(self, settings: Settings, *, openid: str, notify_url: str, amount: Fen) -> None:
        del openid
        own, alipay = alipay_endpoint(settings)
        headers = {"X-App-Id": alipay.app_id}
        super().__init__(own, ID, provider="alipay", success=SUCCESS, headers=headers)
        self._notify_url = notify_url
        self._amount = int(amount)

    def told_anyway(self, code: str) -> Mapping[str, Any] | None:
        """What nobody has opened is not paid."""
        return {"tradeStatus": "WAIT_BUYER_PAY"} if code == NOT_OPENED else None

    def create(self, out_trade_no: str, product: Product) -> Request:
        """Asks for a code or a link.

        Raises:
            UsageError: another product.
        """
        if product not in _TYPE:
            raise UsageError("it makes codes and links alone", where=product, remedy="choose native or h5")
        kind, code = _TYPE[product]
        members = {
            "outTradeNo": out_trade_no,
            "totalAmount": self._amount,
            "subject": DESCRIPTION,
            "paymentMethod": "alipay",
            "paymentType": kind,
            "productCode": code,
            "notifyUrl": self._notify_url,
        }
        handle = "qrCode" if product is Product.NATIVE else "paymentUrl"
        return self.request(
            "create",
            product,
            members,
            lambda data: judged_handle(same(data, "outTradeNo", out_trade_no), handle),
        )

    def query(self, out_trade_no: str, product: Product, states: frozenset[str]) -> Request:
        """Asks by the merchant's own number."""

        def judge(data: Mapping[str, Any]) -> Mapping[str, Any]:
            told = same(data, "outTradeNo", out_trade_no) if "outTradeNo" in data else data
            return judged_state({"state": shared_state(told.get("tradeStatus"))}, states, "state")

        asked = {"outTradeNo": out_trade_no, "paymentMethod": "alipay"}
        return self.request("query", product, asked, judge)

    def close(self, out_trade_no: str, product: Product) -> Request:
        """The dialect has no such operation.

        Raises:
            UsageError: always.
        """
        raise UsageError(
            "the envelope dialect cannot close an order", where="load", remedy="use alipay for it"
        )
