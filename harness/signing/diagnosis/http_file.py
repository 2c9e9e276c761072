"""Reads a message out of a file: one HTTP request or answer, as a proxy, a log or an editor keeps it."""

from __future__ import annotations

import re
import zlib

from harness.core.errors import UsageError
from harness.signing.diagnosis.dumps import on_the_wire
from harness.signing.diagnosis.message import Message

LARGEST = 1024 * 1024
_REQUEST = re.compile(r"\A([A-Za-z]+)[ \t]+(\S+)(?:[ \t]+HTTP/[\d.]+)?[ \t]*\Z")
_ANSWER = re.compile(r"\AHTTP/[\d.]+ +\d{3}\b")
_SCHEME = re.compile(r"\A(?:[a-z]+://[^/?]*|(?:localhost|[\w-]+(?:\.[\w-]+)+)(?::\d+)?(?=/))", re.IGNORECASE)
_EMPTY = re.compile(rb"\r?\n[ \t]*\r?\n")
_PSEUDO = re.compile(r":([a-z]+): *(.*)")
_NAME = re.compile(r"[!#$%&'*+.^`|~\w-]+", re.ASCII)
_CHUNK = re.compile(rb"([0-9a-fA-F]{1,6})(?:;[^\r\n]*)?\r?\n")
_NEXT = re.compile(rb"^###", re.MULTILINE)
_GZIP = b"\x1f\x8b"
_SHAPE = "write it as it was on the wire: POST /path HTTP/1.1, headers, an empty line, the body"


def message_in(raw: bytes, where: str) -> Message:
    """The message of a file: request line or status line, headers, an empty line, the body.

    Lines above the first that are empty or begin with `#` are not looked at, nor is a byte order mark that an
    editor put there. Line ends of the head are LF or CRLF, and nothing else is one; a folded header is one
    header. The body is taken as it is, but for chunks and gzip, which are undone, for line ends beyond
    `Content-Length`, which editors add, and for line ends alone.

    What programs print of their traffic is read as well (`dumps`).

    Args:
        where: what errors call the file.

    Raises:
        UsageError: it is no such message.
    """
    head, body = _parted(on_the_wire(raw, where))
    lines = [line.removesuffix("\r") for line in head.decode("latin-1").split("\n")]
    while lines and (not lines[0].strip() or lines[0].startswith("#")):
        del lines[0]
    lines = _unfolded(_of_http_2(lines))
    first = lines[0] if lines else ""
    request = _REQUEST.match(first)
    if request is None and not _ANSWER.match(first):
        raise UsageError(
            "it begins with neither a request line nor a status line", where=where, remedy=_SHAPE
        )
    headers = tuple(_header(line, where) for line in lines[1:] if line.strip())
    body = _body({name.lower(): value for name, value in headers}, body, where)
    if request is None:
        return Message(headers=headers, body=body)
    target = _SCHEME.sub("", request[2]) or "/"
    if not target.startswith(("/", "?")):
        raise UsageError(
            f"its request line asks for {target[:40]!r}, which is no path",
            where=where,
            remedy="write the path as it was sent, beginning with /, and no variable in it",
        )
    return Message(headers=headers, body=body, method=request[1], target=target)


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


def _unfolded(lines: list[str]) -> list[str]:
    """Each header in one line; a query that an editor's file spreads over several is one as well."""
    found: list[str] = []
    for line in lines:
        if len(found) == 1 and line[:1] in (" ", "\t") and line.strip()[:1] in ("?", "&"):
            target, space, version = found[0].partition(" HTTP/")
            found[0] = target + line.strip() + space + version
        elif len(found) > 1 and line[:1] in (" ", "\t") and line.strip():
            found[-1] += _between(found[-1]) + line.strip()
        else:
            found.append(line)
    return found


def _between(header: str) -> str:
    """What a fold stands for: a blank, but where a log broke a long signature into lines."""
    name, _, value = header.partition(":")
    name = name.strip().lower()
    return "" if name.endswith("signature") or (name == "authorization" and "=" in value) else " "


def _parted(raw: bytes) -> tuple[bytes, bytes]:
    start = len(raw) - len(raw.lstrip(b"\r\n"))
    found = _EMPTY.search(raw, start)
    return (raw, b"") if found is None else (raw[: found.start()], raw[found.end() :])


def _header(line: str, where: str) -> tuple[str, str]:
    name, colon, value = line.partition(":")
    if not colon or not _NAME.fullmatch(name.strip()):
        raise UsageError(f"its head has a line that is no header: {line[:40]!r}", where=where, remedy=_SHAPE)
    return name.strip(), value.strip()


def _body(named: dict[str, str], body: bytes, where: str) -> bytes:
    """The body that was signed."""
    if "chunked" in named.get("transfer-encoding", "").lower():
        body = _of_chunks(body)
    packed = named.get("content-encoding", "").lower()
    if packed not in ("", "identity"):
        # Whoever shows it readable has unpacked it already, and its length is the packed one's.
        return _unpacked(body, packed, where) if body.startswith(_GZIP) else _readable(body, packed, where)
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
    if size is None and _NEXT.search(body):
        raise UsageError(
            "another request follows behind ###", where=where, remedy="keep one message in a file"
        )
    return body


def _of_chunks(body: bytes) -> bytes:
    """Chunks put together; a body that has none was put together by whoever kept it."""
    found, place = b"", 0
    while head := _CHUNK.match(body, place):
        size = int(head[1], 16)
        if size == 0:
            return found
        found += body[head.end() : head.end() + size]
        place = head.end() + size
        place += 2 if body[place : place + 2] == b"\r\n" else 1
    return body


def _unpacked(body: bytes, packed: str, where: str) -> bytes:
    unpack = zlib.decompressobj(wbits=31)
    try:
        found = unpack.decompress(body, LARGEST)
        if unpack.eof:
            return found
    except zlib.error:
        pass
    raise _packed(packed, where)


def _readable(body: bytes, packed: str, where: str) -> bytes:
    try:
        body.decode()
    except UnicodeDecodeError:
        raise _packed(packed, where) from None
    return body


def _packed(packed: str, where: str) -> UsageError:
    return UsageError(
        f"its body is packed ({packed[:20]}) and cannot be unpacked here",
        where=where,
        remedy="keep the body as your app reads it, and take Content-Encoding out",
    )
