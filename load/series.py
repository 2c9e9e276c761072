"""What was counted of the requests to one endpoint, as a whole and second by second."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, WrapSerializer, model_validator

from load.histogram import Histogram
from load.key import NAME, Key

SORTED = WrapSerializer(lambda values, write: write(type(values)(dict(sorted(values.items())))))
"""Written by name, reason or second, so that equal counts give equal bytes."""


class Counts(BaseModel):
    """Closed pydantic base of what a measurement is made of; it grows while it is filled."""

    model_config = ConfigDict(extra="forbid", validate_default=False)


class Window(Counts):
    """The requests that were due within one second."""

    ok: int = Field(default=0, ge=0)
    """How many ended as they should."""
    failed: int = Field(default=0, ge=0)
    """How many did not."""
    excused: int = Field(default=0, ge=0)
    """Of those that failed, how many this machine may have spoilt: they prove nothing against anybody."""
    unanswered: int = Field(default=0, ge=0)
    """Of those that failed, how many had no whole answer in time: a starved machine may have spoilt them, if
    the server runs on it."""
    late: int = Field(default=0, ge=0)
    """Of those that ended as they should, how many were sent so late that they were not the load that was
    planned: they prove nothing for anybody."""
    latency: Histogram = Field(default_factory=Histogram)
    """Of those that ended as they should, µs from the intended send time to the last byte."""
    service: Histogram = Field(default_factory=Histogram)
    """Of the same, µs from the actual sending, less what this machine kept the answer waiting: what the
    server took at least."""

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        for what, kept in (("latencies", self.latency), ("service times", self.service)):
            if self.ok != kept.total:
                raise ValueError(f"{self.ok} requests were answered, but {kept.total} {what} are kept")
        if max(self.excused, self.unanswered) > self.failed or self.late > self.ok:
            raise ValueError("more requests are excused, unanswered or late than failed or were answered")
        return self

    @property
    def requests(self) -> int:
        """How many were due."""
        return self.ok + self.failed

    def as_starved(self) -> Self:
        """What it proves against a server that shared the generator's machine, where that was starved: what
        an answer said still counts, that it came late or not at all does not."""
        service = Histogram()
        service.record(0, times=self.ok)
        excused = max(self.excused, self.unanswered)
        return self.model_copy(update={"excused": excused, "service": service})

    def add(self, other: Window) -> None:
        """Take over every count of another one."""
        self.ok += other.ok
        self.failed += other.failed
        self.excused += other.excused
        self.unanswered += other.unanswered
        self.late += other.late
        self.latency.add(other.latency)
        self.service.add(other.service)


class Series(Counts):
    """Every request of one endpoint, scenario and dialect. A failed request has no latency: being quick to
    fail must not make a service look quick, so the judge counts it as slower than any limit."""

    endpoint: str = Field(pattern=NAME)
    scenario: str = Field(pattern=NAME)
    dialect: str = Field(pattern=NAME)
    same_machine: bool = False
    """Whether whoever was asked runs on a generator's own machine, and is starved with it."""
    ok: int = Field(default=0, ge=0)
    failed: Annotated[Counter[str], SORTED] = Field(default_factory=Counter)
    """How many failed for which reason; reasons are few and stable, with no number of an order in them."""
    latency: Histogram = Field(default_factory=Histogram)
    """Of the requests that ended as they should, µs from the INTENDED send time to the last byte."""
    service: Histogram = Field(default_factory=Histogram)
    """Of the same requests, µs from the actual sending, less what this machine kept the answer waiting."""
    windows: Annotated[dict[int, Window], SORTED] = Field(default_factory=dict)
    """By the intended second of the run: the first, as long as any other, has the number of the whole second
    since the epoch in which the run started. A second in which nothing was due is absent."""
    answered: Annotated[dict[int, int], SORTED] = Field(default_factory=dict)
    """By the second, numbered alike, in which the answer was there: how many that ended as they should."""

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        if any(count < 1 for count in self.failed.values()):
            raise ValueError(f"{self.key.name}: a reason of failure counts less than one request")
        told = {
            "latencies": (self.ok, self.latency.total),
            "service times": (self.ok, self.service.total),
            "answers in its seconds": (self.ok, sum(each.ok for each in self.windows.values())),
            "answers by their own second": (self.ok, sum(self.answered.values())),
            "failures in its seconds": (self.failures, sum(each.failed for each in self.windows.values())),
        }
        for what, (wanted, found) in told.items():
            if wanted != found:
                raise ValueError(f"{self.key.name}: {wanted} {what} expected, {found} found")
        return self

    @property
    def key(self) -> Key:
        """What it is the series of."""
        return Key(self.endpoint, self.scenario, self.dialect)

    @property
    def failures(self) -> int:
        """How many requests failed, for any reason."""
        return self.failed.total()

    @property
    def requests(self) -> int:
        """How many requests it rests on."""
        return self.ok + self.failures

    @property
    def whole(self) -> Window:
        """Every request of it, as if all were due at once."""
        windows = self.windows.values()
        return Window(
            ok=self.ok,
            failed=self.failures,
            excused=sum(each.excused for each in windows),
            unanswered=sum(each.unanswered for each in windows),
            late=sum(each.late for each in windows),
            latency=self.latency,
            service=self.service,
        )

    def put_off(self, seconds: int) -> None:
        """Number every second by so many more."""
        self.windows = {second + seconds: window for second, window in self.windows.items()}
        self.answered = {second + seconds: times for second, times in self.answered.items()}

    def add(self, other: Series, *, later: int = 0) -> None:
        """Take over every count of another series of the same key.

        Args:
            later: by how many seconds its seconds are numbered higher than ours.
        """
        self.ok += other.ok
        self.failed.update(other.failed)
        self.same_machine = self.same_machine or other.same_machine
        self.latency.add(other.latency)
        self.service.add(other.service)
        for second, window in other.windows.items():
            self.windows.setdefault(second - later, Window()).add(window)
        for second, times in other.answered.items():
            self.answered[second - later] = self.answered.get(second - later, 0) + times
