"""What a judgement is made of: the words a terminal, a page and a program read."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from harness.core.control import Check, Model, Scope, Severity, Text
from harness.verdict.earlier_runs import EarlierRun
from harness.verdict.precedence import Standing
from harness.verdict.price import Missing, Price
from harness.verdict.readiness import Readiness

Verdict = Literal["GO", "NO-GO", "NOT YET"]
FAILING = (Price.MEND, Price.WAIVER)
"""What makes a gate NO-GO: failures, and those of them that a waiver would cover if it were wider."""


class ControlStatus(Model):
    """Where one control stands, in the light of all evidence that still counts."""

    id: str
    status: Standing
    """At the least grade the control knows: simulated where it is rehearsed, else the one it wants."""
    severity: Severity
    grade: str
    """The grade of the evidence behind `status`; the grade wanted where there is none."""
    needed: str
    """The grade that the later gates want."""
    reached: bool
    """Whether it is satisfied at that grade."""
    message: str = ""
    """What the worst check said."""
    dropped: bool = False
    """Whether the merchant declares the capability away that it needs."""
    runs: tuple[str, ...] = ()
    """Ids of the runs the status rests on."""
    recorded: datetime | None = None
    """When the newest evidence behind it was recorded."""
    absent: tuple[str, ...] = ()
    """Parts that the lock of scenarios names and its evidence lacks: control, dialect and scenario."""
    checks: tuple[Check, ...] = ()
    """Its checks in this run."""


class Count(Model):
    """How many of a gate's required controls are satisfied by a pass, of one scope."""

    passed: int = 0
    required: int = 0


class GateVerdict(Model):
    """The verdict of one gate, with the price of GO."""

    verdict: Verdict
    passed: int
    """Required controls that are satisfied by a pass at every grade required."""
    required: int
    """Required controls."""
    scopes: dict[Scope, Count] = Field(default_factory=dict)
    """The same two, about whom they speak: only the app's stand beside the verdict."""
    missing: tuple[Missing, ...] = ()
    """What stands between it and GO, failures first, then cheapest first."""
    warnings: tuple[str, ...] = ()
    """Ids of required controls that are satisfied with a remark, and of failing S controls."""
    notes: tuple[Text, ...] = ()
    """Reasons that belong to no control."""

    @property
    def app(self) -> Count:
        """What the app itself has shown."""
        return self.scopes.get(Scope.APP, Count())

    @property
    def failing(self) -> tuple[str, ...]:
        """Ids of the failing controls of severity F or M."""
        return tuple(each.control for each in self.missing if each.price in FAILING)


class Tally(Model):
    """What this run itself brought."""

    checks: int
    """Checks recorded in this run and not later than the judgement's moment."""
    harness_errors: int
    """Checks that broke, and faults of the run itself."""
    unreachable: int
    """Checks that did not pass because the environment did not answer."""
    undecided: int
    """Checks that are inconclusive or need a human."""


class Judgement(Model):
    """Everything a run's evidence says at a moment."""

    run: str
    as_of: datetime
    subject: str
    grade: str
    """The grade of the run."""
    interrupted: bool
    controls: tuple[ControlStatus, ...]
    gates: dict[str, GateVerdict]
    """By gate id, in the checklist's order; empty for a narrowed run."""
    gate_names: dict[str, Text]
    readiness: Readiness
    milestones: tuple[bool, ...]
    """The plan's three: configuration and a payment at experience grade; experience gate; production gate."""
    selection: Literal["PASS", "FAIL", "NOT YET"] | None = None
    """The ending of a narrowed run."""
    selection_failing: tuple[str, ...] = ()
    """Controls that failed in a narrowed run."""
    selection_open: tuple[str, ...] = ()
    """Controls that a narrowed run exercised without an answer."""
    selection_notes: tuple[Text, ...] = ()
    """What spoils a narrowed run beside its controls: errors of the harness, an interruption."""
    sealed_by: str = ""
    """The public key that sealed the run; empty where none did."""
    history: tuple[EarlierRun, ...] = ()
    """The earlier runs that it rests on."""
    doubts: tuple[Text, ...] = ()
    """Why the run's record cannot be believed as it stands."""
    tally: Tally

    @property
    def readiness_percent(self) -> float:
        """How much is ready, to one decimal."""
        return self.readiness.percent
