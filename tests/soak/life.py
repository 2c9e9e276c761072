"""Lives through the orders of many days, a hundred at a time, on both clocks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import count
from typing import TypeVar

import httpx

from harness.core.bill import TradeBill
from harness.core.clock import BEIJING
from harness.core.errors import HarnessError, PlatformRefusal
from harness.core.payment import Provider
from harness.gateways.alipay.gateway import AlipayGateway
from harness.gateways.alipay.gateway import open_gateway as open_alipay
from harness.gateways.apiv3.gateway import ApiV3Gateway
from harness.gateways.apiv3.gateway import open_gateway as open_wechat
from harness.gateways.protocol import DialectGateway
from harness.levers.client import LeverRefused, LeversClient
from harness.levers.models import Fault
from harness.merchant.business_clocks import BusinessClocks
from harness.merchant.client import MerchantClient
from harness.merchant.observer import Observer
from harness.merchant.profile import MerchantProfile
from harness.settings.env_file import EnvFile
from harness.settings.model import Settings
from harness.shop.embedded import running_shop
from tests.soak.conservation import off_bill, off_books, off_day, off_ledger, off_orders
from tests.soak.expected import Expected, Given
from tests.soak.fates import ROUNDS, End, Fate

BATCH = 100
"""Orders whose shoppers come at the same time."""
BATCHES_A_DAY = 20
A_MINUTE_S = 61.0
"""After which another part of the same order may be asked for, and a shop has asked about a lost callback."""
A_REFUND_S = 6 * 60.0
"""After which a refund has ended."""
MORNING = time(10, 30)
"""When the bills of the day before are there, and the next shoppers come."""
SHOPPER_IP = "203.0.113.7"


G = TypeVar("G", bound=DialectGateway)


class Unbalanced(Exception):
    """A fen too many or too few; every difference in a line of its own."""


@dataclass(slots=True)
class Life:
    """One shop on one platform, and what must have come of its orders."""

    levers: LeversClient
    merchant: MerchantClient
    observer: Observer
    settings: Settings
    accounts: dict[Provider, str]
    browser: httpx.Client
    """The payer's."""
    wanted: Expected = field(default_factory=Expected)
    _clocks: BusinessClocks = field(init=False)
    _today: Expected = field(default_factory=Expected)
    _names: Iterator[int] = field(default_factory=count)

    def __post_init__(self) -> None:
        self._clocks = BusinessClocks(self.levers, self.merchant)

    def begin(self) -> None:
        """A day on which nothing has happened yet, at half past ten."""
        self._tomorrow()

    def live(self, fates: Sequence[Fate]) -> None:
        """Let these orders happen, from click to last refund, and look at the ledger.

        Raises:
            Unbalanced: a fen is missing.
        """
        numbers = [(self._placed(fate), fate) for fate in fates]
        for number, fate in numbers:
            self._today.fates[number] = self.wanted.fates[number] = fate
            if fate.end is End.PAID:
                self._pay(number, fate)
            elif fate.end is End.CLOSED:
                self.merchant.close_order(number)
        self._clocks.advance(A_MINUTE_S)
        for turn in range(ROUNDS):
            self._give_back(turn, numbers)
            self._clocks.advance(A_REFUND_S)
        self.levers.clear_faults()
        _balanced(off_ledger(self.levers.ledger(entries=False), self.wanted, self.accounts))

    def end_day(self) -> None:
        """The next morning: nobody can pay late, and orders, bills and the shop's books are compared.

        Raises:
            Unbalanced: they do not agree to the fen.
        """
        day, today = self._now().date(), self._today
        self._tomorrow()
        for number, fate in today.fates.items():
            if fate.end is End.EXPIRED:
                self._cannot_be_paid(number)
        ledger = self.levers.ledger(entries=False)
        _balanced(off_ledger(ledger, self.wanted, self.accounts))
        _balanced(off_orders(self.levers, ledger, today))
        for provider, bill in self._bills(day):
            _balanced(off_bill(bill, ledger, today, provider))
        stands = self.merchant.reconcile(day)
        _balanced(off_day(day, done=stands.done, raised=frozenset(stands.differences)))
        _balanced(off_books(self.observer.orders(), ledger, self.wanted))
        self._today = Expected()

    def _placed(self, fate: Fate) -> str:
        created = self.merchant.create_order(
            order_id=f"soak-{next(self._names)}",
            amount_yuan=fate.total.yuan,
            payment_type=fate.kind,
            payment_method=fate.provider.value,
            client_ip=SHOPPER_IP,
        )
        if created.out_trade_no is None:
            raise HarnessError(f"an order was refused: {created.raw}", where="soak")
        if fate.provider is Provider.ALIPAY and fate.kind == "h5":
            # Nobody but the payer's browser tells Alipay of it.
            self.browser.get(str(created.payment_url))
        return created.out_trade_no

    def _pay(self, number: str, fate: Fate) -> None:
        if fate.first:
            self.levers.pay(out_trade_no=number, outcome=fate.first)
        if fate.news == "lost":
            # So is every re-send of these rounds; the ladder goes on when they are over.
            self.levers.add_fault(Fault(operation="notify", action="lost", out_trade_no=number, times=50))
        self.levers.pay(out_trade_no=number, coupon=fate.coupon)
        if fate.news == "twice":
            self.levers.redeliver(number)

    def _give_back(self, turn: int, numbers: Sequence[tuple[str, Fate]]) -> None:
        for number, fate in numbers:
            if turn >= len(fate.parts):
                continue
            part = fate.parts[turn]
            answer = self.merchant.refund(number, part.fen, f"part-{turn}")
            if answer.status_code not in (200, 201):
                raise Unbalanced(
                    f"{number}: {part.fen} fen of what was paid are not given back: {answer.raw}"
                )
            refund = str(answer.raw["outRefundNo"])
            if not part.arrives:
                self.levers.end_refund(refund, "CLOSED")
            given = Given(number, part.fen, part.arrives)
            self._today.refunds[refund] = self.wanted.refunds[refund] = given

    def _cannot_be_paid(self, number: str) -> None:
        try:
            self.levers.pay(out_trade_no=number)
        except LeverRefused:
            return
        raise Unbalanced(f"{number}: paid the morning after it ended")

    def _bills(self, day: date) -> Iterator[tuple[Provider, TradeBill]]:
        """What each provider's client reads; a day without trade has an empty one."""
        with closing_connections(open_wechat(self.settings)) as wechat:
            yield Provider.WECHAT, _bill(wechat, day)
        with closing_connections(open_alipay(self.settings)) as alipay:
            yield Provider.ALIPAY, _bill(alipay, day)

    def _tomorrow(self) -> None:
        now = self._now()
        moment = datetime.combine(now.date() + timedelta(days=1), MORNING, BEIJING)
        self._clocks.advance((moment - now).total_seconds())

    def _now(self) -> datetime:
        return self.levers.advance(0).astimezone(BEIJING)


