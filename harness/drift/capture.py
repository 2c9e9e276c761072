"""A capture: lines of JSON, a head and then one an operation. Checked when read: others may have written it.

{"schema":1,"origin":"endpoint","made":"…","hosts":"…","grade":"simulated","lines":2,…}
{"dialect":"apiv3","ask":{"id":"query-unknown",…},"answer":{"status":404,…}}
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar
from urllib.parse import urlsplit

from pydantic import AwareDatetime, Field, ValidationError, model_validator

from harness.core.control import Model, Text
from harness.core.errors import ConfigurationError, EnvironmentUnreachable, HarnessError, UsageError
from harness.core.plain_text import PlainText, json_text
from harness.core.whole_file import write_whole
from harness.drift.answer import Answer
from harness.drift.ask import Ask, why_no_set
from harness.drift.strict_json import DEEPEST, depth, loads
from harness.evidence.needles import Needles
from harness.evidence.redaction import HIDDEN, SHORTEST, Redactor, variants
from harness.settings.addresses import is_public

SCHEMA = 1
UNAUTHORIZED = 401
MOST_BYTES = 16 << 20
MOST_LINES = 1000
LONGEST_LINE = 2 << 20
_UNREDACTED = "line {number} holds a secret, or somebody's number, that was not redacted"
_AGAIN = "capture anew with golive capture"
_M = TypeVar("_M", bound=Model)
Word = Annotated[PlainText, Field(max_length=500)]


class Head(Model):
    """The first line."""

    schema_: Literal[1] = Field(default=1, alias="schema")
    origin: Literal["endpoint", "documents"]
    """Whether an endpoint was asked, or somebody copied what the platform's documents show."""
    made: AwareDatetime
    """When the first operation was asked."""
    by: Word
    """Which golive made it, or whose documents."""
    target: Word = ""
    """What `--target` was."""
    hosts: Word = ""
    """Host and port of every endpoint."""
    grade: str = Field(pattern=r"^(paper|simulated|experience|production)$")
    """What evidence of it is worth; `paper` of documents."""
    experience: bool = True
    """Whether it was the experience edition: its limits are the simulator's when it is asked the same."""
    reasons: tuple[Text, ...] = ()
    """What keeps it from being a platform's."""
    left_out: dict[Word, Word] = Field(default_factory=dict)
    """Dialects of which nothing was captured, and why."""
    lines: int = Field(ge=1, le=MOST_LINES)
    """How many follow."""

    @model_validator(mode="after")
    def _could_be(self) -> Self:
        """No signature keeps a file from being edited, but a grade that none can have gives it away."""
        if (self.origin == "documents") is not (self.grade == "paper"):
            raise ValueError("what documents show is graded paper, and nothing else is")
        hosts = [urlsplit(f"//{each}").hostname or "" for each in self.hosts.split()]
        platform = self.grade in ("experience", "production")
        if platform and (self.reasons or not hosts or not all(map(is_public, hosts))):
            raise ValueError("its grade is a platform's, and its hosts are not")
        return self


class Line(Model):
    """One operation."""

    dialect: Word
    ask: Ask
    answer: Answer
    source: Word = ""
    """Which document says so."""

    @property
    def why_incomparable(self) -> str:
        """Why it says nothing of how this operation is answered; empty: it does."""
        if self.answer.status == UNAUTHORIZED and not self.ask.spoilt:
            return "HTTP 401: it refused what it was asked with, before it looked at the operation"
        return self.answer.why_incomparable


class Capture(Model):
    """A whole one."""

    head: Head
    lines: tuple[Line, ...]

    def text(self) -> str:
        """As its file holds it."""
        head = self.head.model_dump(mode="json", by_alias=True)
        dumped = [line.model_dump(mode="json", exclude_defaults=True) for line in self.lines]
        return "".join(f"{json_text(each)}\n" for each in (head, *dumped))


