"""Where the answers of a person come from: typed at a terminal, piped line by line, or from a file."""

from __future__ import annotations

import os
import select
import time
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

from harness.core.errors import UsageError
from harness.plugin.pay_words import read_name

YES = frozenset({"y", "yes", "是", "对", "好", "有", "1"})
NO = frozenset({"n", "no", "否", "不", "不是", "没有", "0"})
LONGEST_LINE = 4096
LARGEST_FILE = 64 * 1024
Kind = Literal["terminal", "input", "file"]


class AnswerSource(Protocol):
    """Whoever answers."""

    @property
    def kind(self) -> Kind: ...

    def line(self, key: str, *, within_s: float) -> str | None:
        """What is answered to the question of this key; None: nothing."""
        ...

    def gives_up(self) -> bool:
        """Whether the person has asked to wait no longer."""
        ...


@dataclass(slots=True)
class Lines:
    """Lines that somebody types, or that a program pipes in.

    Args:
        number: a file descriptor of its own: what tests capture is another.
        kind: `terminal` or `input`.
    """

    number: int
    kind: Kind = "terminal"
    _held: bytes = b""
    _ended: bool = False

    def line(self, key: str, *, within_s: float) -> str | None:
        """The next line, whichever question it was; None where none came in time, or none will."""
        ends = time.monotonic() + within_s
        while b"\n" not in self._held and not self._ended:
            left = ends - time.monotonic()
            if left <= 0 or not self._readable(left):
                return None
            self._take()
        head, seam, rest = self._held.partition(b"\n")
        self._held = rest
        return head.decode("utf-8", "replace").strip()[:LONGEST_LINE] if head or seam else None

    def gives_up(self) -> bool:
        """Whether `q` was typed meanwhile; what a program pipes in answers questions alone."""
        if self.kind != "terminal" or self._ended:
            return False
        while self._readable(0) and not self._ended:
            self._take()
        typed = [each.strip().lower() for each in self._held.split(b"\n")[:-1]]
        self._held = self._held.rpartition(b"\n")[2]
        return b"q" in typed

    def _readable(self, seconds: float) -> bool:
        return bool(select.select([self.number], [], [], seconds)[0])

    def _take(self) -> None:
        try:
            read = os.read(self.number, LONGEST_LINE)
        except OSError:  # the terminal has gone
            read = b""
        self._ended = not read
        self._held = (self._held + read)[-16 * LONGEST_LINE :]


@dataclass(frozen=True, slots=True)
class Prepared:
    """Answers that somebody wrote down before: a question that is not among them is not answered."""

    by: str
    answers: dict[str, str] = field(default_factory=dict)
    kind: Kind = "file"

    def line(self, key: str, *, within_s: float) -> str | None:
        """The answer that the file has."""
        return self.answers.get(key)

    def gives_up(self) -> bool:
        """Never."""
        return False

    @classmethod
    def read(cls, path: Path) -> Prepared:
        """The answers of a TOML file: `by`, and a table `answers` with lines like `"PAY-02 opened" = true`.

        Raises:
            UsageError: there is no such file, or it is none of that kind.
        """
        try:
            if path.stat().st_size > LARGEST_FILE:
                raise _unusable(path, "it is larger than 64 KiB")
            table = tomllib.loads(path.read_text("utf-8"))
        except OSError as error:
            raise _unusable(path, error.strerror or str(error)) from None
        except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
            raise _unusable(path, f"it is no TOML: {error}") from None
        by, given = table.get("by", ""), table.get("answers", {})
        if not isinstance(by, str) or not isinstance(given, dict) or set(table) - {"by", "answers"}:
            raise _unusable(path, "it has other members than by (a text) and [answers]")
        answers = {key: _answer(path, key, value) for key, value in given.items()}
        return cls(read_name(by) if by else "", answers)


def _answer(path: Path, key: str, value: object) -> str:
    if isinstance(value, bool):
        return "y" if value else "n"
    if isinstance(value, str) and len(value) <= LONGEST_LINE:
        return value.strip()
    raise _unusable(path, f"the answer {key!r} is neither true, false nor a short text")


def _unusable(path: Path, why: str) -> UsageError:
    return UsageError(
        f"the file of answers cannot be used: {why}",
        where=f"--answers {path}",
        remedy='write by = "release manager" and below [answers] lines like "PAY-02 opened" = true; '
        "`golive pay --help` names the questions",
    )
