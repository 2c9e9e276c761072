"""Other ways to write the same JSON: a signature over the received bytes holds over each."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

Spell = Callable[[Mapping[str, object]], bytes]


def reordered(members: Mapping[str, object]) -> dict[str, object]:
    """The same members, the last first, at every depth."""
    return {
        name: reordered(value) if isinstance(value, Mapping) else value
        for name, value in reversed(list(members.items()))
    }


def _spaced(members: Mapping[str, object]) -> bytes:
    return json.dumps(members, ensure_ascii=False, indent="\t").replace("\n", "\r\n").encode() + b"\n"


def _escaped(members: Mapping[str, object]) -> bytes:
    return json.dumps(members, ensure_ascii=True).replace("/", "\\/").encode()


SPELLINGS: dict[str, Spell] = {
    "spaced": _spaced,
    "reordered": lambda members: json.dumps(reordered(members), ensure_ascii=False).encode(),
    "escaped": _escaped,
}
