"""Reads a message out of a file: one HTTP request or answer, as a proxy, a log or an editor keeps it."""

from __future__ import annotations

import codecs
import re
from itertools import takewhile

from harness.core.errors import UsageError
from harness.signing.diagnosis.message import Message

LARGEST = 1024 * 1024
_REQUEST = re.compile(r"\A([A-Za-z]+) +(\S+)(?: +HTTP/[\d.]+)? *\Z")
_ANSWER = re.compile(r"\AHTTP/[\d.]+ +\d{3}\b")
_SCHEME = re.compile(r"\A[a-z]+://[^/?]*", re.IGNORECASE)
_EMPTY = re.compile(rb"\r?\n\r?\n")
_OF_CURL = re.compile(rb"^> [A-Z]+ \S+ HTTP/[\d.]+ *\r?$", re.MULTILINE)
_PSEUDO = re.compile(r":([a-z]+): *(.*)")


def message_in(raw: bytes, where: str) -> Message:
    """The message of a file: request line or status line, headers, an empty line, the body.

    Lines above the first that are empty or begin with `#` are not looked at, nor is a byte order mark that an
    editor put there. Line ends of the head are LF or CRLF, and nothing else is one; the body is taken as it
    is, but for line ends beyond `Content-Length`, which editors add, and for line ends alone.

    The head may stand there as HTTP/2 has it (`:method`, `:path`), or as `curl -v` shows it, without a body.

    Args:
        where: what errors call the file.

    Raises:
        UsageError: it is no such message.
    """
    head, body = _parted(_of_curl(raw.removeprefix(codecs.BOM_UTF8)))
    lines = [line.removesuffix("\r") for line in head.decode("latin-1").split("\n")]
    while lines and (not lines[0].strip() or lines[0].startswith("#")):
        del lines[0]
    lines = _of_http_2(lines)
    first = lines[0] if lines else ""
    request = _REQUEST.match(first)
    if request is None and not _ANSWER.match(first):
        raise UsageError(
            "it begins with neither a request line nor a status line",
            where=where,
            remedy="write it as it was on the wire: POST /path HTTP/1.1, headers, an empty line, the body",
        )
    headers = tuple(_header(line, where) for line in lines[1:] if line.strip())
    named = {name.lower(): value for name, value in headers}
    if "chunked" in named.get("transfer-encoding", "").lower() or named.get("content-encoding"):
        raise UsageError(
            "its body is written in chunks or packed",
            where=where,
            remedy="keep the body as it is read, and take Transfer-Encoding and Content-Encoding out",
        )
    length = named.get("content-length", "")
    size = int(length[:9]) if length.isascii() and length.isdigit() else None
    if size is not None and not body[size:].strip(b"\r\n"):
        body = body[:size]
    elif not body.strip(b"\r\n"):
        body = b""
    if size not in (None, len(body)):
        # Whatever was found out of such a body would be of the file, and not of what was sent.
        raise UsageError(
            f"its body has {len(body)} bytes, and Content-Length says {size}",
            where=where,
            remedy="keep the body byte by byte as it was sent, or take Content-Length out if that is wrong",
        )
    if request is None:
        return Message(headers=headers, body=body)
    target = _SCHEME.sub("", request[2]) or "/"
    return Message(headers=headers, body=body, method=request[1], target=target)


def _of_curl(raw: bytes) -> bytes:
    """The request's head of what `curl -v` has said; anything else stays as it is."""
    found = _OF_CURL.search(raw) if raw.lstrip()[:2] in (b"* ", b"> ") else None
    if found is None:
        return raw
    lines = takewhile(lambda line: line.startswith(b">"), raw[found.start() :].splitlines())
    return b"\n".join(line[2:] for line in lines) + b"\n\n"


def _of_http_2(lines: list[str]) -> list[str]:
    """The head as HTTP/1.1 writes it."""
    named = {found[1]: found[2] for line in lines if (found := _PSEUDO.fullmatch(line))}
    if not lines or not lines[0].startswith(":") or not {"method", "path"} <= named.keys():
        return lines
    host = [f"host: {named['authority']}"] if "authority" in named else []
    return [
        f"{named['method']} {named['path']}",
        *host,
        *(line for line in lines if not line.startswith(":")),
    ]


def _parted(raw: bytes) -> tuple[bytes, bytes]:
    start = len(raw) - len(raw.lstrip(b"\r\n"))
    found = _EMPTY.search(raw, start)
    return (raw, b"") if found is None else (raw[: found.start()], raw[found.end() :])


def _header(line: str, where: str) -> tuple[str, str]:
    name, colon, value = line.partition(":")
    if not colon or not name.strip():
        raise UsageError(
            f"its head has a line that is no header: {line[:40]!r}",
            where=where,
            remedy="write it as it was on the wire: POST /path HTTP/1.1, headers, an empty line, the body",
        )
    return name.strip(), value.strip()
