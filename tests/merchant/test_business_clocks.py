"""Platform and merchant are moved alike, wherever each stands, and nobody guesses where that is."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import cast

import pytest

from harness.core.clock import BusinessClock, wire_now
from harness.core.errors import NotExercised
from harness.levers.client import LeversClient
from harness.merchant.business_clocks import SLACK, BusinessClocks, MovedTogether
from harness.merchant.client import MerchantClient
from harness.merchant.gap import ProfileGap

DAY = timedelta(days=1)


class Platform:
    """A simulator's levers, as far as its clock goes."""

    def __init__(self, ahead: timedelta) -> None:
        self.clock = BusinessClock()
        self.clock.advance(ahead)

    def advance(self, seconds: float) -> datetime:
        return self.clock.advance(timedelta(seconds=seconds))


class App:
    """A merchant that tells its business time."""

    def __init__(self, ahead: timedelta) -> None:
        self.clock = BusinessClock()
        self.clock.advance(ahead)

    def told(self) -> datetime | None:
        return self.clock.now()

    def advance(self, seconds: float) -> datetime | None:
        self.clock.advance(timedelta(seconds=seconds))
        return self.told()


class Silent(App):
    """A merchant that moves its clock and does not say where it stands."""

    def told(self) -> None:
        return None


class RealTime(App):
    """A merchant that moves its business clock and tells the time of day."""

    def told(self) -> datetime:
        return wire_now()


class NoClock(App):
    """A merchant whose profile names no clock."""

    def advance(self, seconds: float) -> datetime | None:
        raise ProfileGap("no clock")


def clocks_of(platform: Platform, app: App, moved: MovedTogether | None = None) -> BusinessClocks:
    return BusinessClocks(
        cast("LeversClient", platform), cast("MerchantClient", app), moved or MovedTogether()
    )


def apart(platform: Platform, app: App) -> timedelta:
    return abs(platform.clock.offset - app.clock.offset)


@pytest.mark.parametrize(("platform_ahead", "app_ahead"), [(2, 0), (2, 2), (2, 1), (0, 2), (0, 0)])
def test_a_merchant_that_tells_its_time_is_moved_by_the_difference_alone(
    platform_ahead: int, app_ahead: int
) -> None:
    platform, app = Platform(platform_ahead * DAY), App(app_ahead * DAY)
    clocks = clocks_of(platform, app)
    clocks.meet()
    clocks.advance(90)
    later = max(platform_ahead, app_ahead) * DAY + timedelta(seconds=90)
    assert apart(platform, app) <= SLACK
    assert later <= platform.clock.offset < later + timedelta(minutes=1)


@pytest.mark.parametrize("kind", [App, Silent, RealTime])
def test_the_next_wire_of_a_run_moves_nobody_again(kind: type[App]) -> None:
    platform, app, moved = Platform(timedelta()), kind(timedelta()), MovedTogether()
    for _ in range(3):
        clocks = clocks_of(platform, app, moved)
        clocks.meet()
        clocks.advance(DAY.total_seconds())
    assert apart(platform, app) <= SLACK
    assert platform.clock.offset < 3 * DAY + timedelta(minutes=1)


@pytest.mark.parametrize("kind", [Silent, RealTime, NoClock])
def test_where_a_merchant_stands_is_not_guessed_after_an_earlier_run(kind: type[App]) -> None:
    platform, app = Platform(3 * DAY), kind(timedelta())
    with pytest.raises(NotExercised, match=r"3 days.* ahead.*restart the simulator"):
        clocks_of(platform, app).meet()
    assert app.clock.offset < timedelta(minutes=1)


def test_a_merchant_without_a_clock_is_met_by_a_platform_that_nobody_moved() -> None:
    platform = Platform(timedelta())
    clocks = clocks_of(platform, NoClock(timedelta()))
    clocks.meet()
    with pytest.raises(ProfileGap):
        clocks.advance(90)
    assert platform.clock.offset == timedelta()
