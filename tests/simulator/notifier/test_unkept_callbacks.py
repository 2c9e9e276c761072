"""What could not be written is told to no merchant, and costs no attempt: it is sent when there is room."""

from __future__ import annotations

from datetime import timedelta

import pytest

from harness.core.errors import UsageError
from harness.levers.models import Fault
from harness.simulator.notifier import schedule
from harness.simulator.notifier.notification import Notification
from tests.simulator.notifier.conftest import MCHID, ORDER, Merchant, World, paid, play

FULL = "not sent: the disk has no room left"


class Disk:
    """Keeps nothing while it is full."""

    def __init__(self) -> None:
        self.full, self.failing = True, ""

    def notification(self, notification: Notification) -> None:
        """Remembered elsewhere."""

    async def why_not_kept(self) -> str | None:
        return FULL if self.full else None


async def placed(world: World, url: str) -> Disk:
    disk = Disk()
    world.notifier.keeper = disk
    await paid(url)(world)
    return disk


def test_hours_of_a_full_disk_cost_a_callback_no_attempt_and_no_fault(merchant: Merchant) -> None:
    merchant.answers = [500, 204]

    async def scene(world: World) -> None:
        disk = await placed(world, merchant.url)
        world.faults.add(Fault(operation="notify", action="wrong_signature"))
        for _ in range(8):
            await world.pass_time(timedelta(hours=3))
        assert (merchant.received, world.deliveries, world.notifier.waiting) == ([], [], 1)
        disk.full = False
        await world.pass_time(timedelta(seconds=schedule.UNKEPT_S))

    world = play(scene)
    told = [(each.attempt, each.fault, each.accepted) for each in world.deliveries]
    assert told == [(1, "wrong_signature", False), (2, "", True)]
    assert [each.due - world.deliveries[0].due for each in world.deliveries][1] == timedelta(seconds=15)


def test_it_goes_by_itself_soon_after_there_is_room(
    merchant: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedule, "UNKEPT_S", 0.01)

    async def scene(world: World) -> None:
        disk = await placed(world, merchant.url)
        disk.full = False
        await world.until(lambda: len(world.deliveries) == 1)

    assert play(scene).deliveries[0].accepted


def test_nobody_sends_it_by_hand_either_and_nothing_waits_for_ever(merchant: Merchant) -> None:
    async def scene(world: World) -> None:
        disk = await placed(world, merchant.url)
        assert not await world.notifier.resend(MCHID, ORDER)
        with pytest.raises(UsageError, match=r"no room left.*make room first"):
            await world.notifier.redeliver(MCHID, ORDER)
        disk.full = False
        assert await world.notifier.resend(MCHID, ORDER)

    assert len(play(scene).deliveries) == len(merchant.received) == 1
