"""Orders over the envelope wire: what is handed out, what is told of them, and what is refused."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from harness.core.clock import rfc3339
from harness.signing.wechat_v3 import jsapi_pay_sign
from tests.simulator.envelope_side import CREATE, EnvelopeSide
from tests.simulator.merchant_side import NUMBER, SHOPPER

IN_AN_HOUR = timedelta(hours=1)


def test_a_qr_order_hands_out_the_code(envelope: EnvelopeSide) -> None:
    answer = envelope.create("qr")
    data = answer.json["data"]
    assert set(data) == {"outTradeNo", "prepayId", "qrCode"}
    audit = envelope.simulator.account.audit(NUMBER)
    assert (data["qrCode"], data["prepayId"]) == (audit.code_url, audit.prepay_id)


def test_an_h5_order_hands_out_a_page_of_this_very_platform(envelope: EnvelopeSide) -> None:
    url = envelope.create("h5").json["data"]["mwebUrl"]
    assert url == envelope.simulator.account.audit(NUMBER).h5_url
    assert url.startswith("http://127.0.0.1:8765/cgi-bin/mmpayweb-bin/checkmweb?prepay_id=wx")


def test_a_jsapi_order_hands_out_the_six_parameters_signed_for_the_bridge(envelope: EnvelopeSide) -> None:
    data = envelope.create("jsapi").json["data"]
    identity = envelope.simulator.identity
    assert data["appId"] == identity.appid
    assert data["package"] == f"prepay_id={data['prepayId']}"
    assert data["signType"] == "RSA"
    assert data["paySign"] == jsapi_pay_sign(
        identity.merchant_key,
        appid=identity.appid,
        timestamp=data["timeStamp"],
        nonce=data["nonceStr"],
        prepay_id=data["prepayId"],
    )


def test_an_app_order_hands_out_its_prepay_id(envelope: EnvelopeSide) -> None:
    assert set(envelope.create("app").json["data"]) == {"outTradeNo", "prepayId"}


def test_an_order_that_names_its_end_is_told_it(envelope: EnvelopeSide) -> None:
    end = (envelope.simulator.clock.now() + IN_AN_HOUR).replace(microsecond=0)
    answer = envelope.create(extraParams={"time_expire": rfc3339(end), "attach": "桌号 7"})
    assert datetime.fromisoformat(answer.json["data"]["expireTime"]) == end
    audit = envelope.simulator.account.audit(NUMBER)
    assert audit.time_expire == end


def test_the_trail_names_dialect_and_request(envelope: EnvelopeSide) -> None:
    first = envelope.create().json["requestId"]
    second = envelope.create().json["requestId"]
    audit = envelope.simulator.account.audit(NUMBER)
    marks = [(event.kind, event.detail["dialect"], event.detail["request_id"]) for event in audit.events]
    assert marks == [("created", "envelope", first), ("reordered", "envelope", second)]
    assert audit.dialect == "envelope"


def test_the_same_request_again_is_answered_as_before(envelope: EnvelopeSide) -> None:
    body = envelope.signed(**envelope.order())
    once, again = envelope.send(CREATE, body), envelope.send(CREATE, body)
    assert once.json["data"] == again.json["data"]
    assert [event.kind for event in envelope.simulator.account.audit(NUMBER).events] == [
        "created",
        "repeated",
    ]


def test_the_same_request_id_for_another_order_is_not_the_same_request(envelope: EnvelopeSide) -> None:
    envelope.create(requestId="PAY_1_aaaaaa")
    answer = envelope.create(requestId="PAY_1_aaaaaa", totalAmount=1991)
    assert (answer.status, answer.code) == (403, "OUT_TRADE_NO_USED")
    other = envelope.create(requestId="PAY_1_aaaaaa", outTradeNo="order-20261123-002")
    assert other.json["data"]["outTradeNo"] == "order-20261123-002"
    assert len(envelope.orders()) == 2


@pytest.mark.parametrize(
    "changed",
    [
        {"totalAmount": 1991},
        {"subject": "another"},
        {"notifyUrl": "http://127.0.0.1:2/elsewhere"},
        {"extraParams": {"attach": "x"}},
        {"extraParams": {"time_expire": "2099-01-01T00:00:00+08:00"}},
        {"sceneInfo": {"payer_client_ip": "203.0.113.8"}},
        {"paymentType": "app"},
    ],
    ids=str,
)
def test_another_order_under_the_same_number_is_refused(
    envelope: EnvelopeSide, changed: dict[str, Any]
) -> None:
    envelope.create()
    answer = envelope.create(**changed)
    assert (answer.status, answer.code) == (403, "OUT_TRADE_NO_USED")
    assert envelope.genuine(answer)


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        ("qr", {"outTradeNo": "short"}),
        ("qr", {"outTradeNo": "a" * 33}),
        ("qr", {"outTradeNo": None}),
        ("qr", {"outTradeNo": 123456}),
        ("qr", {"totalAmount": 0}),
        ("qr", {"totalAmount": -1}),
        ("qr", {"totalAmount": 19.9}),
        ("qr", {"totalAmount": "1990"}),
        ("qr", {"totalAmount": True}),
        ("qr", {"totalAmount": 100_000_001}),
        ("qr", {"totalAmount": 2**70}),
        ("qr", {"totalAmount": None}),
        ("qr", {"subject": ""}),
        ("qr", {"subject": "x" * 128}),
        ("qr", {"subject": "🎫"}),
        ("qr", {"paymentMethod": "alipay"}),
        ("qr", {"paymentMethod": None}),
        ("qr", {"paymentType": "card"}),
        ("qr", {"notifyUrl": "HTTPS://shop.example.com/notify"}),
        ("qr", {"notifyUrl": "https://shop.example.com/notify?a=1"}),
        ("qr", {"extraParams": "x"}),
        ("qr", {"extraParams": {"attach": "x" * 129}}),
        ("qr", {"extraParams": {"time_expire": "tomorrow"}}),
        ("h5", {"sceneInfo": {"payer_client_ip": "localhost"}}),
        ("h5", {"sceneInfo": {"payer_client_ip": "fe80::1%eth0"}}),
        ("h5", {"extraParams": {"h5_type": "Symbian"}}),
        ("jsapi", {"openid": None}),
        ("jsapi", {"openid": "somebody"}),
    ],
)
def test_a_bad_order_is_refused_and_leaves_nothing(
    envelope: EnvelopeSide, kind: str, wrong: dict[str, object]
) -> None:
    answer = envelope.create(kind, **wrong)
    assert (answer.status, answer.code) == (400, "INVALID_REQUEST")
    assert envelope.orders() == []


@pytest.mark.parametrize(
    ("number", "told"),
    [("茶", "字节数 3，小于最小值 6"), ("茶茶", "正则表达式"), ("茶" * 11, "字节数 33，大于最大值 32")],
)
def test_a_number_is_counted_in_bytes_whoever_asks(envelope: EnvelopeSide, number: str, told: str) -> None:
    for answer in (envelope.create(outTradeNo=number), envelope.query(outTradeNo=number)):
        assert (answer.status, answer.code) == (400, "INVALID_REQUEST")
        assert told in answer.json["message"]


def test_an_h5_order_that_names_no_payer_is_the_callers(envelope: EnvelopeSide) -> None:
    answer = envelope.create("h5", sceneInfo=None)
    assert answer.status == 200
    assert envelope.simulator.account.find(NUMBER).request.parameters["payer_client_ip"] == "127.0.0.1"


def test_the_openid_may_stay_among_the_extra_parameters(envelope: EnvelopeSide) -> None:
    envelope.create("jsapi", openid=None, extraParams={"openid": SHOPPER})
    assert envelope.simulator.account.find(NUMBER).payer == SHOPPER


def test_an_unpaid_order_tells_only_its_state(envelope: EnvelopeSide) -> None:
    envelope.create()
    identity = envelope.simulator.identity
    assert envelope.query().json["data"] == {
        "outTradeNo": NUMBER,
        "merchantId": identity.mchid,
        "appId": identity.appid,
        "tradeState": "NOTPAY",
    }


def test_a_paid_order_tells_what_was_paid_and_by_whom(envelope: EnvelopeSide) -> None:
    envelope.create(extraParams={"attach": "桌号 7"})
    envelope.side.pay(coupon=90)
    data = envelope.query().json["data"]
    assert (data["tradeState"], data["totalFee"], data["cashFee"]) == ("SUCCESS", 1990, 1900)
    assert data["buyerInfo"] == {"openid": envelope.simulator.identity.openid}
    assert data["attach"] == "桌号 7"
    assert datetime.fromisoformat(data["timeEnd"]).tzinfo is not None


def test_an_order_is_found_by_any_of_its_numbers_but_not_by_two_that_disagree(envelope: EnvelopeSide) -> None:
    prepay = envelope.create().json["data"]["prepayId"]
    envelope.side.pay()
    paid = envelope.query().json["data"]
    for name in (prepay, paid["transactionId"]):
        assert envelope.query(outTradeNo=None, paymentId=name).json["data"] == paid
        assert envelope.query(paymentId=name).json["data"] == paid
        wrong = envelope.query(outTradeNo="order-20261123-009", paymentId=name)
        assert (wrong.status, wrong.code) == (404, "ORDER_NOT_EXIST")
    assert envelope.query(paymentId="4200000000000000000000000000").code == "ORDER_NOT_EXIST"


@pytest.mark.parametrize(
    "asked", [{"outTradeNo": None}, {"outTradeNo": ""}, {"paymentMethod": "alipay"}, {"outTradeNo": "a b"}]
)
def test_a_query_for_nothing_is_refused(envelope: EnvelopeSide, asked: dict[str, object]) -> None:
    assert envelope.query(**asked).code == "INVALID_REQUEST"


def test_the_platforms_refusals_keep_their_codes(envelope: EnvelopeSide) -> None:
    assert (envelope.query().status, envelope.query().code) == (404, "ORDER_NOT_EXIST")
    envelope.create()
    envelope.side.close()
    assert (envelope.create().status, envelope.create().code) == (400, "ORDER_CLOSED")
    envelope.create(outTradeNo="order-20261123-002")
    envelope.side.pay("order-20261123-002")
    assert envelope.create(outTradeNo="order-20261123-002").code == "ORDERPAID"
