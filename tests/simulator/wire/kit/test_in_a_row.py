"""What the requests of one turn of the loop need is made in a row, for each its own."""

from __future__ import annotations

import asyncio
from functools import partial

import pytest

from harness.simulator.wire.kit.in_a_row import AT_ONCE, InARow


def test_requests_of_one_turn_come_together_and_each_gets_its_own() -> None:
    happened: list[str] = []

    def make(name: str) -> str:
        happened.append(f"made {name}")
        return name

    async def request(row: InARow, name: str) -> None:
        happened.append(f"came {name}")
        assert await row.made(partial(make, name)) == name

    async def three() -> None:
        row = InARow()
        await asyncio.gather(*(request(row, name) for name in "abc"))

    asyncio.run(three())
    assert happened == ["came a", "came b", "came c", "made a", "made b", "made c"]


def test_who_comes_a_turn_later_joins_and_who_is_alone_does_not_wait_longer() -> None:
    happened: list[str] = []

    async def request(row: InARow, name: str) -> None:
        happened.append(f"came {name}")
        await row.made(partial(happened.append, f"made {name}"))

    async def one_by_one() -> None:
        row = InARow()
        first = asyncio.ensure_future(request(row, "a"))
        await asyncio.sleep(0)
        second = asyncio.ensure_future(request(row, "b"))
        for _ in range(3):
            await asyncio.sleep(0)
        third = asyncio.ensure_future(request(row, "c"))
        await asyncio.gather(first, second, third)

    asyncio.run(one_by_one())
    assert happened == ["came a", "came b", "made a", "made b", "came c", "made c"]


def test_what_goes_wrong_is_for_who_asked_alone() -> None:
    def fails() -> int:
        raise ValueError("no such key")

    async def both() -> tuple[int | BaseException, int | BaseException]:
        row = InARow()
        return await asyncio.gather(row.made(fails), row.made(lambda: 1), return_exceptions=True)

    error, one = asyncio.run(both())
    assert isinstance(error, ValueError)
    assert one == 1


def test_others_have_a_turn_between_many() -> None:
    made: list[int] = []

    async def many() -> int:
        row = InARow()
        waiting = [asyncio.ensure_future(row.made(partial(made.append, n))) for n in range(2 * AT_ONCE)]
        await asyncio.sleep(0)  # they ask
        await asyncio.sleep(0)  # and the first of them are served
        before = len(made)
        await asyncio.gather(*waiting)
        return before

    assert asyncio.run(many()) == AT_ONCE
    assert made == list(range(2 * AT_ONCE))


@pytest.mark.parametrize("left", [1, AT_ONCE + 1])
def test_what_nobody_waits_for_any_more_holds_nobody_up(left: int) -> None:
    """Neither requests that are cancelled, nor those of a loop that ended before their turn."""
    row, made = InARow(), list[int]()

    async def gone() -> None:
        tasks = [asyncio.ensure_future(row.made(partial(made.append, n))) for n in range(left)]
        await asyncio.sleep(0)
        assert not any(each.done() for each in tasks)

    async def cancelled_then_one() -> int:
        over = asyncio.ensure_future(row.made(partial(made.append, 0)))
        await asyncio.sleep(0)
        over.cancel()
        return await asyncio.wait_for(row.made(lambda: 7), timeout=10)

    asyncio.run(gone())
    made.clear()
    assert asyncio.run(cancelled_then_one()) == 7
    assert made == []
