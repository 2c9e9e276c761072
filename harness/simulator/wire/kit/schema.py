"""The shapes a v3 body is checked against, with the gateway's own messages (facts 1.7).

A shape reads a decoded JSON value and returns its effective form: nulls and unknown nested members dropped,
moments parsed. Two bodies with equal effective forms ask for the same thing.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from harness.simulator.wire.kit.errors import EXTRA_PARAMETER, PARAMETER_INVALID, Refusal, parameter

BEYOND_BMP = re.compile("[\ud800-\udfff\U00010000-\U0010ffff]")
RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)", re.ASCII)
INT64 = 2**63


class Shape(Protocol):
    """What a value must look like. `label` is the field's Chinese name as the gateway's messages call it."""

    @property
    def label(self) -> str: ...

    @property
    def required(self) -> bool: ...

    def read(self, value: object, pointer: str) -> object:
        """The effective form of `value`, found at JSON pointer `pointer`.

        Raises:
            Refusal: 400 PARAM_ERROR.
        """
        ...


@dataclass(frozen=True, slots=True)
class Text:
    """A string of `least` to `most` characters, all within the basic multilingual plane (facts 1.1)."""

    label: str
    most: int
    required: bool = False
    least: int = 0
    pattern: re.Pattern[str] | None = None
    choices: frozenset[str] | None = None
    becomes: Callable[[str, str, str], object] | None = None
    """Reads the text further: (text, pointer, label) to its effective form."""

    def read(self, value: object, pointer: str) -> object:
        if not isinstance(value, str):
            raise _unmappable(pointer, self.label, "字符串", value)
        least = max(self.least, 1) if self.required else self.least
        if not value and not least and self.becomes is None:
            return value
        if not value.isascii() and BEYOND_BMP.search(value):
            raise _rule(pointer, self.label, "含有不支持的字符（仅支持1至3字节的UTF-8字符）")
        if len(value) < least:
            raise _rule(pointer, self.label, f"字符数 {len(value)}，小于最小值 {least}", value)
        if len(value) > self.most:
            raise _rule(pointer, self.label, f"字符数 {len(value)}，大于最大值 {self.most}", value)
        if self.pattern is not None and not self.pattern.fullmatch(value):
            raise _rule(pointer, self.label, f"不符合正则表达式 {self.pattern.pattern}", value)
        if self.choices is not None and value not in self.choices:
            raise _rule(pointer, self.label, f"值不在枚举范围内：{'、'.join(sorted(self.choices))}", value)
        return value if self.becomes is None else self.becomes(value, pointer, self.label)


@dataclass(frozen=True, slots=True)
class Integer:
    """A 64-bit integer; `1.0`, `"1"` and `true` are none (facts 3.2)."""

    label: str
    required: bool = False
    least: int = -INT64

    def read(self, value: object, pointer: str) -> object:
        if not isinstance(value, int) or isinstance(value, bool) or not -INT64 <= value < INT64:
            raise _unmappable(pointer, self.label, "64 位有符号整数", value)
        if value < self.least:
            raise parameter(
                f"输入源“/body{pointer}”映射到数值字段“{self.label}”规则校验失败，值低于最小值 {self.least}",
                field=pointer,
                value=value,
                issue=f"value is less than {self.least}",
            )
        return value


@dataclass(frozen=True, slots=True)
class Flag:
    """`true` or `false`."""

    label: str
    required: bool = False

    def read(self, value: object, pointer: str) -> object:
        if not isinstance(value, bool):
            raise _unmappable(pointer, self.label, "布尔值", value)
        return value


@dataclass(frozen=True, slots=True)
class Array:
    """A list of one shape; at least `least` entries when it is sent."""

    label: str
    items: Shape
    required: bool = False
    least: int = 0

    def read(self, value: object, pointer: str) -> object:
        if not isinstance(value, list):
            raise _unmappable(pointer, self.label, "数组", value)
        if len(value) < self.least:
            raise _rule(pointer, self.label, f"数组元素个数 {len(value)}，小于最小值 {self.least}")
        return [self.items.read(item, f"{pointer}/{number}") for number, item in enumerate(value)]


@dataclass(frozen=True, slots=True)
class Object:
    """Named members. `closed` refuses members it does not know; nested objects ignore them."""

    label: str
    members: Mapping[str, Shape]
    required: bool = False
    closed: bool = False
    missing: tuple[str, int] | None = None
    """Message and internal code when a required member is missing, where the gateway has its own."""
    largest: int | None = None
    """Bytes of the whole object as compact JSON."""

    def read(self, value: object, pointer: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise _unmappable(pointer, self.label, "JSON 对象", value)
        if self.closed and (unknown := value.keys() - self.members.keys()):
            name = min(unknown)
            raise parameter(
                f"参数中含有非法的额外参数：{name[:64]}",
                field=f"{pointer}/{name[:64]}",
                internal=EXTRA_PARAMETER,
            )
        effective: dict[str, Any] = {}
        for name, shape in self.members.items():
            given = value.get(name)
            if given is not None:
                effective[name] = shape.read(given, f"{pointer}/{name}")
            elif shape.required:
                raise self._missing(f"{pointer}/{name}", shape)
        if self.largest is not None and _size(value) > self.largest:
            raise _rule(pointer, self.label, f"长度大于最大值 {self.largest}")
        return effective

    def _missing(self, pointer: str, shape: Shape) -> Refusal:
        message = f"输入源“/body{pointer}”映射到值字段“{shape.label}”必填性规则校验失败，此字段为必填项"
        own, internal = self.missing or (message, PARAMETER_INVALID)
        return parameter(own, field=pointer, issue="field is required", internal=internal)


def decode(body: bytes) -> dict[str, Any]:
    """A body as a JSON object.

    Raises:
        Refusal: it is not UTF-8, not JSON, not an object, or nested too deep to be read.
    """
    try:
        value = _JSON.decode(body.decode("utf-8"))
    except (ValueError, RecursionError):
        raise parameter("请求包体不是合法的JSON，请检查包体格式与UTF-8编码", issue="malformed JSON") from None
    if not isinstance(value, dict):
        raise parameter("请求包体不是合法的JSON对象", issue="not a JSON object")
    return value


def moment(text: str, pointer: str, label: str) -> datetime:
    """A moment in RFC 3339, as UTC: the same instant in another zone is the same parameter."""
    try:
        if RFC3339.fullmatch(text):
            return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        pass  # digits in the right places, but no such day or hour: the same answer as for any other text
    raise parameter(
        f"输入源“/body{pointer}”映射到值字段“{label}”字符串规则校验失败，"
        "字符串必须是符合 RFC3339 日期时间格式",
        value=text,
    )


def _size(value: object) -> float:
    """Bytes as compact JSON; endless for what is nested too deep to be written."""
    try:
        return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace"))
    except RecursionError:
        return math.inf


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is not JSON")


_JSON = json.JSONDecoder(parse_constant=_no_constant)


def _rule(pointer: str, label: str, problem: str, value: object = None) -> Refusal:
    return parameter(
        f"输入源“/body{pointer}”映射到值字段“{label}”字符串规则校验失败，{problem}",
        field=pointer,
        value=value,
        issue="rule violated",
    )


def _unmappable(pointer: str, label: str, wanted: str, value: object) -> Refusal:
    return parameter(
        f"无法将 JSON 输入源“/body{pointer}”映射到目标字段“{label}”中，此字段需要一个合法的 {wanted}",
        field=pointer,
        value=value,
        issue="type mismatch",
    )
