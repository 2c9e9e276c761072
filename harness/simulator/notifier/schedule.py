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
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import TracebackType
from typing import Literal, Protocol, Self

from harness.callbacks.callback import Callback, Issuer
from harness.callbacks.forms import Form, form_of
from harness.core.clock import BusinessClock, wire_now
from harness.core.dialects import dialect as row_of
from harness.core.errors import UsageError
from harness.core.redelivery import Redelivery
from harness.levers.actions import ACTIONS, Action, Signature
from harness.levers.models import Delivery, Fault, SignatureKind
from harness.simulator.faults.altering import altered
from harness.simulator.notifier.delivery import Answer, Sender

LONG_AGO_S = 3600
"""How old the signature of a stale callback is."""
AT_ONCE = 64
"""How many notifications are under way at once; with more, a merchant's clock would run while we are busy."""


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


class Watch(Protocol):
    """Looks on: whom it is about (`Notification.about`), the attempt, where it went, and what came back."""

    def __call__(
        self, about: tuple[str, str, str], number: int, url: str, callback: Callback, answer: Answer
    ) -> None: ...


class Keeper(Protocol):
    """Keeps notifications beyond this process."""

    def notification(self, notification: Notification) -> None:
        """Something about it is new."""
        ...

    async def why_not_kept(self) -> str | None:
        """None once everything so far is kept: a merchant is told only of what will not be forgotten."""
        ...


class _Nobody:
    def notification(self, notification: Notification) -> None:
        """Forgotten with the process."""

    async def why_not_kept(self) -> str | None:
        return None


NOBODY_KEEPS = _Nobody()


