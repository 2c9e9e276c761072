"""Genuine callbacks in shapes that are rare: other spelling of the JSON, more members, another order of them.

Each is truly signed over the bytes that are sent, and tells of a real payment: it is to be credited.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from harness.callbacks.apiv3.genuine import build, signed
from harness.callbacks.attack import Change
from harness.callbacks.callback import compact
from harness.callbacks.spellings import SPELLINGS, reordered

Members = Mapping[str, object]


def _spelt(spell: Callable[[Members], bytes]) -> Change:
    return lambda original: signed(original.issuer, spell(json.loads(original.callback.body)))


def _more_inside(told: Members) -> Members:
    inside: Members = {"rounding": 0, "list": [1, None]}
    return {**told, "new_member": inside, "extra": None}


CHANGES: dict[str, Change] = {
    **{f"spelt-{name}": _spelt(spell) for name, spell in SPELLINGS.items()},
    "more-members-outside": _spelt(lambda notice: compact({**notice, "new_member": {"list": [1, None]}})),
    "more-members-inside": lambda original: build(original.issuer, _more_inside(original.resource)),
    "members-reordered-inside": lambda original: build(original.issuer, reordered(original.resource)),
}
