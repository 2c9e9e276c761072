"""A refund on the v3 wire: its members, its refusals in the gateway's words, and what a fault makes of it."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA1

from harness.core.payment import RefundStatus
from harness.levers.models import Fault
from harness.simulator.account.identity import Identity, new_identity
from harness.simulator.practices import OlderRefunds
from harness.simulator.server import Simulator
from tests.simulator.merchant_side import NOTIFY_URL, NUMBER, REFUND, REFUNDS, Answer, MerchantSide

MINUTE = timedelta(minutes=1)


@pytest.fixture
def paid(merchant: MerchantSide) -> MerchantSide:
    """The merchant, with an order of ¥19.90 paid by purse and ¥5.00 of coupon."""
    merchant.create()
    merchant.pay(coupon=500)
    return merchant


def balanced(merchant: MerchantSide) -> bool:
    ledger = merchant.simulator.platform.ledger(merchant.identity.mchid)
    return sum(ledger.balances.values()) == 0


def later(merchant: MerchantSide, minutes: int) -> None:
    merchant.simulator.clock.advance(minutes * MINUTE)


def test_the_answer_has_every_member_and_its_signature_holds(paid: MerchantSide) -> None:
    answer = paid.refund(refund=1000, reason="尺码不合")
    paid.verify(answer)
    told = answer.json
    assert answer.status == 200
    assert set(told) == {
        *("refund_id", "out_refund_no", "transaction_id", "out_trade_no", "channel"),
        *("user_received_account", "create_time", "status", "funds_account", "amount", "promotion_detail"),
    }
    assert (told["status"], told["channel"], told["funds_account"]) == ("PROCESSING", "ORIGINAL", "AVAILABLE")
    assert told["transaction_id"] == paid.query().json["transaction_id"]
    assert told["amount"] == {
        "total": 1990,
        "refund": 1000,
        "currency": "CNY",
        "payer_total": 1490,
        "payer_refund": 749,
        "discount_refund": 251,
        "settlement_total": 1990,
        "settlement_refund": 1000,
    }
    (promotion,) = told["promotion_detail"]
    assert (promotion["type"], promotion["amount"], promotion["refund_amount"]) == ("CASH", 500, 251)


def test_a_query_tells_the_same_and_later_that_it_succeeded(paid: MerchantSide) -> None:
    asked = paid.refund(refund=1000).json
    assert paid.query_refund().json == asked
    assert paid.query().json["trade_state"] == "REFUND"
    later(paid, 5)
    done = paid.query_refund()
    paid.verify(done)
    assert done.json["status"] == "SUCCESS"
    assert done.json["success_time"].endswith("+08:00")
    assert {**done.json, "status": "PROCESSING"} == {**asked, "success_time": done.json["success_time"]}


def test_the_same_refund_twice_is_one_refund(paid: MerchantSide) -> None:
    first, again = paid.refund(refund=1000), paid.refund(refund=1000)
    assert first.json == again.json
    by_transaction = paid.refund(refund=1000, out_trade_no=None, transaction_id=first.json["transaction_id"])
    assert by_transaction.json == first.json
    assert len(paid.account.audit(NUMBER).refunds) == 1


UNMAPPABLE = (
    "无法将 JSON 输入源“/body/amount/{member}”映射到目标字段“{label}”中，此字段需要一个合法的 64 位有符号整数"
)


def amount(**changes: object) -> dict[str, Any]:
    return {"amount": {"refund": 1000, "total": 1990, "currency": "CNY", **changes}}


@pytest.mark.parametrize(
    ("changes", "message", "value"),
    [
        (amount(refund=10.0), UNMAPPABLE.format(member="refund", label="退款金额"), 10.0),
        (amount(refund="1000"), UNMAPPABLE.format(member="refund", label="退款金额"), "1000"),
        (amount(refund=True), UNMAPPABLE.format(member="refund", label="退款金额"), True),
        (amount(total=19.9), UNMAPPABLE.format(member="total", label="原订单金额"), 19.9),
        (
            amount(refund=0),
            "输入源“/body/amount/refund”映射到数值字段“退款金额”规则校验失败，值低于最小值 1",
            0,
        ),
        (
            amount(refund=-1),
            "输入源“/body/amount/refund”映射到数值字段“退款金额”规则校验失败，值低于最小值 1",
            -1,
        ),
        (
            amount(refund=None),
            "输入源“/body/amount/refund”映射到字段“退款金额”必填性规则校验失败，此字段为必填项",
            "",
        ),
        (
            amount(currency=None),
            "输入源“/body/amount/currency”映射到字段“退款币种”必填性规则校验失败，此字段为必填项",
            "",
        ),
        (
            {"amount": [1]},
            "无法将 JSON 输入源“/body/amount”映射到目标字段“金额信息”中，此字段需要一个合法的 Json 对象",
            [1],
        ),
        (
            {"reason": "茶" * 27},
            "输入源“/body/reason”映射到值字段“退款原因”字符串规则校验失败，字节数 81，大于最大值 80",
            81,
        ),
        (
            {"out_refund_no": "x" * 65},
            "输入源“/body/out_refund_no”映射到值字段“商户退款单号”字符串规则校验失败，"
            "字节数 65，大于最大值 64",
            65,
        ),
        (
            {"out_refund_no": "退款"},
            "输入源“/body/out_refund_no”映射到值字段“商户退款单号”字符串规则校验失败，"
            r"字符串必须匹配正则表达式“^[0-9a-zA-Z_\-\|\*\@]+$”",
            "退款",
        ),
        (
            {"notify_url": "https://pay.example.com/" + "x" * 233},
            "输入源“/body/notify_url”映射到值字段“通知地址”字符串规则校验失败，字符数 257，大于最大值 256",
            257,
        ),
        ({"mchid": "1900000001"}, "请求中含有未在API文档中定义的参数", ["/body/mchid"]),
        (
            amount(refund=1000, payer_refund=1),
            "请求中含有未在API文档中定义的参数",
            ["/body/amount/payer_refund"],
        ),
    ],
    ids=lambda each: str(each)[:40],
)
def test_a_parameter_that_breaks_a_rule_is_told_in_the_gateways_words(
    paid: MerchantSide, changes: dict[str, object], message: str, value: object
) -> None:
    answer = paid.post(REFUNDS, {**paid.refund_order(), **changes})
    assert (answer.status, answer.code) == (400, "PARAM_ERROR")
    assert answer.json["message"] == message
    assert answer.json["detail"]["value"] == value
    assert paid.query().json["trade_state"] == "SUCCESS"


@pytest.mark.parametrize(
    "changes",
    [
        {"out_trade_no": None},
        {"out_trade_no": "", "transaction_id": ""},
        {"transaction_id": "4200000000202611230000000001"},
        amount(**{"from": [{"account": "AVAILABLE", "amount": 999}]}),
        amount(**{"from": [{"account": "AVAILABLE", "amount": 500}] * 2}),
        amount(**{"from": [{"account": "BASIC", "amount": 1000}]}),
        amount(**{"from": []}),
        {"funds_account": "BASIC"},
        {"goods_detail": []},
        {"goods_detail": [{"merchant_goods_id": "A", "unit_price": 1, "refund_amount": 1}]},
    ],
    ids=str,
)
def test_what_does_not_fit_together_is_a_parameter_error(paid: MerchantSide, changes: dict[str, Any]) -> None:
    answer = paid.post(REFUNDS, paid.refund_order(**changes))
    assert (answer.status, answer.code) == (400, "PARAM_ERROR")
    assert paid.account.audit(NUMBER).refunds == ()


def test_sources_and_goods_are_told_back(paid: MerchantSide) -> None:
    sources = [{"account": "AVAILABLE", "amount": 400}, {"account": "UNAVAILABLE", "amount": 600}]
    goods = [{"merchant_goods_id": "A", "unit_price": 1000, "refund_amount": 1000, "refund_quantity": 1}]
    told = paid.refund(**amount(**{"from": sources}), goods_detail=goods).json
    assert told["amount"]["from"] == sources
    assert told["promotion_detail"][0]["goods_detail"] == goods


def ask(merchant: MerchantSide, **given: Any) -> Answer:
    return merchant.refund(given.pop("number", "refund-2"), given.pop("refund", 100), **given)


@pytest.mark.parametrize(
    ("given", "status", "code", "message"),
    [
        ({"out_trade_no": "nobodys"}, 404, "RESOURCE_NOT_EXISTS", "订单号不存在"),
        ({"out_trade_no": "unpaid-order"}, 404, "RESOURCE_NOT_EXISTS", "订单号不存在"),
        (
            {"out_trade_no": None, "transaction_id": "42"},
            404,
            "RESOURCE_NOT_EXISTS",
            "订单号不存在",
        ),
        ({"refund": 991}, 400, "INVALID_REQUEST", "申请退款金额大于订单剩余可退金额"),
        ({"refund": 1991}, 400, "INVALID_REQUEST", "您的请求参数与订单信息不一致"),
        (amount(total=2000), 400, "INVALID_REQUEST", "您的请求参数与订单信息不一致"),
        (
            {"number": REFUND, "refund": 999},
            400,
            "INVALID_REQUEST",
            "订单金额或退款金额与之前请求不一致，请核实后再试",
        ),
        (
            {"number": REFUND, "refund": 1000, "out_trade_no": "another-order"},
            400,
            "INVALID_REQUEST",
            "支付单号校验不一致，请核实后再试",
        ),
        ({}, 429, "FREQUENCY_LIMITED", "频率限制，同一订单两次退款至少间隔1分钟"),
    ],
    ids=str,
)
def test_each_misuse_has_its_own_answer_and_moves_nothing(
    paid: MerchantSide, given: dict[str, Any], status: int, code: str, message: str
) -> None:
    paid.create(out_trade_no="unpaid-order")
    paid.create(out_trade_no="another-order")
    paid.pay("another-order")
    paid.refund(refund=1000)
    before = paid.simulator.platform.ledger(paid.identity.mchid)
    answer = ask(paid, **given)
    assert (answer.status, answer.code, answer.json["message"]) == (status, code, message)
    assert paid.simulator.platform.ledger(paid.identity.mchid) == before
    assert balanced(paid)


def test_what_was_refused_for_the_pace_was_not_accepted_and_goes_through_later(paid: MerchantSide) -> None:
    paid.refund(refund=1000)
    assert ask(paid).status == 429
    assert paid.query_refund("refund-2").code == "RESOURCE_NOT_EXISTS"
    later(paid, 1)
    assert ask(paid).status == 200


def test_an_order_given_back_whole_and_one_too_old_say_so(paid: MerchantSide) -> None:
    paid.refund()
    later(paid, 1)
    assert ask(paid).json["message"] == "订单已全额退款"
    paid.create(out_trade_no="old-order")
    paid.pay("old-order")
    later(paid, 365 * 24 * 60 + 1)
    answer = ask(paid, number="refund-3", out_trade_no="old-order")
    assert (answer.status, answer.json["message"]) == (400, "订单已经超过退款期限")


def test_a_short_balance_is_told_and_the_same_number_goes_through_after_a_top_up(paid: MerchantSide) -> None:
    paid.account.withdraw(1000)
    answer = paid.refund(refund=1000)
    assert (answer.status, answer.code) == (403, "NOT_ENOUGH")
    paid.account.withdraw(-1000)
    assert paid.refund(refund=1000).status == 200


def test_another_merchants_order_is_unknown(identity: Identity) -> None:
    neighbour = new_identity()
    simulator = Simulator(identity=identity, others=[neighbour], experience=False)
    first = MerchantSide(simulator)
    with first.runner:
        second = MerchantSide(simulator, runner=first.runner, owner=neighbour)
        first.create()
        first.pay()
        assert second.refund().code == "RESOURCE_NOT_EXISTS"
        first.refund()
        assert second.query_refund().code == "RESOURCE_NOT_EXISTS"
        second.create()
        second.pay()
        assert second.refund().json["refund_id"] != first.query_refund().json["refund_id"]


def test_a_query_of_nothing_and_of_nonsense(paid: MerchantSide) -> None:
    answer = paid.query_refund("nobodys")
    assert (answer.status, answer.code, answer.json["message"]) == (
        404,
        "RESOURCE_NOT_EXISTS",
        "退款单不存在",
    )
    assert paid.query_refund("x" * 65).code == "PARAM_ERROR"
    assert paid.send("GET", f"{REFUNDS}/{REFUND}?mchid={paid.signer.mchid}").json["detail"] == {
        "location": None,
        "value": ["/query/mchid"],
    }


def test_a_number_of_every_sign_is_found_again(paid: MerchantSide) -> None:
    number = "aZ9_-|*@"
    assert paid.refund(number).status == 200
    assert paid.query_refund(number).json["out_refund_no"] == number


def test_who_asks_is_checked_as_on_every_endpoint_beside_the_transactions(paid: MerchantSide) -> None:
    """Without a User-Agent a refund is refused before its signature is looked at (facts 1.3)."""
    body = b"{}"
    nameless = paid.headers("POST", REFUNDS, body, without=["user-agent", "authorization"])
    assert paid.send("POST", REFUNDS, body, nameless).code == "INVALID_REQUEST"
    unsigned = paid.send(
        "POST", REFUNDS, body, paid.headers("POST", REFUNDS, body, without=["authorization"])
    )
    assert (unsigned.status, unsigned.code) == (401, "SIGN_ERROR")
    assert unsigned.header("request-id") is not None
    assert paid.send("GET", REFUNDS).status == 405
    assert paid.send("POST", f"{REFUNDS}/{REFUND}", b"{}").status == 405


def sealed(key: RSAPublicKey, text: str) -> str:
    # The platform's own padding; nothing here relies on its collision resistance.
    return base64.b64encode(key.encrypt(text.encode(), OAEP(MGF1(SHA1()), SHA1(), None))).decode()  # noqa: S303


def card(key: RSAPublicKey, **changes: object) -> dict[str, object]:
    return {
        "out_refund_no": REFUND,
        "type": "USER_BANK_CARD",
        "bank_type": "ICBC_DEBIT",
        "bank_account": sealed(key, "6222020000000000000"),
        "real_name": sealed(key, "张三"),
        **changes,
    }


def abnormal(merchant: MerchantSide) -> str:
    merchant.refund()
    merchant.account.refunds.end(REFUND, RefundStatus.ABNORMAL)
    return f"{REFUNDS}/{merchant.query_refund().json['refund_id']}/apply-abnormal-refund"


def test_an_abnormal_refund_goes_to_a_card_whose_number_was_sealed(paid: MerchantSide) -> None:
    path, key = abnormal(paid), paid.identity.public_key_private.public_key()
    answer = paid.post(path, card(key))
    paid.verify(answer)
    assert (answer.status, answer.json["status"]) == (200, "PROCESSING")
    later(paid, 5)
    done = paid.query_refund().json
    assert (done["status"], done["channel"]) == ("SUCCESS", "OTHER_BANKCARD")
    assert balanced(paid)


def test_an_abnormal_refund_goes_to_the_merchant_without_any_card(paid: MerchantSide) -> None:
    path = abnormal(paid)
    body = {"out_refund_no": REFUND, "type": "MERCHANT_BANK_CARD"}
    assert paid.post(path, body).json["user_received_account"] == "商户结算银行账户"
    later(paid, 5)
    assert paid.query_refund().json["status"] == "SUCCESS"
    assert paid.post(path, body).json["message"] == "退款单状态不是退款异常，不能发起异常退款"


def test_a_card_in_plain_text_or_under_another_key_is_refused(paid: MerchantSide) -> None:
    path, key = abnormal(paid), paid.identity.public_key_private.public_key()
    own = paid.identity.merchant_key.public_key()
    for body in (
        card(key, bank_account="6222020000000000000"),
        card(own),
        card(key, real_name=None),
        card(key, type="CARD"),
        {**card(key), "extra": 1},
    ):
        answer = paid.post(path, body)
        assert (answer.status, answer.code) == (400, "PARAM_ERROR")
    assert paid.query_refund().json["status"] == "ABNORMAL"


def test_the_trail_says_in_what_state_a_card_came(paid: MerchantSide) -> None:
    path, key = abnormal(paid), paid.identity.public_key_private.public_key()
    for body in (card(key, real_name="张三"), card(paid.identity.merchant_key.public_key()), card(key)):
        paid.post(path, body)
    events = paid.account.audit(NUMBER).events
    told = [each.detail["card"] for each in events if each.kind == "refund-card"]
    assert told == ["plain", "unopened", "sealed"]


def test_an_abnormal_refund_of_nobodys_or_of_two_is_refused(paid: MerchantSide) -> None:
    path = abnormal(paid)
    body = {"out_refund_no": REFUND, "type": "MERCHANT_BANK_CARD"}
    elsewhere = f"{REFUNDS}/50300000002026112300000000001/apply-abnormal-refund"
    assert paid.post(elsewhere, body).code == "RESOURCE_NOT_EXISTS"
    assert paid.post(path, {**body, "out_refund_no": "another"}).code == "INVALID_REQUEST"


@pytest.mark.parametrize("ends", ["ABNORMAL", "CLOSED", "PROCESSING"])
def test_a_fault_makes_a_refund_end_otherwise(paid: MerchantSide, ends: str) -> None:
    paid.simulator.faults.add(
        Fault(operation="refund", action="refund_ends", value=ends, out_trade_no=NUMBER)
    )
    assert paid.refund().json["status"] == "PROCESSING"
    later(paid, 5)
    assert paid.query_refund().json["status"] == ends
    assert "success_time" not in paid.query_refund().json
    assert balanced(paid)


@pytest.mark.parametrize(("status", "code"), [(429, "FREQUENCY_LIMITED"), (500, "SYSTEM_ERROR")])
def test_an_accepted_refund_may_be_answered_as_if_it_were_not(
    paid: MerchantSide, status: int, code: str
) -> None:
    fault = Fault(operation="refund", action="status_after_acceptance", value=status)
    paid.simulator.faults.add(fault)
    answer = paid.refund()
    assert (answer.status, answer.code, answer.signed) == (status, code, False)
    assert paid.query_refund().json["status"] == "PROCESSING"
    assert paid.refund().status == 200
    assert len(paid.account.audit(NUMBER).refunds) == 1


def test_faults_of_refunds_know_their_order_by_either_number(paid: MerchantSide) -> None:
    transaction = paid.query().json["transaction_id"]
    faults = paid.simulator.faults
    for operation in ("refund", "refund-query", "abnormal-refund"):
        faults.add(
            Fault.model_validate(
                {"operation": operation, "action": "status", "value": 500, "out_trade_no": NUMBER}
            )
        )
    assert paid.refund(out_trade_no=None, transaction_id=transaction).status == 500
    refund_id = paid.refund().json["refund_id"]
    assert paid.query_refund().status == 500
    assert paid.post(f"{REFUNDS}/{refund_id}/apply-abnormal-refund", {}).status == 500
    met = [(each.operation, each.out_trade_no) for each in faults.met()]
    assert met == [(each, NUMBER) for each in ("refund", "refund-query", "abnormal-refund")]


def test_older_words_are_a_switch(identity: Identity) -> None:
    side = MerchantSide(Simulator(identity=identity, experience=False, older_refunds=[*OlderRefunds]))
    with side.runner:
        side.create()
        side.pay(coupon=500)
        refund = side.refund(refund=1000)
        assert side.query().json["trade_state"] == "SUCCESS"
        assert refund.json["promotion_detail"][0]["type"] == "COUPON"
        assert side.refund(refund=999).code == "REFUND_FEE_MISMATCH"
        later(side, 365 * 24 * 60 + 1)
        assert side.refund("refund-2", 1).code == "TRADE_OVERDUE"


def test_a_callback_carries_other_members_than_an_answer(paid: MerchantSide) -> None:
    paid.refund(refund=1000)
    refund = paid.account.refunds.end(REFUND, RefundStatus.SUCCESS)
    told = paid.simulator.wires.refund_told(refund)
    assert list(told) == [
        *("mchid", "transaction_id", "out_trade_no", "refund_id", "out_refund_no"),
        *("refund_status", "success_time", "user_received_account", "amount"),
    ]
    assert told["amount"] == {"total": 1990, "refund": 1000, "payer_total": 1490, "payer_refund": 749}
    assert refund.request.notify_url == NOTIFY_URL
