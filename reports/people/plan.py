"""The plan's paper trail as data: who brings which paper, in which week, and what it has to hold."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml
from pydantic import Field

from harness.core.control import Control, Model, Text


class PlannedPaper(Model):
    """One paper of the plan."""

    week: int = Field(ge=1, le=6)
    who: Text
    """Who usually brings it: a role."""
    holds: tuple[Text, ...]
    """What has to stand in it."""


class Plan(Model):
    """The plan's six weeks and three milestones."""

    papers: dict[str, PlannedPaper]
    """By id of their control, in the plan's order."""
    weeks: tuple[Text, ...] = Field(min_length=6, max_length=6)
    sections: dict[str, int]
    """The week in which a section of the checklist is due, where a control has no paper above."""
    milestones: tuple[Text, ...] = Field(min_length=3, max_length=3)

    def week_of(self, control: Control) -> int:
        """The week in which a control is due, from 1."""
        planned = self.papers.get(control.id)
        return planned.week if planned else self.sections.get(control.section, len(self.weeks))


@cache
def plan() -> Plan:
    """The plan, read once."""
    text = Path(__file__).with_name("dossier.yaml").read_text("utf-8")
    return Plan.model_validate(yaml.safe_load(text))
