"""What may go wrong by whose word: one fault, the request that it hit, and a rule that is in force."""

from __future__ import annotations

import json
import shlex
from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from harness.core.control import Model
from harness.core.dialects import all_dialects
from harness.core.did_you_mean import did_you_mean
from harness.core.money import Fen
from harness.core.payment import Provider
from harness.levers.actions import FaultOperation, why_not
from harness.levers.matching import contradiction, default_clock

FaultClock = Literal["wire", "business"]
"""On which of the two clocks a window of time is (`harness.core.clock`)."""

MOST = 1_000_000_000
"""Of a count: more is a slip of the keyboard."""
MOST_SEED = 2**53
"""What every reader of JSON takes for the same number."""
LONGEST_S = 400 * 24 * 3600.0
"""Of a window, in seconds: business time moves no further at once."""


def _spoken(dialect: str) -> str:
    known = [each.id for each in all_dialects()]
    if dialect not in known:
        raise ValueError(f"there is no dialect {dialect}: {did_you_mean(dialect, known)}")
    return dialect


class Fault(Model):
    """One switch of the fault book: what goes wrong, for which requests, how often (facts 12)."""

    operation: FaultOperation
    """`any` is every request a merchant sends; callbacks (`CALLBACKS`) and a payer's attempt to pay are named
    on their own."""
    action: str
    """One of `harness.levers.actions`, where it says what comes of it."""
    out_trade_no: str | None = None
    """Only requests about this order; None: about any."""
    dialect: Annotated[str, AfterValidator(_spoken)] | None = None
    """Only requests on this wire, for `notify` only callbacks in its form; None: on any."""
    provider: Provider | None = None
    """Only requests on a wire of this provider; None: of any."""
    account: str | None = Field(default=None, min_length=1)
    """Only requests of the merchant that either platform calls so: its mchid or seller_id; None: of any."""
    amount: Fen | None = Field(default=None, gt=0)
    """Only what is about an order of this amount; None: of any. A create is not: its order is not there."""
    nth: int = Field(default=1, ge=1, le=MOST)
    """The first matching request it hits, counted from one since the fault was added."""
    every: int = Field(default=1, ge=1, le=MOST)
    """From there only every so-many-th matching request is due."""
    probability: float | None = Field(default=None, gt=0, le=1)
    """The chance of each that is due; None: certain. The same rule and seed hit the same ones each time."""
    seed: int = Field(default=0, ge=-MOST_SEED, le=MOST_SEED)
    times: Annotated[int, Field(ge=1, le=MOST)] | Literal["always"] = 1
    """How many that are due it hits; `always`: without end."""
    after_s: float = Field(default=0, ge=0, le=LONGEST_S, allow_inf_nan=False)
    """Its window opens so many seconds after the first matching request."""
    for_s: float | None = Field(default=None, gt=0, le=LONGEST_S, allow_inf_nan=False)
    """How long the window is open; None: from then on. What comes outside of it is not counted."""
    clock: FaultClock | None = None
    """On which clock the window is; None: business time for callbacks and payments, wire time else."""
    value: str | int | float | None = None
    """HTTP status, seconds, a state's or a refund's text, as the action demands."""

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if problem := why_not(self.action, self.operation, self.value) or contradiction(self):
            raise ValueError(problem)
        return self

    def __str__(self) -> str:
        """As a command line takes it; what is as by default is left away."""
        said = self.model_dump(mode="json", exclude_defaults=True)
        first: dict[str, object] = {
            name: said.pop(name) for name in ("operation", "action", "value") if name in said
        }
        return " ".join(f"{name}={_word(value)}" for name, value in {**first, **said}.items())

    @property
    def on_business_time(self) -> bool:
        """Whether its window is."""
        return (self.clock or default_clock(self.operation)) == "business"


def _word(value: object) -> str:
    return shlex.quote(value) if isinstance(value, str) else json.dumps(value)


class MetFault(Model):
    """A request that a fault hit, whatever became of it: of many the platform keeps nothing else."""

    at: datetime
    """Wire time, UTC."""
    operation: str
    action: str
    out_trade_no: str | None
    """The order it was about; None when it was about none."""
    dialect: str | None
    """The wire it came on."""
    rule: str = ""
    """Where the fault comes from, and what it says."""


class RuleInForce(Model):
    """A fault that is or was switched on, and by whom."""

    source: str
    """The outage, the file or the option it comes from; `scenario`: a scenario of a run; `levers`: anybody
    else who holds the token."""
    rule: Fault
    stands: bool = False
    """Whether it is a rule of somebody's own, under which no run is a rehearsal; not what scenarios add."""
    since: datetime
    """Wire time, UTC."""
    until: datetime | None = None
    """Wire time at which it was taken away; None: it is in force."""
    met: int = 0
    """How many requests, callbacks or payments it has hit."""
    last_met: datetime | None = None
    """Wire time at which it hit the newest; None: it has hit nothing."""

    def __str__(self) -> str:
        return f"{self.source}: {self.rule}"
