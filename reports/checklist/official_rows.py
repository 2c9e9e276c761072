"""The rows of a platform's own check list, and the file that holds one list."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Self

import yaml
from pydantic import Field, ValidationError, model_validator

from harness.core.control import Model, Text
from harness.core.errors import HarnessError

FOLDER = "official-lists"

Mark = Literal["fatal", "must", "advice"]

YAML = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The fast one where PyYAML was built with it."""


class OfficialRow(Model):
    """One requirement of a list."""

    id: str = Field(pattern=r"^[A-Z]\S*\d$")
    text: Text
    """What is required, in our words."""
    mark: Mark | None = None
    """How grave it is; None: the list does not grade it."""
    controls: tuple[str, ...] = ()
    """Ids of the controls that answer it."""
    gap: Text | None = None
    """What of it those controls leave open."""
    reason: Text | None = None
    """Why no control stands for it."""
    source: str = Field(min_length=1)
    """Where in the list's sources it stands."""

    @model_validator(mode="after")
    def _one_answer(self) -> Self:
        if bool(self.controls) == bool(self.reason):
            raise ValueError(f"{self.id} wants controls, or the reason why there are none, and not both")
        if self.gap and not self.controls:
            raise ValueError(f"{self.id} has a gap and no control that leaves it")
        if len(set(self.controls)) < len(self.controls):
            raise ValueError(f"{self.id} names a control twice")
        return self


class OfficialList(Model):
    """One list: a file of the folder."""

    title: Text
    about: Text
    """Whose it is, of when, what its sources' letters mean, and who graded it."""
    dialects: tuple[str, ...] = Field(min_length=1)
    """The wires on which a check counts for it."""
    rows: tuple[OfficialRow, ...] = Field(min_length=1)


def read_list(path: Path) -> OfficialList:
    """One list.

    Raises:
        HarnessError: it is wrong; the message names its file.
    """
    try:
        data = yaml.load(path.read_text("utf-8"), YAML)  # noqa: S506 - both are safe loaders
        return OfficialList.model_validate(data)
    except (yaml.YAMLError, ValidationError) as error:
        raise HarnessError(
            f"a list cannot be read: {error}", where=str(path), remedy="mend the row it names"
        ) from error
