"""An order call makes an intent; the trade is born when a payer opens it, and belongs to the first."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from harness.simulator.account.identity import Identity
from harness.simulator.platform.orders import Reason, Refused
from harness.simulator.server import Simulator
from tests.simulator.alipay_side import NOTIFY_URL, NUMBER, AlipaySide, order
from tests.simulator.merchant_side import MerchantSide

OTHER = "2088999900004217"


def test_precreate_hands_out_a_code_and_makes_no_trade(alipay: AlipaySide) -> None:
    answer = alipay.precreate()
    assert set(answer.members) == {"code", "msg", "out_trade_no", "qr_code"}
    for asked in (alipay.query(), alipay.close(), alipay.refund()):
        assert (asked.members["code"], asked.sub_code) == ("40004", "ACQ.TRADE_NOT_EXIST")


def test_a_close_before_the_scan_leaves_the_code_payable(alipay: AlipaySide) -> None:
    alipay.precreate()
    alipay.close()
    alipay.pay()
    assert alipay.query().members["trade_status"] == "TRADE_SUCCESS"


def test_a_query_of_what_nobody_opened_tells_nothings_in_yuan(alipay: AlipaySide) -> None:
    alipay.precreate()
    members = alipay.query().members
    assert members["buyer_pay_amount"] == members["receipt_amount"] == "0.00"
    assert (members["out_trade_no"], members["sub_msg"]) == (NUMBER, "交易不存在")


def test_a_scan_makes_the_trade_and_gives_it_its_number(alipay: AlipaySide) -> None:
    alipay.precreate()
    alipay.scan(payer=OTHER)
    members = alipay.query().members
    assert members["trade_status"] == "WAIT_BUYER_PAY"
    assert members["buyer_user_id"] == OTHER
    assert len(members["trade_no"]) == 28
    assert members["trade_no"][8:18] == "2200140421"
    assert "send_pay_date" not in members
    by_its_own = alipay.query(trade_no=members["trade_no"], out_trade_no="another").members
    assert by_its_own["out_trade_no"] == NUMBER


def test_a_payment_keeps_the_trades_number(alipay: AlipaySide) -> None:
    alipay.precreate()
    born = str(alipay.scan().transaction_id)
    payment = alipay.pay()
    members = alipay.query().members
    assert payment.transaction_id == members["trade_no"] == born
    assert (members["trade_status"], members["total_amount"]) == ("TRADE_SUCCESS", "19.90")


def test_of_several_intents_the_first_opened_wins(alipay: AlipaySide) -> None:
    cheap = alipay.precreate(amount="0.01").members["qr_code"]
    dear = alipay.precreate(amount="19.90").members["qr_code"]
    platform = alipay.merchant.simulator.platform
    first, second = platform.intent(cheap), platform.intent(dear)
    assert first is not None
    assert second is not None
    platform.open_intent(first)
    assert alipay.query().members["total_amount"] == "0.01"
    with pytest.raises(Refused) as refused:
        platform.open_intent(second)
    assert refused.value.reason is Reason.NUMBER_USED
    assert alipay.precreate(amount="19.90").sub_code == "ACQ.CONTEXT_INCONSISTENT"
    assert alipay.precreate(amount="0.01").members["code"] == "10000"


def test_the_same_data_again_lead_to_the_same_trade(alipay: AlipaySide) -> None:
    first = alipay.create().members["trade_no"]
    assert alipay.create().members["trade_no"] == first
    code = alipay.precreate().members["qr_code"]
    intent = alipay.merchant.simulator.platform.intent(code)
    assert intent is not None
    assert alipay.merchant.simulator.platform.open_intent(intent).transaction_id == first


def test_another_subject_is_another_order(alipay: AlipaySide) -> None:
    alipay.create()
    assert alipay.create(subject="普洱 250 克").sub_code == "ACQ.CONTEXT_INCONSISTENT"


def test_a_paid_number_and_a_closed_one_take_no_order(alipay: AlipaySide) -> None:
    alipay.create()
    alipay.pay()
    assert alipay.precreate().sub_code == "ACQ.TRADE_HAS_SUCCESS"
    assert alipay.precreate(amount="0.01").sub_code == "ACQ.TRADE_HAS_SUCCESS"
    alipay.create("second")
    alipay.close("second")
    assert alipay.precreate("second").sub_code == "ACQ.TRADE_HAS_CLOSE"


def test_the_first_payer_keeps_others_out(alipay: AlipaySide) -> None:
    alipay.create()
    assert alipay.create(buyer_id=OTHER).sub_code == "ACQ.TRADE_BUYER_NOT_MATCH"
    with pytest.raises(Refused) as refused:
        alipay.scan(payer=OTHER)
    assert refused.value.reason is Reason.FOREIGN_PAYER


@pytest.mark.parametrize(
    ("amount", "sub_code"),
    [
        (None, "ACQ.INVALID_PARAMETER"),
        ("", "ACQ.INVALID_PARAMETER"),
        ("0.001", "ACQ.INVALID_PARAMETER"),
        ("19.900", "ACQ.INVALID_PARAMETER"),
        ("1e2", "ACQ.INVALID_PARAMETER"),
        (1e22, "ACQ.INVALID_PARAMETER"),
        ("١٢", "ACQ.INVALID_PARAMETER"),
        (" 19.90", "ACQ.INVALID_PARAMETER"),
        ("+19.90", "ACQ.INVALID_PARAMETER"),
        ("19,90", "ACQ.INVALID_PARAMETER"),
        (True, "ACQ.INVALID_PARAMETER"),
        ({"yuan": 1}, "ACQ.INVALID_PARAMETER"),
        ("0", "ACQ.TOTAL_FEE_EXCEED"),
        ("0.00", "ACQ.TOTAL_FEE_EXCEED"),
        ("-19.90", "ACQ.TOTAL_FEE_EXCEED"),
        ("100000000.01", "ACQ.TOTAL_FEE_EXCEED"),
    ],
    ids=repr,
)
def test_what_is_no_amount_is_refused(alipay: AlipaySide, amount: object, sub_code: str) -> None:
    biz = {**order(), "total_amount": amount}
    answer = alipay.call("alipay.trade.precreate", biz)
    assert answer.sub_code == sub_code
    assert alipay.account.orders() == []


def test_an_amount_of_null_counts_as_absent(alipay: AlipaySide) -> None:
    answer = alipay.call("alipay.trade.precreate", {**order(), "total_amount": None})
    assert answer.members["sub_msg"] == "参数无效：订单总金额不能为空"


@pytest.mark.parametrize(
    ("amount", "fen"),
    [("19.9", 1990), (19, 1900), (19.90, 1990), (0.01, 1), ("100000000", 10_000_000_000)],
    ids=repr,
)
def test_numbers_are_read_as_they_are_written(alipay: AlipaySide, amount: object, fen: int) -> None:
    alipay.create(amount=amount)
    assert alipay.account.find(NUMBER).total == fen


@pytest.mark.parametrize(
    ("changes", "sub_code"),
    [
        ({"out_trade_no": "海岛"}, "ACQ.INVALID_PARAMETER"),
        ({"out_trade_no": "a" * 65}, "ACQ.INVALID_PARAMETER"),
        ({"out_trade_no": None}, "ACQ.INVALID_PARAMETER"),
        ({"subject": None}, "ACQ.INVALID_PARAMETER"),
        ({"subject": "a=b"}, "ACQ.INVALID_PARAMETER"),
        ({"subject": "茶" * 257}, "ACQ.INVALID_PARAMETER"),
        ({"product_code": "QUICK_WAP_WAY"}, "ACQ.ACCESS_FORBIDDEN"),
        ({"seller_id": "2088999900000013"}, "ACQ.INVALID_RECEIVE_ACCOUNT"),
        ({"timeout_express": "1.5h"}, "ACQ.INVALID_PARAMETER"),
        ({"timeout_express": "16d"}, "ACQ.INVALID_PARAMETER"),
        ({"time_expire": "2020-01-01 00:00:00"}, "ACQ.NOW_TIME_AFTER_EXPIRE_TIME_ERROR"),
        ({"time_expire": "tomorrow"}, "ACQ.INVALID_PARAMETER"),
        ({"enable_pay_channels": "pcredit", "disable_pay_channels": "coupon"}, "ACQ.INVALID_PARAMETER"),
    ],
    ids=str,
)
def test_what_an_order_must_not_say(alipay: AlipaySide, changes: dict[str, object], sub_code: str) -> None:
    assert alipay.call("alipay.trade.precreate", order(**changes)).sub_code == sub_code  # type: ignore[arg-type]


@pytest.mark.parametrize("code", ["QR_CODE_OFFLINE", "FACE_TO_FACE_PAYMENT", "OFFLINE_PAYMENT", None])
def test_every_product_code_of_precreate_is_taken(alipay: AlipaySide, code: str | None) -> None:
    assert alipay.precreate(product_code=code).members["code"] == "10000"


@pytest.mark.parametrize(
    ("buyer", "sub_code"),
    [
        ({}, "ACQ.INVALID_PARAMETER"),
        ({"buyer_id": "nobody"}, "ACQ.BUYER_NOT_EXIST"),
        ({"buyer_open_id": "0nobody"}, "ACQ.BUYER_NOT_EXIST"),
    ],
    ids=str,
)
def test_create_wants_a_payer_that_there_is(alipay: AlipaySide, buyer: dict[str, str], sub_code: str) -> None:
    assert alipay.call("alipay.trade.create", {**order(), **buyer}).sub_code == sub_code


def test_a_merchant_sells_nothing_to_itself(alipay: AlipaySide) -> None:
    assert alipay.create(buyer_id=alipay.identity.seller_id).sub_code == "ACQ.BUYER_SELLER_EQUAL"


def test_create_finds_its_payer_by_open_id(alipay: AlipaySide) -> None:
    answer = alipay.create(buyer_id=None, buyer_open_id=alipay.identity.buyer_open_id)
    assert answer.members["code"] == "10000"
    assert alipay.query().members["buyer_user_id"] == alipay.identity.buyer_id


@pytest.mark.parametrize("state", ["paid", "closed", "refunded"])
def test_only_what_waits_for_its_payer_can_be_closed(alipay: AlipaySide, state: str) -> None:
    alipay.create()
    if state == "closed":
        assert alipay.close().members["code"] == "10000"
    else:
        alipay.pay()
    if state == "refunded":
        alipay.refund()
    answer = alipay.close()
    assert (answer.sub_code, answer.members["sub_msg"]) == ("ACQ.TRADE_STATUS_ERROR", "交易状态不合法")
    assert answer.members["out_trade_no"] == NUMBER


def test_a_closed_trade_is_no_paid_one(alipay: AlipaySide) -> None:
    alipay.create()
    told = alipay.close().members
    assert told["trade_no"] == alipay.account.find(NUMBER).transaction_id
    members = alipay.query().members
    assert members["trade_status"] == "TRADE_CLOSED"
    assert "send_pay_date" not in members


def test_cancel_does_what_is_left_to_do(alipay: AlipaySide) -> None:
    assert alipay.cancel().members == {
        "code": "10000",
        "msg": "Success",
        "out_trade_no": NUMBER,
        "retry_flag": "N",
    }
    alipay.create()
    assert alipay.cancel().members["action"] == "close"
    alipay.create("second")
    alipay.pay("second")
    assert alipay.cancel("second").members["action"] == "refund"
    assert alipay.query("second").members["trade_status"] == "TRADE_CLOSED"
    assert "action" not in alipay.cancel("second").members
    ledger = alipay.merchant.simulator.platform.ledger(alipay.identity.seller_id)
    assert ledger.refunded == {"second": 1990}


def test_cancel_is_for_one_day(alipay: AlipaySide) -> None:
    alipay.create()
    alipay.pay()
    alipay.merchant.simulator.clock.advance(timedelta(days=1, seconds=1))
    assert alipay.cancel().sub_code == "ACQ.TRADE_CANCEL_TIME_OUT"


@pytest.mark.parametrize("method", ["page", "wap", "app"])
def test_a_browser_is_sent_to_a_cashier_that_cannot_be_guessed(alipay: AlipaySide, method: str) -> None:
    answer = alipay.page(method)
    assert answer.status == 302
    token = str(answer.header("location")).rsplit("/", 1)[1]
    assert len(token) == 32
    assert str(answer.header("location")).startswith("http://127.0.0.1:8765/alipay/cashier/")
    intent = alipay.merchant.simulator.platform.intent(token)
    assert intent is not None
    assert (intent.request.out_trade_no, intent.request.notify_url) == (NUMBER, NOTIFY_URL)
    assert alipay.query().sub_code == "ACQ.TRADE_NOT_EXIST"


def test_the_cashier_knows_where_the_payer_goes_back_to(alipay: AlipaySide) -> None:
    biz = order(
        product_code="QUICK_WAP_PAY", quit_url="http://shop/quit", body="散装", passback_params="a%3D1"
    )
    answer = alipay.page("wap", biz=biz, return_url="http://shop/back?from=web")
    intent = alipay.merchant.simulator.platform.intent(str(answer.header("location")).rsplit("/", 1)[1])
    assert intent is not None
    assert intent.terms.return_url == "http://shop/back?from=web"
    assert intent.terms.quit_url == "http://shop/quit"
    assert (intent.terms.body, intent.request.attach) == ("散装", "a%3D1")


def test_a_number_that_is_paid_still_leads_to_the_cashier_which_says_so(alipay: AlipaySide) -> None:
    alipay.create()
    alipay.pay()
    answer = alipay.page("page")
    assert answer.status == 302
    platform = alipay.merchant.simulator.platform
    intent = platform.intent(str(answer.header("location")).rsplit("/", 1)[1])
    assert intent is not None
    with pytest.raises(Refused) as refused:
        platform.open_intent(intent)
    assert refused.value.reason is Reason.PAID


def test_a_browser_is_shown_a_page_in_gbk_where_something_is_wrong(alipay: AlipaySide) -> None:
    answer = alipay.page(sign="AAAA")
    assert (answer.status, answer.header("content-type")) == (200, "text/html;charset=GBK")
    page = answer.body.decode("gbk")
    assert "调试错误，请回到请求来源地，重新发起请求。" in page
    assert ">invalid-signature<" in page
    assert "验签出错" in page


def test_a_page_wants_its_product_code(alipay: AlipaySide) -> None:
    assert "销售产品码不能为空" in alipay.page(biz=order()).body.decode("gbk")


def test_an_application_that_sees_open_ids_is_told_no_user_number(identity: Identity) -> None:
    owner = replace(identity, alipay=replace(identity.alipay, tells_open_id=True))
    merchant = MerchantSide(Simulator(identity=owner, experience=False))
    with merchant.runner:
        side = AlipaySide(merchant)
        assert side.create().sub_code == "ACQ.BUYER_NOT_EXIST"
        side.create(buyer_id=None, buyer_open_id=side.identity.buyer_open_id)
        members = side.query().members
    assert members["buyer_open_id"] == side.identity.buyer_open_id
    assert "buyer_user_id" not in members
    assert members["buyer_logon_id"].endswith("***@sandbox.com")
