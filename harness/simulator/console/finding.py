"""Finds orders of every account, newest first: a page of them, or those that some words name.

Nothing is kept between two questions. A page costs what it shows, wherever it is; a search costs all orders
there are, some hundredths of a second for 10,000, and lets requests through meanwhile.
"""

from __future__ import annotations

import asyncio
import heapq
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from functools import cache, partial
from itertools import islice
from typing import NamedTuple, TypeVar

from harness.core.dialects import DialectSpec, dialect
from harness.simulator.platform.merchant_account import MerchantAccount
from harness.simulator.platform.orders import PlatformOrder
from harness.simulator.platform.platform import Platform

Item = TypeVar("Item")
AT_ONCE = 500
"""Things that are looked through before others have their turn."""


class Placed(NamedTuple):
    """An order and whose it is."""

    account: MerchantAccount
    order: PlatformOrder

    @property
    def row(self) -> DialectSpec:
        """Of the wire that placed it last."""
        return dialect(self.order.request.dialect)

    def names(self, words: list[str]) -> bool:
        """Whether every word stands somewhere in what it is known by."""
        order, request = self.order, self.order.request
        told = (order.out_trade_no, request.description, order.state, order.transaction_id or "")
        kind = (request.product, request.dialect, _provider(request.dialect), self.account.mchid)
        refunds = [each.request.out_refund_no for each in order.refunds]
        text = "\n".join((*told, *kind, *refunds)).lower()
        return all(word in text for word in words)


@cache
def _provider(dialect_id: str) -> str:
    return dialect(dialect_id).provider.value


Numbers = tuple[MerchantAccount, list[str]]
"""An account and the numbers of its orders, oldest first."""


def _newest_first(lists: list[Numbers]) -> Iterator[Placed]:
    def of(account: MerchantAccount, numbers: list[str]) -> Iterator[Placed]:
        return (Placed(account, account.find(number)) for number in reversed(numbers))

    every = (of(*each) for each in lists)
    return heapq.merge(*every, key=lambda each: each.order.created, reverse=True)


def _page(lists: list[Numbers], offset: int, limit: int) -> list[Placed]:
    """So many from a place on. The moment that leads there is found by halving: lists are in time's order."""
    lists = [each for each in lists if each[1]]
    if not lists:
        return []

    def created(account: MerchantAccount, number: str) -> datetime:
        return account.find(number).created

    def until(moment: datetime) -> list[int]:
        """How many of each are no newer."""
        return [bisect_right(numbers, moment, key=partial(created, account)) for account, numbers in lists]

    total = sum(len(numbers) for _, numbers in lists)
    early = min(created(account, numbers[0]) for account, numbers in lists)
    late = max(created(account, numbers[-1]) for account, numbers in lists)
    while late - early > timedelta(microseconds=1):
        middle = early + (late - early) / 2
        early, late = (middle, late) if total - sum(until(middle)) > offset else (early, middle)
    left = until(late)
    older = [(account, numbers[:count]) for (account, numbers), count in zip(lists, left, strict=True)]
    skipped = total - sum(left)
    if skipped > offset:  # the machine's clock was set back meanwhile, and no list is in time's order
        return list(islice(_newest_first(lists), offset, offset + limit))
    return list(islice(_newest_first(older), offset - skipped, offset - skipped + limit))


async def some(platform: Platform, sought: str, offset: int, limit: int) -> tuple[int, list[Placed]]:
    """How many orders the words name, of none all there are, and so many of them from a place on."""
    words = sought.lower().split()
    lists = [(each, each.orders()) for each in platform.every_account()]
    if not words:
        return sum(len(numbers) for _, numbers in lists), _page(lists, offset, limit)
    found = await sifted(_newest_first(lists), lambda each: each.names(words))
    return len(found), found[offset : offset + limit]


async def sifted(all_of_them: Iterable[Item], fits: Callable[[Item], bool]) -> list[Item]:
    """Those that fit; whoever else waits for this process has a turn every few milliseconds."""
    found = []
    for place, each in enumerate(all_of_them, start=1):
        if fits(each):
            found.append(each)
        if place % AT_ONCE == 0:
            await asyncio.sleep(0)
    return found


def one(platform: Platform, number: str, mchid: str = "") -> Placed | None:
    """The order of that number; of several accounts' the newest, where none is named."""
    having = [
        Placed(each, each.find(number))
        for each in platform.every_account()
        if each.has(number) and mchid in ("", each.mchid)
    ]
    return max(having, key=lambda each: each.order.created, default=None)
