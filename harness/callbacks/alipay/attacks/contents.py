"""Notifies truly signed, whose payment is not our order's: amount, account, application, number (CBK-09).

Any answer will do, but they must never be credited (facts alipay 3.4).
"""

from __future__ import annotations

from collections.abc import Callable

from harness.callbacks.alipay.attacks.editing import Members, by_a_stranger, says, without
from harness.callbacks.attack import Change
from harness.core.money import Fen
from harness.signing.wechat_v3 import new_nonce

OTHER_APP = "9021000199990002"
OTHER_SELLER = "2088999900000021"
_AMOUNTS = ("total_amount", "receipt_amount", "invoice_amount", "buyer_pay_amount")


def _total(change: Callable[[Fen], str]) -> Change:
    """The ordered amount and all that follows from it."""

    def changed(members: Members) -> Members:
        new = change(Fen.from_yuan(members["total_amount"]))
        return {**members, **{name: new for name in _AMOUNTS if name in members}}

    return says(changed)


def _gone(*names: str) -> Change:
    return says(lambda members: without(members, *names))


def _with(**new: str) -> Change:
    return says(lambda members: {**members, **new})


def _scientific(total: Fen) -> str:
    return f"{int(total) / 1000:.2f}e1"


_OTHER_APP = _with(app_id=OTHER_APP, auth_app_id=OTHER_APP)
_BY_ITS_OWN_KEY = "alipay-other-app-by-its-own-key"

CHANGES: dict[str, Change] = {
    "alipay-amount-a-fen-less": _total(lambda total: (total - 1).yuan),
    "alipay-amount-a-fen-more": _total(lambda total: (total + 1).yuan),
    "alipay-amount-one-fen": _total(lambda total: "0.01"),
    "alipay-amount-of-a-cheaper-order": _total(lambda total: Fen(int(total) // 2).yuan),
    "alipay-amount-in-fen-for-yuan": _total(lambda total: str(int(total))),
    "alipay-amount-scientific": _total(_scientific),
    "alipay-amount-negative": _total(lambda total: f"-{total.yuan}"),
    "alipay-amount-zero": _total(lambda total: "0.00"),
    "alipay-amount-missing": _gone("total_amount"),
    "alipay-amount-received-alone": _with(total_amount="0.01"),
    "alipay-seller-id-other": _with(seller_id=OTHER_SELLER),
    "alipay-seller-id-missing": _gone("seller_id"),
    "alipay-app-id-other": _OTHER_APP,
    "alipay-app-id-missing": _gone("app_id", "auth_app_id"),
    _BY_ITS_OWN_KEY: by_a_stranger(_OTHER_APP),
    "alipay-number-of-no-order": says(lambda members: {**members, "out_trade_no": new_nonce()}),
    "alipay-number-missing": _gone("out_trade_no"),
    "alipay-trade-no-missing": _gone("trade_no"),
}
TRULY_SIGNED = tuple(name for name in CHANGES if name != _BY_ITS_OWN_KEY)
"""Whom that other application's key belongs to is not this merchant's platform."""
