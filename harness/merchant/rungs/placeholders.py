"""`{amount_yuan}` and its like in what a profile says: checked when it is read, filled in when it is used."""

from __future__ import annotations

import json
import string
from collections.abc import Collection, Mapping
from typing import TypeVar

from harness.core.did_you_mean import did_you_mean

ORDERING = ("amount_yuan", "amount_fen", "order_id", "product", "description", "csrf")
"""What is known while an order is being made."""
ASKING = ("out_trade_no", "order_url", "order_key", "csrf")
"""What is known of an order that the platform has seen."""
REFUNDING = (*ASKING, "amount_yuan", "amount_fen", "refund_key")
"""What is known while an order is given back, or a part of it."""
TO_CARD = (*ASKING, "refund_key", "bank_type", "bank_account", "real_name")
"""What is known while a refund that found no way back is sent to a card."""
MOVING = ("seconds", "now")
"""What is known when a clock is to be moved: by how much, and where the platform's stands then."""
RENEWING = ("key_file", "certificate_file", "serial")
"""What is known of a new API certificate: its files as the portal hands them out, and its number."""
RECONCILING = ("date",)
"""What is known of a day whose bill is to be compared: Beijing, e.g. 2026-11-28."""
_NUMBERS = ("{amount_fen}", "{seconds}")

T = TypeVar("T", bound=object)


def named_in(said: object) -> set[str]:
    """Every placeholder in texts, lists and tables.

    Raises:
        ValueError: a brace that opens or closes nothing.
    """
    if isinstance(said, str):
        try:
            return {name for _, name, _, _ in string.Formatter().parse(said) if name is not None}
        except ValueError as error:
            raise ValueError(f"{said!r}: {error}; a brace that is meant is written twice") from None
    if isinstance(said, Mapping):
        return set().union(*map(named_in, said.values()), *map(named_in, said.keys()))
    if isinstance(said, list | tuple):
        return set().union(*map(named_in, said))
    return set()


def check(said: T, known: Collection[str]) -> T:
    """The same, once every placeholder in it is one that will be known.

    Raises:
        ValueError: what exists instead, and the nearest.
    """
    for name in sorted(named_in(said)):
        if name not in known:
            there = ", ".join(f"{{{each}}}" for each in known) or "none"
            near = did_you_mean(name, known, otherwise="another is meant:")
            raise ValueError(f"there is no placeholder {{{name}}}: {near} here exist {there}")
    return said


def fill(text: str, values: Mapping[str, str]) -> str:
    """A text with its placeholders replaced; one whose value is not known stays empty."""
    return "".join(
        before + ("" if name is None else values.get(name, ""))
        for before, name, _, _ in string.Formatter().parse(text)
    )


def fill_all(said: object, values: Mapping[str, str]) -> object:
    """The same in lists and tables; a text that is `{amount_fen}` or `{seconds}` alone becomes a number."""
    if isinstance(said, str):
        return json.loads(fill(said, values)) if said in _NUMBERS else fill(said, values)
    if isinstance(said, Mapping):
        return {fill(str(key), values): fill_all(value, values) for key, value in said.items()}
    if isinstance(said, list | tuple):
        return [fill_all(each, values) for each in said]
    return said
