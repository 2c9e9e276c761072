"""How a body, or a value that holds JSON, is written otherwise than it was sent."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from urllib.parse import urlencode

from harness.signing.diagnosis.printed_bodies import printed_bodies

LARGEST_JSON = 16 * 1024
"""Bytes of JSON that are written anew; the largest order of any platform is a quarter of it."""
_MOST_LEFT_OUT = 20
"""Members of an object that are left out in turn."""
_DEEPEST = 40
"""Brackets within brackets: an indented text of it grows with the square of this."""
_PARTS = re.compile(r'"(?:\\.|[^"\\])*"|\s+|[^\s"]+', re.DOTALL)
_ESCAPE = re.compile(r"\\u([0-9a-f]{4})")
_BOM = b"\xef\xbb\xbf"

Variant = tuple[str, bytes]


def changed_bodies(body: bytes) -> Iterator[Variant]:
    """The mistake's name and the body that was signed, the most particular first."""
    if not body:
        for text in (b"{}", b"[]", b"null", b"undefined", b"None", b'""'):
            yield "empty-body-written", text
        return
    yield "body-left-out", b""
    yield "bom", body[len(_BOM) :] if body.startswith(_BOM) else _BOM + body
    yield "body-crlf", body.replace(b"\r\n", b"\n")
    yield "body-crlf", body.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    for trimmed in (body.strip(), body.rstrip(), body + b"\n", body + b"\r\n"):
        yield "body-trimmed", trimmed
    yield from changed_charset(body)
    yield from rewritten(body, "body-rewritten", "body-pretty-printed")
    if len(body) <= LARGEST_JSON:
        yield from printed_bodies(body)
        for text in _members_left_out(body):
            yield "body-member-left-out", text


def changed_charset(text: bytes, codec: str = "utf-8") -> Iterator[Variant]:
    """The same characters in another charset."""
    try:
        read = text.decode(codec)
    except UnicodeDecodeError:
        try:
            yield "gbk", text.decode("gb18030").encode()
        except UnicodeDecodeError:
            return
        return
    for other in ("gbk", "gb18030", "utf-8"):
        with suppress(UnicodeEncodeError):
            yield "gbk", read.encode(other)
    yield "charset", read.encode("big5", "replace")
    yield "charset", read.encode("ascii", "replace")
    yield "charset", text.decode("latin-1").encode()
    yield "charset", text.decode("cp1252", "replace").encode()


def rewritten(text: bytes, compact: str, pretty: str) -> Iterator[Variant]:
    """A JSON text as other writers of JSON write it; nothing where it is none, or too much of it."""
    if len(text) > LARGEST_JSON or max(text.count(b"{"), text.count(b"[")) > 2000 or _depth(text) > _DEEPEST:
        return
    try:
        read = text.decode()
        value = json.loads(read)
    except (ValueError, RecursionError):
        return
    yield compact, "".join(part for part in _PARTS.findall(read) if not part.isspace()).encode()
    for name, written in _written(value, compact, pretty):
        yield name, written.encode("utf-8", "replace")
        if "/" in written:
            yield name, written.replace("/", "\\/").encode("utf-8", "replace")
    if isinstance(value, dict):
        flat = {name: each for name, each in value.items() if isinstance(each, str | int)}
        yield compact, urlencode(flat).encode("utf-8", "replace")


def _written(value: object, compact: str, pretty: str) -> Iterator[tuple[str, str]]:
    for ascii_ in (False, True):
        for sort in (False, True):
            for separators in ((",", ":"), (", ", ": "), (",", ": "), (", ", ":")):
                text = json.dumps(value, ensure_ascii=ascii_, sort_keys=sort, separators=separators)
                yield compact, text
                if separators == (",", ":"):
                    for write in (_as_go, _as_gson) if not ascii_ else (_in_capitals, _as_dotnet):
                        yield compact, write(text)
            for indent in (2, 3, 4, "\t"):
                yield pretty, json.dumps(value, ensure_ascii=ascii_, sort_keys=sort, indent=indent)
        yield pretty, json.dumps(value, ensure_ascii=ascii_, indent=2, separators=(",", " : "))
    for change in (str, float):
        yield compact, json.dumps(_numbers(value, change), ensure_ascii=False, separators=(",", ":"))
    lean = _without_nulls(value)
    yield compact, json.dumps(lean, ensure_ascii=False, separators=(",", ":"))


def _as_go(text: str) -> str:
    """Go escapes what HTML would obey."""
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def _as_gson(text: str) -> str:
    """Gson escapes two more."""
    return _as_go(text).replace("=", "\\u003d").replace("'", "\\u0027")


def _in_capitals(text: str) -> str:
    """Fastjson and others write escapes in capitals."""
    return _ESCAPE.sub(lambda found: "\\u" + found[1].upper(), text)


def _as_dotnet(text: str) -> str:
    """System.Text.Json escapes quotes and what HTML would obey as well, in capitals."""
    text = _in_capitals(text).replace('\\"', "\\u0022")
    return re.sub("[&<>'+`]", lambda found: f"\\u{ord(found[0]):04X}", text)


def _numbers(value: object, change: Callable[[int], object]) -> object:
    """Every whole number as a text or with a point, as maps of some languages have it."""
    if isinstance(value, Mapping):
        return {name: _numbers(each, change) for name, each in value.items()}
    if isinstance(value, list):
        return [_numbers(each, change) for each in value]
    whole = isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**15
    return change(value) if whole else value  # type: ignore[arg-type]


def _members_left_out(body: bytes) -> Iterator[bytes]:
    """The body without one of its members, or one of those within its objects."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return
    if not isinstance(value, dict) or len(value) > _MOST_LEFT_OUT or _depth(body) > _DEEPEST:
        return
    lean = [{name: each for name, each in value.items() if name != left} for left in value]
    for name, inner in value.items():
        if isinstance(inner, dict) and len(inner) <= _MOST_LEFT_OUT:
            lean += [{**value, name: {n: each for n, each in inner.items() if n != left}} for left in inner]
    for separators in ((",", ":"), (", ", ": ")):
        for each in lean:
            yield json.dumps(each, ensure_ascii=False, separators=separators).encode("utf-8", "replace")


def _without_nulls(value: object) -> object:
    if isinstance(value, Mapping):
        return {name: _without_nulls(each) for name, each in value.items() if each is not None}
    if isinstance(value, list):
        return [_without_nulls(each) for each in value]
    return value


def _depth(text: bytes) -> int:
    """How deep brackets stand within brackets, at most; those within texts are counted as well."""
    deepest = depth = 0
    for each in re.findall(rb"[\[\]{}]", text):
        depth += 1 if each in b"[{" else -1
        deepest = max(deepest, depth)
    return deepest
