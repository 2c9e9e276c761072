"""The kill matrix on disk, `kill-matrix.json`: which deliberate defect was caught by which control.

It is evidence about the controls themselves. Every member is explained in docs/mutants.md.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Self

from pydantic import AwareDatetime, ConfigDict, Field, ValidationError

from harness.core.control import Defect, Model, Text
from harness.core.errors import UsageError

MATRIX = "kill-matrix.json"
SCHEMA = 1


class Mutant(Model):
    """One defect and what became of it."""

    id: str
    """The defect's name, as for `--defect`."""
    side: Literal["shop", "endpoint"]
    control: str
    """The control that is meant to catch it."""
    killed: bool
    """Whether that control failed, in a run that was sound otherwise."""
    killed_by: tuple[str, ...]
    """Every control that failed in the run, by id."""
    state: Literal["killed", "survived", "error"]
    """`survived`: its control ran and saw nothing. `error`: the run can say neither."""
    title: Text
    """What is wrong on purpose."""
    scenario: str = ""
    """The scenario in which its control failed first."""
    message: str = ""
    """What that scenario said; or why the defect counts as not killed."""
    undecided: str = ""
    """Why its first run could say nothing, where it was run a second time."""
    ran: tuple[str, ...] = ()
    """Every control that was exercised; one that is not among them was not asked."""
    broken: tuple[str, ...] = ()
    """Controls with a check of this run that ended inconclusive or as a harness error."""
    seconds: float
    """Wall time of the run."""
    kept: str = ""
    """Folder of the run below this file, with its output; kept only of what was not killed."""

    @classmethod
    def of(cls, defect: Defect, **measured: object) -> Self:
        """A row about this defect."""
        told = {"id": defect.id, "side": defect.side, "control": defect.control, "title": defect.text}
        return cls.model_validate(told | measured)


class CorrectRun(Model):
    """One run of a correct shop against the correct platform."""

    name: str
    variant: str = ""
    """Which of the correct shops, as for `--variant`; empty: the reference shop as it is."""
    state: Literal["silent", "alarm", "error"]
    """`silent`: nothing failed, as it should be. `error`: the run proves nothing."""
    checks: int
    """How many checks it had."""
    whole: bool
    """Whether every scenario ran; a narrowed run is silent only about what it ran."""
    message: str = ""
    """Why it proves nothing."""
    undecided: str = ""
    """Why its first run could say nothing of some controls, where these were run a second time."""
    seconds: float
    """Wall time of the run."""
    kept: str = ""
    """Folder of the run below this file; kept only when it was not silent."""


class Alarm(Model):
    """A check of the correct shop that failed."""

    run: str
    """Name of the correct run."""
    control: str
    scenario: str
    dialect: str
    message: str


class KillMatrix(Model):
    """Every defect, every run of the correct shop, and what they came to."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    schema_: int = Field(default=SCHEMA, alias="schema", le=SCHEMA)
    """Version of this shape."""
    mode: Literal["quick", "wide", "soak"]
    """`quick`: each defect met its own control's scenarios until it was caught; `wide`: every scenario;
    `soak`: no defect, only the correct shop."""
    only: tuple[str, ...] = ()
    """What it was narrowed to; empty: every defect."""
    started: AwareDatetime
    seconds: float
    """Wall time in all."""
    jobs: int
    """How many runs went on at once."""
    planned: int
    """How many runs there were to be, with and without defects."""
    interrupted: bool = False
    """Whether it was stopped before all of them were done."""
    defects: tuple[Mutant, ...]
    """In the order in which the defects are declared."""
    correct: tuple[CorrectRun, ...] = ()
    false_alarms: tuple[str, ...] = ()
    """Ids of controls that failed although nothing was wrong."""
    alarms: tuple[Alarm, ...] = ()
    """The same, check by check."""

    @property
    def states(self) -> frozenset[str]:
        """What became of the runs, each word once."""
        return frozenset({each.state for each in self.defects} | {each.state for each in self.correct})

    def write(self, folder: Path) -> Path:
        """Write the matrix into a folder, and return the file."""
        path = folder / MATRIX
        path.write_text(self.model_dump_json(by_alias=True, indent=1) + "\n", "utf-8")
        return path

    @classmethod
    def read(cls, folder: Path) -> Self:
        """The matrix of a folder.

        Raises:
            UsageError: there is none, or it is damaged.
        """
        path = folder / MATRIX
        try:
            return cls.model_validate_json(path.read_bytes())
        except (OSError, ValidationError) as error:
            first = str(error).splitlines()[0]
            raise UsageError(
                f"the kill matrix cannot be read: {first}", where=str(path), remedy="golive mutants makes one"
            ) from error
