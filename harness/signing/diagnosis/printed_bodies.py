"""A body that was signed as a program prints it and not as it was sent, or was rewritten on its way."""

from __future__ import annotations

import base64
import hashlib
import html
import json
from collections.abc import Iterator
from urllib.parse import quote, quote_plus, unquote, unquote_plus

Variant = tuple[str, bytes]


def printed_bodies(body: bytes) -> Iterator[Variant]:
    """The mistake's name and the body that was signed; `body` is not empty."""
    text = body.decode("utf-8", "replace")
    printed = [
        "[object Object]",
        "Array",
        repr(body),
        repr(text),
        str([*body]),
        str(list(body)).replace(" ", ""),
    ]
    printed.append(",".join(map(str, body)))
    value: object = None
    try:
        value = json.loads(text)
        if isinstance(value, dict | list):
            printed += [str(value), _as_java(value), _as_go(value)]
            printed += [json.dumps(value, ensure_ascii=False, separators=(", ", by)) for by in ("=>", " => ")]
    except (ValueError, RecursionError):
        pass
    for each in printed:
        yield "body-printed", each.encode("utf-8", "replace")
    for ascii_ in (False, True):
        once = json.dumps(text, ensure_ascii=ascii_)
        yield "body-in-quotes", once.encode("utf-8", "replace")
        yield "body-in-quotes", once.replace("/", "\\/").encode("utf-8", "replace")
    if isinstance(value, str):
        yield "body-in-quotes", value.encode("utf-8", "replace")
    for escaped in (
        html.escape(text),
        html.escape(text, quote=False),
        text.replace('"', "&quot;"),
        html.unescape(text),
    ):
        yield "html-escaped", escaped.encode("utf-8", "replace")
    for encoded in (
        quote(text, safe=""),
        quote(text),
        quote(text, safe="!*'()~"),
        quote_plus(text),
        unquote(text),
        unquote_plus(text),
        unquote(text.removesuffix("=")),
        unquote_plus(text.removesuffix("=")),
        text.removesuffix("="),
        text.replace(" ", "+"),
    ):
        yield "body-url-encoded", encoded.encode("utf-8", "replace")
    digest = hashlib.sha256(body)
    md5 = hashlib.md5(body, usedforsecurity=False)
    for each in (digest.hexdigest(), digest.hexdigest().upper(), md5.hexdigest(), md5.hexdigest().upper()):
        yield "body-hashed", each.encode()
    yield "body-hashed", base64.b64encode(digest.digest())
    yield "body-hashed", base64.b64encode(body)
    for other in ("latin-1", "cp1252"):
        try:
            yield "charset", text.encode(other)
        except UnicodeEncodeError:
            continue


def _as_java(value: object) -> str:
    """As a Java map prints itself."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}={_as_java(each)}" for name, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_as_java, value)) + "]"
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else _plain(value)


def _as_go(value: object) -> str:
    """As Go prints a map, by `%v`."""
    if isinstance(value, dict):
        return "map[" + " ".join(f"{name}:{_as_go(value[name])}" for name in sorted(value)) + "]"
    if isinstance(value, list):
        return "[" + " ".join(map(_as_go, value)) + "]"
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else _plain(value)


def _plain(value: object) -> str:
    return "null" if value is None else str(value)
