"""What may be edited in an envelope: its signed members and its signature, and nothing else (CBK-16)."""

from __future__ import annotations

import json
from dataclasses import replace
from random import Random
from string import ascii_letters, digits

from harness.callbacks.callback import Callback, compact
from harness.callbacks.mutations import Edit, replaced, same_signature
from harness.signing.envelope import SIGNATURE, message

_SIGNED = (
    "notifyType",
    "outTradeNo",
    "paymentId",
    "transactionId",
    "status",
    "totalAmount",
    "paidTime",
    "timestamp",
)
_KINDS = ("replaced", "replaced", "put in", "left out", "gone", "renamed", "added")

_ALL_BUT_THE_END = 0.98
"""The last letters of a signature carry bits that mean nothing."""


def draw(random: Random) -> Edit:
    """An edit of a signed member or of the signature."""
    name = SIGNATURE if random.random() < 1 / 5 else random.choice(_SIGNED)
    kind, at = random.choice(_KINDS), random.random()
    return Edit(f"the member {name} {kind} at {at:.4f}", lambda callback: _edited(callback, name, kind, at))


def inert(sent: Callback, genuine: Callback) -> bool:
    """Whether what is signed is the same text, and the signature the same bytes."""
    one, other = json.loads(sent.body), json.loads(genuine.body)
    return message(one) == message(other) and same_signature(
        str(one.get(SIGNATURE, "")), str(other[SIGNATURE])
    )


def _edited(callback: Callback, name: str, kind: str, at: float) -> Callback:
    members = json.loads(callback.body)
    if name not in members:
        return callback
    number, text = isinstance(members[name], int), str(members[name])
    letters = digits if number else ascii_letters + digits
    if name == SIGNATURE:
        at *= _ALL_BUT_THE_END
    place, letter = int(at * len(text)), letters[int(at * 997) % len(letters)]
    if kind in ("gone", "renamed"):
        value = members.pop(name)
        members |= {f"{name}{letter}": value} if kind == "renamed" else {}
    elif kind == "added":
        members[f"{letter}{name}"] = text
    else:
        new = {
            "replaced": replaced(text, at, letters),
            "put in": text[:place] + letter + text[place:],
            "left out": text[:place] + text[place + 1 :],
        }[kind]
        members[name] = int(new or "0") if number else new
    return replace(callback, body=compact(members))
