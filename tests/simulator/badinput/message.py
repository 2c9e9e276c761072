"""One request as bytes, and the two texts by which a person sends it again."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, replace
from typing import Self


@dataclass(frozen=True, slots=True)
class Message:
    """One request, ready to be sent; whatever stands in it may be junk."""

    route: str
    """Which route it was made for, whether or not it still leads there."""
    method: str
    target: str
    """Path and query as they are written: printable ASCII without blanks."""
    headers: tuple[tuple[bytes, bytes], ...] = ()
    """Names in lower case; neither a length nor a line's end is among them."""
    body: bytes = b""

    def with_header(self, name: str, value: bytes | None) -> Self:
        """One header in another's place; None leaves it out."""
        kept = tuple(each for each in self.headers if each[0] != name.encode())
        return replace(self, headers=kept if value is None else (*kept, (name.encode(), value)))

    def as_http(self, origin: str) -> str:
        """As a `.http` file has it; bytes that are no text are shown as escapes."""
        headers = (b": ".join(each).decode("latin-1") for each in self.headers)
        head = "\n".join((f"{self.method} {origin}{self.target} HTTP/1.1", *headers))
        return f"{head}\n\n{self.body.decode('utf-8', 'backslashreplace')}"

    def as_curl(self, origin: str) -> str:
        """As one command of a shell; `printf` carries any byte, in a header as well."""
        words = ["curl", "-sS", "-i", "-X", self.method, "--path-as-is", f"{origin}{self.target}"]
        command = " ".join(map(shlex.quote, words))
        command += "".join(f' -H "{_printed(name + b": " + value)}"' for name, value in self.headers)
        return f"{_printf(self.body)} | {command} --data-binary @-" if self.body else command


def _printed(text: bytes) -> str:
    plain = all(32 <= byte < 127 and chr(byte) not in '"\\$`' for byte in text)
    return text.decode() if plain else f"$({_printf(text)})"


def _printf(text: bytes) -> str:
    plain = all(32 <= byte < 127 and chr(byte) not in "'\\" for byte in text)
    if plain:
        return f"printf %s '{text.decode()}'"
    return "printf '%b' '" + "".join(f"\\0{byte:03o}" for byte in text) + "'"
