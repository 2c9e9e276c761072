"""The desk of whoever attends payments: what is shown there, what is asked, and whether anybody is there.

It is made before pytest starts, with descriptors of its own: what a run captures is not what a person sees.
"""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import NamedTuple, Self, TextIO

import pytest

from harness.core.clock import wire_now
from harness.core.control import Language, Text
from harness.core.errors import UsageError
from harness.core.plain_text import one_line
from harness.core.texts import read_texts
from harness.plugin.attended.answers import NO, YES, AnswerSource, Lines, Prepared
from harness.plugin.attended.qr_text import Look, columns_of, drawn
from harness.plugin.pay_words import read_name

_SAID = read_texts(Path(__file__).with_name("sayings.yaml"))["said"]
_TRIES = 3
PIPED = "-"


class Answer(NamedTuple):
    """What a person said to one question."""

    control: str
    question: str
    """Its name in `questions.yaml`."""
    asked: Text
    said: bool | None
    """None: nobody answered."""
    by: str
    at: datetime
    how: str
    """`terminal`, `input` or `file`."""

    def members(self) -> dict[str, object]:
        """As it is written down."""
        return {
            "control": self.control,
            "question": self.question,
            "asked": self.asked.model_dump(),
            "answer": None if self.said is None else ("yes" if self.said else "no"),
            "by": self.by,
            "at": self.at.isoformat(),
            "how": self.how,
        }


@dataclass(slots=True, eq=False)
class Desk:
    """A pytest plugin, so that fixtures find it. Thread: the one that runs the scenarios.

    Args:
        out: where everything is shown.
        source: whoever answers; None: nobody is there.
        language: of what is said.
        by: who answers; empty: asked when it is needed.
    """

    out: TextIO
    source: AnswerSource | None
    language: Language = "en"
    by: str = ""
    wait_s: float = 300.0
    clean: Callable[[str], str] = one_line
    """Takes secrets, and what a terminal obeys, out of what is said."""
    unsettled: list[str] = field(default_factory=list)
    """Refunds that were asked for and are not done."""
    _shown: int = field(default=0, init=False)

    @classmethod
    def opened(cls, *, language: Language, answers: str, by: str, wait_s: float) -> Self:
        """A desk at this process's own input and output.

        Raises:
            UsageError: the file of answers cannot be used.
        """
        out = io.TextIOWrapper(
            os.fdopen(os.dup(1), "wb", buffering=0),
            encoding=getattr(sys.stdout, "encoding", None) or "utf-8",
            errors="backslashreplace",
            write_through=True,
        )
        source: AnswerSource | None = None
        if answers == PIPED:
            source = Lines(os.dup(0), "input")
        elif answers:
            source = Prepared.read(Path(answers))
            by = by or source.by
        elif os.isatty(0):
            source = Lines(os.dup(0))
        return cls(out, source, language, by, wait_s)

    @classmethod
    def of(cls, config: pytest.Config) -> Desk | None:
        """The one of this run; None: nobody attends it."""
        return next((each for each in config.pluginmanager.get_plugins() if isinstance(each, cls)), None)

    @property
    def attended(self) -> bool:
        """Whether anybody is there who could pay."""
        return self.source is not None

    @property
    def types(self) -> bool:
        """Whether somebody sits at a terminal."""
        return self.source is not None and self.source.kind == "terminal"

    @property
    def look(self) -> Look:
        """How a code can be drawn here."""
        encoding = (self.out.encoding or "").lower().replace("-", "").replace("_", "")
        coloured = os.environ.get("TERM", "") != "dumb" and self.out.isatty()
        if not coloured:
            return "signs"
        return "blocks" if encoding == "utf8" else "spaces"

    def say(self, name: str, **seen: object) -> None:
        """One sentence of `sayings.yaml`, with what was seen."""
        self._line(self._spoken(_SAID[name], seen))

    def tell(self, text: str) -> None:
        """Some line as it is, e.g. an address."""
        self._line(text)

    def show_code(self, content: str) -> None:
        """Draw a code that a phone can scan off the screen; where it is too narrow, say so."""
        self._end_progress()
        needed = columns_of(content, self.look)
        if self._columns and needed > self._columns:
            self.say("narrow", columns=self._columns, needed=needed)
            return
        self._write(drawn(content, self.look) + "\n")

    def progress(self, name: str, **seen: object) -> None:
        """A sentence that replaces the one before, on a terminal."""
        text = self._spoken(_SAID[name], seen)
        if self.out.isatty():
            self._write(f"\r\x1b[2K{text}")
            self._shown = len(text)
        else:
            self._write(f"{text}\n")

    def gives_up(self) -> bool:
        """Whether the person has asked to wait no longer."""
        return self.source is not None and self.source.gives_up()

    def name(self) -> str:
        """Who answers; empty where nobody says so."""
        if not self.by and self.source is not None:
            given = self._asked("by", _SAID["who"], {})
            try:
                self.by = read_name(self.clean(given or ""))
            except UsageError:
                return ""
        return self.by

    def text(self, key: str, saying: str, **seen: object) -> str:
        """A short text of the person's own; empty: none."""
        return self._asked(key, _SAID[saying], seen) or ""

    def yes(self, control: str, question: str, asked: Text, *, by: str) -> Answer:
        """Ask one question of one control. An answer that nobody put a name to is none."""
        said: bool | None = None
        for _ in range(_TRIES if by and self.source is not None else 0):
            spoken = asked.spoken(self._language)
            given = self._asked(f"{control} {question}", _SAID["ask"], {"question": spoken})
            word = (given or "").strip().lower()
            said = True if word in YES else False if word in NO else None
            if said is not None or not word or not self.types:
                break
            self.say("again")
        how = self.source.kind if self.source is not None else "nobody"
        return Answer(control, question, asked, said, by, wire_now(), how)

    @property
    def _language(self) -> Language:
        """English where the terminal cannot show the other."""
        if self.language == "zh":
            try:
                "请用微信扫码".encode(self.out.encoding or "ascii")
            except (UnicodeEncodeError, LookupError):
                return "en"
        return self.language

    @property
    def _columns(self) -> int:
        """Of the terminal; 0: it is none, or does not tell."""
        try:
            return os.get_terminal_size(self.out.fileno()).columns
        except OSError:
            return 0

    def _asked(self, key: str, text: Text, seen: Mapping[str, object]) -> str | None:
        if self.source is None:
            return None
        self._end_progress()
        shown = self._spoken(text, seen)
        self._write(shown)
        given = self.source.line(key, within_s=self.wait_s)
        if not self.types:
            self._write(f"{one_line(given or '')}\n")
        elif given is None:
            self._write("\n")
        return given

    def _spoken(self, text: Text, seen: Mapping[str, object]) -> str:
        spoken = text.spoken(self._language)
        return self.clean(re.sub(r"\{([a-z]+)\}", lambda place: str(seen.get(place[1], place[0])), spoken))

    def _line(self, text: str) -> None:
        self._end_progress()
        self._write(f"{self.clean(text)}\n")

    def _end_progress(self) -> None:
        if self._shown:
            self._write("\n")
            self._shown = 0

    def _write(self, text: str) -> None:
        try:
            self.out.write(text)
            self.out.flush()
        except OSError:  # the terminal has gone: nobody reads it, and the record goes on
            self.out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", errors="backslashreplace")
