"""A trade bill through our client: fetched whole from the simulated platform, and read with distrust."""

from __future__ import annotations

import gzip
import os
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from hashlib import sha1

import pytest

from harness.core.bill import BilledPayment, BilledRefund
from harness.core.clock import BEIJING
from harness.core.errors import PlatformRefusal, TargetFailure
from harness.core.exchange import Exchange
from harness.core.money import Fen
from harness.core.payment import Order, Product, RefundOrder
from harness.gateways.apiv3.bill import read_bill, unpacked
from harness.gateways.apiv3.gateway import ApiV3Gateway
from harness.levers.client import LeversClient
from harness.settings.env_file import EnvFile
from harness.settings.model import Settings
from harness.simulator.embedded import RunningSimulator

DAY = date(2026, 11, 20)
NOTIFY_URL = "http://127.0.0.1:3000/api/payment/notify/wechat"
BILL = (
    "交易状态,微信订单号,商户订单号,微信退款单号,商户退款单号,退款状态,订单金额,申请退款金额\r\n"
    "`SUCCESS,`42,`order,`0,`0,`,`19.90,`0.00\r\n"
    "`REFUND,`42,`order,`503,`part,`PROCESSING,`0.00,`9.90\r\n"
    "总交易单数,订单总金额,申请退款总金额\r\n"
    "`2,`19.90,`9.90\r\n"
)


@pytest.fixture
def client(simulator: RunningSimulator, exchanges: list[Exchange]) -> Iterator[ApiV3Gateway]:
    settings = Settings.load(EnvFile.of(simulator.environment(notify_url=NOTIFY_URL)))
    gateway = ApiV3Gateway(settings.wechat, listeners=(exchanges.append,))
    yield gateway
    gateway.close_connections()


def test_a_bill_holds_the_payment_and_the_refund_of_its_day(
    client: ApiV3Gateway, levers: LeversClient, exchanges: list[Exchange]
) -> None:
    number = f"GL{os.urandom(12).hex()}"
    client.create(
        Order(
            out_trade_no=number,
            product=Product.NATIVE,
            amount=Fen(1990),
            description="景区日票",
            notify_url=NOTIFY_URL,
        )
    )
    paid = levers.pay(out_trade_no=number)
    assert paid.success_time is not None
    day = paid.success_time.astimezone(BEIJING).date()
    refund = client.refund(
        RefundOrder(
            out_refund_no=f"{number}-1",
            out_trade_no=number,
            refund=Fen(990),
            total=Fen(1990),
            notify_url=NOTIFY_URL,
        )
    )
    with pytest.raises(PlatformRefusal) as refused:
        client.trade_bill(day)
    assert refused.value.code == "INVALID_REQUEST"
    ready = datetime.combine(day + timedelta(days=1), time(10), BEIJING)
    levers.advance((ready - levers.advance(0)).total_seconds())
    bill = client.trade_bill(day)
    payment = BilledPayment(out_trade_no=number, transaction_id=str(paid.transaction_id), total=Fen(1990))
    assert payment in bill.payments
    (billed,) = [each for each in bill.refunds if each.out_trade_no == number]
    assert (billed.refund_id, billed.refund, billed.status) == (refund.refund_id, Fen(990), "SUCCESS")
    told = [(each.operation, each.verified) for each in exchanges[-2:]]
    assert told == [("bill", True), ("bill-download", None)]


def test_a_day_without_trade_is_refused_in_the_platforms_words(
    client: ApiV3Gateway, levers: LeversClient
) -> None:
    with pytest.raises(PlatformRefusal) as refused:
        client.trade_bill((levers.advance(0) - timedelta(days=30)).date())
    assert refused.value.code == "NO_STATEMENT_EXIST"


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_bill_is_read_by_name_with_a_mark_or_without(mark: str) -> None:
    bill = read_bill((mark + BILL).encode(), DAY)
    assert bill.payments == (BilledPayment(out_trade_no="order", transaction_id="42", total=Fen(1990)),)
    assert bill.refunds == (
        BilledRefund(
            out_refund_no="part", refund_id="503", out_trade_no="order", refund=Fen(990), status="PROCESSING"
        ),
    )
    assert read_bill(BILL.replace("\r", "").encode(), DAY) == bill


@pytest.mark.parametrize(
    ("broken", "what"),
    [
        (BILL.replace("`2,`19.90", "`3,`19.90"), "sums"),
        (BILL.replace("`2,`19.90,", "`2,`19.91,"), "sums"),
        (BILL.replace("`order,", "`or,der,"), "cannot be read"),
        (BILL.replace("订单金额,申", "金额,申"), "cannot be read"),
        (BILL.replace("`19.90,`0.00", "`1e2,`0.00"), "cannot be read"),
        ("", "cannot be read"),
    ],
)
def test_a_bill_that_does_not_add_up_is_not_believed(broken: str, what: str) -> None:
    with pytest.raises(TargetFailure, match=what):
        read_bill(broken.encode(), DAY)


def test_a_file_is_believed_by_the_hash_that_was_announced() -> None:
    text = BILL.encode()
    announced = sha1(text, usedforsecurity=False).hexdigest()
    packed = gzip.compress(text)
    assert unpacked(packed, announced.upper()) == text
    for file, hash_value, what in (
        (packed, announced[::-1], "hash"),
        (packed[:-12], announced, "cut off"),
        (text, announced, "no gzip"),
    ):
        with pytest.raises(TargetFailure, match=what):
            unpacked(file, hash_value)
