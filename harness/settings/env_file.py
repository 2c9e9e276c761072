"""An `.env` file as its author wrote it: every line in order, with its number and its trailing comment.

A dictionary would lose what the configuration rules judge: lines that a later one overrides, the comment
that says 100元 beside 1000000, and lines that no loader understands.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from io import StringIO
from pathlib import Path

from dotenv.parser import Binding, parse_stream

from harness.core.errors import ConfigurationError

LARGEST_FILE = 256 * 1024
"""Bytes; a full file with four 4096-bit keys in it is under 20 KB."""
LONGEST_LINE = 16 * 1024
"""Characters; the parser's time grows with the square of a line's blanks, and no value is this long."""

_NEWLINE = re.compile(r"\r\n|\n|\r")
_NAME = re.compile(r"\s*(?:export[^\S\r\n]+)?(?:'[^']+'|[^=#\s]+)[^\S\r\n]*=(?P<blank>[^\S\r\n]*)")
_QUOTED = re.compile(r"""'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*\"""", re.DOTALL)
_COMMENT = re.compile(r"\s#(?P<text>[^\r\n]*)")
_VARIABLE_NAME = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)+")


@dataclass(frozen=True, slots=True)
class EnvLine:
    """One `NAME=value  # comment` of a file. Its repr never shows the value."""

    key: str
    value: str
    number: int
    """1-based; of a value over several lines, the first."""
    comment: str = ""
    """What stands behind the `#`, trimmed."""
    above: str = ""
    """The comment on the line directly above, trimmed."""
    written: str = ""
    """Name, value and comment as the file has them; empty for values that never were a file."""

    def __repr__(self) -> str:
        # A private key pasted without quotes falls apart into lines that end in `=` and look like names.
        name = self.key if _VARIABLE_NAME.fullmatch(self.key) else "?"
        return f"EnvLine({name}, line {self.number}, {len(self.value)} characters)"


@dataclass(frozen=True, slots=True)
class EnvFile:
    """Every line of a file that sets a variable, and the numbers of the lines that no loader can read."""

    lines: tuple[EnvLine, ...] = field(repr=False)
    source: str
    """What messages call it: usually its path."""
    unreadable: tuple[int, ...] = ()
    """Numbers of lines that are neither empty, a comment nor `NAME=value`."""
    text: str = field(default="", repr=False)
    """The whole of it as it was read, byte order mark included; empty when it came from memory."""
    folder: Path | None = None
    """Where it lies, so that it can name key files beside it; None when it came from memory."""
    path: Path | None = None
    """The file itself, so that its mode can be looked at; None when it came from memory."""

    @property
    def values(self) -> dict[str, str]:
        """What a program that loads the file sees: of a name set twice, the last line wins."""
        return {line.key: line.value for line in self.lines}

    def defining(self, name: str) -> tuple[EnvLine, ...]:
        """Every line that sets `name`, in order; the last is the one that counts."""
        return tuple(line for line in self.lines if line.key == name)

    @classmethod
    def read(cls, path: Path) -> EnvFile:
        """Read a file in UTF-8, with or without a byte order mark.

        Raises:
            ConfigurationError: missing, a directory, not permitted, not UTF-8, or larger than 256 KiB.
        """
        where = str(path)
        try:
            with path.open("rb") as stream:
                raw = stream.read(LARGEST_FILE + 1)
        except FileNotFoundError:
            raise ConfigurationError(
                "there is no such file",
                where=where,
                remedy="name a file that is there, or let "
                "`golive simulator --write-env .env.simulator` write one to start from",
            ) from None
        except IsADirectoryError:
            raise ConfigurationError(
                "this is a directory", where=where, remedy="name the .env file inside it"
            ) from None
        except OSError as error:
            raise ConfigurationError(
                f"the file cannot be read: {error.strerror}",
                where=where,
                remedy="make it readable for you alone: chmod 600",
            ) from None
        if len(raw) > LARGEST_FILE:
            raise ConfigurationError(
                f"the file is larger than {LARGEST_FILE // 1024} KiB, which no settings file is",
                where=where,
                remedy="name the .env file, not a log or an archive",
            )
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError as error:
            line = raw[: error.start].count(b"\n") + 1
            raise ConfigurationError(
                f"the file is not UTF-8: line {line} holds bytes that are no text",
                where=where,
                remedy="save it as UTF-8 (on Windows not as Unicode/UTF-16 or ANSI/GBK)",
            ) from None
        return replace(cls.parse(text, where, folder=path.parent), path=path)

    @classmethod
    def parse(cls, text: str, source: str, *, folder: Path | None = None) -> EnvFile:
        """Split text into lines as python-dotenv does; nothing is expanded, nothing is dropped.

        One escape is undone: `\\$`, which only those write whose application expands `$`, as Next.js does.

        Raises:
            ConfigurationError: a line is longer than 16,384 characters.
        """
        for number, line in enumerate(_NEWLINE.split(text), start=1):
            if len(line) > LONGEST_LINE:
                raise ConfigurationError(
                    f"line {number} has {len(line)} characters, more than any setting needs",
                    where=source,
                    remedy=f"keep lines under {LONGEST_LINE} characters; name a key's file, not its text",
                )
        lines: list[EnvLine] = []
        unreadable: list[int] = []
        above = ""
        for binding in parse_stream(StringIO(text.removeprefix("\ufeff"), newline="")):
            number = _number(binding)
            written = binding.original.string
            if written.lstrip(" \t").startswith(("\n", "\r")):
                above = ""
            if binding.error or (binding.key is not None and binding.value is None):
                unreadable.append(number)
            elif binding.key is not None and binding.value is not None:
                value = binding.value.replace("\\$", "$")
                lines.append(EnvLine(binding.key, value, number, _comment(binding), above, written.strip()))
            above = written.strip().lstrip("#").strip() if written.lstrip().startswith("#") else ""
        return cls(tuple(lines), source, tuple(unreadable), text, folder)

    @classmethod
    def of(cls, values: dict[str, str], source: str = "environment") -> EnvFile:
        """The same for values that never were a file; lines are numbered in order."""
        lines = tuple(EnvLine(key, value, i) for i, (key, value) in enumerate(values.items(), start=1))
        return cls(lines, source)


def _number(binding: Binding) -> int:
    """The line the binding's text starts on; the parser counts the blank lines before it as its own."""
    text = binding.original.string
    blank = text[: len(text) - len(text.lstrip())]
    return binding.original.line + len(_NEWLINE.findall(blank))


def _comment(binding: Binding) -> str:
    """The trailing comment of a readable binding, without the `#`."""
    name = _NAME.match(binding.original.string)
    if name is None:
        return ""
    rest = name["blank"] + binding.original.string[name.end() :]
    quoted = _QUOTED.match(rest.lstrip(" \t"))
    if quoted:
        rest = " " + rest.lstrip(" \t")[quoted.end() :]
    found = _COMMENT.search(rest)
    return found["text"].strip() if found else ""
