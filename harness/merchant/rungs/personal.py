"""Personal data in what a profile types for its shopper: known by its shape, whatever its field is called."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

_PHONE = re.compile(r"(?:\+?86)?1[3-9]\d{9}")
_IDENTITY = re.compile(r"\d{17}[\dXx]")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_CARD = re.compile(r"[3-6]\d{15,18}")


def personal_in(held: object) -> dict[str, str]:
    """Each phone, identity and card number, and what it is."""
    found = ((text, kind_of(text)) for text in _texts(held))
    return {text: kind for text, kind in found if kind}


def kind_of(text: str) -> str:
    """What a text is; empty: nothing that is known to be personal."""
    plain = re.sub(r"[ \-]", "", text)
    if _PHONE.fullmatch(plain):
        return "a phone number"
    if _IDENTITY.fullmatch(plain) and _identity_checks(plain):
        return "an identity number"
    return "a card number" if _CARD.fullmatch(plain) and _luhn(plain) else ""


def _identity_checks(number: str) -> bool:
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], _WEIGHTS, strict=True))
    return _CHECKS[total % 11] == number[17].upper()


def _luhn(number: str) -> bool:
    digits = [int(each) for each in reversed(number)]
    doubled = (each * 2 - 9 * (each > 4) for each in digits[1::2])
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


def _texts(held: object) -> Iterator[str]:
    if isinstance(held, Mapping):
        for each in held.values():
            yield from _texts(each)
    elif isinstance(held, list | tuple):
        for each in held:
            yield from _texts(each)
    elif isinstance(held, str | int) and not isinstance(held, bool):
        yield str(held)
