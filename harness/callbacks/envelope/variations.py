"""Genuine notifications in rare shapes: members are signed by name, however they are written."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace

from harness.callbacks.attack import Change, Original
from harness.callbacks.callback import Callback
from harness.callbacks.envelope.contents import told
from harness.callbacks.envelope.genuine import notice
from harness.callbacks.spellings import SPELLINGS


def _spelt(spell: Callable[[Mapping[str, object]], bytes]) -> Change:
    return lambda original: replace(original.callback, body=spell(json.loads(original.callback.body)))


def _more(original: Original) -> Callback:
    return told(original, {**notice(original.resource), "newMember": "x", "newList": [1, 2]})


CHANGES: dict[str, Change] = {
    **{f"envelope-spelt-{name}": _spelt(spell) for name, spell in SPELLINGS.items()},
    "envelope-more-members": _more,
}
