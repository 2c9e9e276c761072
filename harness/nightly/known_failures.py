"""The failures that are known: a file of parts with reason and owner. None of them becomes a pass by it.

    - control: CBK-06
      scenario: scenarios/callbacks/test_forged.py::test_a_forged_callback_is_refused[apiv3-signature-missing]
      dialect: apiv3
      reason: the gateway in front strips empty headers; its next release does not
      owner: payments team

A line fails as soon as its part passes, or is no part of a whole run any more: whoever mends something takes
its line away.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NamedTuple

import yaml
from pydantic import Field, TypeAdapter, ValidationError

from harness.core.control import Check, Model
from harness.core.errors import ConfigurationError
from harness.core.plain_text import PlainText
from harness.verdict import standing_of
from harness.verdict.precedence import Standing

FILE = Path("known-failures.yaml")
LARGEST = 1024 * 1024
"""Bytes of the file that are read."""
Words = Annotated[PlainText, Field(min_length=1, max_length=2000)]


class PartName(NamedTuple):
    """One scenario of one control on one wire."""

    control: str
    scenario: str
    dialect: str

    def __str__(self) -> str:
        return f"{self.control} {self.dialect} {self.scenario}"


class KnownFailure(Model):
    """One line."""

    control: Annotated[str, Field(pattern=r"^[A-Z]{3}-\d{2}$")]
    scenario: Words
    """As a record names it."""
    dialect: Words
    """`-` where it stands on no wire."""
    reason: Words
    owner: Words
    """Whose turn it is, a person or a team."""

    @property
    def part(self) -> PartName:
        """What fails."""
        return PartName(self.control, self.scenario, self.dialect)


_LINES = TypeAdapter(tuple[KnownFailure, ...])


def read_known_failures(path: Path, *, controls: frozenset[str]) -> tuple[KnownFailure, ...]:
    """The lines of a file.

    Args:
        controls: the ids there are.

    Raises:
        ConfigurationError: it cannot be read, a line lacks something, stands twice, or names no control.
    """
    remedy = "each line has control, scenario, dialect, reason and owner; see docs/nightly.md"
    try:
        with path.open("rb") as stream:
            text = stream.read(LARGEST + 1)
        if len(text) > LARGEST:
            raise ConfigurationError("it is larger than 1 MiB", where=str(path), remedy=remedy)
        lines = _LINES.validate_python(yaml.safe_load(text.decode()) or ())
    except (OSError, UnicodeDecodeError, yaml.YAMLError, RecursionError) as error:
        why = str(error).partition("\n")[0]
        raise ConfigurationError(f"it cannot be read: {why}", where=str(path), remedy=remedy) from None
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        wrong = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in found[:5])
        raise ConfigurationError(
            f"a known failure is not what it must be: {wrong}", where=str(path), remedy=remedy
        ) from None
    parts = [line.part for line in lines]
    if twice := sorted({str(part) for part in parts if parts.count(part) > 1}):
        raise ConfigurationError(f"a known failure stands twice: {twice[0]}", where=str(path), remedy=remedy)
    if strangers := sorted({line.control for line in lines} - controls):
        raise ConfigurationError(f"there is no control {strangers[0]}", where=str(path), remedy=remedy)
    return lines


class Stale(StrEnum):
    """Why a line is stale."""

    PASSES = "passes"
    GONE = "gone"


class Sorted(NamedTuple):
    """The failures of a run beside those that are known."""

    new: tuple[PartName, ...]
    known: tuple[KnownFailure, ...]
    """Lines whose part failed."""
    stale: tuple[tuple[KnownFailure, Stale], ...]
    undecided: tuple[KnownFailure, ...]
    """Lines whose part came to nothing: neither known nor stale tonight."""


def sort_failures(checks: Iterable[Check], lines: Iterable[KnownFailure], *, whole: bool) -> Sorted:
    """Which failures are new, which are known, and which lines are stale.

    Args:
        whole: whether the run was complete; else a part that is not there is just not known.
    """
    standings: dict[PartName, set[Standing]] = {}
    for check in checks:
        name = PartName(check.control, check.scenario, check.dialect)
        standings.setdefault(name, set()).add(standing_of(check))
    lines = tuple(lines)
    listed = {line.part: line for line in lines}
    failed = {part for part, found in standings.items() if Standing.FAIL in found}
    passed = {part for part, found in standings.items() if found <= {Standing.PASS, Standing.WARN}}
    stale = [(line, Stale.PASSES) for line in lines if line.part in passed]
    gone = [(line, Stale.GONE) for line in lines if whole and line.part not in standings]
    settled = failed | {line.part for line, _ in (*stale, *gone)}
    return Sorted(
        new=tuple(sorted(failed - listed.keys())),
        known=tuple(line for line in lines if line.part in failed),
        stale=(*stale, *gone),
        undecided=tuple(line for line in lines if line.part not in settled),
    )


def as_line(part: PartName) -> str:
    """A part as a line to be filled in by whoever decides to live with it."""
    told = {"control": part.control, "scenario": part.scenario, "dialect": part.dialect}
    return yaml.safe_dump(
        [told | {"reason": "", "owner": ""}], sort_keys=False, allow_unicode=True, width=1000
    )
