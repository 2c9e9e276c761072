"""What an order may be worth at worst, whatever stands where its amount should stand."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from decimal import Decimal

ENDLESS = 10**40
"""More than any budget: stands for infinity, and for exponents that would fill the memory."""

_NUMBER = re.compile(r"\d+(?:\.\d+)?(?:[eE][+-]?\d{1,9})?")
_BETWEEN_DIGITS = re.compile(r"(?<=\d)[,_'’\s](?=\d)")
_BETWEEN_THOUSANDS = re.compile(r"(?<=\d)\.(?=\d{3}(?!\d))")
_OTHER_BASE = re.compile(r"0(?:x[0-9a-f]+|o[0-7]+|b[01]+)", re.IGNORECASE)
_ENDLESS_WORD = re.compile(r"inf", re.IGNORECASE)


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
            return max(_readings(amount))
        case dict():
            return max(map(worth, (*amount, *amount.values())), default=1)
        case list() | tuple():
            return max(map(worth, amount), default=1)
        case _:
            return 1


def _readings(text: str) -> Iterator[int]:
    """What different readers may make of a text, at least 1: notations of many languages and countries."""
    yield 1
    if _ENDLESS_WORD.search(text):
        yield ENDLESS
    for spelt in (text, _BETWEEN_THOUSANDS.sub("", text)):
        for number in _NUMBER.findall(_BETWEEN_DIGITS.sub("", spelt)):
            yield _up(Decimal(number))
    for number in _OTHER_BASE.findall(text):
        yield min(int(number, 0), ENDLESS)


def _up(amount: Decimal) -> int:
    """The next whole number away from zero, without its sign."""
    if not amount.is_finite() or amount.adjusted() > 40:
        return ENDLESS
    return math.ceil(amount.copy_abs())
