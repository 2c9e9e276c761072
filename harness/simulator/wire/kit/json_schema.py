"""A wire's shapes as JSON Schema (2020-12), so that what a request may hold is written once.

A schema says less than a shape: lengths that count bytes stand as characters, which never refuses what the
wire takes, and a rule that two members share is not told.
"""

from __future__ import annotations

import re
from typing import Any

from harness.core.errors import HarnessError
from harness.simulator.wire.kit.schema import Array, Flag, Integer, Object, Shape, Text, moment

Schema = dict[str, Any]

_NEEDLESS = re.compile(r"\\(?=[@])")
"""Python lets every sign be escaped; JSON Schema's expressions, those of ECMAScript, let only some."""


def json_schema(shape: Shape) -> Schema:
    """The JSON Schema that everything fits which the shape takes.

    Raises:
        HarnessError: a shape of a kind that has no counterpart here.
    """
    told: Schema = {"description": shape.label}  # a title would be the name of a class
    if isinstance(shape, Text):
        return told | _text(shape)
    if isinstance(shape, Integer):
        least: Schema = {} if shape.least < 0 else {"minimum": shape.least}
        return told | {"type": "integer", "format": "int64"} | least
    if isinstance(shape, Flag):
        return told | {"type": "boolean"}
    if isinstance(shape, Array):
        some: Schema = {"minItems": shape.least} if shape.least else {}
        return told | {"type": "array", "items": json_schema(shape.items)} | some
    if isinstance(shape, Object):
        return told | _object(shape)
    raise HarnessError(f"no JSON Schema is known of {type(shape).__name__}", where="json_schema")


def expression(pattern: re.Pattern[str]) -> str:
    """A pattern of the whole text as ECMAScript reads it."""
    text = _NEEDLESS.sub("", pattern.pattern)
    return text if text.startswith("^") and text.endswith("$") else f"^(?:{text})$"


def _text(shape: Text) -> Schema:
    told: Schema = {"type": "string", "maxLength": shape.most}
    if least := int(shape.required) if shape.least is None else shape.least:
        told["minLength"] = least
    if shape.in_bytes:
        most = f"至多 {shape.most} 字节（UTF-8） / at most {shape.most} bytes of UTF-8"
        told["description"] = f"{shape.label}：{most}"
    if shape.pattern is not None:
        told["pattern"] = expression(shape.pattern)
    if shape.choices is not None:
        told["enum"] = sorted(shape.choices)
    if shape.becomes is moment:
        told["format"] = "date-time"
    return told if shape.required else _or_nothing(told)


def _or_nothing(told: Schema) -> Schema:
    """An optional text may be empty, which counts as absent."""
    rules = {name: told.pop(name) for name in ("minLength", "pattern", "enum") if name in told}
    if "format" in told or not rules:
        return told
    return told | {"anyOf": [{"type": "string", **each} for each in (rules, {"maxLength": 0})]}


def _object(shape: Object) -> Schema:
    told: Schema = {
        "type": "object",
        "properties": {name: json_schema(each) for name, each in shape.members.items()},
        "additionalProperties": shape.any_more,
    }
    if required := [name for name, each in shape.members.items() if each.required]:
        told["required"] = required
    return told
