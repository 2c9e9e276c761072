"""What a lever of the simulator is told: the bodies and queries of its calls. Nothing unknown is taken."""

from __future__ import annotations

from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, field_validator

from harness.core.money import Fen
from harness.levers.models import CertificateKind, Fault, KeyModeName
from harness.simulator.cashier.payments import Button
from harness.simulator.faults.shadowed import never_hits
from harness.simulator.platform.platform import NO_COUPON

LONGEST_JUMP_S = 400 * 24 * 3600.0
"""Seconds that one call may move business time; keeps a typo from leaving the calendar."""

MOST_RULES = 200
"""That stand at once: each is asked at every request."""


class PayBody(BaseModel):
    """A payer pays an order, or cancels, by its number or its code."""

    model_config = ConfigDict(extra="forbid", strict=True)

    out_trade_no: str | None = None
    code_url: str | None = None
    openid: str | None = Field(default=None, min_length=1, max_length=128)
    coupon: Fen = NO_COUPON
    outcome: Button = "pay"


class EndRefundBody(BaseModel):
    """A refund under way ends so."""

    model_config = ConfigDict(extra="forbid", strict=True)

    status: Literal["SUCCESS", "ABNORMAL", "CLOSED"]


class WithdrawBody(BaseModel):
    """Fen leave the account for its owner's bank; fewer than none come back."""

    model_config = ConfigDict(extra="forbid", strict=True)

    amount: Fen


class SwitchBody(BaseModel):
    """Something is on or off."""

    model_config = ConfigDict(extra="forbid", strict=True)

    on: bool


class AdvanceBody(BaseModel):
    """Business time passes."""

    model_config = ConfigDict(extra="forbid")

    seconds: float = Field(ge=0, le=LONGEST_JUMP_S, allow_inf_nan=False)


class SinceQuery(BaseModel):
    """What was made from a moment on."""

    model_config = ConfigDict(extra="forbid")

    since: AwareDatetime


class LastQuery(BaseModel):
    """The newest so many."""

    model_config = ConfigDict(extra="forbid")

    last: int = Field(default=20, ge=1, le=200)


class RulesQuery(BaseModel):
    """Rules in force now, and since a moment of wire time."""

    model_config = ConfigDict(extra="forbid")

    since: AwareDatetime | None = None


class RulesBody(BaseModel):
    """The rules that stand from now on, in place of those before; none: the platform is as it should be."""

    model_config = ConfigDict(extra="forbid")

    source: str = Field(default="levers", min_length=1, max_length=200)
    rules: tuple[Fault, ...] = Field(max_length=MOST_RULES)

    @field_validator("rules")
    @classmethod
    def _hit(cls, rules: tuple[Fault, ...]) -> tuple[Fault, ...]:
        for later, before in never_hits(dict(enumerate(rules, start=1))):
            raise ValueError(f"rule {later} never hits: rule {before} takes all that it is about")
        return rules


class AccountBody(BaseModel):
    """Another merchant account."""

    model_config = ConfigDict(extra="forbid", strict=True)

    notify_url: str
    experience: bool
    key_mode: KeyModeName | None = None


class DoorBody(BaseModel):
    """The TLS certificate that is shown from now on."""

    model_config = ConfigDict(extra="forbid", strict=True)

    certificate: CertificateKind