@contextmanager
def a_life(
    environment: dict[str, str], levers: LeversClient, *, defects: Sequence[str] = ()
) -> Iterator[Life]:
    """A shop of its own on that platform, over the classic API of both providers.

    Args:
        environment: what the platform's customer has in its settings; MCP is switched off.
        defects: of the shop, by name.
    """
    with ExitStack() as stack:
        running = stack.enter_context(running_shop(environment, defects=defects))
        profile = MerchantProfile.load("shop", **running.profile_values)
        merchant = stack.enter_context(MerchantClient(profile))
        observer = stack.enter_context(Observer(profile))
        merchant.login()
        accounts = {
            Provider.WECHAT: environment["WECHAT_PAY_MCH_ID"],
            Provider.ALIPAY: environment["ALIPAY_SELLER_ID"],
        }
        browser = stack.enter_context(httpx.Client(trust_env=False))
        life = Life(levers, merchant, observer, Settings.load(EnvFile.of(environment)), accounts, browser)
        life.begin()
        yield life


@contextmanager
def closing_connections(gateway: G) -> Iterator[G]:
    """Give its sockets back when the block ends."""
    try:
        yield gateway
    finally:
        gateway.close_connections()


def _bill(gateway: ApiV3Gateway | AlipayGateway, day: date) -> TradeBill:
    try:
        return gateway.trade_bill(day)
    except PlatformRefusal as error:
        if error.code != "NO_STATEMENT_EXIST":
            raise
        return TradeBill(day=day)


def _balanced(found: Iterable[str]) -> None:
    if differences := list(found):
        raise Unbalanced("\n".join(differences))
