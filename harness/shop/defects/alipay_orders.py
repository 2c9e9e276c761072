"""Deliberate faults in ordering at Alipay, and in giving money back there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from harness.core.exchange import Listener
from harness.core.payment import Refund, RefundStatus, TradeState, Transaction
from harness.gateways.alipay.gateway import AlipayGateway, alipay_of
from harness.settings.model import Settings


def believes_any_answer(settings: Settings, listeners: Sequence[Listener]) -> AlipayGateway:
    """A gateway that looks for a signature and does not verify it."""
    return AlipayGateway(alipay_of(settings), listeners=listeners, verify=_whatever)


class _Impatient(AlipayGateway):
    """Whoever has not paid when he is asked about never will."""

    def query(self, out_trade_no: str) -> Transaction:
        told = super().query(out_trade_no)
        return replace(told, trade_state=TradeState.CLOSED) if told.state is TradeState.NOTPAY else told


def gives_up_what_is_unpaid(settings: Settings, listeners: Sequence[Listener]) -> AlipayGateway:
    """A gateway to which an order that nobody has opened or paid is closed."""
    return _Impatient(alipay_of(settings), listeners=listeners)


def answered_is_refunded(told: Refund) -> Refund:
    """`code` is 10000, so the money is back: `fund_change` is not looked at."""
    return replace(told, status=RefundStatus.SUCCESS)


def _whatever(key: RSAPublicKey, node: bytes, signature: str) -> bool:
    del key, node, signature
    return True


def other_code(code_url: str) -> str:
    """Alipay's code with something of the shop's own behind it; WeChat's as it is."""
    return f"{code_url}?from=shop" if "://qr.alipay.com/" in code_url else code_url
