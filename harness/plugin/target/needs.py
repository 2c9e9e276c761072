"""What a scenario may need of its target, and what a check says where that is lacking."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from harness.core.control import BY_HAND, IMPORT, OTHER_WIRE, PHONE, UNATTENDED, Outcome


class Prerequisite(StrEnum):
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
    BUDGET = "budget"
    """An order that fits into no budget, which only a platform that is played is ever asked for."""
    CAPABILITY = "capability"
    """What the merchant declares to have."""
    WIRE = OTHER_WIRE
    """The merchant on this wire: it is configured for another one now, and may be for this one next."""
    PHONE = PHONE
    """A person who pays with a phone, which another run is for."""
    PLAYED = "played"
    """A platform that is played: at a real one a person does it."""
    UNATTENDED = UNATTENDED
    """Nobody: a run that a person attends leaves it to one without."""
    WATCH = "watch"
    """Days of heartbeats, which no run can have by itself."""
    HTTPS = "https"
    """A side that is met over https: on this machine it may have plain http alone."""
    APP = "app"
    """An app of the user's: beside a platform that nobody plays our own shop is none."""
    SCANS = "scans"
    """What vulnerability scanners found, which somebody has to add."""
    OWN_TESTS = "own-tests"
    """The results of the merchant's own tests."""
    IMPORT = IMPORT
    """The same where nobody is asked for them yet: beside a platform that is played."""
    PORTAL = "portal"
    """Somebody who looks at the merchant portal."""
    PROFILE = "profile"
    """The settings file of the other edition."""
    LOAD = "load"
    """Many requests at a stated rate, which only this machine gets, and the experience edition as a probe."""


_HUMAN = frozenset({*map(Prerequisite, BY_HAND), Prerequisite.PHONE})
_NEVER_ASKED = frozenset(
    {
        Prerequisite.DIALECT,
        Prerequisite.BUDGET,
        Prerequisite.CAPABILITY,
        Prerequisite.WIRE,
        Prerequisite.PLAYED,
        Prerequisite.UNATTENDED,
        Prerequisite.IMPORT,
        Prerequisite.HTTPS,
    }
)


@dataclass(frozen=True, slots=True)
class UnmetPrerequisite:
    """A need that the target does not meet."""

    need: Prerequisite
    message: str

    @property
    def lacks(self) -> str:
        """What the target lacked; what the merchant declares away is no lack of the target."""
        return "" if self.need is Prerequisite.CAPABILITY else self.need

    @property
    def outcome(self) -> Outcome:
        """A person can do what needs one; what is never asked there does not apply; the rest stays open.

        What is left to another wire does not apply to this run; whether any run exercised it, the judge sees.
        """
        if self.need in _NEVER_ASKED:
            return Outcome.NOT_APPLICABLE
        return Outcome.NEEDS_HUMAN if self.need in _HUMAN else Outcome.INCONCLUSIVE
