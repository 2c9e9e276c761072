"""What a record says of its run as a whole: `run.json`."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AwareDatetime, BeforeValidator, ConfigDict, Field, PlainSerializer

from harness.core.control import Check, Grade, Model
from harness.core.plain_text import PlainText

SCHEMA = 1
"""Version of the record's shape; it grows only when a reader of the old one would misread the new one."""


def _grade(value: Any) -> Any:
    return Grade.__members__.get(value.upper(), value) if isinstance(value, str) else value


GradeWord = Annotated[
    Grade, BeforeValidator(_grade), PlainSerializer(lambda grade: grade.label, return_type=str)
]
"""A grade that stands in a file as its lower-case word."""


class StoredCheck(Check):
    """A check as a line of `results.ndjson`: the grade stands there as a word."""

    grade: GradeWord
    """What it is worth, as computed from the target."""


class RunMeta(Model):
    """One run as a whole."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    schema_: int = Field(default=SCHEMA, alias="schema", le=SCHEMA)
    """Version of the record's shape."""
    id: PlainText
    """The folder's name; unique among the runs beside it."""
    kind: PlainText = "run"
    """`run`; `attended`: by somebody with a phone; `follow-up`: deferred checks. Only a run is a night."""
    started: AwareDatetime
    """Wire time, UTC."""
    ended: AwareDatetime | None = None
    """Wire time, UTC; none while it runs, and for ever when its process was killed."""
    lasted_s: float | None = None
    """How long it lasted, in seconds, by a clock that nobody sets; none until it ended."""
    interrupted: bool = False
    """Whether it stopped before its plan was done."""
    selection: bool = False
    """Whether it was narrowed (`--only`, `-k`, `-m`), so that it judges no gate."""
    target: PlainText
    """`simulator`, `experience`, `production` or an address."""
    host: PlainText
    """Host and port of the payment endpoint."""
    grade: GradeWord
    """What its evidence is worth, as computed from the target."""
    grade_reasons: tuple[PlainText, ...] = ()
    """What keeps the grade from being a platform's."""
    gate: PlainText
    """The gate it judges."""
    merchant: PlainText
    """Name of the merchant's profile."""
    merchant_asked: bool = True
    """Whether anything that was chosen to run asks the merchant; if not, the run says nothing of it."""
    capabilities: tuple[PlainText, ...] | None = None
    """What the merchant has, by its profile; none when nothing is declared away."""
    subject: PlainText
    """Fingerprint of the subject: the merchant's name, address, build and whole profile, and the requirement
    set."""
    app_answers: int | None = None
    """How many answers of the app itself the run heard; none until it ended."""
    fault_rules: tuple[PlainText, ...] = ()
    """Rules of somebody's own by which the platform went wrong meanwhile, each with where it came from."""
    unmet_rules: tuple[PlainText, ...] = ()
    """Those of them that are not known to have hit anything in this run, which says nothing of them then."""
    environment: PlainText
    """Fingerprint of the environment: configuration digest, certificate serials, host."""
    dialects: tuple[PlainText, ...] = ()
    """The dialects it spoke."""
    registered: tuple[PlainText, ...] = ()
    """Ids of the controls that had a check when it started, before any narrowing."""
    unplanned: tuple[PlainText, ...] = ()
    """Parts that the lock of scenarios names, that nobody left out, and that were not there: control,
    dialect and scenario."""
    versions: dict[PlainText, PlainText] = Field(default_factory=dict)
    """Names and versions of what took part: golive, python, browser, merchant."""
    plugins: tuple[PlainText, ...] = ()
    """Plugins that pytest had loaded beside its own and ours, each with where it came from."""
    checklist: PlainText
    """Date of the checklist it was judged by."""
    checks: int | None = None
    """How many lines the results had when it ended; fewer later means that evidence was lost."""
    faults: tuple[PlainText, ...] = ()
    """Errors of the harness that belong to no check, e.g. a secret found in the record; none allows a GO."""
    command: PlainText = ""
    """The command line, redacted."""

    @property
    def app_answered(self) -> bool:
        """Whether the app answered in it at all; one that does not say was before this was counted."""
        return self.merchant_asked and self.app_answers != 0

    @property
    def partial(self) -> bool:
        """Whether it never set out to judge everything, or not at a platform as it should be."""
        return self.selection or self.kind != "run" or bool(self.fault_rules)

    @property
    def whole(self) -> bool:
        """Whether it missed nothing, at a platform as it should be: of another run only failures count."""
        return not (self.selection or self.cut_short or self.fault_rules)

    @property
    def cut_short(self) -> bool:
        """Whether it was interrupted, or its process died before it could say so."""
        return self.interrupted or self.ended is None
