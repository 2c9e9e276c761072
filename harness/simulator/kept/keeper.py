"""Writes what changes to the file, all since the last time in one transaction, and answers come after it.

Whoever is to be told something waits for `kept`. Requests that are ready in the same turn of the loop share a
commit, so that a busy simulator commits seldom. Where it fails nobody is told anything, what is new stays
new, and the next attempt writes it.
"""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from types import TracebackType
from typing import Any, NamedTuple, Self

from harness.core.clock import BusinessClock
from harness.simulator.kept.database import Database, NotKept
from harness.simulator.kept.records import intent_text, notification_text, order_text
from harness.simulator.notifier.notification import Notification
from harness.simulator.platform.orders import Intent, PlatformOrder
from harness.simulator.platform.platform import Platform

AHEAD = "business-time-ahead-s"
"""The fact how far business time is ahead of real time."""
WITHIN_S = 0.1
"""How long what nobody waits for, such as how a callback was answered, may stay unwritten."""

Row = tuple[Any, ...]


@dataclass(slots=True)
class _Written:
    """What the file has of an order."""

    id: int
    digest: int = 0
    """Of its record; most of what is noted of an order changes nothing of it but its events."""
    events: int = 0


class _Batch(NamedTuple):
    """What one transaction writes."""

    rows: dict[str, list[Row]]
    written: list[tuple[_Written, int, int]]
    ledger: int


@dataclass(slots=True, eq=False)
class Keeper:
    """Keeps one simulator. Use it as an async context manager around whatever changes its state.

    It is `platform.changes.Changes` to the accounts and `notifier.notification.Keeper` to the notifier.
    """

    database: Database
    platform: Platform
    clock: BusinessClock
    accounts: Callable[[], Iterable[bytes]]
    """The record of each, in the order of their opening."""
    failing: str = ""
    """Why the last attempt to write failed; empty: it did not."""
    _orders: dict[int, PlatformOrder] = field(default_factory=dict)
    _intents: list[Intent] = field(default_factory=list)
    _notifications: dict[int, Notification] = field(default_factory=dict)
    _accounts_new: bool = True
    _known: dict[int, _Written] = field(default_factory=dict)
    """By the identity of the order, which lives as long as its platform."""
    _ledger: int = 0
    _offset: str = ""
    _ids: Iterator[int] = field(default_factory=lambda: count(1))
    _committing: asyncio.Future[None] | None = None
    _runner: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self.write()
        self._runner = asyncio.create_task(self._run(), name="keeper")
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._runner is not None:
            self._runner.cancel()
            await asyncio.gather(self._runner, return_exceptions=True)
        with suppress(NotKept):  # and nobody was told of it
            self.write()
        self.database.close()

    def order(self, order: PlatformOrder) -> None:
        """Something about it is new."""
        self._orders[id(order)] = order

    def intent(self, intent: Intent) -> None:
        """It was accepted."""
        self._intents.append(intent)

    def notification(self, notification: Notification) -> None:
        """Something about it is new."""
        self._notifications[id(notification)] = notification

    def account(self) -> None:
        """There is another one, or other credentials. Any thread may say so, not in the midst of a commit."""
        with self.platform.lock:
            self._accounts_new = True

    async def kept(self) -> None:
        """Return when everything so far is in the file.

        Raises:
            NotKept: it could not be written.
        """
        if not self._anything:
            return
        if self._committing is None:
            loop = asyncio.get_running_loop()
            self._committing = loop.create_future()
            loop.call_soon(self._commit)
        await asyncio.shield(self._committing)

    async def why_not_kept(self) -> str | None:
        """None once everything so far is kept."""
        try:
            await self.kept()
        except NotKept as error:
            return f"not sent: {error}"
        return None

    def write(self) -> None:
        """Write what is new, now.

        Raises:
            NotKept: nothing was written, and all of it is still new.
        """
        with self.platform.lock:
            batch = self._batch()
            if batch.rows:
                self._write(batch.rows)
            for known, digest, events in batch.written:
                known.digest, known.events = digest, events
            self._ledger, self._offset = batch.ledger, self._business_time()
            self._orders.clear()
            self._intents.clear()
            self._notifications.clear()
            self._accounts_new = False

    def _write(self, rows: dict[str, list[Row]]) -> None:
        try:
            self.database.write(rows)
        except NotKept as error:
            self.failing = str(error)
            raise
        self.failing = ""

    def found_again(self, order: PlatformOrder, row: int, text: bytes, events: int) -> None:
        """The file has this of it."""
        self._known[id(order)] = _Written(row, hash(text), events)

    def goes_on(self, *, after: int, ledger: int) -> None:
        """What is new from now on is written behind that row and after so many entries of the ledger."""
        self._ids, self._ledger, self._accounts_new = count(after + 1), ledger, False
        self._offset = self._business_time()

    @property
    def _anything(self) -> bool:
        return bool(
            self._orders
            or self._notifications
            or self._accounts_new
            or self._intents
            or self._offset != self._business_time()
            or self.platform.book.booked > self._ledger
        )

    def _batch(self) -> _Batch:
        rows: defaultdict[str, list[Row]] = defaultdict(list)
        written: list[tuple[_Written, int, int]] = []
        if (ahead := self._business_time()) != self._offset:
            rows["facts"].append((AHEAD, ahead))
        if self._accounts_new:
            rows["accounts"] = list(enumerate(self.accounts(), start=1))
        for key, order in self._orders.items():
            if (known := self._known.get(key)) is None:
                known = self._known[key] = _Written(next(self._ids))
            text = order_text(order, self._untold(order))
            if (digest := hash(text)) != known.digest:
                rows["orders"].append((known.id, text))
            new = order.trail.events_from(known.events)
            rows["events"] += [
                (next(self._ids), known.id, at.isoformat(), kind, json.dumps(detail))
                for at, kind, detail in new
            ]
            written.append((known, digest, known.events + len(new)))
        for intent in self._intents:
            row = self._known[id(intent.order)].id
            rows["intents"].append((next(self._ids), row, intent_text(intent)))
        for notification in self._notifications.values():
            notification.row = notification.row or next(self._ids)
            text = notification_text(notification)
            rows["notifications"].append((notification.row, notification.waiting, text, notification.body))
        entries = self.platform.book.since(self._ledger)
        rows["ledger"] = [(next(self._ids), entry.model_dump_json()) for entry in entries]
        return _Batch(
            {name: each for name, each in rows.items() if each}, written, self._ledger + len(entries)
        )

    def _untold(self, order: PlatformOrder) -> list[str]:
        """Its refunds whose end is still to be told."""
        if not order.refunds:
            return []
        refunds = self.platform.account_of(order).refunds
        return [each.refund_id for each in order.refunds if refunds.is_untold(each)]

    def _commit(self) -> None:
        waiting, self._committing = self._committing, None
        if waiting is None:
            return
        try:
            self.write()
        except Exception as error:  # noqa: BLE001 - whatever it is, whoever waits must not wait for ever
            waiting.set_exception(error)
            waiting.exception()  # whoever waited may have gone away
        else:
            waiting.set_result(None)

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(WITHIN_S)
            with suppress(NotKept):  # whoever is to be told something will be told that
                await self.kept()

    def _business_time(self) -> str:
        return str(self.clock.offset.total_seconds())
