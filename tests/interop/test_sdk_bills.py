"""The SDK wechatpayv3 applies for bills here, fetches them, and what it fetched has the announced hash."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from harness.levers.client import LeversClient
from tests.interop.sdk_side import on_both_accounts, sold
from tests.simulator.bill_side import Table, read

pytestmark = on_both_accounts

NewNumber = Callable[[], str]


def order(sdk: Any, number: str) -> None:
    status, _ = sdk.pay(description="龙井 250 克", out_trade_no=number, amount={"total": 1990})
    assert status == 200


def fetched(sdk: Any, applied: tuple[int, str]) -> Table:
    """The bill of an application, which the SDK has verified; the file itself is unsigned."""
    status, text = applied
    told = json.loads(text)
    assert (status, told["hash_type"]) == (200, "SHA1")
    status, file = sdk.download_bill(told["download_url"])
    assert status == 200
    bill = gzip.decompress(file)
    assert hashlib.sha1(bill, usedforsecurity=False).hexdigest() == told["hash_value"]
    return read(bill.decode())


def test_a_trade_bill_holds_the_payment_and_the_refund(
    sdk: Any, new_number: NewNumber, levers: LeversClient
) -> None:
    number = new_number()
    order(sdk, number)
    day = sold(levers, number)
    sdk.refund(
        out_refund_no=f"{number}-part-1",
        out_trade_no=number,
        amount={"refund": 990, "total": 1990, "currency": "CNY"},
    )
    bill = fetched(sdk, sdk.trade_bill(day))
    assert bill.of(商户订单号=number)["订单金额"] == "19.90"
    assert bill.summary["总交易单数"] == str(len(bill.rows))
    levers.advance(24 * 3600)
    the_next = json.loads(sdk.query_refund(out_refund_no=f"{number}-part-1")[1])["create_time"][:10]
    assert fetched(sdk, sdk.trade_bill(the_next, "REFUND")).of(商户订单号=number)["申请退款金额"] == "9.90"


def test_a_fund_flow_bill_holds_what_came_in(sdk: Any, new_number: NewNumber, levers: LeversClient) -> None:
    number = new_number()
    order(sdk, number)
    bill = fetched(sdk, sdk.fundflow_bill(sold(levers, number)))
    assert bill.of(业务凭证号=number)["收支金额(元)"] == "19.90"


@pytest.mark.parametrize("kind", ["trade_bill", "fundflow_bill"])
def test_refusals_reach_the_caller_with_their_code(
    sdk: Any, new_number: NewNumber, levers: LeversClient, kind: str
) -> None:
    number = new_number()
    order(sdk, number)
    day = sold(levers, number)
    apply = getattr(sdk, kind)
    then = date.fromisoformat(day) + timedelta(days=1)
    levers.advance(2 * 24 * 3600)
    told = [apply(str(then + timedelta(days=ahead))) for ahead in (1, 2, 3)] + [apply(day.replace("-", ""))]
    assert [status for status, _ in told] == [400] * 4
    assert [json.loads(text)["code"] for _, text in told] == [
        "NO_STATEMENT_EXIST",
        "INVALID_REQUEST",
        "INVALID_REQUEST",
        "PARAM_ERROR",
    ]


def test_a_link_that_has_died_is_refused(sdk: Any, new_number: NewNumber, levers: LeversClient) -> None:
    number = new_number()
    order(sdk, number)
    told = json.loads(sdk.trade_bill(sold(levers, number))[1])
    levers.advance(300)
    status, text = sdk.download_bill(told["download_url"])
    assert (status, json.loads(text)["code"]) == (400, "INVALID_REQUEST")
