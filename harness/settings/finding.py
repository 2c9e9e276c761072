"""What a configuration rule says: findings with their fix, notes worth printing, and the whole report."""

from __future__ import annotations

from typing import Self

from pydantic import Field

from harness.core.control import Model
from harness.core.plain_text import PlainText
from harness.settings.env_file import EnvLine


class Finding(Model):
    """One thing that is wrong, and how to put it right. It never carries the value of a secret."""

    control: str
    """The control it counts against, e.g. `CFG-01`."""
    variable: str
    """The variable's name; empty where a line sets none."""
    line: int | None
    """1-based line of the file; None for a variable that is missing."""
    problem: PlainText
    fix: PlainText
    blocks: bool = True
    """Whether settings cannot be loaded, or not safely, while it stands."""

    @classmethod
    def on(cls, control: str, line: EnvLine, problem: str, fix: str, *, blocks: bool = True) -> Self:
        """What is wrong with a line."""
        return cls(
            control=control, variable=line.key, line=line.number, problem=problem, fix=fix, blocks=blocks
        )

    def sentence(self) -> str:
        """The finding as one English line, set in, for an error message."""
        name = self.variable or "the file"
        if self.line:
            return f"  {name} (line {self.line}): {self.problem} → {self.fix}"
        return f"  {name}: {self.problem} → {self.fix}"


class Note(Model):
    """A fact that a rule worked out and a person should read even when nothing is wrong."""

    control: str
    text: PlainText


class ConfigurationReport(Model):
    """What every rule said of one file. A control that judged nothing is inconclusive, never passed."""

    source: str
    """The file, as messages call it."""
    target: str
    """The target it was judged for."""
    assumed: bool
    """Whether nobody named the target and it was read off the file."""
    findings: tuple[Finding, ...]
    """In the order of the controls, then of the lines."""
    notes: tuple[Note, ...] = ()
    doubts: tuple[Note, ...] = ()
    """What could not be judged, and why: no pass rests on a control that has one."""
    judged: dict[str, int] = Field(default_factory=dict)
    """Control id → how many values its rules looked at; zero is no evidence."""

    @property
    def clean(self) -> bool:
        """Whether there is no finding."""
        return not self.findings

    @property
    def decided(self) -> bool:
        """Whether everything that a rule looks at could be judged."""
        return not self.doubts

    def of(self, control: str) -> tuple[Finding, ...]:
        """The findings of one control."""
        return tuple(finding for finding in self.findings if finding.control == control)
