"""What a load run measured: the generator fills it, the acceptance judges it, a file keeps it.

Times are whole microseconds of wire time since the epoch (UTC), so that the parts of several processes and
machines share their seconds and add up exactly. Nothing here knows Locust.

    measurement = Measurement(started=datetime.now(UTC))
    measurement.record(Key("create", "h5", "mcp"), due=…, sent=…, done=…)
    measurement.record(Key("create", "h5", "mcp"), due=…, sent=…, done=…, failure="HTTP 500")
    measurement.end(datetime.now(UTC))
    write(measurement, run_folder / FILE)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, Field, ValidationError, model_validator

from harness.core.errors import HarnessError, UsageError
from harness.core.whole_file import write_whole
from load.histogram import Histogram
from load.key import Key
from load.series import SORTED, Counts, Series, Window

FILE = "measurements/load.json"
"""Where it lies below the folder of a run."""
LATE_S = 1.0
"""A request that was sent so long after its moment was not part of the load that was planned."""
EXCUSABLE = frozenset({"timeout", "connection closed"})
"""Why requests fail that this machine can bring about itself: nobody read in time what was there, or a server
on it did not get the processor."""
UNREACHED = frozenset({"connection refused", "connection failed", "unknown host"})
"""Why requests fail that nobody was there to hear."""
_SECOND = 1_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SLACK_S = 60
_LONGEST = timedelta(days=7)
"""How far apart two machines' clocks may be, and how long a run may go on that does not say when it ended."""


