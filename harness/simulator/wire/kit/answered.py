"""What an answer holds, as JSON Schema (2020-12), made of the very type that its maker is held to.

An answer is a `TypedDict`. Mypy refuses a maker that leaves a member out or adds one, and at run time the
type costs nothing. Schemas are open: a platform adds members when it likes, and a client has to bear it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from inspect import unwrap
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    Literal,
    NotRequired,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

from harness.core.errors import HarnessError
from harness.simulator.wire.kit.json_schema import Schema

BINARY: Schema = {"type": "string", "format": "binary"}
"""A file."""
Moment = Annotated[str, {"format": "date-time"}]
"""RFC 3339, of Beijing."""
NotEmpty = Annotated[str, {"minLength": 1}]
InFen = Annotated[int, {"format": "int64", "minimum": 0}]
Base64 = Annotated[str, {"contentEncoding": "base64"}]
_REFERENCE = "#/components/schemas/"
_PLAIN: Mapping[object, Schema] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    bool: {"type": "boolean"},
    NoneType: {"type": "null"},
    object: {},
}


@dataclass(frozen=True, slots=True)
class Named:
    """A schema that is told once, under its name. Where a schema belongs in it, a type may stand."""

    name: str
    schema: Schema


Answer = type | Named | Schema
"""A `TypedDict`, or what is put together of some."""


def one_of(words: type[StrEnum]) -> Schema:
    """A text that is one of these."""
    return {"enum": [each.value for each in words]}


def said_by(perform: Callable[..., object]) -> Any:
    """The type that an operation is held to, by what it says that it returns; wrappers are looked through."""
    return get_type_hints(unwrap(perform))["return"]


def members_of(*kinds: type) -> Schema:
    """The members of one answer, or of several that stand side by side in one object."""
    told: Schema = {"type": "object", "properties": {}}
    required: list[str] = []
    for each in kinds:
        hints = get_type_hints(each, include_extras=True)
        told["properties"] |= {
            name: get_args(hint)[0] if _omittable(hint) else hint for name, hint in hints.items()
        }
        required += [name for name, hint in hints.items() if not _omittable(hint)]
    return told | ({"required": required} if required else {})


class AnswerSchemas:
    """Schemas of answers, each that has a name once.

    Raises:
        HarnessError: a type that has no counterpart here, or two schemas of one name.
    """

    def __init__(self) -> None:
        self.named: dict[str, Schema] = {}
        """By name, complete."""
        self._meant: dict[str, object] = {}

    def of(self, kind: Any) -> Schema:
        """The schema of a type, of what is named, or of what is put together of such."""
        if isinstance(kind, Named) or is_typeddict(kind):
            return self._reference(kind)
        if isinstance(kind, dict):
            return {name: self._inner(each) for name, each in kind.items()}
        origin, given = get_origin(kind), get_args(kind)
        if origin is Annotated:
            told = self.of(given[0])
            for more in kind.__metadata__:
                told |= more
            return told
        if origin is list:
            return {"type": "array", "items": self.of(given[0])}
        if origin in (Union, UnionType):
            return {"anyOf": [self.of(each) for each in given]}
        return _plain(kind)

    def _inner(self, value: Any) -> Any:
        """A member of a schema: a schema itself, several, or a plain value."""
        if isinstance(value, list):
            return [self._inner(each) for each in value]
        plain = value is None or isinstance(value, str | int | float)
        return value if plain else self.of(value)

    def _reference(self, kind: Any) -> Schema:
        composed = isinstance(kind, Named)
        name = kind.name if composed else kind.__name__
        if self._meant.setdefault(name, kind) != kind:
            raise HarnessError(f"two different answers are called {name}", where="simulator")
        if name not in self.named:
            self.named[name] = {}  # keeps its place, and ends what holds itself
            self.named[name] = self.of(kind.schema if composed else members_of(kind))
        return {"$ref": f"{_REFERENCE}{name}"}


def _plain(kind: Any) -> Schema:
    if get_origin(kind) is Literal:
        words = get_args(kind)
        return {"type": "string"} | ({"const": words[0]} if len(words) == 1 else {"enum": [*words]})
    if get_origin(kind) is dict:
        return {"type": "object"}
    if kind not in _PLAIN:
        raise HarnessError(f"no JSON Schema is known of {kind}", where="simulator")
    return dict(_PLAIN[kind])


def _omittable(hint: object) -> bool:
    return get_origin(hint) is NotRequired
