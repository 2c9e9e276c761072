"""Notifies as the platform does: at once, then again along the ladder of its form (facts 5.5, alipay 3.6).

Lifetimes run on business time, deadlines on wire time: a day of re-sends can pass within a test, while a
merchant always has its real seconds to answer. Timestamp, nonce and signature are fresh in each attempt;
what was composed, and with it the notification's id, stays. An order is told of in the form of callbacks that
belongs to the dialect it was placed in.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from types import TracebackType
from typing import Literal, Protocol, Self

from harness.callbacks.callback import Callback, Issuer
from harness.callbacks.forms import form_of
from harness.core.clock import BusinessClock
from harness.core.dialects import dialect as row_of
from harness.core.errors import UsageError
from harness.core.redelivery import Redelivery
from harness.levers.actions import ACTIONS
from harness.levers.models import Delivery, Fault
from harness.simulator.notifier.attempts import Attempts
from harness.simulator.notifier.delivery import Answer, Sender
from harness.simulator.notifier.notification import NOBODY_KEEPS, Keeper, Notification

AT_ONCE = 64
"""How many notifications are under way at once; with more, a merchant's clock would run while we are busy."""
UNKEPT_S = 1.0
"""After so long an attempt is tried again that waits because what it would tell could not be written."""


class Faults(Protocol):
    """Where the notifier asks what should go wrong."""

    def take(
        self,
        operation: Literal["notify", "refund-notify"],
        out_trade_no: str | None,
        dialect: str | None = None,
        account: str | None = None,
    ) -> Fault | None:
        """The fault that hits this attempt, or None; asking counts the attempt."""
        ...

    def missed(
        self,
        fault: Fault,
        operation: Literal["notify", "refund-notify"],
        out_trade_no: str | None,
        dialect: str | None = None,
    ) -> None:
        """The attempt that it was handed out for shows nothing of it."""
        ...


