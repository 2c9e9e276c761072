"""What the history keeps of one run, read off its record and its judgement."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import timedelta
from hashlib import sha256
from itertools import groupby
from typing import Self

from pydantic import AwareDatetime, Field

from harness.core.control import Check, Model
from harness.core.errors import UsageError
from harness.core.plain_text import PlainText
from harness.evidence import RunMeta, RunRecord
from harness.evidence.load_summary import Curve, LoadSummary
from harness.evidence.seal import SEAL
from harness.verdict import Judgement, Standing, standing_of, worst
from harness.verdict.precedence import Part, parts_of, standing_of_control
from reports.earlier_runs import worth
from reports.history.shares import SHARES

_BAD = frozenset({Standing.FAIL, Standing.HARNESS_ERROR})
_GOOD = frozenset({Standing.PASS, Standing.WARN})


class Percentile(Model):
    """One percentile of a series in milliseconds, with the interval that holds it with 95 %."""

    observed_ms: float | None = None
    """None: nothing was measured, or it is a request that failed."""
    low_ms: float | None = None
    """It is at least this; None where the curve does not say."""
    high_ms: float | None = None
    """It is at most this; None: nothing bounds it."""


class KeptLatency(Model):
    """One series of a load."""

    endpoint: PlainText
    scenario: PlainText
    dialect: PlainText
    requests: int
    failed: int
    percentiles: dict[str, Percentile]
    """By name: `p50`, `p95`, `p99`."""

    @property
    def name(self) -> str:
        """As a plan of a load names it, e.g. `create/h5/mcp`."""
        return f"{self.endpoint}/{self.scenario}/{self.dialect}"


class KeptControl(Model):
    """One control in one run."""

    control: PlainText
    severity: str
    judged: Standing
    """Where the run's judgement saw it, in the light of all evidence that counted then."""
    grade: str
    """The grade of that evidence."""
    found: Standing | None = None
    """What the run's own checks came to; None where it exercised nothing of it."""
    passed: int = 0
    failed: int = 0
    open: int = 0
    """Its parts that passed, failed or broke, and came to anything else, in this run."""


class KeptPart(Model):
    """One part of a control in one run."""

    control: PlainText
    scenario: PlainText
    provider: PlainText
    dialect: PlainText
    outcome: Standing
    retried: bool = False
    """Whether it both failed and passed within this run."""

    @property
    def digest(self) -> str:
        """A short name for it, the same in every run."""
        names = "\n".join((self.control, self.scenario, self.provider, self.dialect))
        return sha256(names.encode()).hexdigest()[:32]


class KeptVerdict(Model):
    """The verdict of one gate at a run's end."""

    verdict: str
    passed: int
    required: int


class RunDetails(Model):
    """What two runs are compared by, beside what is searched for."""

    target: PlainText = ""
    host: PlainText = ""
    app_answered: bool = True
    dialects: tuple[PlainText, ...] = ()
    capabilities: tuple[PlainText, ...] | None = None
    versions: dict[PlainText, PlainText] = Field(default_factory=dict)
    plugins: tuple[PlainText, ...] = ()
    command: PlainText = ""


class KeptRun(Model):
    """One run as a whole."""

    id: PlainText
    seal: str
    """SHA-256 of its `seal.json`, in hex."""
    sealed_by: PlainText
    """The public key that sealed it."""
    subject: PlainText
    environment: PlainText
    merchant: PlainText
    """Name of the merchant's profile."""
    grade: str
    gate: PlainText
    """The gate that decided its exit code."""
    checklist: PlainText
    """Date of its requirement set."""
    started: AwareDatetime
    ended: AwareDatetime
    selection: bool
    """Whether it was narrowed, attended, or a follow-up: no night."""
    interrupted: bool
    ending: str
    """The verdict of its gate, or `SELECTION PASS` and so on."""
    readiness: float
    checks: int
    faults: int
    place: PlainText
    """The folder of its record, as it was when it was kept."""
    details: RunDetails = RunDetails()
    verdicts: dict[str, KeptVerdict] = Field(default_factory=dict)
    """By gate, in the checklist's order; empty for a narrowed run."""

    @property
    def whole(self) -> bool:
        """Whether it judged its gates on all it planned."""
        return not (self.selection or self.interrupted)

    @property
    def lasted(self) -> timedelta:
        """From its beginning to its end, by the machine's clock."""
        return self.ended - self.started


class RunTally(Model):
    """What all controls of a run came to together, by its own checks."""

    passed: int = 0
    failed: int = 0
    open: int = 0
    """Parts that passed, failed or broke, and came to anything else."""
    failing: tuple[PlainText, ...] = ()
    """Ids of the controls that failed, sorted."""

    @classmethod
    def of(cls, controls: Iterable[KeptControl]) -> Self:
        """The sum of some controls."""
        every = list(controls)
        return cls(
            passed=sum(each.passed for each in every),
            failed=sum(each.failed for each in every),
            open=sum(each.open for each in every),
            failing=tuple(sorted(each.control for each in every if each.found is Standing.FAIL)),
        )


class RunEntry(Model):
    """Everything that the history keeps of one run."""

    run: KeptRun
    controls: tuple[KeptControl, ...] = ()
    parts: tuple[KeptPart, ...] = ()
    latencies: tuple[KeptLatency, ...] = ()


