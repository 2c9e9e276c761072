"""The business day: scenarios share the experience edition's daily limit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from harness.clock import BEIJING, wire_now
from harness.levers.client import LeversClient
from harness.money import Fen
from harness.plugin.rehearsal import Rehearsal

SHARE = Fen(80_000)
"""Of the ¥1,000 of a day; the next day begins before more than this was ordered."""


class Day:
    """A day that nobody can move: what was ordered is closed again, which gives its share of the day back."""

    def spend(self, amount: Fen) -> None:
        """Note an order of this amount that is about to be made."""

    def begin(self) -> datetime:
        """A day on which all of the limit is still free; returns the moment it is."""
        return self.now()

    def now(self) -> datetime:
        """Business time."""
        return wire_now()


@dataclass(slots=True)
class OrderedToday:
    """What was ordered on the business day of one merchant."""

    total: Fen = SHARE  # what others ordered is unknown: the first order begins a new day


class PlayedDay(Day):
    """Spares the daily limit of a platform that is played: the next day begins before it is reached."""

    def __init__(
        self, levers: LeversClient, pass_time: Callable[[float], None], ordered: OrderedToday
    ) -> None:
        self._levers = levers
        self._pass_time = pass_time
        self._ordered = ordered

    def spend(self, amount: Fen) -> None:
        """Begin a new day when the limit comes near."""
        if self._ordered.total + amount > SHARE:
            self.begin()
        self._ordered.total += amount

    def begin(self) -> datetime:
        """Let business time pass until just after midnight in Beijing; returns that moment."""
        now = self.now().astimezone(BEIJING)
        morning = (now + timedelta(days=1)).replace(hour=0, minute=0, second=30, microsecond=0)
        self._pass_time((morning - now).total_seconds())
        self._ordered.total = Fen(0)
        return morning

    def now(self) -> datetime:
        """Business time of the platform."""
        return self._levers.advance(0)


@pytest.fixture(scope="session")
def ordered_today(dialect: str) -> OrderedToday:
    """One merchant a dialect, one sum a merchant."""
    return OrderedToday()


@pytest.fixture
def day(request: pytest.FixtureRequest, rehearsal: Rehearsal, ordered_today: OrderedToday) -> Day:
    """The business day, whose limit all scenarios share.

    The levers are asked for only where there are any, so that a scenario can run without them.
    """
    if not rehearsal.terms.played:
        return Day()
    return PlayedDay(request.getfixturevalue("levers"), request.getfixturevalue("pass_time"), ordered_today)
