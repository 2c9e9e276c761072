"""What machine and merchant did during a load: `measurements/watched.json`, which the page draws."""

from __future__ import annotations

from typing import ClassVar, Literal, Self

from pydantic import AwareDatetime, Field, model_validator

from harness.core.plain_text import PlainText
from harness.evidence.measurements import MeasurementFile

MOST_SAMPLES = 2_000


class Watched(MeasurementFile):
    """Looks at even gaps, oldest first. Columns of equal length."""

    NAME: ClassVar[str] = "watched.json"

    schema_: Literal[1] = Field(default=1, alias="schema")
    """Version of this shape; a reader refuses another."""
    what: PlainText
    """Whose memory it is; empty: nobody's was watched."""
    why_not: PlainText = ""
    """Why nothing may be concluded from the memory; empty where something may."""
    started: AwareDatetime
    """Wire time, UTC, of the first look."""
    at_s: tuple[float, ...]
    """Seconds since then."""
    memory_mb: tuple[float | None, ...]
    """What the merchant's processes had in memory, in MB (a million bytes); None: it was not told then."""
    others: tuple[float | None, ...]
    """Share of the machine's processor time, from 0 to 1, that anybody but the merchant's processes took
    since the look before; None: not known."""

    @model_validator(mode="after")
    def _is_even(self) -> Self:
        lengths = {len(self.at_s), len(self.memory_mb), len(self.others)}
        if len(lengths) != 1 or max(lengths) > MOST_SAMPLES:
            raise ValueError(f"columns of one length up to {MOST_SAMPLES} expected, found {sorted(lengths)}")
        return self
