"""Finds orders of every account, newest first: a page of them, or those that some words name.

Nothing is kept between two questions. A page at the top costs what it shows, one further down what lies above
it, and a search all orders there are: 10,000 take some hundredths of a second.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from harness.core.dialects import DialectSpec, dialect
from harness.simulator.platform.merchant_account import MerchantAccount
from harness.simulator.platform.orders import PlatformOrder
from harness.simulator.platform.platform import Platform


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
        order, row = self.order, self.row
        text = "\n".join(
            (
                order.out_trade_no,
                order.request.description,
                order.state.value,
                order.transaction_id or "",
                order.request.product.value,
                row.id,
                row.provider.value,
                self.account.mchid,
                *(each.request.out_refund_no for each in order.refunds),
            )
        ).lower()
        return all(word in text for word in words)


def newest_first(platform: Platform) -> Iterator[Placed]:
    """Every order of every account."""

    def of(account: MerchantAccount) -> Iterator[Placed]:
        return (Placed(account, account.find(number)) for number in reversed(account.orders()))

    every = (of(account) for account in platform.every_account())
    return heapq.merge(*every, key=lambda each: each.order.created, reverse=True)


def some(platform: Platform, sought: str, offset: int, limit: int) -> tuple[int, list[Placed]]:
    """How many orders the words name, of none all there are, and so many of them from a place on."""
    words = sought.lower().split()
    if not words:
        total = sum(len(account.orders()) for account in platform.every_account())
        return total, list(islice(newest_first(platform), offset, offset + limit))
    found = [each for each in newest_first(platform) if each.names(words)]
    return len(found), found[offset : offset + limit]


def one(platform: Platform, number: str, mchid: str = "") -> Placed | None:
    """The order of that number; of several accounts' the newest, where none is named."""
    having = [
        Placed(each, each.find(number))
        for each in platform.every_account()
        if each.has(number) and mchid in ("", each.mchid)
    ]
    return max(having, key=lambda each: each.order.created, default=None)