class Measurement(Counts):
    """One run, or one process's part of it. Not thread-safe: gevent's one thread fills it."""

    schema_: Literal[1] = Field(default=1, alias="schema")
    """Version of this shape; a reader refuses another."""
    started: AwareDatetime
    """Wire time, UTC: when the first request could have been due; of several parts the earliest."""
    ended: AwareDatetime | None = None
    """Wire time, UTC; None while it runs, or when the process was killed: then nothing passes."""
    interrupted: bool = False
    """It was stopped before its schedule was done: then nothing passes."""
    unsent: int = Field(default=0, ge=0)
    """Requests that were due and never sent, because the generator did not get to them."""
    unfinished: int = Field(default=0, ge=0)
    """Requests that were sent and whose end was not waited for."""
    drift_s: float = 0.0
    """How far the wall clock moved meanwhile, against one that never jumps; of several parts the worst."""
    lag: Histogram = Field(default_factory=Histogram)
    """Of every request, µs from its intended to its actual sending: how late the generator was."""
    series: Annotated[dict[str, Series], SORTED] = Field(default_factory=dict)
    """By `Key.name`."""

    def record(
        self,
        key: Key,
        *,
        due: int,
        sent: int,
        done: int,
        failure: str | None = None,
        paused: int = 0,
        same_machine: bool = False,
    ) -> None:
        """Count one finished request.

        Args:
            key: what it was for.
            due: when the schedule wanted it sent, µs since the epoch.
            sent: when its first byte could leave, on the same clock.
            done: when its end was known: the last byte verified, or the failure noticed.
            failure: why it failed, in a few stable words (`timeout`, `HTTP 500`, `bad signature`); None: it
                ended as it should, which of a forged callback is to be refused.
            paused: µs between sending and end in which the generator itself did not get its turn.
            same_machine: whoever was asked runs on the generator's machine.

        Raises:
            HarnessError: it was done before it was sent; the caller mixed up two clocks.
        """
        if done < sent:
            raise HarnessError(f"a request was done {sent - done} µs before it was sent", where=key.name)
        series = self.series.get(key.name)
        if series is None:
            series = self.series[key.name] = Series(**key._asdict())
        if same_machine and not series.same_machine:
            series.same_machine = True
        zero = _microseconds(self.started)
        first = zero // _SECOND
        second = first + (due - zero) // _SECOND
        window = series.windows.get(second)
        if window is None:  # not setdefault: making a window for each request would cost more than the rest
            window = series.windows[second] = Window()
        self.lag.record(sent - due)
        if failure is not None:
            series.failed[failure] += 1
            window.failed += 1
            excusable = failure in EXCUSABLE
            window.unanswered += excusable
            window.excused += excusable and 2 * paused >= done - sent
            return
        latency = done - min(due, sent)  # a clock's tick early is not a quicker server
        series.ok += 1
        series.latency.record(latency)
        service = max(0, done - sent - paused)
        series.service.record(service)
        window.ok += 1
        window.late += sent - due >= LATE_S * _SECOND
        window.latency.record(latency)
        window.service.record(service)
        answered = first + (done - zero) // _SECOND
        series.answered[answered] = series.answered.get(answered, 0) + 1

    def end(self, ended: datetime, *, interrupted: bool = False) -> None:
        """Close it: when it ended, and whether its schedule was left undone.

        Told to end before moment zero, it lasted no time at all.
        """
        self.ended = max(ended, self.started)
        self.interrupted = interrupted

    def add(self, other: Measurement) -> None:
        """Take over another process's part; counts add, and the whole is as interrupted as its worst part.

        Each part counts the seconds of the one schedule from its own start.
        """
        earliest = min(self.started, other.started)
        ahead, later = (int(each.started.timestamp()) - int(earliest.timestamp()) for each in (self, other))
        if ahead:
            for each in self.series.values():
                each.put_off(-ahead)
        self.started = earliest
        both = self.ended is not None and other.ended is not None
        self.ended = max(self.ended, other.ended) if both else None  # type: ignore[type-var]
        self.interrupted = self.interrupted or other.interrupted
        self.unsent += other.unsent
        self.unfinished += other.unfinished
        self.drift_s = max(self.drift_s, other.drift_s, key=lambda drift: (abs(drift), drift))
        self.lag.add(other.lag)
        for name, theirs in other.series.items():
            self.series.setdefault(name, Series(**theirs.key._asdict())).add(theirs, later=later)

    @property
    def requests(self) -> int:
        """How many finished requests it rests on."""
        return sum(each.requests for each in self.series.values())

    @property
    def duration_s(self) -> float:
        """Seconds from its start to its end; 0 where that is not known."""
        return 0.0 if self.ended is None else (self.ended - self.started).total_seconds()

    @property
    def complete(self) -> bool:
        """Whether its schedule was done and every request's end is known."""
        return self.ended is not None and not (self.interrupted or self.unsent or self.unfinished)

    @property
    def unreached(self) -> bool:
        """Whether not one request reached anybody: there is nobody to be judged."""
        reasons = {reason for each in self.series.values() for reason in each.failed}
        return bool(reasons) and reasons <= UNREACHED and not any(each.ok for each in self.series.values())

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        if self.ended is not None and self.ended < self.started:
            raise ValueError(f"it ended ({self.ended}) before it started ({self.started})")
        first = self.started.timestamp() - _SLACK_S
        last = (self.ended or self.started + _LONGEST).timestamp() + _SLACK_S
        for name, series in self.series.items():
            if name != series.key.name:
                raise ValueError(f"the series {name} says of itself that it is {series.key.name}")
            if not all(first <= second <= last for second in series.windows):
                raise ValueError(f"{name}: requests were due at a time outside of the run")
        if self.lag.total != self.requests:
            raise ValueError(f"{self.requests} requests, but {self.lag.total} lags")
        return self

    def to_json(self) -> str:
        """The text that `read` reads: sorted, so that equal measurements give equal bytes."""
        return self.model_dump_json(by_alias=True, indent=1) + "\n"

    @classmethod
    def from_json(cls, text: str | bytes, *, where: str = "a measurement") -> Self:
        """Read what `to_json` wrote, also of a worker's part.

        Raises:
            UsageError: it is damaged, contradicts itself, or has another schema; the message says where.
        """
        try:
            return cls.model_validate_json(text)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            why = ": ".join([*map(str, first["loc"]), first["msg"].removeprefix("Value error, ")])
            raise UsageError(
                f"this is no measurement of ours: {why}",
                where=where,
                remedy="measure again with golive load; a damaged measurement proves nothing",
            ) from error


def _microseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)


def reasons(series: Iterable[Series], told: Callable[[str], str] = str) -> list[tuple[str, int]]:
    """Why requests failed and how many, commonest first; `told` may shorten or hide a reason."""
    every: Counter[str] = Counter()
    for each in series:
        for reason, count in each.failed.items():
            every[told(reason)] += count
    return sorted(every.items(), key=lambda each: (-each[1], each[0]))


def merged(parts: Iterable[Measurement]) -> Measurement:
    """The parts of one run as one measurement; exact, and the same in any order.

    Raises:
        HarnessError: there is no part.
    """
    every = list(parts)
    if not every:
        raise HarnessError(
            "no process handed in what it measured", remedy="look for workers that were killed"
        )
    total = Measurement(started=every[0].started, ended=every[0].ended)
    for part in every:
        total.add(part)
    return total


def write(measurement: Measurement, path: Path) -> None:
    """Put it on disk as a whole: a reader never sees a half-written file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, measurement.to_json())


def read(path: Path) -> Measurement:
    """Read a measurement off the disk.

    Raises:
        UsageError: there is none, or it is damaged; the message names the file.
    """
    try:
        text = path.read_bytes()
    except OSError as error:
        raise UsageError(
            f"there is no measurement: {error.strerror}",
            where=str(path),
            remedy="golive load --run makes one",
        ) from error
    return Measurement.from_json(text, where=str(path))
