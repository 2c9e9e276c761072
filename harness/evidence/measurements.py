"""Files below `measurements/` of a run record that one program writes and the page reads."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar, Self

from pydantic import ConfigDict, ValidationError

from harness.core.control import Model
from harness.core.errors import UsageError

FOLDER = "measurements"
"""Below the folder of a run."""


class MeasurementFile(Model):
    """Base of what is kept there, one subclass a file."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    NAME: ClassVar[str]

    def write(self, run: Path) -> Path:
        """Write it into the folder of a run, and return the file."""
        path = run / FOLDER / self.NAME
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(self.model_dump_json(by_alias=True) + "\n", "utf-8")
        return path

    @classmethod
    def read(cls, run: Path) -> Self | None:
        """What a run kept; None where it kept nothing of the kind.

        Raises:
            UsageError: the file is damaged, or of another version.
        """
        path = run / FOLDER / cls.NAME
        try:
            return cls.model_validate_json(path.read_bytes())
        except FileNotFoundError:
            return None
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            place = "".join(f"{part}: " for part in first["loc"])
            what = place + first["msg"].removeprefix("Value error, ")
        except OSError as error:
            what = str(error.strerror)
        raise UsageError(
            f"the run record is damaged: {what}",
            where=str(path),
            remedy="run again; a damaged record proves nothing",
        )
