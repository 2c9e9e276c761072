"""What a scenario needs that only a played platform, a person or a certain endpoint can give.

On a simulator that is played everything is there. On any other target a scenario whose need is not met is not
started; its check says what is missing and, where a person can supply it, exactly what that person does.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import pytest

from harness.core.control import Outcome
from harness.core.payment import Dialect
from harness.plugin.marks import NO_WIRE, dialect_of
from harness.plugin.target.policy import Terms


class Need(StrEnum):
    """What may be lacking."""

    LEVERS = "levers"
    """To move the platform's clock, to break it, or to read its books."""
    PAYER = "payer"
    """Somebody who really pays, or looks at the cashier."""
    CALLBACK = "callback"
    """Callbacks of the platform that reach the merchant."""
    MERCHANT = "merchant"
    """Somebody who uses the merchant's own app: it is not driven while a real platform stands behind it."""
    EXPERIENCE = "experience"
    """The experience edition, whose limits are judged."""
    OPENID = "openid"
    """A tester's openid."""
    DIALECT = "dialect"
    """The wire."""
    LOAD = "load"
    """Many requests at a stated rate, which only this machine gets, and the experience edition as a probe."""


_HUMAN = frozenset({Need.PAYER, Need.CALLBACK, Need.MERCHANT})
_WORDS = {
    Need.LEVERS: "needs the simulator's levers",
    Need.PAYER: "pay",
    Need.CALLBACK: "let callbacks arrive",
    Need.MERCHANT: "try it in your app",
    Need.EXPERIENCE: "needs the experience edition",
    Need.OPENID: "needs GOLIVE_TEST_OPENID",
    Need.DIALECT: "needs an endpoint that speaks this dialect",
    Need.LOAD: "needs a load",
}
_REHEARSE = "it plays the platform, which nobody does here; `golive run` rehearses it"
_PROBE = "`golive load --run experience` probes the experience edition; production is never loaded"


@dataclass(frozen=True, slots=True)
class Lack:
    """A need that the target does not meet."""

    need: Need
    message: str

    @property
    def outcome(self) -> Outcome:
        """A person can do what needs one; a wire that is not spoken does not apply; the rest stays open."""
        if self.need is Need.DIALECT:
            return Outcome.NOT_APPLICABLE
        return Outcome.NEEDS_HUMAN if self.need in _HUMAN else Outcome.INCONCLUSIVE


class NotStartedError(Exception):
    """Raised in place of a scenario's set-up: the target lacks what it needs."""

    def __init__(self, lack: Lack) -> None:
        super().__init__(lack.message)
        self.lack = lack


def needs(need: Need, how: str) -> pytest.MarkDecorator:
    """Declare what a scenario needs on a target that is not played.

    Args:
        need: what.
        how: for a person: exactly what to do, in the imperative; else why it is needed.
    """
    return pytest.mark.needs(Lack(need, f"{_WORDS[need]}: {how}"))


def lack_of(item: pytest.Item, terms: Terms) -> Lack | None:
    """What the target lacks for a scenario; None: it can start."""
    if terms.played:
        return None
    dialect = dialect_of(item)
    if dialect not in {NO_WIRE, *terms.dialects}:
        return Lack(
            Need.DIALECT, f"{_WORDS[Need.DIALECT]}: it speaks {_listed(terms.dialects)} (WECHAT_MCP_DIALECT)"
        )
    for mark in item.iter_markers("needs"):
        lack = mark.args[0]
        if isinstance(lack, Lack) and not _met(lack.need, terms):
            return lack
    fixtures = getattr(item, "fixturenames", ())
    if "load" in fixtures:
        return Lack(Need.LOAD, f"{_WORDS[Need.LOAD]}: {_PROBE}")
    if {"levers", "profile"} & set(fixtures):
        return Lack(Need.LEVERS, f"{_WORDS[Need.LEVERS]}: {_REHEARSE}")
    return None


def _met(need: Need, terms: Terms) -> bool:
    if need is Need.EXPERIENCE:
        return terms.experience
    if need is Need.OPENID:
        return terms.settings is not None and terms.settings.test_openid is not None
    return False


def _listed(dialects: frozenset[str]) -> str:
    return " and ".join(dialect for dialect in Dialect if dialect in dialects)