def write(capture: Capture, path: Path, *, secrets: tuple[str, ...], canaries: str = "") -> None:
    """Write it as a whole or not at all, once it was searched for every secret.

    Args:
        secrets: the account's own, and the made-up ones of `canaries`.
        canaries: answers full of made-up secrets, kept as those of the capture were.

    Raises:
        HarnessError: one of them stands in it; nothing was written.
        EnvironmentUnreachable: the place cannot be written to; nothing is left there.
    """
    text = capture.text()
    needles = Needles(
        variant.encode() for secret in secrets if len(secret) >= SHORTEST for variant in variants(secret)
    )
    if needles.stand_in((text + canaries).encode()):
        raise HarnessError(
            "a secret stands in the capture, so nothing was written",
            where=str(path),
            remedy="please report it: redaction has missed a field",
        )
    try:
        write_whole(path, text, private=True)
    except OSError as error:
        raise EnvironmentUnreachable(
            f"the capture cannot be written: {error.strerror}",
            where=str(path),
            remedy="make room there, or name another place with --out",
        ) from None


def read(path: Path) -> Capture:
    """The capture of a file, in bounded time and memory.

    Raises:
        UsageError: it is not there.
        ConfigurationError: it is no capture, of a newer schema, cut off, too large, or holds a secret.
    """
    try:
        with path.open("rb") as stream:
            raw = stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise UsageError(
            f"the capture cannot be read: {error.strerror}", where=str(path), remedy=_AGAIN
        ) from None
    if len(raw) > MOST_BYTES:
        raise _refused(path, f"it is larger than {MOST_BYTES >> 20} MiB")
    values = [_value(path, number, line) for number, line in enumerate(_lines(path, raw), 1)]
    if not values:
        raise _refused(path, "it is empty")
    _newer(path, values[0])
    head = _model(path, 1, Head, values[0])
    lines = tuple(_model(path, number, Line, value) for number, value in enumerate(values[1:], 2))
    if len(lines) != head.lines:
        raise _refused(path, f"{head.lines} operations were written and {len(lines)} are there")
    for number, line in enumerate(lines, 2):
        headers = line.answer.headers or {}
        if not _same(headers, Redactor().headers(headers)):
            raise _refused(path, _UNREDACTED.format(number=number))
        in_part = line.answer.partial or line.answer.headers is None
        if head.origin == "endpoint" and line.answer.status is not None and in_part:
            raise _refused(path, f"line {number} holds a part of an answer, and an endpoint gives the whole")
    for dialect in sorted({line.dialect for line in lines}):
        if problem := why_no_set(line.ask for line in lines if line.dialect == dialect):
            raise _refused(path, problem)
    return Capture(head=head, lines=lines)


def _lines(path: Path, raw: bytes) -> Iterator[bytes]:
    count = 0
    for line in raw.split(b"\n"):
        if not line.strip():
            continue
        count += 1
        if count > MOST_LINES + 1 or len(line) > LONGEST_LINE:
            raise _refused(path, "it has more lines, or longer ones, than a capture can have")
        yield line


def _value(path: Path, number: int, line: bytes) -> Any:
    try:
        value = loads(line)
    except ValueError:
        raise _refused(path, f"line {number} is no JSON") from None
    if depth(value) > DEEPEST:
        raise _refused(path, f"line {number} nests deeper than {DEEPEST}")
    if not _is_redacted(value):
        raise _refused(path, _UNREDACTED.format(number=number))
    return value


def _newer(path: Path, head: Any) -> None:
    schema = head.get("schema") if isinstance(head, dict) else None
    if isinstance(schema, int) and schema > SCHEMA:
        raise ConfigurationError(
            f"the capture is of schema {schema}, and this golive reads {SCHEMA}",
            where=str(path),
            remedy="install the newer golive that wrote it, or capture anew",
        )


def _model(path: Path, number: int, model: type[_M], value: Any) -> _M:
    try:
        return model.model_validate(value)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, found["loc"])) or "the line"
        what = found["msg"].removeprefix("Value error, ")
        raise _refused(path, f"line {number}: {place}: {what}") from None


def _is_redacted(value: Any) -> bool:
    return _same(value, Redactor().members(value))


def _same(value: Any, clean: Any) -> bool:
    """Whether redaction changes nothing; what it has masked once, it would mask again."""
    match value, clean:
        case dict(), dict():
            return all(_same(each, clean[name]) for name, each in value.items())
        case list(), list():
            return all(map(_same, value, clean))
        case str(), str():
            return value in (clean, HIDDEN) or (clean == "…" and len(value) <= 8 and "…" in value)
        case _:
            return bool(value == clean)


def _refused(path: Path, what: str) -> ConfigurationError:
    return ConfigurationError(f"this is no capture that can be used: {what}", where=str(path), remedy=_AGAIN)
