"""How much a service bears: `measurements/capacity.json`, a climb over higher and higher rates.

Durations are milliseconds; None has no end, or was not measured.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import AliasChoices, BeforeValidator, ConfigDict, Field

from harness.core.control import Model, Outcome
from harness.core.plain_text import PlainText
from harness.evidence.measurements import MeasurementFile


def _as_outcome(told: object) -> object:
    return {True: Outcome.PASS, False: Outcome.FAIL}.get(told, told) if isinstance(told, bool) else told


class CapacityStep(Model):
    """One rate that was held for a while, and what became of it."""

    model_config = ConfigDict(extra="ignore", populate_by_name=True)

    rate: float = Field(gt=0)
    """Requests due a second."""
    answered: float | None = None
    """Requests a second that ended as they should, over the step and the answers after it."""
    requests: int = Field(ge=0)
    failed: int = Field(ge=0, validation_alias=AliasChoices("failed", "failures"))
    p50_ms: float | None = None
    p99_ms: float | None
    """Of the slowest series, from the moment a request was due; 0 without answers."""
    outcome: Annotated[Outcome, BeforeValidator(_as_outcome)] = Field(
        validation_alias=AliasChoices("outcome", "held")
    )
    """Of all criteria together; older records have only whether they `held`."""
    broke: PlainText = ""
    """The first sentence that did not hold, with its figures; or how late the generator was."""
    saturated: bool = False
    """It was the generator that could not keep up: this says nothing of the service."""

    @property
    def held(self) -> bool:
        """Whether every criterion held at this rate."""
        return self.outcome is Outcome.PASS

    @property
    def told(self) -> str:
        """The rate and what became of it, in words."""
        held = "held" if self.held else "not held"
        parts = [f"{self.rate:g} a second: {held}", f"{self.failed} failed"]
        parts += [] if self.p99_ms is None else [f"p99 {self.p99_ms:g} ms"]
        return ", ".join(parts) + (f"; {self.broke}" if self.broke else "")


class Capacity(MeasurementFile):
    """A climb over higher and higher rates, up to where a criterion broke."""

    model_config = ConfigDict(extra="ignore")

    NAME: ClassVar[str] = "capacity.json"

    schema_: Literal[1] = Field(default=1, alias="schema")
    declared_peak: float | None = None
    """The rate that the service is said to bear: the first that is tried."""
    steps: tuple[CapacityStep, ...]
    """In the order in which they were made."""
    cut_short: bool = False
    """The time was over before the knee was found."""

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

    @property
    def knee_told(self) -> str:
        """Where the knee is and what broke there, in one sentence."""
        broken = self.broken
        below = f"{self.knee:g} requests a second held" if self.knee is not None else "no rate held"
        if broken is None:
            return f"{below}, and no higher one was tried: the knee is above"
        if broken.saturated:
            return f"{below}; at {broken.rate:g} the generator itself was too slow: {broken.broke}"
        return f"{below}, {broken.rate:g} did not: {broken.broke}"
