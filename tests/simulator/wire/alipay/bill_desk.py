"""A desk that hands out bills of deals which a test names, at a time that a test moves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

from starlette.requests import Request
from starlette.responses import Response

from harness.core.clock import BEIJING, BusinessClock
from harness.simulator.platform.alipay_rules import BILL_LINK
from harness.simulator.platform.bills import Bills
from harness.simulator.wire.alipay.bill_funds import Flow
from harness.simulator.wire.alipay.bill_trade import Deal
from harness.simulator.wire.alipay.bills import AlipayBillLink, BillDesk, download

PID = "2088999900000013"
DAY = date(2026, 11, 5)
TRADE_NO = "2026110522001404211400000107"
BUYER = "*小海(gol***@sandbox.com)"
BASE_URL = "http://127.0.0.1:8765"


def at(hour: int, minute: int = 0, second: int = 0, *, day: date = DAY) -> datetime:
    """A moment of Beijing."""
    return datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=BEIJING)


PAYMENT = Deal(
    trade_no=TRADE_NO,
    out_trade_no="GL20261105000001",
    subject="海岛一日游",
    created=at(14, 4, 58),
    finished=at(14, 5, 11),
    buyer=BUYER,
    amount=1990,
)
REFUND = Deal(
    trade_no=TRADE_NO,
    out_trade_no="GL20261105000001",
    subject="海岛一日游",
    created=at(14, 4, 58),
    finished=at(15, 20, 44),
    buyer=BUYER,
    amount=500,
    out_request_no="GLR20261105-1",
)
INCOME = Flow(
    number="1001",
    trade_no=TRADE_NO,
    out_trade_no="GL20261105000001",
    subject="海岛一日游",
    at=at(14, 5, 11),
    buyer=BUYER,
    amount=1990,
    balance=1990,
    kind="在线支付",
)
EXPENSE = Flow(
    number="1002",
    trade_no=TRADE_NO,
    out_trade_no="GL20261105000001",
    subject="海岛一日游",
    at=at(15, 20, 44),
    buyer=BUYER,
    amount=-500,
    balance=1490,
    kind="退款（交易退款）",
)


class Side:
    """The merchant's side of a desk; its time is `now`."""

    def __init__(self, deals: Sequence[Deal] = (PAYMENT, REFUND), *, now: datetime | None = None) -> None:
        self.now = now or at(9, day=DAY + timedelta(days=1))
        self.deals = list(deals)
        clock = BusinessClock(lambda: self.now)
        self.desk = BillDesk(
            pid=PID,
            now=clock.now,
            bills=Bills(clock, BILL_LINK),
            deals=lambda day: [each for each in self.deals if each.finished.date() == day],
            flows=lambda day: [each for each in (INCOME, EXPENSE) if each.at.date() == day],
        )

    def apply(self, bill_type: object = "trade", bill_date: object = "2026-11-05") -> AlipayBillLink:
        return self.desk.apply({"bill_type": bill_type, "bill_date": bill_date}, BASE_URL)

    def fetch(self, told: AlipayBillLink) -> Response:
        """Follow an address."""
        url = urlsplit(told["bill_download_url"])
        scope = {
            "type": "http",
            "method": "GET",
            "path": url.path,
            "query_string": url.query.encode(),
            "headers": [],
        }
        return download(Request(scope), {PID: self.desk}.get)

    def bill(self, bill_type: str = "trade", bill_date: str = "2026-11-05") -> bytes:
        """Apply and fetch at once."""
        return bytes(self.fetch(self.apply(bill_type, bill_date)).body)


def query_of(told: AlipayBillLink) -> dict[str, str]:
    """What an address carries."""
    return {name: each for name, (each,) in parse_qs(urlsplit(told["bill_download_url"]).query).items()}
