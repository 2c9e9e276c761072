"""How much a service bears: `measurements/capacity.json`, a climb over higher and higher rates.

Durations are milliseconds; None has no end, or was not measured.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import AliasChoices, BeforeValidator, ConfigDict, Field

from harness.core.control import Model
from harness.evidence.measurements import MeasurementFile

__all__ = ["Capacity", "CapacityStep"]


def _held(told: object) -> object:
    return told == "pass" if isinstance(told, str) else told


class CapacityStep(Model):
    """One rate that was held for a while."""

    model_config = ConfigDict(extra="ignore", populate_by_name=True)

    rate: float = Field(gt=0)
    """Requests due a second."""
    seconds: float | None = None
    requests: int = Field(ge=0)
    failures: int = Field(ge=0, validation_alias=AliasChoices("failures", "failed"))
    p50_ms: float | None = None
    p95_ms: float | None = None
    p99_ms: float | None
    lag_p99_ms: float | None = None
    held: Annotated[bool, BeforeValidator(_held)] = Field(validation_alias=AliasChoices("held", "outcome"))
    """Whether every criterion held at this rate; an outcome other than `pass` is a no."""
    broke: str = ""
    """The sentence that broke; empty where all held."""
    saturated: bool = False
    """It was the generator that could not keep up: this says nothing of the service."""

    @property
    def told(self) -> str:
        """The rate and what became of it, in words."""
        held = "held" if self.held else "not held"
        parts = [f"{self.rate:g} a second: {held}", f"{self.failures} failed"]
        parts += [] if self.p99_ms is None else [f"p99 {self.p99_ms:g} ms"]
        return ", ".join(parts) + (f"; {self.broke}" if self.broke else "")


class Capacity(MeasurementFile):
    """A climb over higher and higher rates, up to where a criterion broke."""

    model_config = ConfigDict(extra="ignore")

    NAME: ClassVar[str] = "capacity.json"

    schema_: Literal[1] = Field(default=1, alias="schema")
    steps: tuple[CapacityStep, ...]
    """In the order in which they were made."""

    @property
    def broken(self) -> CapacityStep | None:
        """The lowest rate at which a criterion broke; None: none did, up to the highest that was tried."""
        return min((each for each in self.steps if not each.held), key=lambda each: each.rate, default=None)

    @property
    def knee(self) -> float | None:
        """The highest rate below it at which every criterion held; None: not even the first did."""
        broken = self.broken
        held = [each.rate for each in self.steps if each.held]
        return max((rate for rate in held if broken is None or rate < broken.rate), default=None)

    @property
    def knee_missing(self) -> str:
        """Why the knee is not known, in one sentence; empty where it is."""
        if self.broken is None:
            return "no rate was tried at which a criterion broke, so the knee is above"
        if self.broken.saturated:
            return f"at {self.broken.rate:g} a second the generator itself was too slow: {self.broken.broke}"
        return ""
