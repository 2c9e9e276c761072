"""One line of the doctor's report; its words stand in lines.yaml."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from harness.core.control import Model, Text
from harness.core.texts import read_texts

TEXTS = read_texts(Path(__file__).with_name("lines.yaml"))


class State(StrEnum):
    """`missing`: a run cannot work. `warn`: it can, with the drawback that the line names."""

    OK = "ok"
    WARN = "warn"
    MISSING = "missing"


class ReportLine(Model):
    """What was looked at, how it stands, and the fix where it does not stand well."""

    name: str
    """Stable word for programs, e.g. `browser`."""
    title: Text
    state: State
    detail: Text
    fix: Text | None = None
    """What to do; set whenever the state is not ok."""


def line(name: str, state: State, found: str, **values: object) -> ReportLine:
    """A line in the words of its section.

    Args:
        name: of the line and of its section.
        found: which of the section's texts is the detail.
        values: what fills the places of title, detail and fix.
    """
    texts = TEXTS[name]
    return ReportLine(
        name=name,
        title=texts["title"].filled(**values),
        state=state,
        detail=texts[found].filled(**values),
        fix=None if state is State.OK else texts["fix"].filled(**values),
    )
