"""The shop reconciles: yesterday's bill after ten o'clock, believed by its hash, compared to the fen."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

import httpx
import pytest

from harness.core.bill import BilledPayment, BilledRefund, TradeBill
from harness.core.clock import BEIJING
from harness.core.money import Fen
from harness.levers.client import LeversClient
from harness.levers.models import BillChange
from harness.shop.reconciliation.comparison import Booked, DayBooks, differences
from harness.shop.reconciliation.record import Difference, Kind
from harness.simulator.embedded import RunningSimulator, running_simulator
from tests.shop.conftest import ANY_NOTIFY_URL, SHOPPER_IP, Trade, new_order_id, trading

PATH = "/golive/reconciliation"


class Desk:
    """Finance, with the platform's clock and the shop's beside it."""

    def __init__(self, trade: Trade, web: httpx.Client) -> None:
        self.trade, self.web = trade, web
        self.token = trade.running.observer_token
        self.day = date.min

    def begin(self) -> None:
        """A new business day, on which nothing has happened."""
        self.at(datetime.combine(self._today() + timedelta(days=1), time(11), BEIJING))
        self.day = self._today()

    def at(self, moment: datetime) -> None:
        """Both clocks go there, the platform's first."""
        self.trade.levers.advance((moment - self.trade.levers.advance(0)).total_seconds())
        here = self.trade.merchant.advance(0)
        assert here is not None
        self.trade.merchant.advance(max(0.0, (moment - here).total_seconds()))

    def next_morning(self, hour: int, minute: int = 0) -> None:
        """That time of the day after."""
        self.at(datetime.combine(self.day + timedelta(days=1), time(hour, minute), BEIJING))

    def paid(self, yuan: str = "19.90") -> str:
        number = self.trade.order(yuan)
        self.trade.levers.pay(out_trade_no=number)
        return number

    def told(self) -> dict[str, Any]:
        return dict(self._call("GET", params={"date": self.day.isoformat()}).json())

    def run(self, day: date | None = None) -> httpx.Response:
        return self._call("POST", json={"date": (day or self.day).isoformat()})

    def asked(self) -> list[str]:
        """What became of each application for the bill of that day; empty: there it is."""
        return [each.refused for each in self.trade.levers.bill_requests() if each.day == self.day]

    def shown_day(self, provider: str = "微信支付") -> str:
        """What the page says of that day at a provider."""
        page = self.web.get("/finance/reconciliation", auth=("finance", self.token))
        assert page.status_code == 200
        return next(
            each
            for each in page.text.split("<section")
            if f"{self.day} {provider}" in each.partition("</h2>")[0]
        )

    def _today(self) -> date:
        return self.trade.levers.advance(0).astimezone(BEIJING).date()

    def _call(self, method: str, **content: Any) -> httpx.Response:
        return self.web.request(method, PATH, headers={"Authorization": f"Bearer {self.token}"}, **content)


@pytest.fixture(scope="module")
def own_simulator() -> Iterator[RunningSimulator]:
    """Its clock moves by days, which the shops of other tests would not."""
    with running_simulator(experience=False) as running:
        yield running


@pytest.fixture
def desk(own_simulator: RunningSimulator) -> Iterator[Desk]:
    environment = own_simulator.environment(notify_url=ANY_NOTIFY_URL, mcp_enabled=False)
    with (
        LeversClient(own_simulator.levers_url, own_simulator.levers_token) as levers,
        trading(environment, levers) as trade,
        httpx.Client(base_url=trade.running.base_url, trust_env=False, timeout=20.0) as web,
    ):
        desk = Desk(trade, web)
        desk.begin()
        yield desk
        levers.change_bills(BillChange())


def test_a_day_is_compared_by_itself_after_ten_the_next_morning(desk: Desk) -> None:
    number = desk.paid()
    desk.trade.merchant.refund(number, Fen(990), "part")
    desk.next_morning(9, 59)
    assert (desk.told()["state"], desk.asked()) == ("waiting", [])
    desk.next_morning(10, 6)
    told = desk.told()
    assert (told["state"], told["payments"], told["refunds"]) == ("done", 1, 1)
    assert told["differences"] == []
    assert desk.asked() == [""]


