"""What the gateway believes of Alipay's answers, and what it makes of each (facts alipay 1.7, 2.5 to 2.9)."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from harness.core.errors import (
    AnswerOverdue,
    EnvironmentUnreachable,
    GoLiveError,
    PlatformRefusal,
    SignatureInvalid,
    TargetFailure,
    UnknownOutcome,
    UsageError,
)
from harness.core.exchange import Exchange
from harness.core.findings import told_in
from harness.core.money import Fen
from harness.core.payment import Order, Product, RefundOrder, RefundStatus, TradeState
from harness.gateways.alipay.gateway import AlipayGateway
from harness.gateways.alipay.refusals import UnverifiedRefusal
from harness.gateways.refusals import ChannelRefusal, NotSpoken
from harness.settings.model import AlipayCertificates, AlipaySettings
from harness.signing.alipay import sign_answer
from harness.signing.keys import generate
from tests.gateways.alipay.conftest import NUMBER, TRADE, Asked

if TYPE_CHECKING:
    from tests.gateways.alipay.conftest import FakeAlipay

QUERY = "alipay.trade.query"
WAITING = (
    '{"code":"10000","msg":"Success","buyer_logon_id":"gol***@sandbox.com","buyer_pay_amount":"0.00",'
    '"buyer_user_id":"2088999900004217","invoice_amount":"0.00","out_trade_no":"GL20261105000001",'
    '"point_amount":"0.00","receipt_amount":"0.00","total_amount":"19.90",'
    '"trade_no":"2026110522001404211400000107","trade_status":"WAIT_BUYER_PAY"}'
)
PAID = (
    '{"code":"10000","msg":"Success","buyer_logon_id":"gol***@sandbox.com","buyer_pay_amount":"19.90",'
    '"buyer_user_id":"2088999900004217","buyer_user_type":"PRIVATE",'
    '"fund_bill_list":[{"amount":"19.90","fund_channel":"ALIPAYACCOUNT"}],"invoice_amount":"19.90",'
    '"out_trade_no":"GL20261105000001","point_amount":"0.00","receipt_amount":"19.90",'
    '"send_pay_date":"2026-11-05 14:05:11","total_amount":"19.90",'
    '"trade_no":"2026110522001404211400000107","trade_status":"TRADE_SUCCESS"}'
)
NOT_OPENED = (
    '{"code":"40004","msg":"Business Failed","sub_code":"ACQ.TRADE_NOT_EXIST","sub_msg":"交易不存在",'
    '"buyer_pay_amount":"0.00","invoice_amount":"0.00","out_trade_no":"GL20261105000001",'
    '"point_amount":"0.00","receipt_amount":"0.00"}'
)
REFUSED = '{"code":"40004","msg":"Business Failed","sub_code":"ACQ.%s","sub_msg":"交易状态不合法"}'
ORDER = Order(
    out_trade_no=NUMBER,
    product=Product.NATIVE,
    amount=Fen(1990),
    description="海岛一日游",
    notify_url="https://shop.example/pay/alipay/notify",
)
REFUND = RefundOrder(
    out_refund_no="GLR20261105-1", out_trade_no=NUMBER, refund=Fen(500), total=Fen(1990), notify_url=""
)


def says(alipay: FakeAlipay, node: str) -> None:
    alipay.reply = lambda asked: (200, alipay.wire(node, asked.members["method"]))


def bare(alipay: FakeAlipay, body: bytes, status: int = 200) -> None:
    alipay.reply = lambda asked: (status, body)


def in_turn(alipay: FakeAlipay, *nodes: str) -> Callable[[Asked], tuple[int, bytes]]:
    left = list(nodes)
    return lambda asked: (200, alipay.wire(left.pop(0), asked.members["method"]))


def test_a_waiting_and_a_paid_trade_are_read_whole(client: AlipayGateway, alipay: FakeAlipay) -> None:
    says(alipay, WAITING)
    waiting = client.query(NUMBER)
    assert (waiting.state, waiting.money_taken) == (TradeState.NOTPAY, False)
    assert (waiting.transaction_id, waiting.success_time, waiting.payer_total) == (TRADE, None, None)
    says(alipay, PAID)
    paid = client.query(NUMBER)
    assert (paid.state, paid.total, paid.payer_total) == (TradeState.SUCCESS, Fen(1990), Fen(1990))
    assert paid.success_time == datetime(2026, 11, 5, 6, 5, 11, tzinfo=UTC)
    assert (paid.transaction_id, paid.openid) == (TRADE, "2088999900004217")
    assert client.query_by_transaction_id(TRADE) == paid


def test_an_order_that_nobody_has_opened_reads_as_not_paid(client: AlipayGateway, alipay: FakeAlipay) -> None:
    says(alipay, NOT_OPENED)
    found = client.query(NUMBER)
    assert (found.state, found.transaction_id, found.total) == (TradeState.NOTPAY, None, None)
    with pytest.raises(PlatformRefusal) as refused:
        client.query_by_transaction_id(TRADE)
    assert (refused.value.status, refused.value.code) == (404, "ORDER_NOT_EXIST")


@pytest.mark.parametrize(
    ("status", "beside", "state"),
    [
        ("TRADE_FINISHED", {"send_pay_date": "2026-11-05 14:05:11"}, TradeState.SUCCESS),
        ("TRADE_CLOSED", {}, TradeState.CLOSED),
        ("TRADE_CLOSED", {"buyer_pay_amount": "0.00"}, TradeState.CLOSED),
        ("TRADE_CLOSED", {"send_pay_date": "2026-11-05 14:05:11"}, TradeState.REFUND),
        ("TRADE_CLOSED", {"buyer_pay_amount": "19.90"}, TradeState.REFUND),
    ],
)
def test_closed_is_never_paid_or_given_back_and_the_rest_of_the_answer_tells_which(
    client: AlipayGateway, alipay: FakeAlipay, status: str, beside: dict[str, str], state: TradeState
) -> None:
    alipay.answers(out_trade_no=NUMBER, trade_no=TRADE, trade_status=status, total_amount="19.90", **beside)
    assert client.query(NUMBER).state is state


def test_an_unknown_state_is_kept_as_text_and_members_may_be_new_or_numbers(
    client: AlipayGateway, alipay: FakeAlipay
) -> None:
    says(
        alipay,
        '{"code":"10000","out_trade_no":"GL20261105000001","trade_no":"1","trade_status":"TRADE_FROZEN",'
        '"total_amount":19.9,"buyer_open_id":"0open","new":[{"deep":null}]}',
    )
    found = client.query(NUMBER)
    assert (found.trade_state, found.state, found.money_taken) == ("TRADE_FROZEN", None, False)
    assert (found.total, found.openid) == (Fen(1990), "0open")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("GL20261105000001", "GL20261105000009"),
        ('"total_amount":"19.90"', '"total_amount":"19.905"'),
        ('"total_amount":"19.90"', '"total_amount":"1.99e1"'),
        ("2026-11-05 14:05:11", "2026-11-05T14:05:11Z"),
        ('"trade_status":"TRADE_SUCCESS"', '"trade_state":"TRADE_SUCCESS"'),
    ],
)
def test_an_answer_about_another_order_or_of_another_form_is_not_used(
    client: AlipayGateway, alipay: FakeAlipay, before: str, after: str
) -> None:
    says(alipay, PAID.replace(before, after))
    with pytest.raises(TargetFailure):
        client.query(NUMBER)


def test_one_changed_byte_of_the_node_is_refused_wherever_it_is(
    client: AlipayGateway, alipay: FakeAlipay, exchanges: list[Exchange]
) -> None:
    whole = alipay.wire(PAID, QUERY)
    places = range(whole.index(b'{"code"') + 2, whole.rindex(b',"sign"') - 1, 23)
    for at in places:
        bare(alipay, whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        with pytest.raises((SignatureInvalid, UnknownOutcome)):
            client.query(NUMBER)
    assert len(exchanges) == len(places) > 15
    assert True not in {exchange.verified for exchange in exchanges}


def test_the_same_node_with_its_slashes_unescaped_is_not_what_was_signed(
    client: AlipayGateway, alipay: FakeAlipay
) -> None:
    alipay.answers(out_trade_no=NUMBER, qr_code="https://qr.alipay.com/bax0")
    assert client.create(ORDER).code_url == "https://qr.alipay.com/bax0"
    signed = alipay.reply
    alipay.reply = lambda asked: (200, signed(asked)[1].replace(b"\\/", b"/"))
    with pytest.raises(SignatureInvalid):
        client.create(ORDER)


@pytest.mark.parametrize("node", [PAID, NOT_OPENED, REFUSED % "TRADE_HAS_CLOSE"])
@pytest.mark.parametrize("sign", ["", ',"sign":""'])
def test_what_decides_and_is_not_signed_is_refused(
    client: AlipayGateway, alipay: FakeAlipay, node: str, sign: str
) -> None:
    bare(alipay, f'{{"alipay_trade_query_response":{node}{sign}}}'.encode())
    with pytest.raises(SignatureInvalid, match="not signed"):
        client.query(NUMBER)


def test_a_success_by_another_key_our_own_included_is_refused(
    client: AlipayGateway, alipay: FakeAlipay, account: AlipaySettings
) -> None:
    for key in (generate(), account.private_key):
        alipay.key = key
        says(alipay, PAID)
        with pytest.raises(SignatureInvalid, match="does not hold"):
            client.query(NUMBER)


def test_the_signature_of_another_answer_is_refused(client: AlipayGateway, alipay: FakeAlipay) -> None:
    sign = sign_answer(alipay.key, WAITING.encode())
    bare(alipay, f'{{"alipay_trade_query_response":{PAID},"sign":"{sign}"}}'.encode())
    with pytest.raises(SignatureInvalid, match="does not hold"):
        client.query(NUMBER)


def test_a_second_node_beside_the_signed_one_is_refused(client: AlipayGateway, alipay: FakeAlipay) -> None:
    forged = PAID.replace('"19.90"', '"1990.00"')
    whole = alipay.wire(PAID, QUERY).decode()
    for body in (
        whole.replace(',"sign"', f',"alipay_trade_query_response":{forged},"sign"'),
        f'{{"alipay_trade_query_response":{forged},{whole[1:]}',
        whole[:-1] + f',"error_response":{forged}}}',
    ):
        bare(alipay, body.encode())
        with pytest.raises(SignatureInvalid):
            client.query(NUMBER)


def test_an_unsigned_gateway_error_is_surfaced_as_unverified(
    client: AlipayGateway, alipay: FakeAlipay, exchanges: list[Exchange]
) -> None:
    bare(
        alipay,
        (
            '{"alipay_trade_query_response":{"code":"40002","msg":"Invalid Arguments",'
            '"sub_code":"isv.invalid-app-id","sub_msg":"无效的AppID参数"}}'
        ).encode(),
    )
    with pytest.raises(UnverifiedRefusal, match="unsigned: 无效的AppID参数") as refused:
        client.query(NUMBER)
    assert refused.value.code == "isv.invalid-app-id"
    assert exchanges[-1].verified is None


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"<html>502 Bad Gateway</html>", 502),
        ("<html>系统维护</html>".encode(), 200),
        (b"", 200),
        (b'{"alipay_trade_precreate_response":{"code":"10000","qr_co', 200),
    ],
    ids=["502", "page", "nothing", "half"],
)
def test_an_error_page_and_half_an_answer_settle_nothing(
    client: AlipayGateway, alipay: FakeAlipay, body: bytes, status: int
) -> None:
    bare(alipay, body, status)
    for ask in (lambda: client.create(ORDER), lambda: client.query(NUMBER), lambda: client.refund(REFUND)):
        with pytest.raises(UnknownOutcome):
            ask()


def test_a_signed_answer_under_another_status_settles_nothing(
    client: AlipayGateway, alipay: FakeAlipay
) -> None:
    bare(alipay, alipay.wire(PAID, QUERY), 503)
    with pytest.raises(UnknownOutcome, match="HTTP 503"):
        client.query(NUMBER)


@pytest.mark.parametrize(
    ("code", "sub_code"),
    [
        ("20000", "isp.unknow-error"),
        ("20000", "aop.unknow-error"),
        ("40004", "ACQ.SYSTEM_ERROR"),
        ("40004", "AQC.SYSTEM_ERROR"),
        ("10003", ""),
        ("99999", "new.word"),
    ],
)
def test_what_alipay_cannot_say_is_unknown(
    client: AlipayGateway, alipay: FakeAlipay, code: str, sub_code: str
) -> None:
    alipay.refuses(code, sub_code, "系统繁忙")
    with pytest.raises(UnknownOutcome) as unknown:
        client.create(ORDER)
    assert "query" in unknown.value.remedy
    assert told_in(unknown.value.what, "zh") != unknown.value.what


@pytest.mark.parametrize(
    ("code", "sub_code", "status", "word", "channel"),
    [
        ("40004", "ACQ.TRADE_HAS_SUCCESS", 400, "ORDERPAID", False),
        ("40004", "ACQ.TRADE_HAS_CLOSE", 400, "ORDER_CLOSED", False),
        ("40004", "ACQ.CONTEXT_INCONSISTENT", 403, "OUT_TRADE_NO_USED", False),
        ("40004", "ACQ.TRADE_BUYER_NOT_MATCH", 403, "OUT_TRADE_NO_USED", False),
        ("40004", "ACQ.INVALID_PARAMETER", 400, "PARAM_ERROR", False),
        ("40004", "ACQ.ACCESS_FORBIDDEN", 403, "NO_AUTH", False),
        ("40004", "ACQ.SELLER_BALANCE_NOT_ENOUGH", 403, "NOT_ENOUGH", False),
        ("40004", "ACQ.MERCHANT_PERM_RECEIPT_DAY_LIMIT", 403, "RULE_LIMIT", False),
        ("40004", "ACQ.BUYER_SELLER_EQUAL", 400, "BUYER_SELLER_EQUAL", False),
        ("40004", "TRADE_NOT_EXIST", 404, "ORDER_NOT_EXIST", False),
        ("40002", "isv.invalid-signature", 401, "SIGN_ERROR", True),
        ("40001", "isv.missing-timestamp", 400, "isv.missing-timestamp", True),
        ("40005", "isv.app-call-limited", 429, "FREQUENCY_LIMITED", True),
        ("40006", "isv.insufficient-isv-permissions", 403, "NO_AUTH", False),
        ("20001", "aop.invalid-auth-token", 400, "aop.invalid-auth-token", True),
    ],
)
def test_refusals_come_in_the_words_that_all_dialects_share(
    client: AlipayGateway, alipay: FakeAlipay, code: str, sub_code: str, status: int, word: str, channel: bool
) -> None:
    alipay.refuses(code, sub_code, "原因")
    with pytest.raises(PlatformRefusal) as refused:
        client.create(ORDER)
    assert (refused.value.status, refused.value.code) == (status, word)
    assert isinstance(refused.value, ChannelRefusal) is channel
    assert refused.value.message == f"原因 ({sub_code})"
    assert refused.value.request_id == "0a1b2c3d"


@pytest.mark.parametrize(
    "members",
    [{"out_trade_no": NUMBER}, {"out_trade_no": "another", "qr_code": "https://qr.alipay.com/x"}],
    ids=["no code", "another order"],
)
def test_a_missing_code_and_a_code_of_another_order_are_no_success(
    client: AlipayGateway, alipay: FakeAlipay, members: dict[str, str]
) -> None:
    alipay.answers(**members)
    with pytest.raises(TargetFailure):
        client.create(ORDER)


def test_an_order_that_is_closed_already_is_closed(client: AlipayGateway, alipay: FakeAlipay) -> None:
    alipay.answers(out_trade_no=NUMBER, trade_no=TRADE)
    client.close(NUMBER)
    closed = WAITING.replace("WAIT_BUYER_PAY", "TRADE_CLOSED")
    alipay.reply = in_turn(alipay, REFUSED % "TRADE_STATUS_ERROR", closed)
    client.close(NUMBER)


@pytest.mark.parametrize(
    ("nodes", "word"),
    [
        ((REFUSED % "TRADE_STATUS_ERROR", PAID), "ORDERPAID"),
        ((REFUSED % "REASON_ILLEGAL_STATUS", WAITING), "TRADE_STATUS_ERROR"),
        ((REFUSED % "TRADE_NOT_EXIST",), "ORDER_NOT_EXIST"),
    ],
)
def test_what_is_paid_or_was_not_opened_is_not_closed(
    client: AlipayGateway, alipay: FakeAlipay, nodes: tuple[str, ...], word: str
) -> None:
    alipay.reply = in_turn(alipay, *nodes)
    with pytest.raises(PlatformRefusal) as refused:
        client.close(NUMBER)
    assert refused.value.code == word


def refunded(**members: str) -> dict[str, str]:
    return {"out_trade_no": NUMBER, "trade_no": TRADE, "refund_fee": "5.00", **members}


def test_a_refund_is_done_only_where_money_moved(client: AlipayGateway, alipay: FakeAlipay) -> None:
    alipay.answers(**refunded(fund_change="Y", gmt_refund_pay="2026-11-05 15:20:44"))
    done = client.refund(REFUND)
    assert (done.state, done.refund, done.total) == (RefundStatus.SUCCESS, Fen(500), Fen(1990))
    assert done.success_time == datetime(2026, 11, 5, 7, 20, 44, tzinfo=UTC)
    for members in (refunded(fund_change="N"), refunded()):
        alipay.answers(**members)
        assert client.refund(REFUND).state is RefundStatus.PROCESSING


def test_refund_fee_is_all_that_went_back_so_far(client: AlipayGateway, alipay: FakeAlipay) -> None:
    alipay.answers(**refunded(fund_change="Y", refund_fee="10.00"))
    assert client.refund(replace(REFUND, out_refund_no="GLR20261105-2")).refund == Fen(500)
    alipay.answers(**refunded(fund_change="Y", refund_fee="4.99"))
    with pytest.raises(TargetFailure, match="refund_fee"):
        client.refund(REFUND)


def test_a_refund_is_found_again_under_its_own_number(client: AlipayGateway, alipay: FakeAlipay) -> None:
    found = {
        "out_request_no": REFUND.out_refund_no,
        "out_trade_no": NUMBER,
        "refund_amount": "5.00",
        "total_amount": "19.90",
        "trade_no": TRADE,
    }
    alipay.answers(**found, refund_status="REFUND_SUCCESS")
    done = client.query_refund(REFUND.out_refund_no, NUMBER)
    assert (done.state, done.refund) == (RefundStatus.SUCCESS, Fen(500))
    assert alipay.asked[-1].content["out_request_no"] == REFUND.out_refund_no
    alipay.answers(**found)
    assert client.query_refund(REFUND.out_refund_no, NUMBER).state is RefundStatus.PROCESSING
    alipay.answers(**found, refund_status="REFUND_ODD")
    assert client.query_refund(REFUND.out_refund_no, NUMBER).status == "REFUND_ODD"
    alipay.answers(**(found | {"out_request_no": "another"}))
    with pytest.raises(TargetFailure, match="another refund"):
        client.query_refund(REFUND.out_refund_no, NUMBER)


def test_an_empty_answer_to_a_refunds_number_is_no_refund_so_far(
    client: AlipayGateway, alipay: FakeAlipay
) -> None:
    alipay.answers()
    with pytest.raises(PlatformRefusal) as unknown:
        client.query_refund(REFUND.out_refund_no, NUMBER)
    assert (unknown.value.status, unknown.value.code) == (404, "RESOURCE_NOT_EXISTS")
    with pytest.raises(UsageError, match="order's number"):
        client.query_refund(REFUND.out_refund_no)


def test_certificate_mode_believes_the_certificate_it_knows_alone(
    account: AlipaySettings, alipay: FakeAlipay
) -> None:
    names = AlipayCertificates(app_cert_sn="7a" * 16, alipay_cert_sn="8b" * 16, root_cert_sn="9c")
    client = AlipayGateway(replace(account, certificates=names))

    def answer(extra: str) -> None:
        alipay.reply = lambda asked: (200, alipay.wire(PAID, asked.members["method"], extra=extra))

    answer(f',"alipay_cert_sn":"{"8b" * 16}"')
    assert client.query(NUMBER).money_taken
    for extra in ("", f',"alipay_cert_sn":"{"00" * 16}"'):
        answer(extra)
        with pytest.raises(SignatureInvalid, match="another certificate") as refused:
            client.query(NUMBER)
        assert "download" in refused.value.remedy
    client.close_connections()


def test_a_probe_tells_an_alipay_that_trusts_us_from_one_that_does_not(
    client: AlipayGateway, alipay: FakeAlipay
) -> None:
    says(alipay, NOT_OPENED)
    assert client.probe().trusted
    client.recognise()
    alipay.refuses("40002", "isv.invalid-signature", "验签出错")
    told = client.probe()
    assert (told.reachable, told.trusted) == (True, False)
    assert "isv.invalid-signature" in told.detail
    with pytest.raises(NotSpoken):
        client.recognise()
    bare(alipay, b'{"a":1}')
    assert not client.probe().trusted
    assert client.status().enabled is False


def test_nothing_listens_there_and_nothing_was_sent(account: AlipaySettings) -> None:
    client = AlipayGateway(replace(account, gateway_url="http://127.0.0.1:9/gateway.do"))
    with pytest.raises(EnvironmentUnreachable):
        client.query(NUMBER)
    assert not client.probe().reachable


def test_an_answer_that_does_not_come_in_time_is_unknown(account: AlipaySettings, alipay: FakeAlipay) -> None:
    def slow(asked: Asked) -> tuple[int, bytes]:
        time.sleep(0.6)
        return 200, alipay.wire(PAID, asked.members["method"])

    alipay.reply = slow
    client = AlipayGateway(account, timeout_s=0.3)
    with pytest.raises(AnswerOverdue):
        client.query(NUMBER)
    client.close_connections()


def test_every_exchange_is_told_with_its_number_and_what_it_is_worth(
    client: AlipayGateway, alipay: FakeAlipay, exchanges: list[Exchange]
) -> None:
    says(alipay, PAID)
    client.query(NUMBER)
    alipay.refuses("40004", "ACQ.SYSTEM_ERROR", "系统异常")
    with pytest.raises(GoLiveError):
        client.refund(REFUND)
    assert [(each.operation, each.verified, each.out_trade_no) for each in exchanges] == [
        ("query", True, NUMBER),
        ("refund", True, NUMBER),
    ]
    assert {each.dialect for each in exchanges} == {"alipay"}
