"""The shapes a v3 body is checked against, in the live gateway's order and words (facts 1.7).

First every value must have its type, then the rules of each member are asked in the order of the documents,
then members that no document knows are refused at every depth. What is read is the effective form: nulls
dropped, moments parsed. Two bodies with equal effective forms ask for the same thing.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

from pydantic_core import from_json

from harness.simulator.wire.kit import parameter_errors as told
from harness.simulator.wire.kit.errors import Refusal
from harness.simulator.wire.kit.parameter_errors import Words

BODY = "/body"
BEYOND_BMP = re.compile("[\ud800-\udfff\U00010000-\U0010ffff]")
RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)", re.ASCII)
INT64 = 2**63
MOST_DIGITS = 1000
PLAIN = MOST_DIGITS
"""Bytes of a body that can hold no number of more digits, so that the faster reader reads it alike."""


class Shape(Protocol):
    """What a value must look like. `label` is the field's Chinese name as the gateway's messages call it."""

    @property
    def label(self) -> str: ...

    @property
    def required(self) -> bool: ...

    def fits(self, value: object, source: str) -> None:
        """Refuse a value, found at `source` (e.g. `/body/amount`), that is of another type.

        Raises:
            Refusal: 400 PARAM_ERROR.
        """
        ...

    def read(self, value: Any, source: str) -> object:
        """The effective form of a value that fits.

        Raises:
            Refusal: 400 PARAM_ERROR.
        """
        ...

    def unknown(self, value: Any, source: str) -> Iterable[str]:
        """Where members stand that are none of this shape's, in the order of the alphabet."""
        ...


@dataclass(frozen=True, slots=True)
class Text:
    """A string of `least` to `most` characters, all within the basic multilingual plane (facts 1.1)."""

    label: str
    most: int
    required: bool = False
    least: int | None = None
    """None: one where it is required, else nothing."""
    in_bytes: bool = False
    """Whether its length is counted in bytes of UTF-8, three for a hanzi."""
    pattern: re.Pattern[str] | None = None
    """From `^` to `$`, as the message quotes it."""
    choices: frozenset[str] | None = None
    becomes: Callable[[str, str, str], object] | None = None
    """Reads the text further: (text, source, label) to its effective form."""

    def fits(self, value: object, source: str) -> None:
        if not isinstance(value, str):
            raise Words.UNMAPPABLE.at(source, self.label, value, kind=told.STRING)

    def read(self, value: Any, source: str) -> object:
        if not value and not self.required and self.becomes is None:
            return value
        plain = value.isascii()
        if not plain and BEYOND_BMP.search(value):
            raise Words.BEYOND_BMP.at(source, self.label, value)
        least = int(self.required) if self.least is None else self.least
        if not (plain and least <= len(value) <= self.most):
            self._measure(value, source, least)
        if self.pattern is not None and not self.pattern.fullmatch(value):
            raise Words.PATTERN.at(source, self.label, value, rule=self.pattern.pattern)
        if self.choices is not None and value not in self.choices:
            raise Words.CHOICES.at(source, self.label, value, rule="、".join(sorted(self.choices)))
        return value if self.becomes is None else self.becomes(value, source, self.label)

    def unknown(self, value: Any, source: str) -> Iterable[str]:
        return ()

    def _measure(self, value: str, source: str, least: int) -> None:
        count = len(value.encode()) if self.in_bytes else len(value)
        unit = told.BYTES if self.in_bytes else told.CHARACTERS
        if count < least:
            raise Words.TOO_SHORT.at(source, self.label, count, unit=unit, count=count, limit=least)
        if count > self.most:
            raise Words.TOO_LONG.at(source, self.label, count, unit=unit, count=count, limit=self.most)


@dataclass(frozen=True, slots=True)
class Integer:
    """A 64-bit integer; `1.0`, `"1"` and `true` are none (facts 3.2)."""

    label: str
    required: bool = False
    least: int = -INT64

    def fits(self, value: object, source: str) -> None:
        if not isinstance(value, int) or isinstance(value, bool) or not -INT64 <= value < INT64:
            raise Words.UNMAPPABLE.at(source, self.label, value, kind=told.INT64)

    def read(self, value: Any, source: str) -> object:
        if value < self.least:
            raise Words.TOO_LOW.at(source, self.label, value, limit=self.least)
        return value

    def unknown(self, value: Any, source: str) -> Iterable[str]:
        return ()


@dataclass(frozen=True, slots=True)
class Flag:
    """`true` or `false`."""

    label: str
    required: bool = False

    def fits(self, value: object, source: str) -> None:
        if not isinstance(value, bool):
            raise Words.UNMAPPABLE.at(source, self.label, value, kind=told.FLAG)

    def read(self, value: Any, source: str) -> object:
        return value

    def unknown(self, value: Any, source: str) -> Iterable[str]:
        return ()


