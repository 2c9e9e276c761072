"""How a text gives orders to the agent that reads it: patterns by kind, which are in `orders.yaml`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import yaml
from pydantic import BaseModel, ConfigDict

SENTENCE = re.compile(r"[.!?](?=\s|$)|[。！？；;\n]")
"""Where a sentence ends."""
_WORD = re.compile("%([A-Z_]+)%")


class Kind(NamedTuple):
    """One kind of order.

    Args:
        says: how it is said.
        unless: what makes honest advice of a sentence in which it is said.
    """

    says: re.Pattern[str]
    unless: re.Pattern[str] | None


class _Told(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    says: tuple[str, ...]
    unless: tuple[str, ...] = ()


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    words: dict[str, str]
    never: dict[str, _Told]
    perhaps: dict[str, _Told]


def _kinds(told: Mapping[str, _Told], words: Mapping[str, str]) -> dict[str, Kind]:
    def pattern(parts: Sequence[str]) -> re.Pattern[str]:
        joined = _WORD.sub(lambda word: words[word[1]], "|".join(parts))
        return re.compile(joined, re.IGNORECASE | re.MULTILINE)

    return {
        name: Kind(pattern(each.says), pattern(each.unless) if each.unless else None)
        for name, each in told.items()
    }


_FILE = _File.model_validate(yaml.safe_load(Path(__file__).with_name("orders.yaml").read_text("utf-8")))
NEVER = _kinds(_FILE.never, _FILE.words)
"""What stands in no honest text."""
PERHAPS = _kinds(_FILE.perhaps, _FILE.words)
"""What an honest text may hold as well."""