class Notifier:
    """Sends the callbacks of one simulator. Use it as an async context manager.

    Args:
        clock: business time; whoever moves it calls `drain` afterwards.
        issuer: the platform's keys for a merchant's mchid; asked at every attempt.
        faults: what goes wrong with an attempt, as `harness.levers.actions` says of callbacks.
        record: called after every attempt with the order's mchid and number, and with the refund's number,
            which is empty where it told of the payment.
        allowed_hosts: hosts beside loopback that may be called; a simulator never calls strangers.
        keeper: who keeps what waits, so that it goes on after a restart.
    """

    def __init__(
        self,
        *,
        clock: BusinessClock,
        issuer: Callable[[str], Issuer],
        faults: Faults,
        record: Callable[[str, str, str, Delivery], None],
        allowed_hosts: frozenset[str] = frozenset(),
        keeper: Keeper = NOBODY_KEEPS,
    ) -> None:
        self._clock = clock
        self._issuer = issuer
        self._faults = faults
        self._sender = Sender(allowed_hosts)
        self.keeper = keeper
        self.attempts = Attempts(self._sender, issuer, record, self._noted)
        self._waiting: list[tuple[datetime, int, Notification]] = []
        self._order = itertools.count()
        self._under_way: dict[asyncio.Task[bool], tuple[datetime, Notification]] = {}
        self._latest: dict[tuple[str, str, str], Notification] = {}
        self._wake = asyncio.Event()
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._runner: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        await self._sender.__aenter__()
        self._runner = asyncio.create_task(self._run(), name="notifier")
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        tasks = [*([self._runner] if self._runner else []), *self._under_way]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._sender.__aexit__(kind, error, trace)

    async def enqueue(
        self,
        out_trade_no: str,
        notify_url: str,
        resource: Mapping[str, object],
        event_type: str = "TRANSACTION.SUCCESS",
        *,
        mchid: str,
        dialect: str,
        out_refund_no: str = "",
        due: datetime | None = None,
    ) -> None:
        """Schedule a notification. Returns before anything is sent.

        Args:
            mchid: whom it is told.
            dialect: which wire the order was last placed on.
            out_refund_no: the refund it tells of; empty: it tells of the payment.
            due: when what it tells happened, business time; default: now.
        """
        form = form_of(row_of(dialect).callbacks)
        body = form.genuine.compose(self._issuer(mchid), resource, event_type=event_type)
        notification = Notification(
            mchid,
            out_trade_no,
            notify_url,
            form,
            body,
            dialect,
            out_refund_no,
            resource,
            event_type,
            due=due or self._clock.now(),
        )
        self._latest[notification.about] = notification
        self._wait_for(notification)
        self._wake.set()

    def found_again(self, notification: Notification) -> None:
        """One from before a restart, the oldest first; what was under way is attempted again."""
        self._latest[notification.about] = notification
        if notification.waiting:
            heapq.heappush(self._waiting, (notification.due, next(self._order), notification))

    @property
    def waiting(self) -> int:
        """How many notifications have an attempt to come."""
        return len(self._waiting)

    async def drain(self) -> None:
        """Make every attempt that is due by now on business time, and return when all of them ended.

        After a jump of the clock a notification climbs several rungs, one after another: each attempt's due
        time counts from the one before, not from now.
        """
        horizon = self._clock.now()
        while True:
            self._start_due(horizon)
            tasks = [task for task, (due, _) in self._under_way.items() if due <= horizon]
            if not tasks:
                break
            await asyncio.gather(*tasks)
        self._wake.set()

    async def redeliver(self, mchid: str, out_trade_no: str, out_refund_no: str = "") -> Delivery:
        """Deliver the latest notification of a payment or a refund once more, genuinely, outside the ladder.

        Raises:
            UsageError: the order has no notification yet, or what it tells could not be written.
        """
        notification = self._latest.get((mchid, out_trade_no, out_refund_no))
        if notification is None:
            raise UsageError(
                f"there is no callback of order {out_trade_no} to deliver again",
                where="redeliver",
                remedy="pay the order first",
            )
        if (unkept := await self.keeper.why_not_kept()) is not None:
            raise UsageError(unkept, where="redeliver", remedy="make room first")
        async with notification.busy:
            return await self.attempts.make_genuine(notification, self._clock.now())

    async def deliver(self, url: str, callback: Callback, rules: Redelivery) -> Answer:
        """Send a callback of somebody else's making, once; no ladder and no audit trail knows of it."""
        return await self._sender.deliver(url, callback, rules)

    async def resend(self, mchid: str, out_trade_no: str, out_refund_no: str = "") -> bool:
        """Make a payment's or a refund's next attempt of the ladder now; what follows keeps its waits.

        One that has begun by itself is the next: it is waited for.

        Returns:
            Whether one was left to be made.
        """
        about = (mchid, out_trade_no, out_refund_no)
        begun = [task for task, (_, each) in self._under_way.items() if each.about == about]
        if begun:
            ended, _ = await asyncio.wait(begun)
            if any(not each.cancelled() and each.result() for each in ended):
                return True
        for _ in range(2):  # a fault makes an attempt late once, and late is not now
            found = next((each for each in self._waiting if each[2].about == about), None)
            if found is None:
                return False
            self._waiting.remove(found)
            heapq.heapify(self._waiting)
            made = await self._climb(found[2])
            self._wake.set()
            if made:
                return True
        return False

    async def _run(self) -> None:
        """Start what falls due while real time passes; woken early by a new notification."""
        while True:
            self._wake.clear()
            self._start_due(self._clock.now())
            pause = (self._waiting[0][0] - self._clock.now()).total_seconds() if self._waiting else None
            # Not asyncio.wait_for: before Python 3.12 it can swallow the cancellation that ends us.
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._wake.wait()

    def _wait_for(self, notification: Notification) -> None:
        heapq.heappush(self._waiting, (notification.due, next(self._order), notification))
        self._noted(notification)

    def _noted(self, notification: Notification) -> None:
        """Something about it is new to whoever keeps it by now."""
        self.keeper.notification(notification)

    def _start_due(self, horizon: datetime) -> None:
        while self._waiting and self._waiting[0][0] <= horizon:
            due, _, notification = heapq.heappop(self._waiting)
            task = asyncio.create_task(self._climb(notification), name=f"notify {notification.out_trade_no}")
            self._under_way[task] = due, notification
            task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[bool]) -> None:
        self._under_way.pop(task, None)
        self._wake.set()

    async def _climb(self, notification: Notification) -> bool:
        """Make the attempt that is due, then put the notification back to wait for the next one, if any.

        Returns:
            Whether it was made: a fault may have made it late, or what it would tell could not be written.
        """
        async with self._slots, notification.busy:
            if await self.keeper.why_not_kept() is not None:
                # That is not the merchant's doing: the attempt stays its own, and costs it no rung.
                later = max(self._clock.now(), notification.due) + timedelta(seconds=UNKEPT_S)
                heapq.heappush(self._waiting, (later, next(self._order), notification))
                return False
            fault = None
            if not notification.delayed:
                asked: Literal["notify", "refund-notify"] = (
                    "refund-notify" if notification.out_refund_no else "notify"
                )
                about = asked, notification.out_trade_no, notification.dialect
                fault = self._faults.take(*about, notification.mchid)
                if fault is not None and not self.attempts.shows(notification, fault):
                    self._faults.missed(fault, *about)
                    fault = None
            if fault is not None and (late := ACTIONS[fault.action].callback) in ("late", "overtaken"):
                notification.delayed, notification.moved_by = True, fault.action
                notification.held = late == "overtaken"
                notification.due += timedelta(seconds=float(fault.value or 0))
                self._wait_for(notification)
                return False
            notification.held = False
            delivery = await self.attempts.make_due(notification, fault)
        self._let_go(notification)
        following = notification.rules.next_due(notification.rung, notification.due)
        hopeless = self._sender.objection(notification.notify_url) is not None
        if delivery.accepted or following is None or hopeless:
            notification.waiting = False
            self._noted(notification)
            return True
        notification.rung += 1
        notification.due, notification.delayed, notification.moved_by = following, False, ""
        self._wait_for(notification)
        return True

    def _let_go(self, sent: Notification) -> None:
        """What waited for a callback of this merchant to be sent is due with it."""
        held = [each for each in self._waiting if each[2].held and each[2].mchid == sent.mchid]
        for waiting in held:
            self._waiting.remove(waiting)
            waiting[2].held, waiting[2].due = False, sent.due
        heapq.heapify(self._waiting)
        for _, _, notification in held:
            self._wait_for(notification)
