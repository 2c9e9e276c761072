"""Differences that are known: a file of ids with a reason and a date, after which somebody looks again.

    - id: apiv3:*:header-missing:Keep-Alive
      reason: the gateway in front adds it
      until: 2027-02-28

`*` in the place of the operation accepts the difference in every one. A line fails once it is seen no more,
or is over: whoever mends something takes its line away.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

import yaml
from pydantic import Field, TypeAdapter, ValidationError

from harness.core.control import Model
from harness.core.errors import ConfigurationError
from harness.core.plain_text import PlainText
from harness.drift.drift import Drift
from harness.drift.finding import Finding

FILE = Path("drift-accepted.yaml")
LARGEST = 1 << 20
"""Bytes of the file that are read."""
_REMEDY = "each line has id, reason and until, a day such as 2027-02-28; see docs/drift.md"


class Accepted(Model):
    """One line."""

    id: Annotated[PlainText, Field(pattern=r"^[^:]+:[^:]+:[^:]+:.*$", max_length=500)]
    reason: Annotated[PlainText, Field(min_length=1, max_length=2000)]
    until: date
    """The last day that it holds, in Beijing or wherever this machine says it is."""

    def covers(self, finding: Finding) -> bool:
        """Whether it speaks of this difference."""
        dialect, operation, kind, place = self.id.split(":", 3)
        return (dialect, kind, place) == (finding.dialect, finding.kind, finding.place) and operation in (
            "*",
            finding.operation,
        )


class Stale(NamedTuple):
    """A line that no longer holds."""

    line: Accepted
    why: Literal["over", "unseen"]


class Sorted(NamedTuple):
    """Findings by whether anybody knows of them."""

    fresh: tuple[Finding, ...]
    accepted: tuple[Finding, ...]
    stale: tuple[Stale, ...]


_LINES = TypeAdapter(tuple[Accepted, ...])


def read_accepted(path: Path) -> tuple[Accepted, ...]:
    """The lines of a file.

    Raises:
        ConfigurationError: it cannot be read, a line lacks something, or stands twice.
    """
    try:
        with path.open("rb") as stream:
            text = stream.read(LARGEST + 1)
        if len(text) > LARGEST:
            raise ConfigurationError("it is larger than 1 MiB", where=str(path), remedy=_REMEDY)
        lines = _LINES.validate_python(yaml.safe_load(text.decode()) or ())
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, found["loc"]))
        raise ConfigurationError(
            f"an accepted difference is not what it must be: {place}: {found['msg']}",
            where=str(path),
            remedy=_REMEDY,
        ) from None
    except (OSError, ValueError, yaml.YAMLError, RecursionError) as error:  # of a value: no such day
        why = str(error).partition("\n")[0]
        raise ConfigurationError(f"it cannot be read: {why}", where=str(path), remedy=_REMEDY) from None
    ids = [line.id for line in lines]
    if twice := sorted({each for each in ids if ids.count(each) > 1}):
        raise ConfigurationError(
            f"an accepted difference stands twice: {twice[0]}", where=str(path), remedy=_REMEDY
        )
    return lines


def sort(drift: Drift, lines: Iterable[Accepted], *, today: date, looked_at: frozenset[str]) -> Sorted:
    """Which differences are known, and which lines hold no more.

    Args:
        looked_at: the dialects of the capture; a line of another says nothing of this one.
    """
    every = tuple(lines)
    holding = [line for line in every if line.until >= today]
    known = tuple(each for each in drift.findings if any(line.covers(each) for line in holding))
    stale = [Stale(line, "over") for line in every if line.until < today]
    stale += [
        Stale(line, "unseen")
        for line in holding
        if not any(line.covers(each) for each in drift.findings) and _was_seen(line, drift, looked_at)
    ]
    fresh = tuple(each for each in drift.findings if each not in known)
    return Sorted(fresh, known, tuple(stale))


def _was_seen(line: Accepted, drift: Drift, looked_at: frozenset[str]) -> bool:
    """Whether the difference would have been found if it were there."""
    dialect, operation, *_ = line.id.split(":", 3)
    left_open = {each.operation for each in drift.open if each.dialect == dialect}
    return dialect in looked_at and "" not in left_open and operation not in left_open