def test_asked_before_ten_it_waits_without_asking_the_platform(desk: Desk) -> None:
    desk.paid()
    desk.next_morning(9)
    told = desk.run().json()
    assert (told["done"], desk.asked()) == (False, [])
    assert "still being made" in told["note"]


def test_a_bill_in_making_is_asked_for_again_every_half_hour(desk: Desk) -> None:
    desk.paid()
    desk.trade.levers.change_bills(BillChange(creating=True))
    desk.next_morning(10, 40)
    assert desk.asked() == ["bill-creating"] * 2
    assert not desk.told()["done"]
    desk.trade.levers.change_bills(BillChange())
    desk.next_morning(11, 10)
    assert desk.told()["state"] == "done"


def test_a_file_of_another_hash_is_not_believed(desk: Desk) -> None:
    desk.paid()
    desk.trade.levers.change_bills(BillChange(wrong_hash=True))
    desk.next_morning(10, 6)
    told = desk.told()
    assert (told["done"], told["differences"]) == (False, [])
    assert "not what was announced" in told["note"]
    desk.trade.levers.change_bills(BillChange())
    assert desk.run().json()["state"] == "done"


def test_a_day_without_trade_is_done_with_and_what_the_books_have_is_missing_there(desk: Desk) -> None:
    desk.next_morning(10, 6)
    assert (desk.told()["state"], desk.asked()) == ("no-trade", ["no-bill"])
    assert desk.told()["differences"] == []


def test_columns_are_found_by_their_names(desk: Desk) -> None:
    desk.paid()
    desk.trade.levers.change_bills(BillChange(columns_moved=True))
    desk.next_morning(10, 6)
    told = desk.told()
    assert (told["state"], told["payments"], told["differences"]) == ("done", 1, [])


def test_each_difference_is_raised_and_shown_to_finance(desk: Desk) -> None:
    lacking, changed = desk.paid(), desk.paid("5.00")
    desk.trade.merchant.refund(changed, Fen(100), "part")
    (refund,) = desk.trade.levers.audit(changed).refunds
    desk.trade.levers.change_bills(
        BillChange(
            lacks=frozenset({lacking, refund.out_refund_no}),
            adds={"GL-NOBODY-MADE": Fen(990)},
            amounts={changed: Fen(501)},
        )
    )
    desk.next_morning(10, 6)
    found = {
        each["number"]: (each["kind"], each["here"], each["there"]) for each in desk.told()["differences"]
    }
    assert found == {
        lacking: ("missing-there", 1990, None),
        "GL-NOBODY-MADE": ("missing-here", None, 990),
        changed: ("amount", 500, 501),
        refund.out_refund_no: ("missing-there", 100, None),
    }
    shown_day = desk.shown_day()
    for shown in (lacking, "GL-NOBODY-MADE", "¥9.90", "¥5.01", refund.out_refund_no, "我方缺失"):
        assert shown in shown_day
    assert shown_day.count('data-testid="difference"') == 4
    desk.trade.levers.change_bills(BillChange())
    assert desk.run().json()["differences"] == []
    assert "分文不差" in desk.shown_day()


def paid_by_alipay(desk: Desk) -> str:
    number = desk.trade.merchant.create_order(
        order_id=new_order_id(),
        amount_yuan="8.80",
        payment_method="alipay",
        payment_type="qr",
        client_ip=SHOPPER_IP,
    ).out_trade_no
    assert number is not None
    desk.trade.levers.pay(out_trade_no=number)
    return number


def test_each_providers_bill_is_compared_with_its_own_orders(desk: Desk) -> None:
    desk.paid()
    desk.trade.merchant.refund(paid_by_alipay(desk), Fen(300), "part")
    desk.next_morning(10, 6)
    told = desk.told()
    assert (told["state"], told["payments"], told["refunds"]) == ("done", 2, 1)
    assert told["differences"] == []
    for name in ("微信支付", "支付宝"):
        assert "分文不差" in desk.shown_day(name)


