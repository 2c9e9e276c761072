"""What a forged answer says in place of the platform's: another code, or that the order is paid."""

from __future__ import annotations

from collections.abc import Mapping

from harness.levers.actions import FORGED_CODE

_PAID = {"tradeState": "SUCCESS", "tradeStatus": "TRADE_SUCCESS"}
_CODES = ("qrCode", "mwebUrl", "paymentUrl")


def forged(genuine: Mapping[str, object]) -> dict[str, object]:
    """The same answer, and what matters in it is untrue; an answer that says neither stays as it is."""
    told = {name: FORGED_CODE if name in _CODES else value for name, value in genuine.items()}
    return {name: _PAID.get(name, value) for name, value in told.items()}
