"""The parameters of a request: in query, form, multipart, or split (facts alipay 1.4, 9.1).

Names and values are bytes until their charset is known, which is itself one of the parameters.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from starlette.datastructures import Headers
from starlette.formparsers import MultiPartException, MultiPartParser

CHARSETS = {"utf-8": "utf-8", "utf8": "utf-8", "gbk": "gbk"}
"""What `charset` may say, in lower case, and which codec that is."""

_Pairs = list[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks. `charset` is the codec's name; None where the request names an unknown one."""

    parameters: dict[str, str]
    charset: str | None
    twice: bool = False
    """Whether a parameter came twice, with whatever values (facts alipay 1.3)."""
    broken: bool = False
    """Whether some bytes are none of the charset; `parameters` then have replacements for them."""


async def read_asked(query: bytes, content_type: str, body: bytes) -> Asked:
    """Merge what came in the URL and in the body."""
    pairs = _pairs(query)
    if content_type.lower().startswith("multipart/form-data"):
        pairs += await _parts(content_type, body)
    else:
        pairs += _pairs(body)
    named = next((value for name, value in pairs if name == b"charset" and value), b"gbk")
    # A request that names no charset is read as GBK (facts alipay 1.3).
    charset = CHARSETS.get(named.decode("latin-1").lower())
    codec = charset or "utf-8"
    broken = False
    found: dict[str, str] = {}
    for name, value in pairs:
        try:
            found[name.decode(codec)] = value.decode(codec)
        except UnicodeDecodeError:
            broken = True
            found[name.decode(codec, "replace")] = value.decode(codec, "replace")
    return Asked(found, charset, twice=len(found) < len(pairs), broken=broken)


def _pairs(text: bytes) -> _Pairs:
    """`name=value` joined by `&`, percent-encoded; `+` is a blank."""
    found = []
    for part in text.split(b"&"):
        if part:
            name, _, value = part.replace(b"+", b" ").partition(b"=")
            found.append((_unquoted(name), _unquoted(value)))
    return found


def _unquoted(text: bytes) -> bytes:
    return unquote_to_bytes(text) if b"%" in text else text


async def _parts(content_type: str, body: bytes) -> _Pairs:
    """The fields of a multipart body; files are not signed and not read (facts alipay 1.3)."""

    async def stream() -> AsyncGenerator[bytes, None]:
        yield body

    # Read as latin-1, in which every byte stays what it is.
    kind = content_type.partition(";")
    headers = Headers({"content-type": f"{kind[0]}; charset=latin-1;{kind[2]}"})
    try:
        form = await MultiPartParser(headers, stream()).parse()
    except (MultiPartException, UnicodeError):
        # Parts may name a charset of their own, and Python has some that no text is written in (`undefined`).
        return []
    found = [
        (name.encode("latin-1", "replace"), value.encode("latin-1", "replace"))
        for name, value in form.multi_items()
        if isinstance(value, str)
    ]
    await form.close()
    return found
