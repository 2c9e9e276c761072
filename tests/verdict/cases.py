"""Small worlds to judge: a handful of controls, three gates, and rows of evidence made in one line."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import UTC, datetime, timedelta

from harness.core.control import Blame, Check, Control, Grade, Method, Outcome, Scope, Severity, Text
from harness.verdict import EvidenceRow, Gate, Judgement, Rule, Waiver, judge

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
RUN, SUBJECT = "run-now", "subject-1"


def control(
    id_: str = "CBK-01",
    severity: Severity = Severity.FATAL,
    *,
    grade: Grade = Grade.SIMULATED,
    rehearsed: bool = True,
    methods: tuple[Method, ...] = (Method.TEST,),
    capability: str | None = None,
    scope: Scope = Scope.APP,
) -> Control:
    text = Text(zh="甲", en="a")
    return Control(
        id=id_,
        title=text,
        criterion=text,
        remedy=text,
        methods=methods,
        severity=severity,
        rehearsed=rehearsed,
        confirmed_at=grade,
        source="P§3",
        capability=capability,
        scope=scope,
    )


FATAL = control("CBK-01", grade=Grade.EXPERIENCE)
MUST = control("CBK-02", Severity.MUST)
SHOULD = control("CBK-03", Severity.SHOULD)
PAPER = control("OPS-01", Severity.MUST, grade=Grade.PAPER, rehearsed=False, methods=(Method.ATTEST,))
CONTROLS = (FATAL, MUST, SHOULD, PAPER)
TESTED = frozenset({"CBK-01", "CBK-02", "CBK-03"})

_NAME = Text(zh="门", en="Gate")
GATES = (
    Gate(
        id="rehearsal",
        name=_NAME,
        meaning=_NAME,
        rules=(Rule(grade="simulated", rehearsed=True, with_check_only=True),),
    ),
    Gate(
        id="experience",
        name=_NAME,
        meaning=_NAME,
        after="rehearsal",
        rules=(Rule(grade="experience", confirmed_at=("experience",)),),
    ),
    Gate(
        id="production",
        name=_NAME,
        meaning=_NAME,
        after="experience",
        readiness=95,
        rules=(Rule(grade="confirmed"),),
    ),
)


def check(
    control: str = "CBK-01",
    outcome: Outcome = Outcome.PASS,
    *,
    grade: Grade = Grade.SIMULATED,
    scenario: str = "test_it",
    exercised: int = 1,
    blame: Blame | None = None,
    message: str = "",
) -> Check:
    """One that did not pass blames the merchant unless told otherwise."""
    blames = {
        Outcome.FAIL: Blame.MERCHANT,
        Outcome.WARN: Blame.MERCHANT,
        Outcome.HARNESS_ERROR: Blame.HARNESS,
    }
    return Check(
        control=control,
        scenario=scenario,
        provider="wechat",
        dialect="apiv3",
        outcome=outcome,
        grade=grade,
        started=NOW,
        duration_s=1.0,
        exercised=exercised,
        blame=blame or blames.get(outcome),
        message=message,
    )


def row(
    control: str = "CBK-01",
    outcome: Outcome = Outcome.PASS,
    *,
    grade: Grade = Grade.SIMULATED,
    ago: timedelta = timedelta(),
    run: str = RUN,
    subject: str = SUBJECT,
    complete: bool = True,
    scenario: str = "test_it",
    exercised: int = 1,
    blame: Blame | None = None,
    lacks: str = "",
    contacted: bool = True,
) -> EvidenceRow:
    made = check(control, outcome, grade=grade, scenario=scenario, exercised=exercised, blame=blame)
    return EvidenceRow(
        check=made.model_copy(update={"lacks": lacks}),
        recorded=NOW - ago,
        subject=subject,
        run=run,
        complete=complete,
        contacted=contacted,
        paper=grade is Grade.PAPER,
    )


def passing(*controls: str, grade: Grade = Grade.SIMULATED, **details: object) -> list[EvidenceRow]:
    return [row(each, grade=grade, **details) for each in controls]  # type: ignore[arg-type]


def judged(
    rows: Iterable[EvidenceRow],
    *,
    controls: Collection[Control] = CONTROLS,
    gates: Collection[Gate] = GATES,
    as_of: datetime = NOW,
    registered: Collection[str] = TESTED,
    exercised: Collection[str] = TESTED,
    grade: Grade = Grade.SIMULATED,
    selection: bool = False,
    interrupted: bool = False,
    capabilities: frozenset[str] | None = None,
    waivers: Iterable[Waiver] = (),
    faults: tuple[str, ...] = (),
    doubts: tuple[Text, ...] = (),
) -> Judgement:
    return judge(
        controls,
        rows,
        gates=tuple(gates),
        as_of=as_of,
        run=RUN,
        subject=SUBJECT,
        registered=registered,
        exercised=exercised,
        grade=grade,
        selection=selection,
        interrupted=interrupted,
        capabilities=capabilities,
        waivers=waivers,
        faults=faults,
        doubts=doubts,
    )


def verdict(judgement: Judgement, gate: str = "rehearsal") -> str:
    return judgement.gates[gate].verdict


def waiver(control: str = "CBK-02", *, budget: int = 1, days: int = 7) -> Waiver:
    return Waiver(
        control=control,
        reason="known, harmless, mended next week",
        author="release manager",
        granted=NOW - timedelta(days=1),
        expires=NOW + timedelta(days=days),
        budget=budget,
    )
