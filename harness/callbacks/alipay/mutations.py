"""What may be edited in a notify: a signed member, the signature, or any byte of the body (CBK-16)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random
from string import ascii_letters, digits

from harness.callbacks.alipay.form_body import Pairs, letter, pairs_of
from harness.callbacks.callback import Callback
from harness.callbacks.mutations import Edit, replaced, same_signature
from harness.signing.alipay import SIGN, notify_text

_SIGNED = (
    "app_id",
    "buyer_pay_amount",
    "charset",
    "gmt_payment",
    "notify_id",
    "notify_time",
    "notify_type",
    "out_trade_no",
    "seller_id",
    "subject",
    "total_amount",
    "trade_no",
    "trade_status",
    "version",
)
_KINDS = ("replaced", "replaced", "put in", "left out", "gone", "renamed", "added", "repeated")

_ALL_BUT_THE_END = 0.98
"""The last letters of a signature carry bits that mean nothing."""


def draw(random: Random) -> Edit:
    """An edit of a byte, or more often of a member or of the signature."""
    if random.random() < 1 / 4:
        return _byte(random)
    name = SIGN if random.random() < 1 / 5 else random.choice(_SIGNED)
    kind, at = random.choice(_KINDS), random.random()
    return Edit(f"the member {name} {kind} at {at:.4f}", lambda callback: _edited(callback, name, kind, at))


def inert(sent: Callback, genuine: Callback) -> bool:
    """Whether every usual way to read the body reads the same text to verify, and the same signature."""
    wanted = dict(pairs_of(genuine.body))
    return all(_same(members, wanted) for members in _readings(sent.body))


def _readings(body: bytes) -> list[dict[str, str]]:
    """As who takes the last of a repeated member reads it, who takes the first, and who splits at `;`."""
    pairs = pairs_of(body)
    split = pairs_of(body.replace(b";", b"&")) if b";" in body else pairs
    return [dict(pairs), dict(reversed(pairs)), dict(split)]


def _same(members: dict[str, str], wanted: dict[str, str]) -> bool:
    return notify_text(members) == notify_text(wanted) and same_signature(
        members.get(SIGN, ""), wanted.get(SIGN, "")
    )


def _edited(callback: Callback, name: str, kind: str, at: float) -> Callback:
    pairs = pairs_of(callback.body)
    place = next((number for number, (own, _) in enumerate(pairs) if own == name), None)
    if place is None:
        return callback
    new = _EDITS[kind](name, pairs[place][1], at * (_ALL_BUT_THE_END if name == SIGN else 1))
    return replace(callback, body=letter([*pairs[:place], *new, *pairs[place + 1 :]]).body)


def _letter(at: float) -> str:
    letters = ascii_letters + digits
    return letters[int(at * 997) % len(letters)]


_EDITS: dict[str, Callable[[str, str, float], Pairs]] = {
    "replaced": lambda name, text, at: [(name, replaced(text, at, ascii_letters + digits))],
    "put in": lambda name, text, at: [
        (name, text[: int(at * len(text))] + _letter(at) + text[int(at * len(text)) :])
    ],
    "left out": lambda name, text, at: [
        (name, text[: int(at * len(text))] + text[int(at * len(text)) + 1 :])
    ],
    "gone": lambda name, text, at: [],
    "renamed": lambda name, text, at: [(f"{name}{_letter(at)}", text)],
    "added": lambda name, text, at: [(name, text), (f"{_letter(at)}{name}", text)],
    "repeated": lambda name, text, at: [(name, text), (name, replaced(text, at, ascii_letters + digits))],
}


def _byte(random: Random) -> Edit:
    kind, at, byte = random.choice(tuple(_BYTES)), random.random(), random.randrange(1, 256)
    return Edit(
        f"the body {kind} at {at:.4f} by {byte}",
        lambda callback: replace(
            callback, body=_BYTES[kind](callback.body, int(at * len(callback.body)), byte)
        ),
    )


_BYTES: dict[str, Callable[[bytes, int, int], bytes]] = {
    "altered": lambda body, at, byte: body[:at] + bytes([(body[at] + byte) % 256]) + body[at + 1 :],
    "shortened": lambda body, at, byte: body[:at] + body[at + 1 + byte % 3 :],
    "lengthened": lambda body, at, byte: body[:at] + bytes([byte]) + body[at:],
    "cut": lambda body, at, byte: body[:at],
}
