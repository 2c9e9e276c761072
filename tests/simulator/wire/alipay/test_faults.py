"""Faults hit Alipay's wire as they hit the others, in this platform's shape."""

from __future__ import annotations

import pytest

from harness.levers.actions import FORGED_CODE, FORGERIES
from harness.levers.models import Fault
from harness.signing.alipay import answer_holds
from tests.simulator.alipay_side import NUMBER, AlipaySide, order


def arm(side: AlipaySide, operation: str, action: str, value: object = None, **more: object) -> None:
    told = {"operation": operation, "action": action, "value": value, **more}
    side.merchant.simulator.faults.add(Fault.model_validate(told))


@pytest.mark.parametrize(
    ("status", "code"),
    [(500, "20000"), (429, "40005"), (403, "40006"), (400, "40002"), (401, "40002")],
)
def test_a_status_comes_as_the_platforms_own_trouble_with_http_200(
    alipay: AlipaySide, status: int, code: str
) -> None:
    arm(alipay, "query", "status", status)
    answer = alipay.query()
    assert (answer.raw.status, answer.members["code"]) == (200, code)


def test_a_bad_gateway_is_a_page_that_is_no_json(alipay: AlipaySide) -> None:
    arm(alipay, "query", "status", 502)
    answer = alipay.get_query()
    assert answer.status == 502
    assert answer.body.startswith(b"<html>")


def test_a_fault_of_one_order_leaves_others_alone(alipay: AlipaySide) -> None:
    arm(alipay, "create", "status", 500, out_trade_no="second")
    assert alipay.precreate().members["code"] == "10000"
    assert alipay.precreate("second").members["code"] == "20000"
    assert alipay.account.orders() == [NUMBER]


def test_a_fault_finds_its_order_by_the_platforms_number(alipay: AlipaySide) -> None:
    number = alipay.create().members["trade_no"]
    arm(alipay, "query", "status", 500, out_trade_no=NUMBER)
    assert alipay.query(trade_no=number).members["code"] == "20000"


def test_a_refund_is_made_and_its_answer_is_trouble(alipay: AlipaySide) -> None:
    alipay.create()
    alipay.pay()
    arm(alipay, "refund", "status_after_acceptance", 500)
    assert alipay.refund().members["code"] == "20000"
    assert alipay.refund().members["fund_change"] == "N"


def test_a_refund_that_does_not_end_says_so(alipay: AlipaySide) -> None:
    alipay.create()
    alipay.pay()
    arm(alipay, "refund", "refund_ends", "PROCESSING")
    assert alipay.refund("5.00").members["fund_change"] == "N"
    assert "refund_status" not in alipay.query_refund().members


def test_a_spoilt_signature_does_not_hold(alipay: AlipaySide) -> None:
    arm(alipay, "create", "wrong_signature")
    answer = alipay.precreate()
    assert answer.sign
    assert not answer_holds(alipay.identity.platform_key.public_key(), answer.node, answer.sign)


@pytest.mark.parametrize("how", ["unsigned", "another-key", "tampered"])
def test_a_forged_answer_says_another_code_and_its_signature_does_not_hold(
    alipay: AlipaySide, how: str
) -> None:
    arm(alipay, "create", "forged_answer", how)
    answer = alipay.precreate()
    assert answer.members["qr_code"] == FORGED_CODE
    assert not answer_holds(alipay.identity.platform_key.public_key(), answer.node, answer.sign)


def test_an_answer_that_somebody_kept_is_truly_signed_and_about_another_order(alipay: AlipaySide) -> None:
    alipay.create()
    arm(alipay, "query", "forged_answer", "stale")
    answer = alipay.query()
    alipay.verify(answer)
    assert answer.members["trade_status"] == "TRADE_SUCCESS"
    assert answer.members["out_trade_no"] != NUMBER


def test_a_forged_query_says_paid_and_no_money_moved(alipay: AlipaySide) -> None:
    alipay.create()
    arm(alipay, "query", "forged_answer", "unsigned")
    assert alipay.query().members["trade_status"] == "TRADE_SUCCESS"
    assert alipay.query().members["trade_status"] == "WAIT_BUYER_PAY"


def test_a_query_says_any_state_truly_signed(alipay: AlipaySide) -> None:
    alipay.create()
    arm(alipay, "query", "trade_state", "TRADE_PENDING")
    answer = alipay.query()
    assert answer.members["trade_status"] == "TRADE_PENDING"
    alipay.verify(answer)


def test_v3_has_the_same_faults(alipay: AlipaySide) -> None:
    arm(alipay, "create", "status", 500)
    trouble = alipay.v3("precreate", order())
    assert (trouble.status, trouble.json["code"]) == (500, "unknow-error")
    arm(alipay, "create", "status", 503)
    assert alipay.v3("precreate", order()).status == 503
    arm(alipay, "create", "forged_answer", "stale")
    kept = alipay.v3("precreate", order())
    alipay.verify_v3(kept)
    fresh = alipay.v3("precreate", order())
    assert int(str(fresh.header("alipay-timestamp"))) - int(str(kept.header("alipay-timestamp"))) > 3_000_000
    arm(alipay, "create", "forged_answer", "unsigned")
    assert alipay.v3("precreate", order()).header("alipay-signature") is None


@pytest.mark.parametrize("value", FORGERIES)
def test_a_forged_answer_says_that_a_trade_is_paid_which_nobody_has_opened_yet(
    alipay: AlipaySide, value: str
) -> None:
    alipay.precreate()
    assert alipay.query().sub_code == "ACQ.TRADE_NOT_EXIST"
    arm(alipay, "query", "forged_answer", value, times=2)
    told = alipay.query()
    assert told.members["trade_status"] == "TRADE_SUCCESS"
    holds = answer_holds(alipay.identity.platform_key.public_key(), told.node, told.sign)
    assert holds is (value == "stale")
    assert (told.members["out_trade_no"] == NUMBER) is (value != "stale")
    v3 = alipay.v3("query", {"out_trade_no": NUMBER})
    assert v3.json["trade_status"] == "TRADE_SUCCESS"
    assert len(alipay.merchant.simulator.faults.met()) == 2
    assert alipay.query().sub_code == "ACQ.TRADE_NOT_EXIST"
