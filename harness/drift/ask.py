"""One question of a capture, without anything of whom it is asked: `{mchid}` or `{order.open}` stand there.

The sets of questions lie in `asks/`, a file a dialect. A capture keeps each question beside its answer, so
that an older capture is replayed with the questions it was made with.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import Field, JsonValue, TypeAdapter, ValidationError

from harness.core.control import Model
from harness.core.errors import HarnessError

ID = r"^[a-z0-9][a-z0-9-]{0,59}$"
Name = Annotated[str, Field(pattern=ID)]


class Ask(Model):
    """A question."""

    id: Name
    """Says what is asked, and with which mistake: `native-amount-text`."""
    call: str = Field(min_length=1, max_length=500)
    """What is called, as its dialect calls it: `POST /v3/…`, a method, a path, a tool."""
    members: dict[str, JsonValue] | None = None
    """What is sent; None: no body."""
    spoilt: frozenset[Name] = frozenset()
    """What is wrong around it, e.g. `key`: it is signed with a key that nobody knows."""
    number: str = Field(default="", max_length=60, pattern=r"^([a-z][a-z0-9-]*)?$")
    """The order it is about: `open` is `{order.open}` in call and members."""
    worth: int = Field(default=0, ge=0, le=100)
    """Fen that could be paid at worst if it is taken for an order; 0: it can make none."""
    both: tuple[Name, Name] | None = None
    """The questions with one of its two mistakes each: which one is told of first is an order of checks."""


_ASKS = TypeAdapter(tuple[Ask, ...])


@cache
def read_asks(path: Path) -> tuple[Ask, ...]:
    """The questions of a file, in the order they are asked.

    Raises:
        HarnessError: one of them is none, stands twice or names a mistake that none has alone.
    """
    try:
        asks = _ASKS.validate_python(yaml.safe_load(path.read_text("utf-8")))
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise HarnessError(f"the questions of a capture cannot be read: {error}", where=str(path)) from None
    if problem := why_no_set(asks):
        raise HarnessError(problem, where=str(path))
    return asks


def why_no_set(asks: Iterable[Ask]) -> str:
    """What is wrong with questions as a set; empty: nothing."""
    every = list(asks)
    ids = [ask.id for ask in every]
    if twice := sorted({each for each in ids if ids.count(each) > 1}):
        return f"the operation {twice[0]} stands twice"
    missing = sorted({each for ask in every for each in ask.both or ()} - set(ids))
    return f"there is no operation {missing[0]}, whose mistake another one names" if missing else ""
