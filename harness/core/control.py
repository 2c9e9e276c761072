"""The words of judgement: a control of the checklist, and a check, one exercise of it with its outcome."""

from __future__ import annotations

from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from harness.core.plain_text import PlainText


class Severity(StrEnum):
    """F fatal: never waivable. M must. S should: a failure warns."""

    FATAL = "F"
    MUST = "M"
    SHOULD = "S"


class Scope(StrEnum):
    """About whom a control speaks."""

    APP = "app"
    """The merchant's app: what a rehearsal is about."""
    ENDPOINT = "endpoint"
    """The payment endpoint; in a rehearsal that is our own simulator."""
    SETTINGS = "settings"
    """The settings file."""
    PEOPLE = "people"
    """Whoever holds a paper or a duty."""


class Method(StrEnum):
    """How a control is exercised."""

    TEST = "TEST"
    MEASURE = "MEASURE"
    SCAN = "SCAN"
    SOAK = "SOAK"
    ATTEST = "ATTEST"


class Grade(IntEnum):
    """What evidence is worth; computed from the target, never declared. PAPER needs no target."""

    PAPER = 0
    SIMULATED = 1
    EXPERIENCE = 2
    PRODUCTION = 3

    @property
    def label(self) -> str:
        """The lower-case word used in files and on pages."""
        return self.name.lower()


class Outcome(StrEnum):
    """How one check ended. Only `pass` is a pass: a check that exercised nothing is `inconclusive`."""

    PASS = "pass"
    FAIL = "fail"
    WARN = "warn"
    INCONCLUSIVE = "inconclusive"
    NEEDS_HUMAN = "needs-human"
    NOT_APPLICABLE = "not-applicable"
    WAIVED = "waived"
    HARNESS_ERROR = "harness-error"


class Blame(StrEnum):
    """Whose turn it is after a check that did not pass."""

    MERCHANT = "merchant"
    ENDPOINT = "endpoint"
    HARNESS = "harness"
    ENVIRONMENT = "environment"
    AMBIGUOUS = "ambiguous"


class Model(BaseModel):
    """Frozen, closed pydantic base of every record that crosses a file."""

    model_config = ConfigDict(frozen=True, extra="forbid")


Language = Literal["zh", "en"]


class Text(Model):
    """The same sentence in both languages of the product."""

    zh: PlainText
    en: PlainText

    @classmethod
    def of(cls, zh: str, en: str) -> Self:
        """The sentence, for lists of words, which stay readable without names."""
        return cls(zh=zh, en=en)

    @classmethod
    def same(cls, text: str) -> Self:
        """What needs no translation."""
        return cls(zh=text, en=text)

    def spoken(self, language: Language) -> str:
        """It in one language."""
        return self.zh if language == "zh" else self.en

    def filled(self, **values: object) -> Self:
        """The sentence with its `{places}` filled, as `str.format` does."""
        return type(self)(zh=self.zh.format(**values), en=self.en.format(**values))


class Control(Model):
    """One row of the go-live checklist."""

    id: str = Field(pattern=r"^[A-Z]{3}-\d{2}$")
    """Section and number, e.g. `CBK-03`."""
    title: Text
    """Short name."""
    criterion: Text
    """What must be true for a pass."""
    remedy: Text
    """How a failing side is usually mended."""
    methods: tuple[Method, ...]
    """One method, or two where a paper must stand beside a test."""
    severity: Severity
    rehearsed: bool
    """Whether the grade column starts with S: exercised against a simulator."""
    confirmed_at: Grade
    """The grade that the later gates want: SIMULATED for `S`, EXPERIENCE for `S→E` and `E`, PRODUCTION
    for `P`, PAPER for `–`."""
    source: str
    """Source clauses, e.g. `P§3; C07`."""
    scope: Scope = Scope.APP
    """About whom it speaks; each is counted apart."""
    capability: str | None = None
    """The merchant capability it needs (`alipay`, `jsapi`, `refunds`, `login` …); None: every merchant."""

    @property
    def section(self) -> str:
        """The letters before the dash."""
        return self.id.partition("-")[0]


class Defect(Model):
    """One deliberate fault of the shop or of the simulator, and the control meant to catch it."""

    id: str
    """Name for `--defect`, kebab-case."""
    side: Literal["shop", "endpoint"]
    control: str
    """The control's id."""
    text: Text
    """What is wrong, in one sentence."""


class Artifact(Model):
    """A file kept beside the record, e.g. a screenshot."""

    path: PlainText
    """Relative to the run folder."""
    kind: PlainText
    """`screenshot`, `qr`, `text`."""
    title: Text


class Step(Model):
    """A named, timed part of a check; the page draws these."""

    name: PlainText
    offset_s: float
    """Seconds from the start of the check."""
    duration_s: float


MCP = "mcp"
"""The capability to order over any wire but a provider's own API."""
OTHER_WIRE = "wire"
"""What a scenario lacked that was left to a run of the merchant on another wire."""


class Check(Model):
    """One exercise of one control: a line of `results.ndjson`."""

    control: PlainText
    """The control's id."""
    scenario: PlainText
    """Name of the scenario: its pytest node id with parameters, so that two cases never hide each other."""
    provider: PlainText
    dialect: PlainText
    """Where it was exercised; `-` where the control has no dialect (configuration)."""
    outcome: Outcome
    grade: Grade
    started: datetime
    """Wire time, UTC."""
    duration_s: float
    message: PlainText = ""
    """Why it did not pass, in one paragraph."""
    blame: Blame | None = None
    lacks: PlainText = ""
    """What the target lacked for it, e.g. `payer`, so that the scenario was not started; empty: nothing."""
    exercised: int = 0
    """How many exchanges and observations it rests on; zero can never be a pass."""
    steps: tuple[Step, ...] = ()
    artifacts: tuple[Artifact, ...] = ()

    @property
    def left_to_another_wire(self) -> bool:
        """Whether it was not started because the merchant is configured for another wire now."""
        return self.lacks == OTHER_WIRE and self.outcome is Outcome.NOT_APPLICABLE
