"""The words of judgement: a control of the checklist, and a check, one exercise of it with its outcome."""

from __future__ import annotations

from enum import IntEnum, StrEnum
from typing import Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

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
    clauses: tuple[str, ...] = ()
    """Ids of the clauses it rests on, in the register that the checklist brings along."""
    own: Text | None = None
    """Why it rests on none; None where it does, and in records that are older than the register."""

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
ALIPAY = "alipay"
"""The capability to take Alipay's payments, too."""
ALIPAY_ONLY = "alipay-only"
"""The capability to take Alipay's payments, and nobody else's: WeChat Pay's wires do not apply."""
AFTERWARDS = " (afterwards)"
"""Ends the name of a check that looked at what a scenario left behind."""
OTHER_WIRE = "wire"
"""What a scenario lacked that was left to a run of the merchant on another wire."""
PHONE = "phone"
"""What a scenario lacked that is left to an attended run: a person who pays with a phone."""
UNATTENDED = "unattended"
"""What a scenario lacked that an attended run left to a run without anybody."""
IMPORT = "import"
"""What a scenario lacked that is left to a run after somebody has imported results of the merchant's own."""
BY_HAND = frozenset({"payer", "callback", "merchant", "portal"})
"""What a scenario lacked that a person does by hand at a real target, and then says what was seen."""
APPROVAL = "approval"
"""What is lacking of what a person saw: another's word that it is right; a judge says so, no run does."""
APP_ANSWERS = "app-answers"
"""What a pass about the app lacked where the app never answered in its run; a judge says so, no run does."""
LONGEST_S = 366 * 86_400.0
"""A check that says it took longer says nothing that can be dated."""
_BLAMES_NOBODY = frozenset({Outcome.PASS, Outcome.NOT_APPLICABLE})
_BLAMES_SOMEBODY = frozenset({Outcome.FAIL, Outcome.WARN})
_PASSED = frozenset({Outcome.PASS, Outcome.WARN})
_BROKE = frozenset({Outcome.FAIL, Outcome.HARNESS_ERROR})
NOT_STARTED = frozenset({Outcome.INCONCLUSIVE, Outcome.NEEDS_HUMAN, Outcome.NOT_APPLICABLE})
"""How a scenario can end that its target lacked something for."""


class Check(Model):
    """One exercise of one control: a line of `results.ndjson`. One that contradicts itself is none."""

    control: PlainText
    """The control's id."""
    scenario: PlainText
    """Name of the scenario: its pytest node id with parameters, so that two cases never hide each other."""
    provider: PlainText
    dialect: PlainText
    """Where it was exercised; `-` where the control has no dialect (configuration)."""
    outcome: Outcome
    grade: Grade
    started: AwareDatetime
    """Wire time, UTC."""
    duration_s: float = Field(ge=-LONGEST_S, le=LONGEST_S)
    """Below zero where a clock was set back meanwhile."""
    message: PlainText = ""
    """Why it did not pass, in one paragraph; of a pass, what it does not speak of."""
    blame: Blame | None = None
    lacks: PlainText = ""
    """What the target lacked for it, e.g. `payer`, so that the scenario was not started; empty: nothing."""
    exercised: int = Field(default=0, ge=0)
    """How many exchanges and observations it rests on; zero can never be a pass."""
    steps: tuple[Step, ...] = ()
    artifacts: tuple[Artifact, ...] = ()
    attempts: tuple[Outcome, ...] = ()
    """What each attempt came to, where a plugin tried the scenario again; the worst of them decides."""

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        """Refuse what no exercise comes to: whoever edited a failure into a pass left its blame there."""
        outcome, blame = self.outcome, self.blame
        if blame is not None and outcome in _BLAMES_NOBODY:
            raise ValueError(f"{outcome} and blames {blame}")
        if blame is None and outcome in _BLAMES_SOMEBODY:
            raise ValueError(f"{outcome} and blames nobody")
        if outcome is Outcome.HARNESS_ERROR and blame is not Blame.HARNESS:
            raise ValueError(f"{outcome} and blames {blame or 'nobody'}")
        if self.lacks and outcome not in NOT_STARTED:
            raise ValueError(f"{outcome}, and was not started for want of {self.lacks}")
        if outcome in _PASSED and set(self.attempts) - _PASSED:
            raise ValueError(f"{outcome}, and an attempt at it did not pass")
        return self

    @property
    def passed_when_retried(self) -> bool:
        """Whether it failed, and passed when somebody tried it again: no pass, and no steady failure."""
        return bool(set(self.attempts) & _PASSED) and bool(set(self.attempts) & _BROKE)

    @property
    def left_to_another_run(self) -> bool:
        """Whether it was not started because another run is there for it: of the merchant on another wire, of
        a person with a phone, of a machine alone, or one that has something imported to judge."""
        if self.outcome is Outcome.NEEDS_HUMAN:
            return self.lacks == PHONE
        return self.outcome is Outcome.NOT_APPLICABLE and self.lacks in (OTHER_WIRE, UNATTENDED, IMPORT)
