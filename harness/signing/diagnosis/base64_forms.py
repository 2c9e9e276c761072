"""A signature's text as bytes: strict base64, and how base64 is spoilt on its way."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from urllib.parse import unquote

LONGEST = 4096
"""Characters of a signature that are looked at; RSA-4096 has 684."""


def strict(text: str) -> bytes | None:
    """What strict base64 means, as the platforms read it; None where it is none."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None


def forms(text: str) -> Iterator[tuple[str, bytes]]:
    """The mistake and the bytes behind it, for each way in which the text may have become what it is.

    Strict base64 is no mistake: its name is empty.
    """
    text = text[:LONGEST]
    if (read := strict(text)) is not None:
        yield "", read
        if (hexadecimal := _hex(text)) is not None:
            yield "hex", hexadecimal
        if read.isascii() and (twice := strict(read.decode())) is not None:
            yield "base64-twice", twice
        if read.isascii() and (hexadecimal := _hex(read.decode())) is not None:
            yield "hex", hexadecimal
        return
    for name, sign, mend in _MISTAKES:
        mended = mend(text)
        if (not sign or sign in text) and (read := strict(mended)) is not None:
            yield name, read


def is_hash(text: str) -> bool:
    """Whether it is as long as a hash or an HMAC, in hex or base64, and so no signature of RSA."""
    if _HEX_HASH.fullmatch(text):
        return True
    return len(strict(text) or b"") in (16, 20, 32)


def _standard(text: str) -> str:
    return _padded(text.replace("-", "+").replace("_", "/"))


def _padded(text: str) -> str:
    bare = text.rstrip("=")
    return bare + "=" * (-len(bare) % 4)


def _hex(text: str) -> bytes | None:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return None


_HEX_HASH = re.compile(r"(?:[0-9a-fA-F]{32}|[0-9a-fA-F]{40}|[0-9a-fA-F]{64})")
_PRINTED = re.compile(r"""b?(['"])(.*)\1""", re.DOTALL)
_MISTAKES = (
    ("base64-printed", "'", lambda text: _PRINTED.sub(r"\2", text)),
    ("base64-printed", '"', lambda text: _PRINTED.sub(r"\2", text)),
    ("base64-plus-lost", " ", lambda text: text.replace(" ", "+")),
    ("base64-blanks", "", lambda text: "".join(text.split())),
    ("base64-percent", "%", unquote),
    ("base64-url-safe", "-", _standard),
    ("base64-url-safe", "_", _standard),
    ("base64-unpadded", "", _padded),
    ("base64-line-ends-written", "\\", lambda text: text.replace("\\r", "").replace("\\n", "")),
)
"""The mistake, what shows in a text where somebody made it, and the text before."""
