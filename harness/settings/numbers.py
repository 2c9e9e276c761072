"""Numbers in settings, and the amounts of money that people name in comments."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

from harness.core.money import Fen

_WHOLE = re.compile(r"[0-9]{1,15}")
_NUMBER = r"(?P<{0}>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?)"
_SCALE = r"\s*(?P<{0}>[百千万亿]{{0,2}})\s*"
_AMOUNT = re.compile(
    r"(?<![\d.,])(?:"
    rf"(?:¥|RMB|CNY)\s*{_NUMBER.format('before')}{_SCALE.format('scale_before')}(?:元|圆)?"
    rf"|{_NUMBER.format('yuan')}{_SCALE.format('scale_yuan')}(?:元|圆|块|RMB|CNY|yuan)"
    rf"|{_NUMBER.format('fen')}{_SCALE.format('scale_fen')}(?:分(?!钟|之)|fen\b)"
    r")",
    re.IGNORECASE,
)
_SCALES = {"百": 100, "千": 1_000, "万": 10_000, "亿": 100_000_000}


def whole_number(text: str) -> int | None:
    """A non-negative integer of at most 15 ASCII digits, or None. Nothing else is read: no sign, no blank."""
    return int(text) if _WHOLE.fullmatch(text) else None


@dataclass(frozen=True, slots=True)
class NamedAmount:
    """An amount of money in a sentence."""

    text: str
    """As it stands there, e.g. `1万元`."""
    fen: Decimal
    """In fen; not whole when the text names a fraction of a fen."""

    @property
    def display(self) -> str:
        """As money: `¥10,000.00`."""
        return yuan(self.fen)


def named_amounts(text: str) -> tuple[NamedAmount, ...]:
    """Every amount a sentence names with its unit: 100元, 1万元, ¥10,000, 1,000.50 yuan, 10000分."""
    found: list[NamedAmount] = []
    for match in _AMOUNT.finditer(unicodedata.normalize("NFKC", text)[:1000]):
        for name, unit in (("before", 100), ("yuan", 100), ("fen", 1)):
            if match[name] is not None:
                number = Decimal(match[name].replace(",", ""))
                for character in match[f"scale_{name}"]:
                    number *= _SCALES[character]
                found.append(NamedAmount(match[0].strip(), number * unit))
    return tuple(found)


def yuan(fen: Decimal | Fen) -> str:
    """An amount in fen as a person reads it: `¥10,000.00`."""
    return f"¥{Decimal(fen) / 100:,.2f}"
