"""Asking the platform without being told: after 5 s, 30 s, 1, 3, 5, 10 and 30 minutes (facts 7.6, plan A).

Refunds are asked about, and bills fetched, on schedules of their own, by the same clock.

An order whose time is over is closed there first, and only then given up here (facts 3.5).
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol

from harness.core.clock import BusinessClock
from harness.core.errors import GoLiveError, PlatformRefusal, SignatureInvalid, UnknownOutcome
from harness.core.payment import Provider
from harness.gateways.protocol import PaymentGateway
from harness.shop.logs import Log
from harness.shop.order_book import OrderBook
from harness.shop.order_record import OPEN, OrderRecord, OrderStatus
from harness.shop.practices import Practices
from harness.shop.settlement import Settled, Settlement

SCHEDULE_S = (5, 30, 60, 180, 300, 600, 1800)
"""Seconds of business time after the shopper was shown a code."""

_TICK_S = 0.5
"""How often the background thread looks whether something is due, in real seconds."""


class Job(Protocol):
    """What is done on a schedule of its own."""

    def next_due(self) -> datetime | None:
        """When it is its turn next, on business time; None: not by itself."""
        ...

    def run_next(self) -> None:
        """Take that turn, having set the next one."""
        ...


class ActiveQuery:
    """Keeps the schedule. Runs on business time, so that a test can let half an hour pass at once."""

    def __init__(
        self,
        *,
        gateway: PaymentGateway,
        book: OrderBook,
        settlement: Settlement,
        clock: BusinessClock,
        practices: Practices,
        log: Log,
        jobs: Sequence[Job],
    ) -> None:
        self._jobs = jobs
        self._gateway = gateway
        self._book = book
        self._settlement = settlement
        self._clock = clock
        self._practices = practices
        self._log = log
        self._turn = threading.Lock()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="active-query", daemon=True)

    def start(self) -> None:
        """Begin to watch in the background."""
        self._thread.start()

    def stop(self) -> None:
        """End the background watch and wait until a query under way has ended."""
        self._stop.set()
        self._thread.join()

    def schedule(self, record: OrderRecord) -> None:
        """Begin the schedule of an order anew: a shopper has just been shown a code, or may have been."""
        if self._practices.queries_unasked:
            now = self._clock.now()
            self._book.ask_at(
                record.out_trade_no, start=now, step=0, due=now + timedelta(seconds=SCHEDULE_S[0])
            )

    def look(self, out_trade_no: str) -> Settled:
        """Ask now and apply the answer. A query changes nothing, so one that went wrong is repeated once.

        Raises:
            GoLiveError: the platform refused, could not be reached, or twice gave no trustworthy answer.
        """
        try:
            transaction = self._gateway.query(out_trade_no)
        except (SignatureInvalid, UnknownOutcome):
            transaction = self._gateway.query(out_trade_no)
        return self._settlement.apply(transaction, "query")

    def end(self, out_trade_no: str) -> Settled:
        """Ask about an order whose time is over, and close it where nobody paid it.

        Raises:
            GoLiveError: as `look`; or the platform would not close it: then it is as open as before.
        """
        settled = self.look(out_trade_no)
        if self._is_open(out_trade_no):
            try:
                self._gateway.close(out_trade_no)
            except PlatformRefusal as error:
                if not self._never_opened(out_trade_no, error):
                    return self.look(out_trade_no)  # it may have been paid in between
            self._book.note(out_trade_no, OrderStatus.CANCELLED, "")
        return settled

    def run_due(self) -> None:
        """Ask about every order that is due now."""
        with self._turn:
            self._run_until(self._clock.now())

    def advance(self, by: timedelta) -> datetime:
        """Let business time pass, each query at its own moment; returns when all that fell due has ended."""
        with self._turn:
            until = self._clock.now() + by
            self._run_until(until)
            self._clock.advance(max(timedelta(), until - self._clock.now()))
        return self._clock.now()

    def _run_until(self, until: datetime) -> None:
        while True:
            found = self._book.next_to_ask()
            moment = None if found is None else datetime.fromtimestamp(found[3], UTC)
            others = [(due, job) for job in self._jobs if (due := job.next_due()) is not None]
            dues = [each[0] for each in others] + ([moment] if moment is not None else [])
            soonest = min(dues, default=None)
            if soonest is None or soonest > until:
                return
            self._clock.advance(max(timedelta(), soonest - self._clock.now()))
            if found is None or moment != soonest:
                next(job for due, job in others if due == soonest).run_next()
                continue
            number, start, step, _ = found
            self._move_on(number, datetime.fromtimestamp(start, UTC), step + 1)
            if step == len(SCHEDULE_S) and not self._practices.closes_before_giving_up:
                self._book.note(number, OrderStatus.CANCELLED, "")
            else:
                self._look_quietly(number, step)

    def _move_on(self, number: str, start: datetime, step: int) -> None:
        """Set the next moment before asking, so that a query that fails is not asked in a circle."""
        due = start + timedelta(seconds=SCHEDULE_S[step]) if step < len(SCHEDULE_S) else None
        if step == len(SCHEDULE_S):
            due = self._end_of(number, start)
        self._book.ask_at(number, start=start, step=step, due=due)

    def _end_of(self, number: str, start: datetime) -> datetime | None:
        record = self._book.get(number)
        if record is None:
            return None
        in_time = self._practices.closes_before_giving_up
        return record.time_expire if in_time else start + timedelta(seconds=SCHEDULE_S[-1])

    def _is_open(self, number: str) -> bool:
        record = self._book.get(number)
        return record is not None and record.status in OPEN

    def _never_opened(self, number: str, error: PlatformRefusal) -> bool:
        """Whether nobody opened an order of Alipay's, and nobody can any more: its time is over.

        Before that its code or its link can still be paid, although there is nothing to close.
        """
        record = self._book.get(number)
        return (
            record is not None
            and record.provider is Provider.ALIPAY
            and error.status == 404
            and (self._clock.now() >= record.time_expire or self._practices.closes_unopened)
        )

    def _look_quietly(self, number: str, step: int) -> None:
        try:
            settled = self.look(number) if step < len(SCHEDULE_S) else self.end(number)
        except GoLiveError as error:
            self._log.warning("active-query", out_trade_no=number, step=step, error=error.what)
        else:
            self._log.event("active-query", out_trade_no=number, step=step, effect=settled.effect)

    def _watch(self) -> None:
        while not self._stop.wait(_TICK_S):
            self.run_due()
