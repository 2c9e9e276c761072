"""Finds the one message in what programs print of their traffic, and writes it as it was on the wire.

Known are `curl -v`, Python's `http.client` (requests, urllib3), OkHttp's logging interceptor, the wire log of
Apache HttpClient, an entry of a HAR, and a file in UTF-16, as PowerShell writes what it redirects. Each is
known by how it begins; anything else stays as it is.
"""

from __future__ import annotations

import ast
import base64
import binascii
import codecs
import json
import re
from collections.abc import Callable, Mapping
from itertools import takewhile

from harness.core.errors import UsageError

_OF_CURL = re.compile(rb"^> [A-Z]+ \S+ HTTP/[\d.]+ *\r?$", re.MULTILINE)
_SENT = re.compile(rb"^send: (b'[^\r\n]*'|b\"[^\r\n]*\") *\r?$", re.MULTILINE)
_OK_HTTP = re.compile(rb"\A\s*(?:--> ([A-Z]+) (\S+)(?: \S+)?|<-- (\d{3})[^\r\n]*?)[ \t]*\r?\n")
_OK_HTTP_ENDS = re.compile(rb"\r?\n(?:--> END |<-- END )[^\r\n]*")
_WIRE = re.compile(rb'^[^\r\n]*? >> "([^\r\n]*)" *\r?$', re.MULTILINE)
_OF_WIRE = re.compile(rb"\[(\\r|\\n|0x[0-9a-f]{1,2})\]")


def on_the_wire(raw: bytes, where: str) -> bytes:
    """The message as request line or status line, headers, an empty line and the body.

    Args:
        where: what errors call the file.

    Raises:
        UsageError: it is of a known kind, and the message cannot be had out of it.
    """
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raw = raw.decode("utf-16", "replace").encode()
    raw = raw.removeprefix(codecs.BOM_UTF8)
    for read in (_of_har, _of_curl, _of_http_client, _of_ok_http, _of_wire_log):
        if (found := read(raw, where)) is not None:
            return found
    return raw


def _of_curl(raw: bytes, where: str) -> bytes | None:
    """The request of what `curl -v` has said, which shows no body."""
    found = _OF_CURL.search(raw) if raw.lstrip()[:2] in (b"* ", b"> ") else None
    if found is None:
        return None
    lines = takewhile(lambda line: line.startswith(b">"), raw[found.start() :].split(b"\n"))
    head = b"\n".join(line[2:].rstrip(b"\r") for line in lines)
    if re.search(rb"^content-length: *[1-9]", head, re.MULTILINE | re.IGNORECASE):
        raise UsageError(
            "curl -v shows no body, and this request has one",
            where=where,
            remedy="take `> ` off its lines, and write an empty line and the body behind them, byte by byte",
        )
    return head.rstrip(b"\n") + b"\n\n"


def _of_http_client(raw: bytes, where: str) -> bytes | None:
    """The first request that `http.client` printed at debug level 1: literals of Python, one a write."""
    first = _SENT.search(raw)
    if first is None or raw[: first.start()].lstrip()[:6] not in (b"", b"reply:", b"header"):
        return None
    until = raw.find(b"\nreply:", first.start())
    pieces = _SENT.findall(raw, first.start(), len(raw) if until < 0 else until + 1)
    try:
        return b"".join(ast.literal_eval(piece.decode()) for piece in pieces)
    except (ValueError, SyntaxError, UnicodeDecodeError, TypeError):
        raise UsageError(
            "what stands behind `send:` is no literal of Python",
            where=where,
            remedy="keep the lines as http.client printed them, each whole",
        ) from None


def _of_ok_http(raw: bytes, where: str) -> bytes | None:
    """What OkHttp's interceptor wrote of a request or an answer, at its level BODY."""
    begins = _OK_HTTP.match(raw)
    if begins is None:
        return None
    ends = _OK_HTTP_ENDS.search(raw, begins.end() - 2)
    if ends is None:
        raise UsageError(
            "its end is missing", where=where, remedy="keep it up to the line `--> END` or `<-- END`, with it"
        )
    first = b"%s %s HTTP/1.1" % (begins[1], begins[2]) if begins[1] else b"HTTP/1.1 %s" % begins[3]
    kept = raw[begins.end() : max(ends.start(), begins.end())]
    gap = b"" if re.search(rb"\n\r?\n", kept) else b"\n\n"
    return first + b"\n" + kept + gap


def _of_wire_log(raw: bytes, where: str) -> bytes | None:
    """The first request in the wire log of Apache HttpClient."""
    del where
    pieces = _WIRE.findall(raw)
    if not pieces or not re.match(rb"[A-Z]+ \S+ HTTP/", pieces[0]):
        return None
    return _OF_WIRE.sub(_byte, b"".join(pieces))


def _byte(found: re.Match[bytes]) -> bytes:
    return {b"\\r": b"\r", b"\\n": b"\n"}.get(found[1]) or bytes([int(found[1], 16)])


def _of_har(raw: bytes, where: str) -> bytes | None:
    """The request of an entry, or a request or an answer of one by itself."""
    if not raw.lstrip().startswith(b"{"):
        return None
    try:
        document = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    entries = document.get("log", document)
    entries = entries.get("entries", [document]) if isinstance(entries, dict) else []
    if not isinstance(entries, list) or len(entries) != 1:
        raise UsageError(
            f"it has {len(entries) if isinstance(entries, list) else 'no'} entries of HAR",
            where=where,
            remedy="keep the one entry in a file of its own, or its `request` or `response`",
        )
    entry = entries[0]
    part = (entry.get("request") or entry.get("response") or entry) if isinstance(entry, dict) else None
    if not isinstance(part, dict) or not isinstance(part.get("headers"), list):
        return None
    try:
        asked = "method" in part
        first = f"{part['method']} {part['url']} HTTP/1.1" if asked else f"HTTP/1.1 {int(part['status'])} -"
        # Chrome lists what HTTP/2 has for the request line among them.
        named = [(str(each["name"]), str(each["value"])) for each in part["headers"]]
        lines = [f"{name}: {value}" for name, value in named if not name.startswith(":")]
        body = _content(part.get("postData" if asked else "content") or {})
    except (KeyError, TypeError, ValueError, AttributeError, binascii.Error):
        raise UsageError(
            "it is no whole entry of HAR",
            where=where,
            remedy="keep method, url, headers, postData.text; of an answer status, headers, content.text",
        ) from None
    return "\r\n".join([first, *lines, "", ""]).encode() + body


def _content(told: Mapping[str, object]) -> bytes:
    text = told.get("text", "")
    if not isinstance(text, str):
        raise TypeError(text)
    decode: Callable[[str], bytes] = base64.b64decode if told.get("encoding") == "base64" else str.encode
    return decode(text)
