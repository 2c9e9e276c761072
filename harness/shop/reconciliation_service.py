"""Fetches yesterday's bill of a provider and compares it; asks again where there is none to believe."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from harness.core.bill import TradeBill
from harness.core.clock import BEIJING, BusinessClock
from harness.core.control import Text
from harness.core.errors import GoLiveError, PlatformRefusal
from harness.gateways.protocol import BillGateway
from harness.settings.model import Settings
from harness.shop.logs import Log
from harness.shop.practices import Practices
from harness.shop.reconciliation.book import DayBook
from harness.shop.reconciliation.record import DayRecord, DayState, ready_at
from harness.shop.refusal import refusal, sentence

AGAIN = timedelta(minutes=30)
"""Business time after which a bill that is not there, or not believed, is asked for again (facts 3.8)."""
KEPT = timedelta(days=90)
"""How long the platform hands a bill out, and so how long it is asked for."""

_IN_MAKING = frozenset({"STATEMENT_CREATING", "BILL_NOT_EXIST"})
"""What WeChat and Alipay answer until the bill is there (facts 3.8, alipay 8.1)."""

_CREATING = Text(zh="账单尚未生成，稍后再取。", en="The bill is still being made: it is asked for again.")
_NOT_BELIEVED = Text(
    zh="账单校验未通过，未采用，稍后再取。",
    en="The bill is not what was announced, or cannot be read: it is not used, and asked for again.",
)
_NO_ANSWER = Text(zh="未能取得账单，稍后再取。", en="No bill could be had: it is asked for again.")
_GIVEN_UP = Text(
    zh="账单已无法获取，请在商户平台人工核对。",
    en="The bill cannot be had any more: compare this day by hand on the merchant portal.",
)


@dataclass(slots=True, kw_only=True, eq=False, repr=False)
class Reconciliation:
    """The daily job of one provider; thread-safe."""

    open_gateway: Callable[[Settings], BillGateway]
    settings: Callable[[], Settings]
    book: DayBook
    clock: BusinessClock
    no_bill_codes: frozenset[str]
    """What is answered for a day without trade; anything else says to ask again."""
    practices: Practices
    log: Log
    _opened: list[tuple[Settings, BillGateway]] = field(init=False, default_factory=list)
    _turn: threading.Lock = field(init=False, default_factory=threading.Lock)

    def start(self) -> None:
        """Reconcile from today on, where that has not begun before."""
        if not self.book.known():
            self.book.begin(self._today())

    def next_due(self) -> datetime | None:
        """When the platform is to be asked for a bill next."""
        found = self.book.next_due()
        return None if found is None else found[1]

    def run_next(self) -> None:
        """Reconcile the day whose turn it is."""
        found = self.book.next_due()
        if found is not None:
            self._run(found[0])

    def run(self, day: date) -> DayRecord:
        """Reconcile a day now, also one that was.

        Raises:
            Refusal: the day is not over.
        """
        if day >= self._today():
            raise refusal(409, "该日尚未结束，无账单可取。", "This day is not over: it has no bill yet.")
        self.book.begin(day)
        return self._run(day)

    def of(self, day: date) -> DayRecord:
        """How a day stands, without asking anybody."""
        return self.book.get(day) or DayRecord(
            day=day, provider=self.book.provider, state=DayState.WAITING, due=None
        )

    def close_connections(self) -> None:
        """Give back the sockets."""
        for _, gateway in self._opened:
            gateway.close_connections()

    def _run(self, day: date) -> DayRecord:
        with self._turn:
            self.book.begin(day + timedelta(days=1))
            self._reconcile(day)
            record = self.of(day)
        self.log.event(
            "reconciliation",
            provider=record.provider,
            day=day.isoformat(),
            state=record.state,
            found=len(record.differences),
        )
        return record

    def _reconcile(self, day: date) -> None:
        if self.clock.now() < self.practices.bill_ready(day):
            self.book.wait(day, ready_at(day), sentence(_CREATING))
            return
        try:
            bill = self._open().trade_bill(day)
        except PlatformRefusal as error:
            if error.code in self.no_bill_codes:
                self._settle(TradeBill(day=day), DayState.NO_TRADE)
            else:
                self._again(day, _CREATING if error.code in _IN_MAKING else _NO_ANSWER, error)
        except GoLiveError as error:
            self._again(day, _NO_ANSWER if error.where != "bill-download" else _NOT_BELIEVED, error)
        else:
            traded = bill.payments or bill.refunds  # Alipay has an empty bill for a day without
            self._settle(bill, DayState.DONE if traded else DayState.NO_TRADE)

    def _settle(self, bill: TradeBill, state: DayState) -> None:
        found = self.practices.bill_differences(bill, self.book.books(bill.day))
        self.book.settle(bill, state, found)

    def _again(self, day: date, why: Text, error: GoLiveError) -> None:
        self.log.warning("reconciliation", day=day.isoformat(), error=error.what)
        now = self.clock.now()
        if now > ready_at(day) + KEPT:
            self.book.wait(day, None, sentence(_GIVEN_UP), DayState.GIVEN_UP)
        else:
            self.book.wait(day, now + AGAIN, sentence(why))

    def _today(self) -> date:
        return self.clock.now().astimezone(BEIJING).date()

    def _open(self) -> BillGateway:
        settings = self.settings()
        if not self._opened or self._opened[-1][0] is not settings:
            self._opened.append((settings, self.open_gateway(settings)))
        return self._opened[-1][1]
