"""Who is asked about what: names stand for them in a capture, so that it tells nothing of either side.

What an answer repeats of them becomes the name again. So the answers of two accounts can be compared.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from typing import Any

_ORDER = "{order."


class Names:
    """The names of one account at one endpoint, and the orders that are made up for it.

    Args:
        known: what stands for each name, e.g. `{"mchid": "1900000001"}`.
    """

    def __init__(self, known: Mapping[str, str]) -> None:
        self._known = {f"{{{name}}}": value for name, value in known.items() if value}
        self._orders = f"GLDR{secrets.token_hex(6)}"
        self._numbers = 0

    def number(self, order: str) -> str:
        """The `out_trade_no` of an order: letters and digits, 18 of them; the same whenever it is asked."""
        name = f"{_ORDER}{order}}}"
        if name not in self._known:
            self._numbers += 1
            self._known[name] = f"{self._orders}{self._numbers:02d}"
        return self._known[name]

    def filled(self, value: Any) -> Any:
        """JSON-able data with what the names stand for."""
        return _walked(value, self._fill)

    def hidden(self, value: Any) -> Any:
        """JSON-able data with names in place of what they stand for."""
        longest_first = sorted(self._known.items(), key=lambda each: -len(each[1]))
        return _walked(value, lambda text: _replaced(text, longest_first))

    def _fill(self, text: str) -> str:
        for name, value in self._known.items():
            text = text.replace(name, value)
        return text


def _replaced(text: str, pairs: list[tuple[str, str]]) -> str:
    for name, value in pairs:
        text = text.replace(value, name)
    return text


def _walked(value: Any, change: Callable[[str], str]) -> Any:
    match value:
        case dict():
            return {change(name): _walked(each, change) for name, each in value.items()}
        case list():
            return [_walked(each, change) for each in value]
        case str():
            return change(value)
        case _:
            return value
