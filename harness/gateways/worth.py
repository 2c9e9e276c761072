"""What an order may be worth at worst, whatever stands where its amount should stand."""

from __future__ import annotations

import math
import re
from decimal import Decimal

ENDLESS = 10**40
"""More than any budget: stands for infinity, and for exponents that would fill the memory."""

_NUMBER = re.compile(r"\d+(?:\.\d+)?(?:[eE][+-]?\d{1,9})?")
_BETWEEN_DIGITS = re.compile(r"(?<=\d)[,_\s](?=\d)")


def worth(amount: object) -> int:
    """In fen; every order is worth 1 at least.

    An endpoint that takes what it should refuse may read a text as a number, round a fraction up, drop a
    sign, or look into an object: the largest number that stands anywhere is what may have to be paid.
    """
    match amount:
        case bool() | None:
            return 1
        case int() | float() | Decimal():
            return max(_up(Decimal(amount)), 1)
        case str():
            numbers = _NUMBER.findall(_BETWEEN_DIGITS.sub("", amount))
            return max((_up(Decimal(each)) for each in numbers), default=1) or 1
        case dict():
            return max(map(worth, amount.values()), default=1)
        case list() | tuple():
            return max(map(worth, amount), default=1)
        case _:
            return 1


def _up(amount: Decimal) -> int:
    """The next whole number away from zero, without its sign."""
    if not amount.is_finite() or amount.adjusted() > 40:
        return ENDLESS
    return math.ceil(amount.copy_abs())