@dataclass(slots=True)
class Notification:
    """One notification on its way up the ladder."""

    mchid: str
    out_trade_no: str
    notify_url: str
    form: Form
    body: bytes
    """As composed; a form may add to it whenever it is signed."""
    dialect: str
    out_refund_no: str
    """The refund of that order that it tells of; empty: it tells of the payment."""
    resource: Mapping[str, object]
    """What the body was composed of, in case a fault makes another of it."""
    event_type: str
    due: datetime
    """Business time at which the next attempt falls due."""
    rung: int = 1
    """The attempt of the ladder that comes next; the first delivery is 1."""
    made: int = 0
    """Attempts recorded so far, those outside the ladder included."""
    delayed: bool = False
    """Whether a fault has already moved the coming attempt: it is asked once an attempt."""
    held: bool = False
    """Whether a fault holds it until the merchant's next one was sent."""
    waiting: bool = True
    """Whether an attempt of the ladder is still to come."""
    row: int = 0
    """Of the file it is kept in; 0: of none yet."""
    busy: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held during an attempt: there are never two of one notification at once."""

    @property
    def rules(self) -> Redelivery:
        """How often it is sent, and which answer ends that."""
        return self.form.row.redelivery

    @property
    def about(self) -> tuple[str, str, str]:
        """Whose it is, the order, and the refund where it tells of one."""
        return self.mchid, self.out_trade_no, self.out_refund_no


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
        self._record = record
        self._sender = Sender(allowed_hosts)
        self.keeper = keeper
        self._waiting: list[tuple[datetime, int, Notification]] = []
        self._order = itertools.count()
        self._under_way: dict[asyncio.Task[None], tuple[datetime, Notification]] = {}
        self._latest: dict[tuple[str, str, str], Notification] = {}
        self._wake = asyncio.Event()
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._runner: asyncio.Task[None] | None = None
        self.watch: Watch | None = None
        """Told of every callback that has been sent; nobody by default."""

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
            UsageError: the order has no notification yet.
        """
        notification = self._latest.get((mchid, out_trade_no, out_refund_no))
        if notification is None:
            raise UsageError(
                f"there is no callback of order {out_trade_no} to deliver again",
                where="redeliver",
                remedy="pay the order first",
            )
        async with notification.busy:
            return await self._attempt(notification, due=self._clock.now(), fault=None)

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
            await asyncio.wait(begun)
            return True
        while found := [each for each in self._waiting if each[2].about == about]:
            notification, made = found[0][2], found[0][2].made
            self._waiting.remove(found[0])
            heapq.heapify(self._waiting)
            await self._climb(notification)
            self._wake.set()
            if notification.made > made:  # else a fault made it late, and late is not now
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
        self.keeper.notification(notification)

    def _start_due(self, horizon: datetime) -> None:
        while self._waiting and self._waiting[0][0] <= horizon:
            due, _, notification = heapq.heappop(self._waiting)
            task = asyncio.create_task(self._climb(notification), name=f"notify {notification.out_trade_no}")
            self._under_way[task] = due, notification
            task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._under_way.pop(task, None)
        self._wake.set()

    async def _climb(self, notification: Notification) -> None:
        """Make the attempt that is due, then put the notification back to wait for the next one, if any."""
        async with self._slots, notification.busy:
            fault = None
            if not notification.delayed:
                asked: Literal["notify", "refund-notify"] = (
                    "refund-notify" if notification.out_refund_no else "notify"
                )
                fault = self._faults.take(
                    asked, notification.out_trade_no, notification.dialect, notification.mchid
                )
            if fault is not None and (late := ACTIONS[fault.action].callback) in ("late", "overtaken"):
                notification.delayed, notification.held = True, late == "overtaken"
                notification.due += timedelta(seconds=float(fault.value or 0))
                self._wait_for(notification)
                return
            notification.held = False
            delivery = await self._attempts(notification, fault)
        self._let_go(notification)
        following = notification.rules.next_due(notification.rung, notification.due)
        hopeless = self._sender.objection(notification.notify_url) is not None
        if delivery.accepted or following is None or hopeless:
            notification.waiting = False
            self.keeper.notification(notification)
            return
        notification.rung += 1
        notification.due, notification.delayed = following, False
        self._wait_for(notification)

    def _let_go(self, sent: Notification) -> None:
        """What waited for a callback of this merchant to be sent is due with it."""
        held = [each for each in self._waiting if each[2].held and each[2].mchid == sent.mchid]
        for waiting in held:
            self._waiting.remove(waiting)
            waiting[2].held, waiting[2].due = False, sent.due
        heapq.heapify(self._waiting)
        for _, _, notification in held:
            self._wait_for(notification)

    async def _attempts(self, notification: Notification, fault: Fault | None) -> Delivery:
        """Make the attempt that is due, as often as a fault wants it; the last is what counts."""
        repeated = fault is not None and ACTIONS[fault.action].callback == "repeated"
        for _ in range(int(fault.value or 1) - 1 if fault is not None and repeated else 0):
            await self._attempt(notification, due=notification.due, fault=fault)
        return await self._attempt(notification, due=notification.due, fault=fault)

    async def _attempt(self, notification: Notification, *, due: datetime, fault: Fault | None) -> Delivery:
        """Send once, or record why nothing was sent."""
        notification.made += 1
        attempt, sent = notification.made, wire_now()
        kind, answer = await self._send(notification, fault)
        delivery = Delivery(
            attempt=attempt,
            due=due,
            sent=sent,
            status=answer.status,
            duration_s=answer.duration_s,
            accepted=answer.accepted,
            error=answer.error,
            signature_kind=kind,
            fault="" if fault is None else fault.action,
        )
        self._record(*notification.about, delivery)
        self.keeper.notification(notification)  # the next attempt has the next number, after a restart, too
        return delivery

    async def _send(self, notification: Notification, fault: Fault | None) -> tuple[SignatureKind, Answer]:
        action = Action() if fault is None else ACTIONS[fault.action]
        objection = self._sender.objection(notification.notify_url) or await self.keeper.why_not_kept()
        if objection is not None or action.callback == "lost":
            return "lost", Answer(None, 0.0, objection or "lost on the way: nothing was sent")
        if action.old_form and (old := notification.form.old_form) is not None:
            callback = old.build(self._issuer(notification.mchid), notification.body)
            return "none", await self._deliver(notification, callback, old.rules)
        body = notification.body
        if fault is not None and action.alters:
            resource = altered(notification.resource, action.alters, fault.value)
            body = notification.form.genuine.compose(
                self._issuer(notification.mchid), resource, event_type=notification.event_type
            )
        callback = self._signed(notification, body, action.signature)
        answer = await self._deliver(notification, callback, notification.rules)
        if action.callback == "unheard":
            answer = Answer(None, answer.duration_s, "the merchant's answer was lost on the way")
        return "none" if action.signature == "unsigned" else action.signature, answer

    async def _deliver(self, notification: Notification, callback: Callback, rules: Redelivery) -> Answer:
        answer = await self._sender.deliver(notification.notify_url, callback, rules)
        if self.watch is not None:
            self.watch(notification.about, notification.made, notification.notify_url, callback, answer)
        return answer

    def _signed(self, notification: Notification, body: bytes, signature: Signature) -> Callback:
        issuer, form = self._issuer(notification.mchid), notification.form
        if signature == "wrong":
            return form.attacks.by_another_key(issuer, body)
        if signature == "probe":
            return form.attacks.as_probe(issuer, body)
        if signature == "unsigned":
            return form.attacks.unsigned(issuer, body)
        if signature == "stale":
            return form.genuine.signed_before(issuer, body, LONG_AGO_S)
        if signature == "unknown-serial" and form.under_unknown_serial is not None:
            return form.under_unknown_serial(issuer, body)
        return form.genuine.signed(issuer, body)
