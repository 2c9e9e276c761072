"""One line of the doctor's report."""

from __future__ import annotations

from enum import StrEnum

from harness.core.control import Model, Text


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


def same(text: str) -> Text:
    """A text without words of either language: a version, a path, a number."""
    return Text(zh=text, en=text)
