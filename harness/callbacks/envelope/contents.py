"""Notifications truly signed, but not of our order's payment (CBK-09, CBK-10, CBK-15).

Any answer will do, but they must never be credited. This form names no account, appid or currency.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from harness.callbacks.attack import Change, Original
from harness.callbacks.callback import Callback
from harness.callbacks.envelope.genuine import letter, notice, now_ms
from harness.core.payment import TradeState
from harness.signing.envelope import signed
from harness.signing.wechat_v3 import new_nonce

Members = dict[str, object]
UNKNOWN_STATE = "SETTLED_LATER"
"""A state that the platform may add tomorrow."""


def told(original: Original, members: Mapping[str, object]) -> Callback:
    """These members, signed now."""
    return letter(signed(original.issuer.mcp_private_key, {**members, "timestamp": now_ms()}))


def _says(change: Callable[[Members], Members]) -> Change:
    return lambda original: told(original, change(notice(original.resource)))


def _total(change: Callable[[int], object]) -> Change:
    return _says(lambda members: {**members, "totalAmount": change(int(str(members["totalAmount"])))})


def _status(state: str) -> Change:
    return _says(lambda members: {**members, "status": state})


def _without(name: str) -> Change:
    return _says(lambda members: {key: value for key, value in members.items() if key != name})


def _replayed(original: Original) -> Callback:
    """Another order's payment, with this order's number where nothing is signed."""
    earlier = original.earlier or {**original.resource, "out_trade_no": new_nonce()}
    number = original.resource["out_trade_no"]
    members = notice(earlier)
    return told(original, {**members, "extraData": {"outTradeNo": number, "out_trade_no": number}})


def _new_event(original: Original) -> Callback:
    """It names our order and says of no payment."""
    number = original.resource["out_trade_no"]
    return told(original, {"notifyType": "reserved", "outTradeNo": number, "reservedUntil": "2099-01-01"})


_STATES = [state.value for state in TradeState if state is not TradeState.SUCCESS]

CHANGES: dict[str, Change] = {
    "envelope-amount-a-fen-less": _total(lambda total: total - 1),
    "envelope-amount-a-fen-more": _total(lambda total: total + 1),
    "envelope-amount-a-hundredth": _total(lambda total: total // 100),
    "envelope-amount-in-yuan-for-fen": _total(lambda total: total * 100),
    "envelope-amount-zero": _total(lambda total: 0),
    "envelope-amount-negative": _total(lambda total: -total),
    "envelope-amount-missing": _without("totalAmount"),
    "envelope-number-of-no-order": _says(lambda members: {**members, "outTradeNo": new_nonce()}),
    "envelope-number-missing": _without("outTradeNo"),
    **{f"envelope-state-{state.lower()}": _status(state) for state in _STATES},
    "envelope-state-unknown": _status(UNKNOWN_STATE),
    "envelope-event-of-tomorrow": _new_event,
    "envelope-state-missing": _without("status"),
    "envelope-replay-under-another-number": _replayed,
}
