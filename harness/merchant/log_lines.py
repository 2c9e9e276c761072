"""What log lines hold that is personal: by its label in either language, or by its own check digits."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from harness.merchant.rungs.personal import kind_of

PHONE, IDENTITY, CARD, OPENID = "a phone number", "an identity number", "a card number", "an openid"
_TOKEN = re.compile(r"(?<![0-9A-Za-z_*+-])[0-9A-Za-z_+-]{11,64}(?![0-9A-Za-z_*-])")
"""Whatever may be a value; what is masked has a star in it or beside it."""
_BETWEEN = r"[_\s-]?(?:号码?|no|num|number|id)?[\"'\\\s:=：，,>(（]{1,8}$"
_LABELLED = (
    (PHONE, r"手机|电话|联系方式|phone|mobile|msisdn|tel", r"(?:\+?86-?)?1[3-9]\d{9}"),
    (IDENTITY, r"身份证|证件|id_?card|id_?no|identity|identity_?card|cert_?no", r"\d{17}[\dXx]|\d{15}"),
    (OPENID, r"open_?id|payer_?id|buyer_?id|buyer_?open_?id|用户标识", r"[0-9A-Za-z_-]{16,64}"),
    (CARD, r"银行卡|卡|card|account|pan", r"\d{12,19}"),
)
"""What it is, how a label of it ends, and what of it is no mask."""
_LABELS = [
    (kind, re.compile(f"(?:{label}){_BETWEEN}", re.IGNORECASE), re.compile(value))
    for kind, label, value in _LABELLED
]
_WINDOW = 40
"""Characters before a value in which its label stands."""
_OPENID = re.compile(r"o[0-9A-Za-z_-]{27}")
_NUMBER = re.compile(r"\d{11,19}[Xx]?")
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})|%(3[AaDd]|22)")
_REGIONS = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]")
_BIRTHDAY = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
MOST = 20
"""How many are told: whoever mends one mends the rest."""


@dataclass(frozen=True, slots=True)
class Personal:
    """Something personal in a log."""

    kind: str
    shown: str
    """Its beginning alone."""
    sure: bool
    """Whether a label or its own check digits say so; else it only looks like it."""


def personal_in_lines(told: bytes, known: Collection[str] = ()) -> list[Personal]:
    """What is personal in these bytes, whatever they are; time grows with their number alone.

    Args:
        known: numbers of orders and payments, which are nobody's.
    """
    text = _ESCAPED.sub(_plain, told.decode("utf-8", "replace"))
    found: dict[str, Personal] = {}
    for match in _TOKEN.finditer(text):
        value = match[0]
        if any(value in each for each in known):
            continue
        seen = _labelled(value, text[max(0, match.start() - _WINDOW) : match.start()]) or _by_itself(value)
        if seen is not None and not (value in found and found[value].sure):
            found[value] = seen
            if len(found) >= MOST:
                break
    return list(found.values())


def _plain(escaped: re.Match[str]) -> str:
    return chr(int(escaped[1], 16)) if escaped[1] else "="


def _labelled(value: str, before: str) -> Personal | None:
    for kind, label, form in _LABELS:
        if form.fullmatch(value) and label.search(before):
            return Personal(kind, f"{value[:3]}***", sure=True)
    return None


def _by_itself(value: str) -> Personal | None:
    """By its check digits; region and birthday tell an identity number from an order's of eighteen digits."""
    shown = f"{value[:3]}***"
    if _OPENID.fullmatch(value):
        mixed = any(map(str.isupper, value)) and any(map(str.isdigit, value))
        return Personal(OPENID, shown, sure=True) if mixed else None
    kind = kind_of(value) if _NUMBER.fullmatch(value) else ""
    if kind == IDENTITY:
        persons = _REGIONS.match(value) and _BIRTHDAY.match(value, 6)
        return Personal(kind, shown, sure=True) if persons else None
    return Personal(kind, shown, sure=False) if kind else None
