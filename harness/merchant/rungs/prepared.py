"""One request to an app before it is sent, so that it can be changed as somebody else would send it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlencode

from harness.core.money import Fen

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
_SURE = Fen(200)
"""A lower price is not told from a quantity."""


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
    held = request.members if request.members is not None else request.fields
    changed = _lowered(held, price)
    if changed == held:
        return None
    if request.members is not None:
        return replace(request, members=changed)
    return replace(request, fields={name: str(value) for name, value in dict(changed).items()})


def priced_members(answer: Mapping[str, object], price: Fen) -> dict[str, object]:
    """The members of an answer that hold the price, by the app's own names for it, each with one fen."""
    return {name: each for name, each in dict(_lowered(answer, price)).items() if each != answer[name]}


def _lowered(held: Any, price: Fen) -> Any:
    """By value, since an app calls it what it likes."""
    if isinstance(held, Mapping):
        return {name: _lowered(each, price) for name, each in held.items()}
    if isinstance(held, list | tuple):
        return [_lowered(each, price) for each in held]
    if isinstance(held, bool) or not isinstance(held, str | int | float) or price < _SURE:
        return held
    if str(held) == str(int(price)):
        return type(held)(1)
    yuan = Decimal(price.yuan)
    try:
        return type(held)("0.01") if not isinstance(held, int) and Decimal(str(held)) == yuan else held
    except InvalidOperation:
        return held