def seal_digest(record: RunRecord) -> str:
    """What the history knows a record by: SHA-256 of its seal, which has the digest of every file.

    Raises:
        UsageError: it has none.
    """
    try:
        return sha256((record.folder / SEAL).read_bytes()).hexdigest()
    except OSError as error:
        raise UsageError(
            "the run has no seal, so that the history cannot keep it",
            where=str(record.folder),
            remedy="it goes on, was killed, or is older than seals; run again",
        ) from error


def entry_of(record: RunRecord, judgement: Judgement) -> RunEntry:
    """What is kept of a record whose seal holds.

    Raises:
        UsageError: it did not end, has no seal, or what its load measured is damaged.
    """
    checks = worth(record)
    return RunEntry(
        run=_run(record, judgement),
        controls=tuple(_controls(judgement, checks)),
        parts=tuple(_parts(checks)),
        latencies=latencies_of(record),
    )


def controls_of(record: RunRecord, judgement: Judgement) -> tuple[KeptControl, ...]:
    """Where every control of a record was judged to stand, and what the run's own parts came to."""
    return tuple(_controls(judgement, worth(record)))


def retried_of(record: RunRecord) -> tuple[KeptPart, ...]:
    """The parts of a record that both failed and passed in it."""
    return tuple(part for part in _parts(worth(record)) if part.retried)


def latencies_of(record: RunRecord) -> tuple[KeptLatency, ...]:
    """What the load of a record measured; empty where it had none.

    Raises:
        UsageError: the measurement is damaged.
    """
    return tuple(_latencies(record))


def ending_of(meta: RunMeta, judgement: Judgement) -> str:
    """The verdict of its gate, or that of its selection."""
    if judgement.selection is not None:
        return " ".join(("SELECTION", judgement.selection))
    return judgement.gates[meta.gate].verdict


def _run(record: RunRecord, judgement: Judgement) -> KeptRun:
    meta = record.meta
    digest = seal_digest(record)
    if meta.ended is None:
        raise UsageError(
            "the run did not end, so that the history cannot keep it",
            where=str(record.folder),
            remedy="it goes on or was killed; run again",
        )
    return KeptRun(
        id=meta.id,
        seal=digest,
        sealed_by=record.sealed_by,
        subject=meta.subject,
        environment=meta.environment,
        merchant=meta.merchant,
        grade=meta.grade.label,
        gate=meta.gate,
        checklist=meta.checklist,
        started=meta.started,
        ended=meta.ended,
        selection=meta.partial,
        interrupted=meta.cut_short or record.torn,
        ending=ending_of(meta, judgement),
        readiness=judgement.readiness_percent,
        checks=len(record.checks),
        faults=len(meta.faults),
        place=str(record.folder.resolve()),
        details=RunDetails(
            target=meta.target,
            host=meta.host,
            app_answered=meta.app_answered,
            dialects=meta.dialects,
            capabilities=meta.capabilities,
            versions=meta.versions,
            plugins=meta.plugins,
            command=meta.command,
        ),
        verdicts={
            gate: KeptVerdict(verdict=found.verdict, passed=found.passed, required=found.required)
            for gate, found in judgement.gates.items()
        },
    )


def _controls(judgement: Judgement, checks: Iterable[Check]) -> Iterator[KeptControl]:
    by_control: dict[str, list[Check]] = {}
    for check in checks:
        by_control.setdefault(check.control, []).append(check)
    for status in judgement.controls:
        own = by_control.get(status.id, [])
        parts = parts_of(own, status.severity)
        counts = Counter(parts.values())
        passed, failed = sum(counts[each] for each in _GOOD), sum(counts[each] for each in _BAD)
        yield KeptControl(
            control=status.id,
            severity=status.severity.value,
            judged=status.status,
            grade=status.grade,
            found=standing_of_control(parts, own) if own else None,
            passed=passed,
            failed=failed,
            open=len(parts) - passed - failed,
        )


def _parts(checks: Iterable[Check]) -> Iterator[KeptPart]:
    ordered = sorted(checks, key=lambda check: (check.control, _part(check)))
    for (control, part), group in groupby(ordered, key=lambda check: (check.control, _part(check))):
        seen = [(standing_of(check), check) for check in group]
        endings = {standing for standing, _ in seen}
        both = bool(endings & _BAD) and bool(endings & _GOOD)
        yield KeptPart(
            control=control,
            scenario=part.scenario,
            provider=part.provider,
            dialect=part.dialect,
            outcome=worst(endings),
            retried=both or any(check.passed_when_retried for _, check in seen),
        )


def _part(check: Check) -> Part:
    return Part(check.scenario, check.provider, check.dialect)


def _latencies(record: RunRecord) -> Iterator[KeptLatency]:
    summary = LoadSummary.read(record.folder)
    for series in summary.series if summary is not None else ():
        found = {"p50": series.p50_ms, "p95": series.p95_ms, "p99": series.p99_ms}
        yield KeptLatency(
            endpoint=series.endpoint,
            scenario=series.scenario,
            dialect=series.dialect,
            requests=series.requests,
            failed=series.failed,
            percentiles={
                name: _percentile(series.curve, SHARES[name], observed) for name, observed in found.items()
            },
        )


def _percentile(curve: Curve, share: float, observed: float | None) -> Percentile:
    """With the interval that the curve has at this very share, if it has a point there."""
    for index, each in enumerate(curve.shares):
        if abs(each - share) < 1e-9:
            return Percentile(observed_ms=observed, low_ms=curve.low_ms[index], high_ms=curve.high_ms[index])
    return Percentile(observed_ms=observed)
