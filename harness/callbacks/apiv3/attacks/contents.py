"""Attacks whose signature and seal are the platform's, and whose payment is not our order's (CBK-09, CBK-10).

Any answer will do: a merchant may take such a callback over and let a person look. It must never be credited.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from harness.callbacks.apiv3.genuine import build
from harness.callbacks.attack import Change, Original
from harness.callbacks.callback import Callback
from harness.core.payment import TRADE_STATE_DESC, TradeState
from harness.signing.wechat_v3 import new_nonce

Resource = dict[str, Any]
UNKNOWN_EVENT = "TRANSACTION.RESERVED"
"""An event that the platform may add tomorrow."""
UNKNOWN_STATE = "SETTLED_LATER"
"""A state that the platform may add tomorrow."""


def _says(change: Callable[[Resource], Mapping[str, object]]) -> Change:
    return lambda original: build(original.issuer, change(dict(original.resource)))


def _amount(change: Callable[[Resource], Mapping[str, object]]) -> Change:
    return _says(lambda told: {**told, "amount": change(told["amount"])})


def _total(change: Callable[[int], int]) -> Change:
    return _amount(lambda amount: {**amount, "total": (new := change(amount["total"])), "payer_total": new})


def without(members: Mapping[str, object], name: str) -> Resource:
    """All members but one."""
    return {key: value for key, value in members.items() if key != name}


def _state(state: str) -> Change:
    described = TRADE_STATE_DESC.get(state, state)
    return _says(lambda told: {**told, "trade_state": state, "trade_state_desc": described})


def _new_event(original: Original) -> Callback:
    """It names our order and says of no payment."""
    told = {name: original.resource[name] for name in ("mchid", "appid", "out_trade_no")}
    return build(original.issuer, {**told, "reserved_until": "2099-01-01"}, event_type=UNKNOWN_EVENT)


_STATES = [state.value for state in TradeState if state is not TradeState.SUCCESS]

CHANGES: dict[str, Change] = {
    "amount-a-fen-less": _total(lambda total: total - 1),
    "amount-a-fen-more": _total(lambda total: total + 1),
    "amount-a-hundredth": _total(lambda total: total // 100),
    "amount-in-yuan-for-fen": _total(lambda total: total * 100),
    "amount-zero": _total(lambda total: 0),
    "amount-negative": _total(lambda total: -total),
    "amount-without-total": _amount(lambda amount: without(amount, "total")),
    "amount-missing": _says(lambda told: without(told, "amount")),
    "currency-other": _amount(lambda amount: {**amount, "currency": "JPY", "payer_currency": "JPY"}),
    "mchid-other": _says(lambda told: {**told, "mchid": "1230000109"}),
    "appid-other": _says(lambda told: {**told, "appid": "wx0123456789abcdef"}),
    "number-of-no-order": _says(lambda told: {**told, "out_trade_no": new_nonce()}),
    "number-missing": _says(lambda told: without(told, "out_trade_no")),
    **{f"state-{state.lower()}": _state(state) for state in _STATES},
    "state-unknown": _state(UNKNOWN_STATE),
    "state-empty": _state(""),
    "event-of-tomorrow": _new_event,
    "state-missing": _says(lambda told: without(told, "trade_state")),
}
