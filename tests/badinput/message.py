"""One request as bytes, and the two texts by which a person sends it again."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, replace
from typing import Self

RawHeaders = tuple[tuple[bytes, bytes], ...]
HOST = b"127.0.0.1"


@dataclass(frozen=True, slots=True)
class Message:
    """One request, ready to be sent; whatever stands in it may be junk."""

    route: str
    """Which route it was made for, whether or not it still leads there."""
    method: str
    target: str
    """Path and query as they are written: printable ASCII without blanks."""
    headers: RawHeaders = ()
    body: bytes = b""

    def with_header(self, name: str, value: bytes | None) -> Self:
        """One header in another's place; None leaves it out."""
        kept = tuple(each for each in self.headers if each[0] != name.encode())
        return replace(self, headers=kept if value is None else (*kept, (name.encode(), value)))

    def as_http(self, origin: str) -> str:
        """It as a `.http` file has it; bytes that are no text are shown as escapes."""
        lines = [f"{self.method} {origin}{self.target} HTTP/1.1", *(map(_line, self.headers))]
        return "\n".join([*lines, "", self.body.decode("utf-8", "backslashreplace")])

    def as_curl(self, origin: str) -> str:
        """It as one command of bash; `$'…'` carries any byte but NUL."""
        words = ["curl", "-sS", "-i", "-X", self.method, f"{origin}{self.target}"]
        said = " ".join(map(shlex.quote, words))
        said += "".join(f" -H {_ansi(name + b': ' + value)}" for name, value in self.headers)
        if not self.body:
            return said
        octal = "".join(f"\\{byte:03o}" for byte in self.body)
        return f"printf %b {shlex.quote(octal.replace(chr(92), chr(92) + '0'))} | {said} --data-binary @-"


def _line(header: tuple[bytes, bytes]) -> str:
    return b": ".join(header).decode("latin-1")


def _ansi(text: bytes) -> str:
    if all(32 <= byte < 127 for byte in text):
        return shlex.quote(text.decode())
    return "$'" + "".join(chr(b) if 32 <= b < 127 and chr(b) not in "'\\" else f"\\x{b:02x}" for b in text) + "'"
