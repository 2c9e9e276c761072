"""A bill through our client: asked for, fetched at once, and only from the platform's own hosts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from harness.core.bill import BilledPayment, BilledRefund
from harness.core.clock import BEIJING
from harness.core.errors import PlatformRefusal, TargetFailure, UnknownOutcome
from harness.core.exchange import Exchange
from harness.core.money import Fen
from harness.core.payment import Order, Product, RefundOrder
from harness.gateways.alipay.bill_download import fetch_bill
from harness.gateways.alipay.gateway import AlipayGateway, open_gateway
from harness.gateways.guard import UNGUARDED, Unguarded
from harness.processes.serving import listen, serving
from harness.settings.env_file import EnvFile
from harness.settings.model import Settings
from harness.simulator.embedded import RunningSimulator, running_simulator

GATEWAY = "https://openapi.alipay.com/gateway.do"
NOTIFY_URL = "http://127.0.0.1:1/notify"


@pytest.fixture(scope="module")
def platform() -> Iterator[RunningSimulator]:
    with running_simulator(experience=False) as running:
        yield running


@pytest.fixture
def heard() -> list[Exchange]:
    return []


@pytest.fixture
def client(platform: RunningSimulator, heard: list[Exchange]) -> Iterator[AlipayGateway]:
    settings = Settings.load(EnvFile.of(platform.environment(notify_url=NOTIFY_URL)))
    gateway = open_gateway(settings, listeners=(heard.append,))
    yield gateway
    gateway.close_connections()


def paid(client: AlipayGateway, platform: RunningSimulator, number: str) -> str:
    """Order by wap, and pay on the cashier; Alipay's number of the trade."""
    order = Order(
        out_trade_no=number,
        product=Product.H5,
        amount=Fen(1990),
        description="船票,往返",
        notify_url=NOTIFY_URL,
    )
    link = client.create(order).h5_url
    assert link is not None
    with httpx.Client(base_url=platform.base_url, trust_env=False) as browser:
        cashier = urlsplit(browser.get(link).headers["Location"]).path
        browser.post(f"{cashier}/login")
        assert browser.post(f"{cashier}/pay").json()["state"] == "paid"
    return client.query(number).transaction_id or ""


def test_a_bill_holds_the_payment_and_the_refund_of_its_day(
    client: AlipayGateway, platform: RunningSimulator, heard: list[Exchange]
) -> None:
    trade_no = paid(client, platform, "GL20261105000001")
    client.refund(
        RefundOrder(
            out_refund_no="R1",
            out_trade_no="GL20261105000001",
            refund=Fen(500),
            total=Fen(1990),
            notify_url=NOTIFY_URL,
        )
    )
    clock = platform.simulator.clock
    day = clock.now().astimezone(BEIJING).date()
    with pytest.raises(PlatformRefusal) as refused:
        client.trade_bill(day)
    assert refused.value.code == "BILL_NOT_EXIST"
    midnight = datetime.combine(day + timedelta(days=1), datetime.min.time(), BEIJING)
    clock.advance(midnight + timedelta(hours=9) - clock.now())
    bill = client.trade_bill(day)
    assert bill.payments == (
        BilledPayment(out_trade_no="GL20261105000001", transaction_id=trade_no, total=Fen(1990)),
    )
    assert bill.refunds == (
        BilledRefund(
            out_refund_no="R1",
            refund_id="",
            out_trade_no="GL20261105000001",
            refund=Fen(500),
            status="SUCCESS",
        ),
    )
    asked, fetched = heard[-2:]
    assert (asked.operation, asked.verified) == ("bill", True)
    assert (fetched.operation, fetched.method, fetched.verified) == ("bill-download", "GET", None)
    assert fetched.request_body == b""
    assert client.trade_bill(day - timedelta(days=1)).payments == ()


@pytest.mark.parametrize(
    "address",
    [
        "https://bills.example/downloadBillFile.resource?token=1",
        "https://openapi.alipay.com.example/downloadBillFile.resource?token=1",
        "https://evilalipay.com/downloadBillFile.resource?token=1",
        "https://user@dwbillcenter.alipay.com/downloadBillFile.resource?token=1",
        "ftp://dwbillcenter.alipay.com/file",
        "/downloadBillFile.resource",
        "http://[",
    ],
)
def test_an_address_of_somebody_else_is_never_asked(address: str, heard: list[Exchange]) -> None:
    with pytest.raises(TargetFailure):
        fetch_bill(address, GATEWAY, listeners=(heard.append,), timeout_s=1, guard=UNGUARDED)
    assert heard == []


class Asked(Exception):
    """Where a request would have gone."""


class Nobody(Unguarded):
    """Lets nothing out."""

    def wait(self, url: str) -> None:
        raise Asked(url)


def test_an_older_address_is_asked_over_https() -> None:
    address = "http://dwbillcenter.alipay.com/downloadBillFile.resource?bizType=trade&token=1"
    with pytest.raises(Asked) as asked:
        fetch_bill(address, GATEWAY, timeout_s=1, guard=Nobody())
    assert str(asked.value) == address.replace("http:", "https:")


def test_a_platform_in_trouble_is_heard_and_settles_nothing(heard: list[Exchange]) -> None:
    ill = Starlette(routes=[Route("/{path:path}", Response(status_code=502))])
    with serving(ill, listen()) as base_url, pytest.raises(UnknownOutcome):
        fetch_bill(
            f"{base_url}/downloadBillFile.resource?token=1",
            f"{base_url}/gateway.do",
            listeners=(heard.append,),
            timeout_s=1,
            guard=UNGUARDED,
        )
    (told,) = heard
    assert (told.status, told.error) == (502, "HTTP 502 settles nothing")
