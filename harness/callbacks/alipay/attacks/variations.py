"""Genuine notifies in rare shapes: each is truly signed, tells of a real payment, and is to be credited."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from harness.callbacks.alipay.attacks.editing import Members, says, unsigned, without
from harness.callbacks.alipay.form_body import CHARSET, encoded, pairs_of, posted
from harness.callbacks.alipay.genuine import told
from harness.callbacks.attack import Change, Original
from harness.callbacks.callback import Callback
from harness.core.money import Fen

HARD_TEXT = '50% off + "A&B"=1 / 海岛一日游 🏝 %41'
"""Each of these characters breaks a parser that decodes twice, never, or in the wrong order."""


def _with(**new: str) -> Change:
    return says(lambda members: {**members, **new})


def _spelt(spell: Callable[[bytes], bytes]) -> Change:
    """The same members, written in another way that decodes to the same."""
    return lambda original: replace(original.callback, body=spell(original.callback.body))


def _reversed(body: bytes) -> bytes:
    return encoded(list(reversed(pairs_of(body))))


def _lower_case_hex(body: bytes) -> bytes:
    pieces = body.split(b"%")
    return b"%".join([pieces[0], *(piece[:2].lower() + piece[2:] for piece in pieces[1:])])


def _gbk(original: Original) -> Callback:
    return told(original.issuer, {**unsigned(original), CHARSET: "GBK", "subject": "海岛一日游"})


def _open_id_alone(members: Members) -> Mapping[str, str]:
    kept = without(members, "buyer_id", "buyer_logon_id")
    return {**kept, "buyer_open_id": "0740IwtKx3dT8P-nQ_sY2bVhR5cLmEgU9aZfJwXo1iHkMe4"}


def _coupon(members: Members) -> Mapping[str, str]:
    given = Fen.from_yuan(members["total_amount"])
    less = Fen(int(given) // 2)
    return {**members, "buyer_pay_amount": less.yuan, "invoice_amount": less.yuan}


def _one_decimal(members: Members) -> Mapping[str, str]:
    """The same amount: who compares texts refuses it."""
    total = Fen.from_yuan(members["total_amount"])
    return {**members, "total_amount": total.yuan.removesuffix("0") if int(total) % 10 == 0 else total.yuan}


ON_REQUEST = ("alipay-charset-gbk",)
"""Alipay sends such a one to who has asked in that character set alone (facts alipay 1.3)."""

CHANGES: dict[str, Change] = {
    "alipay-spelt-reordered": _spelt(_reversed),
    "alipay-spelt-percent-twenty": _spelt(lambda body: body.replace(b"+", b"%20")),
    "alipay-spelt-lower-case-hex": _spelt(_lower_case_hex),
    "alipay-content-type-bare": lambda original: replace(
        original.callback,
        headers=tuple((name, value.partition(";")[0]) for name, value in posted(b"").headers),
    ),
    "alipay-subject-hard": _with(subject=HARD_TEXT),
    "alipay-passback-encoded": _with(passback_params="%7B%22table%22%3A%227%22%7D"),
    "alipay-charset-gbk": _gbk,
    "alipay-more-members": _with(merchant_app_id="9021000199990001", new_member="[1,null]"),
    "alipay-refund-fee-zero": _with(refund_fee="0.00"),
    "alipay-open-id-alone": says(_open_id_alone),
    "alipay-amount-with-one-decimal": says(_one_decimal),
    "alipay-coupon": says(_coupon),
    "alipay-finished": _with(trade_status="TRADE_FINISHED"),
}
