"""One request to an app before it is sent, so that it can be changed as somebody else would send it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlencode

from harness.core.money import Fen
from harness.merchant.rungs.html_forms import is_token

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
_SURE = Fen(200)
"""A lower price is not told from a quantity, but by its name."""
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_MONEY = frozenset(
    {"price", "cost", "fee", "money", "yuan", "fen", "cent", "cents", "jine", "jiage", "danjia"}
)
_MONEY_OR_NUMBER = frozenset({"amount", "total"})
"""Some apps count pieces by these."""
_BESIDE = frozenset(
    {"unit", "order", "goods", "item", "product", "sku", "sale", "pay", "actual", "final", "sub"}
)
"""What a tip, a coupon or an id is called holds other words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedRequest:
    """What the app's own page would send."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, str] | None = None
    """Of a form."""
    members: object = None
    """Of a body that is JSON; None: it is a form, or nothing."""
    content_type: str | None = None
    """In place of the body's own."""
    of_page: frozenset[str] = frozenset()
    """The fields whose values its page held; the profile filled in the others."""
    csrf: str = ""
    """The token that its page held."""

    @property
    def holds(self) -> frozenset[str]:
        """The names of its own members."""
        held = self.members if isinstance(self.members, Mapping) else self.fields
        return frozenset(held or ())

    def with_members(self, further: Mapping[str, object]) -> PreparedRequest:
        """The same with members more, or with these in place of its own."""
        if isinstance(self.members, Mapping):
            return replace(self, members={**self.members, **further})
        if self.members is not None:
            return self
        plain = {name: str(value) for name, value in further.items() if not isinstance(value, Mapping)}
        return replace(self, fields={**(self.fields or {}), **plain})

    def without_members(self) -> PreparedRequest:
        """The same with none of its members."""
        return replace(self, members={} if self.members is not None else None, fields=None)

    @property
    def of_purchase(self) -> str:
        """All that it says but what proves that its page was served to this session.

        It is the same for two purchases where nothing in them tells one from the other.
        """
        fields = {name: value for name, value in (self.fields or {}).items() if not is_token(name)}
        said = json.dumps([self.method, self.url, fields, self.members, dict(self.headers)], sort_keys=True)
        return said.replace(self.csrf, "") if self.csrf else said

    @property
    def address(self) -> str:
        """Where it goes; a form that is got stands in the address."""
        if self.method != "GET" or not self.fields or self.members is not None:
            return self.url
        return f"{self.url}{'&' if '?' in self.url else '?'}{urlencode(self.fields)}"

    @property
    def content(self) -> bytes:
        """The body."""
        if self.members is not None:
            return json.dumps(self.members, ensure_ascii=False).encode()
        return b"" if self.method == "GET" or not self.fields else urlencode(self.fields).encode()

    @property
    def all_headers(self) -> dict[str, str]:
        """Those of the body under its own, as they are sent."""
        told: dict[str, str] = {}
        if self.members is not None:
            told = {"Content-Type": JSON, "Accept": JSON}
        elif self.content:
            told = {"Content-Type": FORM}
        other = {"Content-Type": self.content_type} if self.content_type and told else {}
        return {**told, **self.headers, **other}


Change = Callable[[PreparedRequest], PreparedRequest]
"""Makes another request of it."""


def lowered(request: PreparedRequest, price: Fen) -> PreparedRequest | None:
    """The same with its price, wherever it stands in it, one fen; None: it holds no price."""
    held = _held(request)
    changed = _lowered(held, price)
    if changed == held:
        return None
    if request.members is not None:
        return replace(request, members=changed)
    return replace(request, fields={name: str(value) for name, value in dict(changed).items()})


def left_alone(request: PreparedRequest, price: Fen) -> list[str]:
    """The names of what may well be an amount, and is not lowered: it could be pieces, or is the least."""
    return sorted(set(_left_alone(_held(request), price)))


def priced_members(answer: Mapping[str, object], price: Fen) -> dict[str, object]:
    """The members of an answer that hold the price, by the app's own names for it, each with one fen."""
    return {name: each for name, each in dict(_lowered(answer, price)).items() if each != answer[name]}


def _held(request: PreparedRequest) -> Any:
    return request.members if request.members is not None else request.fields


def _lowered(held: Any, price: Fen, name: str = "") -> Any:
    """By value, since an app calls it what it likes; by name where the value could be another thing's."""
    if isinstance(held, Mapping):
        return {each: _lowered(value, price, str(each)) for each, value in held.items()}
    if isinstance(held, list | tuple):
        return [_lowered(each, price, name) for each in held]
    value = _number(held)
    return held if value is None else _one_fen(held, value, price, name)


def _one_fen(held: Any, value: Decimal, price: Fen, name: str) -> Any:
    """In the kind of number that it is; unaltered where it is no price for sure, or the least there is."""
    named, in_yuan = _names_money(name), value == Decimal(price.yuan)
    sure = price >= _SURE or named
    if sure and str(held) == str(int(price)):
        return type(held)(1)
    if in_yuan and not isinstance(held, int) and (sure or value % 1):
        return type(held)("0.01")
    if named and (in_yuan or _MONEY & _words(name)):
        least = type(held)(1) if isinstance(held, int) else type(held)("0.01")
        return least if Decimal(str(least)) < value else held
    return held


def _left_alone(held: Any, price: Fen, name: str = "") -> Iterator[str]:
    if isinstance(held, Mapping):
        for each, value in held.items():
            yield from _left_alone(value, price, str(each))
    elif isinstance(held, list | tuple):
        for each in held:
            yield from _left_alone(each, price, name)
    elif _names_money(name) and (value := _number(held)) is not None:
        counted = value == 1 and not _MONEY & _words(name)
        if value > 0 and not counted and _lowered(held, price, name) == held:
            yield name


def _number(held: object) -> Decimal | None:
    """None: it is none."""
    if isinstance(held, bool) or not isinstance(held, str | int | float):
        return None
    try:
        value = Decimal(str(held))
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def _words(name: str) -> frozenset[str]:
    return frozenset(each.lower() for each in _WORD.findall(name))


def _names_money(name: str) -> bool:
    """Whether that is what somebody calls what an order costs."""
    words = _words(name)
    return bool(words & (_MONEY | _MONEY_OR_NUMBER)) and words <= _MONEY | _MONEY_OR_NUMBER | _BESIDE
