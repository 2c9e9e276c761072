"""How much a service bears: `measurements/capacity.json`, a climb over higher and higher rates.

Durations are milliseconds; None has no end, or was not measured.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import ConfigDict, Field

from harness.control import Model
from harness.evidence.measurements import MeasurementFile

__all__ = ["Capacity", "CapacityStep"]


class CapacityStep(Model):
    """One rate that was held for a while."""

    model_config = ConfigDict(extra="ignore")

    rate: float = Field(gt=0)
    """Requests due a second."""
    seconds: float = Field(gt=0)
    requests: int = Field(ge=0)
    failures: int = Field(ge=0)
    p50_ms: float | None
    p95_ms: float | None
    p99_ms: float | None
    lag_p99_ms: float | None
    held: bool
    """Whether every criterion held at this rate."""
    broke: str
    """The sentence that broke; empty where all held."""


class Capacity(MeasurementFile):
    """A climb over higher and higher rates, up to where a criterion broke."""

    model_config = ConfigDict(extra="ignore")

    NAME: ClassVar[str] = "capacity.json"

    schema_: Literal[1] = Field(default=1, alias="schema")
    steps: tuple[CapacityStep, ...]
    """In the order in which they were made."""
    knee: float | None
    """The highest rate at which all criteria held; None: not even the first did."""
    broke: str
    """What broke beyond it; empty: nothing did, up to the highest rate that was tried."""