def test_a_difference_in_alipays_bill_is_raised_beside_wechats(desk: Desk) -> None:
    desk.paid()
    number = paid_by_alipay(desk)
    seller = str(desk.trade.running.shop.renewable.settings.alipay.seller_id)  # type: ignore[union-attr]
    with desk.trade.levers.of_account(seller) as bills:
        change = BillChange(amounts={number: Fen(881)}, adds={"GL-NOBODY-MADE": Fen(990)})
        bills.change_bills(change)
        desk.next_morning(10, 6)
        bills.change_bills(BillChange())
        assert [each.refused for each in bills.bill_requests() if each.day == desk.day] == [""]
    found = {(each["provider"], each["number"], each["kind"]) for each in desk.told()["differences"]}
    assert found == {("alipay", number, "amount"), ("alipay", "GL-NOBODY-MADE", "missing-here")}
    assert "分文不差" in desk.shown_day("微信支付")
    assert "¥8.81" in desk.shown_day("支付宝")


def test_a_bill_of_alipays_in_making_keeps_the_day_open(desk: Desk) -> None:
    desk.paid()
    seller = str(desk.trade.running.shop.renewable.settings.alipay.seller_id)  # type: ignore[union-attr]
    with desk.trade.levers.of_account(seller) as bills:
        bills.change_bills(BillChange(creating=True))
        desk.next_morning(10, 6)
        assert desk.told()["state"] == "waiting"
        assert [each.refused for each in bills.bill_requests() if each.day == desk.day] == ["bill-creating"]
        assert "still being made" in desk.shown_day("支付宝")
        bills.change_bills(BillChange())
    desk.next_morning(10, 40)
    assert desk.told()["state"] == "done"
    assert "当日无交易" in desk.shown_day("支付宝")


def test_a_day_that_is_not_over_and_one_that_is_none_are_refused(desk: Desk) -> None:
    assert desk.run().status_code == 409
    assert desk._call("POST", json={"date": "2026-02-30"}).status_code == 400


def test_only_who_has_the_token_sees_finance(desk: Desk) -> None:
    assert desk.web.get(PATH, params={"date": desk.day.isoformat()}).status_code == 404
    assert desk.web.post(PATH, json={"date": desk.day.isoformat()}).status_code == 404
    stranger = desk.web.get("/finance/reconciliation")
    assert (stranger.status_code, "day" in stranger.text) == (401, False)
    assert stranger.headers["www-authenticate"].startswith("Basic")
    for header in ("Basic ???", "Basic eDp5", "Bearer"):
        answer = desk.web.get("/finance/reconciliation", headers={"Authorization": header})
        assert answer.status_code == 401


def test_a_bill_is_compared_both_ways_and_to_the_fen() -> None:
    paid = BilledPayment(out_trade_no="a", transaction_id="1", total=Fen(100))
    back = BilledRefund(out_refund_no="r", refund_id="5", out_trade_no="a", refund=Fen(40), status="SUCCESS")
    bill = TradeBill(day=date(2026, 11, 20), payments=(paid,), refunds=(back,))
    booked = {"a": Booked("a", Fen(100)), "b": Booked("b", Fen(7))}
    books = DayBooks(payments=booked, refunds={"r": Booked("a", Fen(41))}, payments_of_day=frozenset("ab"))
    assert differences(bill, books) == [
        Difference(number="b", out_trade_no="b", kind=Kind.MISSING_THERE, here=Fen(7), there=None),
        Difference(number="r", out_trade_no="a", kind=Kind.AMOUNT, here=Fen(41), there=Fen(40)),
    ]


def test_what_alipay_was_paid_is_not_looked_for_in_wechats_bill(desk: Desk) -> None:
    created = desk.trade.merchant.create_order(
        order_id="trip", amount_yuan="8.80", payment_type="qr", payment_method="alipay"
    )
    number = str(created.out_trade_no)
    desk.trade.levers.pay(out_trade_no=number)
    desk.trade.merchant.refund(number, Fen(80), "part")
    desk.paid()
    desk.next_morning(10, 30)
    assert desk.told()["differences"] == []
    _, alipays = desk.trade.running.shop.reconciliation.of_providers
    assert set(alipays.book.books(desk.day).payments_of_day) == {number}
    assert len(alipays.book.books(desk.day).refunds_of_day) == 1