@dataclass(frozen=True, slots=True)
class Array:
    """A list of one shape; at least `least` entries when it is sent."""

    label: str
    items: Shape
    required: bool = False
    least: int = 0

    def fits(self, value: object, source: str) -> None:
        if not isinstance(value, list):
            raise Words.UNMAPPABLE.at(source, self.label, value, kind=told.ARRAY)
        for number, item in enumerate(value):
            self.items.fits(item, f"{source}/{number}")

    def read(self, value: Any, source: str) -> object:
        if (count := len(value)) < self.least:
            raise Words.TOO_FEW.at(source, self.label, count, count=count, limit=self.least)
        return [self.items.read(item, f"{source}/{number}") for number, item in enumerate(value)]

    def unknown(self, value: Any, source: str) -> Iterable[str]:
        for number, item in enumerate(value):
            yield from self.items.unknown(item, f"{source}/{number}")


@dataclass(frozen=True, slots=True)
class Object:
    """Named members; null counts as absent."""

    label: str
    members: Mapping[str, Shape]
    required: bool = False
    any_more: bool = False
    """Whether members beside these are let by: where the documents name none."""
    missing_at: str = ""
    """Where the gateway says that a required member is missing, if not in this object."""
    largest: int | None = None
    """Bytes of the whole object as compact JSON."""
    _required: frozenset[str] = field(init=False)
    """Names of those members that must be there."""
    _deep: tuple[str, ...] = field(init=False)
    """Names of those that may have members themselves."""

    def __post_init__(self) -> None:
        members = self.members.items()
        object.__setattr__(self, "_required", frozenset(name for name, each in members if each.required))
        deep = tuple(name for name, each in members if isinstance(each, (Array, Object)))
        object.__setattr__(self, "_deep", deep)

    def fits(self, value: object, source: str) -> None:
        if not isinstance(value, dict):
            raise Words.UNMAPPABLE.at(source, self.label, value, kind=told.OBJECT)
        for name, shape in self.members.items():
            if name in value and (given := value[name]) is not None:
                shape.fits(given, f"{source}/{name}")

    def read(self, value: Any, source: str) -> dict[str, Any]:
        effective: dict[str, Any] = {}
        for name, shape in self.members.items():
            if name in value and (given := value[name]) is not None:
                effective[name] = shape.read(given, f"{source}/{name}")
            elif shape.required:
                raise Words.MISSING.at(f"{self.missing_at or source}/{name}", shape.label, "")
        if self.largest is not None and (size := _size(value)) > self.largest:
            raise Words.TOO_LARGE.at(source, self.label, size, count=size, limit=self.largest)
        return effective

    def at_once(self, value: Mapping[str, Any]) -> dict[str, Any] | None:
        """What `fits` and `read` come to, in one go; None: something is wrong.

        In which order it is to be told, only those two know.
        """
        effective: dict[str, Any] = {}
        try:
            for name, given in value.items():
                if given is not None and (shape := self.members.get(name)) is not None:
                    shape.fits(given, BODY)  # wherever it is: nobody is told
                    effective[name] = shape.read(given, BODY)
        except Refusal:
            return None
        return effective if self.largest is None and self._required <= effective.keys() else None

    def unknown(self, value: Any, source: str) -> Iterable[str]:
        members = self.members
        asked = [name for name in self._deep if value.get(name)]
        if not value.keys() <= members.keys() and not self.any_more:
            asked += value.keys() - members.keys()
        found: list[str] = []
        for name in sorted(asked):
            at = f"{source}/{pointed(name)}"
            found += members[name].unknown(value[name], at) if name in members else [at]
        return found


def read_members(shape: Object, body: dict[str, Any]) -> dict[str, Any]:
    """The effective form of a decoded body; members that the shape does not know are let by.

    Raises:
        Refusal: 400 PARAM_ERROR.
    """
    if (effective := shape.at_once(body)) is not None:
        return effective
    shape.fits(body, BODY)
    return shape.read(body, BODY)


def pointed(name: str) -> str:
    """A member's name as a part of a JSON Pointer (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")


def decode(body: bytes) -> dict[str, Any]:
    """A body as a JSON object; where nothing was sent, one without members.

    Raises:
        Refusal: it is not UTF-8, not JSON, not an object, or nested too deep to be read.
    """
    try:
        value = from_json(body, allow_inf_nan=False) if len(body) <= PLAIN else _decoded(body)
    except ValueError:  # it may still be JSON that this reader does not take, half a surrogate pair for one
        value = _decoded(body)
    if not isinstance(value, dict):
        raise told.not_json()
    return value


def _decoded(body: bytes) -> Any:
    try:
        return _JSON.decode(body.decode("utf-8") or "{}")
    except UnicodeDecodeError:
        raise told.not_utf8() from None
    except (ValueError, RecursionError):
        raise told.not_json() from None


def moment(text: str, source: str, label: str) -> datetime:
    """A moment in RFC 3339, as UTC: the same instant in another zone is the same parameter."""
    try:
        if RFC3339.fullmatch(text):
            return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        pass  # digits in the right places, but no such day or hour: the same answer as for any other text
    raise Words.MOMENT.at(source, label, text)


def _size(value: object) -> float:
    """Bytes as compact JSON; endless for what is nested too deep to be written."""
    try:
        return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace"))
    except RecursionError:
        return math.inf


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is not JSON")


def _number(digits: str) -> float:
    """An integer; one of more digits than Python reads is endless, and still JSON."""
    return int(digits) if len(digits) <= MOST_DIGITS else math.inf


_JSON = json.JSONDecoder(parse_constant=_no_constant, parse_int=_number)
