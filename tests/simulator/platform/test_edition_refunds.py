"""The experience edition gives back by itself, once, within 24 hours, and only what was paid meanwhile."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from harness.core.clock import BEIJING, BusinessClock
from harness.core.money import Fen
from harness.core.payment import Product, TradeState
from harness.simulator.defects import practices_with
from harness.simulator.platform.accounts import Account
from harness.simulator.platform.ledger import PAYERS, merchant_account
from harness.simulator.platform.orders import OrderRequest
from harness.simulator.platform.platform import Platform
from harness.simulator.platform.refund import RefundRequest

MCHID, URL = "1900000001", "http://127.0.0.1:1/notify"
HOUR = timedelta(hours=1)


class Till:
    """An account of the experience edition at noon."""

    def __init__(self, *defects: str, experience: bool = True) -> None:
        self.clock = BusinessClock(lambda: datetime(2026, 11, 20, 12, tzinfo=BEIJING))
        self.platform = Platform(clock=self.clock, practices=practices_with(defects))
        self.account: Account = self.platform.open_account(
            mchid=MCHID, appids=("wx",), test_payer="oTest", experience=experience
        )
        self.account.refunds.edition.on = True

    def paid(self, number: str, total: int = 1000) -> None:
        request = OrderRequest(
            mchid=MCHID,
            appid="wx",
            product=Product.NATIVE,
            out_trade_no=number,
            total=total,
            notify_url=URL,
            parameters={},
            dialect="mcp",
        )
        self.account.create(request, once=number)
        self.platform.pay(self.account.find(number))

    def refund(self, number: str, fen: int) -> None:
        request = RefundRequest(
            mchid=MCHID, out_refund_no=f"{number}-1", refund=fen, total=1000, out_trade_no=number
        )
        self.account.refunds.create(request)

    def back(self) -> dict[str, Fen]:
        """What has gone back by now."""
        self.account.refunds.settle(self.clock.now())
        ledger = self.platform.ledger(MCHID)
        assert sum(ledger.balances.values()) == 0
        return ledger.refunded


def test_a_payment_goes_back_whole_between_23_and_24_hours_on() -> None:
    till = Till()
    till.paid("order")
    assert till.account.refunds.next_due() == till.clock.now() + 23 * HOUR
    till.clock.advance(23 * HOUR - timedelta(seconds=1))
    assert till.back() == {}
    till.clock.advance(HOUR)
    assert till.back() == {"order": Fen(1000)}
    assert till.account.find("order").state is TradeState.REFUND
    balances = till.platform.ledger(MCHID).balances
    assert (balances[merchant_account(MCHID)], balances[PAYERS]) == (0, 0)
    (refund,) = till.account.find("order").refunds
    assert (refund.request.notify_url, refund.request.dialect) == (URL, "mcp")
    till.clock.advance(48 * HOUR)
    assert till.back() == {"order": Fen(1000)}


def test_it_is_told_once_and_stands_in_the_bill_of_its_day() -> None:
    till = Till()
    till.paid("order")
    till.clock.advance(24 * HOUR)
    ((told, _),) = till.account.refunds.take_untold()
    assert told.request.out_refund_no == "EXPERIENCE-order"
    assert till.account.refunds.take_untold() == []
    till.clock.advance(24 * HOUR)
    (trade,) = till.account.days.trades(datetime(2026, 11, 21, tzinfo=BEIJING).date())
    assert trade.refund is not None
    assert trade.refund.refund == 1000


def test_what_the_merchant_gave_back_itself_is_left_out() -> None:
    till = Till()
    till.paid("part")
    till.paid("whole")
    till.refund("part", 300)
    till.refund("whole", 1000)
    till.clock.advance(24 * HOUR)
    assert till.back() == {"part": Fen(1000), "whole": Fen(1000)}
    assert [each.refund for each in till.account.find("part").refunds] == [300, 700]
    assert len(till.account.find("whole").refunds) == 1


def test_what_was_paid_while_it_was_switched_off_stays_whatever_is_switched_later() -> None:
    till = Till()
    till.account.refunds.edition.on = False
    till.paid("stays")
    till.account.refunds.edition.on = True
    till.paid("comes")
    till.account.refunds.edition.on = False
    till.clock.advance(24 * HOUR)
    assert till.back() == {"comes": Fen(1000)}


def test_money_that_is_not_there_is_not_given_back() -> None:
    till = Till()
    till.paid("order")
    till.account.withdraw(500)
    till.clock.advance(24 * HOUR)
    assert till.back() == {}


@pytest.mark.parametrize(
    "till", [Till(experience=False), Till("experience-keeps-payments")], ids=["formal", "defect"]
)
def test_the_formal_edition_gives_nothing_back_and_neither_does_the_defect(till: Till) -> None:
    till.paid("order")
    till.clock.advance(24 * HOUR)
    assert till.back() == {}
