"""The SDK wechatpayv3 gives money back here, asks what became of it, and opens how it ended."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Literal

import pytest

from harness.core.money import Fen
from harness.levers.client import LeversClient
from harness.levers.models import Fault
from tests.interop.sdk_side import Mailbox, on_both_accounts

pytestmark = on_both_accounts

NewNumber = Callable[[], str]


@pytest.fixture
def paid(sdk: Any, new_number: NewNumber, levers: LeversClient) -> str:
    """The number of an order of ¥19.90, ¥5.00 of which a coupon paid."""
    number = new_number()
    sdk.pay(description="龙井 250 克", out_trade_no=number, amount={"total": 1990})
    levers.pay(out_trade_no=number, coupon=Fen(500))
    return number


def refund(sdk: Any, number: str, part: str = "part-1", fen: int = 1000, **more: Any) -> tuple[int, Any]:
    status, text = sdk.refund(
        out_refund_no=f"{number}-{part}",
        amount={"refund": fen, "total": 1990, "currency": "CNY"},
        **({"out_trade_no": number} | more),
    )
    return status, json.loads(text)


def test_a_refund_is_accepted_asked_for_and_repeated(sdk: Any, paid: str, levers: LeversClient) -> None:
    status, accepted = refund(sdk, paid, reason="尺码不合")
    assert (status, accepted["status"]) == (200, "PROCESSING")
    assert accepted["amount"]["payer_refund"] == 749
    by_transaction = {"out_trade_no": None, "transaction_id": accepted["transaction_id"]}
    assert refund(sdk, paid, **by_transaction) == (200, accepted)
    levers.end_refund(f"{paid}-part-1", "SUCCESS")
    status, text = sdk.query_refund(out_refund_no=f"{paid}-part-1")
    assert (status, json.loads(text)["status"]) == (200, "SUCCESS")
    assert json.loads(sdk.query(out_trade_no=paid)[1])["trade_state"] == "REFUND"
    assert levers.audit(paid).refunds[0].times_asked == 2


@pytest.mark.parametrize("ends", ["SUCCESS", "ABNORMAL", "CLOSED"])
def test_its_callback_opens_to_how_it_ended(
    sdk: Any,
    paid: str,
    levers: LeversClient,
    mailbox: Mailbox,
    *,
    ends: Literal["SUCCESS", "ABNORMAL", "CLOSED"],
) -> None:
    refund(sdk, paid)
    mailbox.received.clear()
    levers.end_refund(f"{paid}-part-1", ends)
    ((headers, body),) = mailbox.received
    opened = sdk.callback(headers, body)
    assert opened["event_type"] == f"REFUND.{ends}"
    assert opened["resource"] == levers.refund_notification(f"{paid}-part-1")
    assert opened["resource"]["refund_status"] == ends


def test_refusals_reach_the_caller_with_their_code(sdk: Any, paid: str) -> None:
    refund(sdk, paid)
    assert refund(sdk, paid, fen=999)[1]["code"] == "INVALID_REQUEST"
    assert refund(sdk, paid, "part-2", 991)[1]["code"] == "INVALID_REQUEST"
    status, answer = refund(sdk, paid, "part-2", 100)
    assert (status, answer["code"]) == (429, "FREQUENCY_LIMITED")
    status, text = sdk.query_refund(out_refund_no=f"{paid}-part-2")
    assert (status, json.loads(text)["code"]) == (404, "RESOURCE_NOT_EXISTS")


def test_an_accepted_refund_that_was_denied_is_found(sdk: Any, paid: str, levers: LeversClient) -> None:
    levers.add_fault(
        Fault(operation="refund", action="status_after_acceptance", value=500, out_trade_no=paid)
    )
    assert refund(sdk, paid)[0] == 500
    assert sdk.query_refund(out_refund_no=f"{paid}-part-1")[0] == 200


@pytest.mark.filterwarnings("ignore:Properties that return a naïve datetime:UserWarning")
def test_an_abnormal_refund_is_sent_to_a_card_that_the_sdk_seals(
    sdk: Any, paid: str, levers: LeversClient
) -> None:
    refund_id = refund(sdk, paid)[1]["refund_id"]
    levers.end_refund(f"{paid}-part-1", "ABNORMAL")
    status, text = sdk.abnormal_refund(
        refund_id=refund_id,
        out_refund_no=f"{paid}-part-1",
        type="USER_BANK_CARD",
        bank_type="ICBC_DEBIT",
        bank_account="6222020000000000000",
        real_name="张三",
    )
    assert (status, json.loads(text)["status"]) == (200, "PROCESSING")
    levers.advance(300)
    _, text = sdk.query_refund(out_refund_no=f"{paid}-part-1")
    told = json.loads(text)
    assert (told["status"], told["channel"]) == ("SUCCESS", "OTHER_BANKCARD")
