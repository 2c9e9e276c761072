"""Searches a finished pack for made-up secrets of any run, private keys, and known secrets, in every form."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import BinaryIO

from harness.evidence.hidden_forms import TooMuchInside, forms_of
from harness.evidence.needles import Needles
from harness.evidence.pack.container import Member, content_of
from harness.evidence.redaction import SHORTEST, variants

_CANARY = re.compile(rb"canary-[a-z0-9-]{1,24}-[0-9a-f]{24}")
"""What `plant` plants: no run has to tell which it was."""
_PRIVATE_KEY = re.compile(
    rb"-----BEGIN [A-Z ]{0,16}PRIVATE KEY-----(?:\s|\\[nr])+(?:[\w-]+: .*(?:\s|\\[nr])+)*[A-Za-z0-9+/=]{40}"
)
"""A private key in PEM or OpenSSH's form, whosever it is; also as JSON has it, on one line."""
_WINDOW, _OVERLAP = 16 << 20, 64 << 10
"""Bytes of a long text that are looked at together, and that are looked at twice."""
_ARCHIVES = (b"PK\x03\x04", b"\x1f\x8b")
_LARGEST_ARCHIVE = 128 << 20
"""What is packed has to be unpacked as a whole."""


def leaks(
    file: BinaryIO,
    members: Iterable[Member],
    secrets: Iterable[str] = (),
    *,
    tell: Callable[[int], None] = lambda _: None,
) -> list[str]:
    """The members in which a secret stands, by name, in content or in the name itself; sorted.

    What is packed too large to be searched counts as one that has.

    Args:
        secrets: searched for in each of their spellings, beside made-up ones and private keys.
        tell: told how many bytes were searched by now.
    """
    known = Needles(
        variant.encode() for secret in secrets if len(secret) >= SHORTEST for variant in variants(secret)
    )

    def leaky(form: bytes) -> bool:
        return any(each.search(form) for each in (_CANARY, _PRIVATE_KEY)) or known.stand_in(form)

    found, done = [], 0
    for member in members:
        if leaky(member.name.encode()) or _stands_in(content_of(file, member), leaky):
            found.append(member.name)
        done += member.size
        tell(done)
    return sorted(found)


def _stands_in(pieces: Iterable[bytes], leaky: Callable[[bytes], bool]) -> bool:
    try:
        return any(leaky(form) for window in _windows(pieces) for form in forms_of(window))
    except TooMuchInside:
        return True


def _windows(pieces: Iterable[bytes]) -> Iterator[bytes]:
    held = bytearray()
    archive: bool | None = None
    for piece in pieces:
        held += piece
        if archive is None and len(held) >= 4:
            archive = held.startswith(_ARCHIVES)
        if archive and len(held) > _LARGEST_ARCHIVE:
            raise TooMuchInside
        if not archive and len(held) >= _WINDOW:
            yield bytes(held)
            del held[:-_OVERLAP]
    if held:
        yield bytes(held)
