"""Cuts the signed node out of an answer's bytes: what is verified is what is read (facts alipay 1.5, 1.6)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

_BLANKS = " \t\r\n"
_BESIDE = frozenset({"sign", "alipay_cert_sn"})
ERROR_NODE = "error_response"


class UnreadableAnswer(ValueError):
    """The body is no answer of the gateway's: an error page, a part of an answer, or nothing at all."""


class AmbiguousAnswer(ValueError):
    """It can be read in two ways, or is of another method: what is signed need not be what is meant."""


@dataclass(frozen=True, slots=True)
class Node:
    """An answer in its parts. Numbers of the wire are kept as the text they came as."""

    members: Mapping[str, object]
    signed: bytes
    """The node's bytes, braces included, as they stood on the wire."""
    sign: str
    """Empty where the answer carries none."""
    certificate_sn: str
    """Of the certificate it is signed by, in certificate mode; else empty."""

    def text(self, name: str) -> str:
        """A member as text; empty where it is absent."""
        value = self.members.get(name)
        return value if isinstance(value, str) else ""


def read_node(body: bytes, method: str) -> Node:
    """The one node of an answer to a method.

    Raises:
        UnreadableAnswer: not UTF-8, no JSON object, or no end.
        AmbiguousAnswer: no node, several, one of another method, a name given twice, or a node that is text.
    """
    try:
        text = body.decode("utf-8")
        parts = _Scanner(text).members()
    except (UnicodeDecodeError, json.JSONDecodeError, IndexError, RecursionError):
        raise UnreadableAnswer("the body is no JSON object") from None
    named = (f"{method.replace('.', '_')}_response", ERROR_NODE)
    nodes = [name for name in parts if name not in _BESIDE]
    if len(nodes) != 1 or nodes[0] not in named:
        raise AmbiguousAnswer("the answer has not exactly the one node of its method")
    found, signed = parts[nodes[0]]
    if not isinstance(found, dict):
        raise AmbiguousAnswer("the answer's node is no object")
    return Node(found, signed.encode(), _text(parts, "sign"), _text(parts, "alipay_cert_sn"))


def _text(parts: Mapping[str, tuple[object, str]], name: str) -> str:
    value = parts[name][0] if name in parts else ""
    if not isinstance(value, str):
        raise AmbiguousAnswer(f"the answer's {name} is no text")
    return value


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    read = dict(pairs)
    if len(read) != len(pairs):
        raise AmbiguousAnswer("the answer gives a name twice")
    return read


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_float=str, parse_int=str)


class _Scanner:
    """Walks over the outermost object, since no parser tells where a value stood."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def members(self) -> dict[str, tuple[object, str]]:
        """Each member with its value, and with the text that its value was read from."""
        found: dict[str, tuple[object, str]] = {}
        self._take("{")
        while True:
            name, _ = self._value()
            if not isinstance(name, str):
                raise json.JSONDecodeError("a name is no text", self._text, self._at)
            if name in found:
                raise AmbiguousAnswer("the answer gives a name twice")
            self._take(":")
            found[name] = self._value()
            if self._take(",", "}") == "}":
                break
        if self._text[self._at :].strip(_BLANKS):
            raise AmbiguousAnswer("something follows the answer")
        return found

    def _value(self) -> tuple[object, str]:
        self._skip()
        begin = self._at
        value, self._at = _DECODER.raw_decode(self._text, begin)
        return value, self._text[begin : self._at]

    def _take(self, *wanted: str) -> str:
        self._skip()
        found = self._text[self._at]
        if found not in wanted:
            raise json.JSONDecodeError("not what JSON has here", self._text, self._at)
        self._at += 1
        return found

    def _skip(self) -> None:
        while self._text[self._at] in _BLANKS:
            self._at += 1
