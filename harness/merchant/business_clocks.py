"""The business clocks of platform and merchant: where each stands, and how both are moved alike."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from harness.core.clock import BusinessClock, wire_now
from harness.core.errors import EnvironmentUnreachable, NotExercised
from harness.levers.client import LeversClient
from harness.merchant.client import MerchantClient
from harness.merchant.gap import ProfileGap
from harness.settings.model import Settings

SLACK = timedelta(seconds=1)
"""Two clocks that are read one after the other may differ by this."""
TRIAL = timedelta(seconds=5)
"""By how much both are moved to see whether the time that a merchant tells moves along."""


def clock_of_the_platform(settings: Settings) -> BusinessClock:
    """A clock that begins where a simulator's has got to: whoever began at real time would live through every
    day since. Without a simulator, or before it is there, it begins at real time.
    """
    clock, known = BusinessClock(), settings.levers
    if known is not None:
        with suppress(EnvironmentUnreachable), LeversClient(known.url, known.token) as levers:
            clock.advance(max(timedelta(), levers.advance(0) - wire_now()))
    return clock


@dataclass(slots=True)
class MovedTogether:
    """How far a run has moved both clocks; it outlives a merchant's client, as the app does."""

    by: timedelta = field(default_factory=timedelta)


@dataclass(slots=True)
class BusinessClocks:
    """Moves both clocks, or with `ProfileGap` none, and brings one that was left behind to the other.

    A merchant that does not tell its business time is taken to stand where the platform does, which holds as
    long as only this run has moved them.

    Args:
        merchant: nobody need be signed in with it.
    """

    levers: LeversClient
    merchant: MerchantClient
    moved: MovedTogether = field(default_factory=MovedTogether)
    _tells: bool | None = None
    """Whether the time that the merchant tells is its business time; None: not tried yet."""

    def advance(self, seconds: float) -> None:
        """Move both from wherever the later of them stands.

        Raises:
            ProfileGap: the merchant's cannot be moved; the platform's was not moved either.
        """
        lag = self._lag()
        by = timedelta(seconds=seconds)
        self._move(platform=by + max(-lag, timedelta()), merchant=by + max(lag, timedelta()))

    def meet(self) -> None:
        """Make sure that the merchant's clock stands where the platform's does, before an order is placed.

        A platform whose clock nobody has moved is not asked for more: most merchants begin there.

        Raises:
            NotExercised: an earlier run moved the platform's, and the merchant's cannot be brought there.
        """
        ahead = self.levers.advance(0) - wire_now()
        if ahead <= SLACK:
            return
        try:
            self.advance(0)
        except ProfileGap:
            self._tells = False
        if not self._tells and ahead - self.moved.by > SLACK:
            raise NotExercised(
                f"an earlier run moved the simulator's clock, which is {_whole(ahead)} ahead, and where this "
                "merchant's clock stands cannot be known",
                where="time",
                remedy="restart the simulator, and the app with it; an app whose clock route answers its "
                'business time as {"now": "…"} needs no restart',
            )

    def _lag(self) -> timedelta:
        """By how much the merchant's is behind the platform's; nothing where it does not tell."""
        told = self.merchant.advance(0)
        if told is None:
            self._tells = False
        elif self._tells is None:
            self._tells = self._moves_along(told)
            told = self.merchant.advance(0)
        if told is None or not self._tells:
            return timedelta()
        lag = self.levers.advance(0) - told
        return lag if abs(lag) > SLACK else timedelta()

    def _moves_along(self, told: datetime) -> bool:
        """Real time, told as if it were business time, stays where it is."""
        self._move(platform=TRIAL, merchant=TRIAL)
        later = self.merchant.advance(0)
        return later is not None and later - told >= TRIAL

    def _move(self, *, platform: timedelta, merchant: timedelta) -> None:
        # The platform first: what it calls back about by then is heard before the merchant asks.
        if platform:
            self.levers.advance(platform.total_seconds())
        if merchant:
            self.merchant.advance(merchant.total_seconds())
        self.moved.by += platform


def _whole(span: timedelta) -> timedelta:
    return timedelta(seconds=round(span.total_seconds()))
