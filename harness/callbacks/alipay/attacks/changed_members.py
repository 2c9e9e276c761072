"""Notifies whose members were changed after signing, or can be read in two ways (CBK-07)."""

from __future__ import annotations

from collections.abc import Callable

from harness.callbacks.alipay.attacks.editing import Members, unsigned, with_members, without
from harness.callbacks.alipay.form_body import letter, members_of
from harness.callbacks.alipay.genuine import told
from harness.callbacks.attack import Change, Original
from harness.callbacks.callback import CLIENT_HEADERS, Callback, compact
from harness.signing.wechat_v3 import new_nonce

SIGNED = (
    "out_trade_no",
    "trade_no",
    "total_amount",
    "app_id",
    "seller_id",
    "subject",
    "gmt_payment",
    "notify_id",
    "notify_time",
    "fund_bill_list",
)
"""Members of which each is changed by itself."""


def _one_more(name: str) -> Change:
    return with_members(lambda members: {**members, name: f"{members[name]}0"})


def _twice(name: str, forged: Callable[[Members], str], *, first: bool) -> Change:
    """The genuine member and a forged one beside it: one parser takes the first, another one the last."""

    def change(original: Original) -> Callback:
        members = members_of(original.callback.body)
        extra = (name, forged(members))
        pairs = [*members.items()]
        return letter([extra, *pairs] if first else [*pairs, extra])

    return change


def _number_twice(*, first: bool) -> Change:
    """Another order's genuine notify, and this order's number beside its own."""

    def change(original: Original) -> Callback:
        number = str(original.resource["out_trade_no"])
        other = str(original.earlier.get("out_trade_no") or new_nonce())
        genuine = members_of(told(original.issuer, {**unsigned(original), "out_trade_no": other}).body)
        extra, pairs = ("out_trade_no", number), [*genuine.items()]
        return letter([extra, *pairs] if first else [*pairs, extra])

    return change


def _boundary_moved(original: Original) -> Callback:
    """A member swallows the one that is signed behind it: the text to verify is the same."""
    members = members_of(original.callback.body)
    swallowed = f"{members['total_amount']}&trade_no={members['trade_no']}"
    return letter(without({**members, "total_amount": swallowed}, "trade_no"))


def _as_json(change: Callable[[Members], Members]) -> Change:
    return lambda original: Callback(
        headers=CLIENT_HEADERS, body=compact(change(members_of(original.callback.body)))
    )


def _doubly(members: Members) -> Members:
    """The number is written so that only who decodes once more reads it."""
    number = "".join(f"%{each:02X}" for each in members["out_trade_no"].encode())
    return {**members, "out_trade_no": number}


TRULY_SIGNED = ("alipay-boundary-moved", "alipay-number-twice-first", "alipay-number-twice-last")
"""The signature holds over what one reader reads; who reads a number the same way each time sees the other
order's own notify, and may say so."""
HARMLESS = (
    "alipay-names-in-capitals",
    "alipay-as-json",
    "alipay-number-encoded-twice",
    "alipay-amount-twice-first",
    "alipay-amount-twice-last",
)
"""They say what Alipay said, only elsewhere than it would, or with something beside it: who verifies and
books by one and the same of two values has read what was signed."""

CHANGES: dict[str, Change] = {
    **{f"alipay-byte-in-{name.replace('_', '-')}": _one_more(name) for name in SIGNED},
    "alipay-state-reworded": with_members(lambda members: {**members, "trade_status": "TRADE_FINISHED"}),
    "alipay-member-added": with_members(lambda members: {**members, "body": "x"}),
    "alipay-member-removed": with_members(lambda members: without(members, "buyer_pay_amount")),
    "alipay-amount-twice-first": _twice("total_amount", lambda members: "0.01", first=True),
    "alipay-amount-twice-last": _twice("total_amount", lambda members: "0.01", first=False),
    "alipay-number-twice-first": _number_twice(first=True),
    "alipay-number-twice-last": _number_twice(first=False),
    "alipay-boundary-moved": _boundary_moved,
    "alipay-names-in-capitals": with_members(
        lambda members: {name.upper(): value for name, value in members.items()}
    ),
    "alipay-as-json": _as_json(lambda members: members),
    "alipay-as-json-unsigned": _as_json(lambda members: without(members, "sign", "sign_type")),
    "alipay-number-encoded-twice": with_members(_doubly),
}
