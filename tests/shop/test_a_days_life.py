"""A day's life of one shop, from its first order after midnight to the next morning's bills, as one story.

The experience edition gives back whatever was paid, so WeChat's day ends with every payer's money where it
came from. Alipay's orders stand beside them, in the same shop and on the same ledger, and stay paid.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta

from harness.core.clock import BEIJING
from harness.core.money import Fen
from harness.core.payment import Provider
from harness.levers.client import LeversClient
from harness.levers.models import BillChange, OrderAudit
from harness.merchant.answers import ReconciledDay
from harness.merchant.business_clocks import BusinessClocks
from harness.merchant.ledger_comparison import LedgerComparison
from harness.merchant.merchant_order import MerchantOrder
from harness.merchant.settling import Settling
from harness.simulator.embedded import running_simulator
from harness.simulator.platform.ledger import COUPONS, PAYERS, merchant_account, refunding_account
from tests.shop.conftest import ANY_NOTIFY_URL, SHOPPER_IP, Trade, new_order_id, trading

NO_COUPON = Fen(0)
FIVE_YUAN = Fen(500)
ALIPAY = Provider.ALIPAY


class Day:
    """One business day of a shop that takes both providers, and whoever comes to it."""

    def __init__(self, trade: Trade) -> None:
        self.trade, self.levers = trade, trade.levers
        self.clocks = BusinessClocks(trade.levers, trade.merchant)
        self.books = LedgerComparison.opened(trade.levers, trade.observer, Settling())
        self.date = self._now().date() + timedelta(days=1)
        self.at(time(0, 1))

    def at(self, hour: time, *, days: int = 0) -> None:
        """That time of this day, or of so many days after it, on both clocks."""
        moment = datetime.combine(self.date + timedelta(days=days), hour, BEIJING)
        self.clocks.advance((moment - self._now()).total_seconds())

    def order(self, yuan: str, provider: Provider = Provider.WECHAT) -> str:
        """A shopper asks for a code; the order's number."""
        created = self.trade.merchant.create_order(
            order_id=new_order_id(),
            amount_yuan=yuan,
            payment_type="qr",
            payment_method=provider.value,
            client_ip=SHOPPER_IP,
        )
        assert created.created, created.raw
        return str(created.out_trade_no)

    def pay(self, number: str, *, coupon: Fen = NO_COUPON) -> None:
        """The payer pays, and the shop hears of it and fulfils the order, once."""
        self.levers.pay(out_trade_no=number, coupon=coupon)
        kept = self.kept(number)
        assert (kept.status, kept.credits) == ("paid", 1)

    def give_back(self, number: str, fen: int) -> None:
        """The shopper asks for a part, and some minutes later it has arrived."""
        assert self.trade.merchant.refund(number, Fen(fen), f"part-{fen}").status_code in (200, 201)
        self.clocks.advance(6 * 60)

    def kept(self, number: str) -> MerchantOrder:
        """What the shop's books say of an order."""
        return self.trade.books(number)

    def there(self, number: str) -> OrderAudit:
        """What the platform knows of it."""
        return self.levers.audit(number)

    def balances(self, *, wechat: int, alipay: int = 0) -> None:
        """No fen was made or lost, both sides' books agree, and the merchant's accounts hold just that."""
        assert self.books.compare().difference() == ""
        balances = self.levers.ledger().balances
        assert sum(balances.values()) == 0
        values = self.trade.environment
        held = [
            balances.get(merchant_account(values[name]), 0)
            for name in ("WECHAT_PAY_MCH_ID", "ALIPAY_SELLER_ID")
        ]
        assert held == [wechat, alipay]
        assert balances.get(refunding_account(values["WECHAT_PAY_MCH_ID"]), 0) == 0
        assert -(balances.get(PAYERS, 0) + balances.get(COUPONS, 0)) == wechat + alipay

    def reconcile(self) -> ReconciledDay:
        """What the shop found in both bills of the day."""
        return self.trade.merchant.reconcile(self.date)

    def plant(self, change: BillChange, provider: Provider = Provider.WECHAT) -> None:
        """Let that provider's bill tell something else than happened."""
        name = "ALIPAY_SELLER_ID" if provider is ALIPAY else "WECHAT_PAY_MCH_ID"
        with self.levers.of_account(self.trade.environment[name]) as levers:
            levers.change_bills(change)

    def _now(self) -> datetime:
        return self.levers.advance(0).astimezone(BEIJING)


@contextmanager
def a_day() -> Iterator[Day]:
    """Midnight has just passed in a shop on a platform of its own: the experience edition, over MCP."""
    with running_simulator() as simulator:
        environment = simulator.environment(notify_url=ANY_NOTIFY_URL)
        with (
            LeversClient(simulator.levers_url, simulator.levers_token) as levers,
            trading(environment, levers) as trade,
        ):
            yield Day(trade)


def test_a_day_from_its_first_order_to_its_bills() -> None:
    with a_day() as day:
        # The edition gives back, 23 hours on, whatever is paid from now on.
        day.levers.give_payments_back(on=True)

        tea = day.order("19.90")
        day.balances(wechat=0)
        day.pay(tea)
        day.balances(wechat=1990)

        day.give_back(tea, 500)
        assert day.kept(tea).refunded_amount == 500
        day.balances(wechat=1490)

        # Of 30.00 the payer gave 25.00: of 10.00 that go back, 8.33 are his.
        cake = day.order("30.00")
        day.pay(cake, coupon=FIVE_YUAN)
        day.balances(wechat=4490)
        day.give_back(cake, 1000)
        (part,) = day.there(cake).refunds
        assert (part.refund, part.payer_refund) == (1000, 833)
        day.balances(wechat=3490)

        # Alipay's payer beside him, who gets a part back at once.
        trip = day.order("88.00", ALIPAY)
        day.pay(trip)
        day.give_back(trip, 800)
        ferry = day.order("12.00", ALIPAY)
        day.pay(ferry, coupon=FIVE_YUAN)
        day.balances(wechat=3490, alipay=9200)

        # The rest of it comes back by itself before the day is over, and the shop has asked for none of it.
        day.at(time(23, 50))
        for number, total in ((tea, 1990), (cake, 3000)):
            assert (day.there(number).trade_state, day.kept(number).refunded_amount) == ("REFUND", total)
            assert day.kept(number).status == "refunded"
        assert (day.kept(trip).status, day.kept(trip).refunded_amount) == ("paid", 800)
        day.balances(wechat=0, alipay=9200)

        # The next morning neither bill is what happened: a row lacks, one is made up, one is changed.
        automatic = day.there(cake).refunds[-1].out_refund_no
        back = day.there(trip).refunds[0].out_refund_no
        nobodys, strange = f"{tea[:-4]}none", f"{trip[:-4]}none"
        day.plant(
            BillChange(lacks=frozenset({automatic}), adds={nobodys: Fen(990)}, amounts={tea: Fen(1991)})
        )
        day.plant(
            BillChange(lacks=frozenset({back}), adds={strange: Fen(990)}, amounts={ferry: Fen(1199)}), ALIPAY
        )
        day.at(time(10, 30), days=1)
        reconciled = day.reconcile()
        assert reconciled.done
        assert set(reconciled.differences) == {automatic, nobodys, tea, back, strange, ferry}
        day.balances(wechat=0, alipay=9200)
