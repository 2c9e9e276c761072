"""Orders move as the platform's state machine says, and a number means one order for ever."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from itertools import permutations
from typing import Any

import pytest

from harness.core.dialects import dialect
from harness.core.money import Fen
from harness.core.payment import Product
from harness.levers.models import AuditEvent
from harness.simulator.platform.orders import Reason, Refused
from tests.simulator.merchant_side import NUMBER, SHOPPER, TRANSACTIONS, Answer, MerchantSide


def kinds(merchant: MerchantSide) -> list[str]:
    events: tuple[AuditEvent, ...] = merchant.simulator.account.audit(NUMBER).events
    return [event.kind for event in events]


def failed(answer: Answer) -> tuple[int, str]:
    assert not answer.signed
    return answer.status, answer.code


@pytest.mark.parametrize(
    ("product", "handle", "shape"),
    [
        (Product.JSAPI, "prepay_id", r"wx\d{8}[0-9a-f]{22}0000"),
        (Product.APP, "prepay_id", r"wx\d{8}[0-9a-f]{22}0000"),
        (Product.NATIVE, "code_url", r"weixin://wxpay/bizpayurl\?pr=[0-9A-Za-z]{9}"),
        (
            Product.H5,
            "h5_url",
            r"http://127\.0\.0\.1:8765/cgi-bin/mmpayweb-bin/checkmweb\?prepay_id=wx[0-9a-f]{34}&package=\d{10}",
        ),
    ],
)
def test_each_product_hands_out_its_own_handle(
    merchant: MerchantSide, product: Product, handle: str, shape: str
) -> None:
    answer = merchant.create(product)
    assert answer.status == 200
    assert list(answer.json) == [handle]
    assert re.fullmatch(shape, answer.json[handle])


def test_an_unpaid_order_tells_only_its_state(merchant: MerchantSide) -> None:
    merchant.create(attach="shelf 4")
    identity = merchant.simulator.identity
    assert merchant.query().json == {
        "appid": identity.appid,
        "mchid": identity.mchid,
        "out_trade_no": NUMBER,
        "trade_state": "NOTPAY",
        "trade_state_desc": "订单未支付",
    }


def test_a_paid_order_tells_everything(merchant: MerchantSide) -> None:
    merchant.create(Product.JSAPI, attach="shelf 4")
    merchant.pay()
    told = merchant.query().json
    assert re.fullmatch(r"42000\d{23}", told["transaction_id"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00", told["success_time"])
    assert (told["trade_state"], told["trade_state_desc"], told["trade_type"]) == (
        "SUCCESS",
        "支付成功",
        "JSAPI",
    )
    assert told["payer"] == {"openid": SHOPPER}
    assert told["attach"] == "shelf 4"
    assert told["amount"] == {"total": 1990, "payer_total": 1990, "currency": "CNY", "payer_currency": "CNY"}
    assert "promotion_detail" not in told


@pytest.mark.parametrize(
    ("product", "trade_type"),
    [(Product.NATIVE, "NATIVE"), (Product.H5, "MWEB"), (Product.APP, "APP"), (Product.JSAPI, "JSAPI")],
)
def test_the_trade_type_follows_the_product(
    merchant: MerchantSide, product: Product, trade_type: str
) -> None:
    merchant.create(product)
    merchant.pay()
    assert merchant.query().json["trade_type"] == trade_type


def test_a_coupon_lowers_what_the_payer_gives_but_not_the_total(merchant: MerchantSide) -> None:
    merchant.create()
    merchant.pay(coupon=500)
    told = merchant.query().json
    assert (told["amount"]["total"], told["amount"]["payer_total"]) == (1990, 1490)
    (promotion,) = told["promotion_detail"]
    assert (promotion["amount"], promotion["scope"]) == (500, "GLOBAL")
    assert len(promotion["coupon_id"]) <= 32


def test_a_paid_order_is_also_found_by_the_platforms_number(merchant: MerchantSide) -> None:
    merchant.create()
    merchant.pay()
    told = merchant.query().json
    target = f"{TRANSACTIONS}/id/{told['transaction_id']}?mchid={merchant.signer.mchid}"
    assert merchant.send("GET", target).json == told
    unknown = f"{TRANSACTIONS}/id/4200000000000000000000000000?mchid={merchant.signer.mchid}"
    assert failed(merchant.send("GET", unknown)) == (404, "ORDER_NOT_EXIST")


def test_the_same_order_again_gets_a_fresh_code_and_the_old_one_dies(merchant: MerchantSide) -> None:
    first = merchant.create().json["code_url"]
    second = merchant.create().json["code_url"]
    platform = merchant.simulator.platform
    assert first != second
    assert platform.find_by_code_url(first) is Reason.REPLACED
    assert platform.find_by_code_url(second) is merchant.simulator.account.find(NUMBER)
    assert merchant.simulator.account.orders() == [NUMBER]


@pytest.mark.parametrize("product", dialect("apiv3").products)
def test_the_same_order_again_gets_a_fresh_handle_of_every_product(
    merchant: MerchantSide, product: Product
) -> None:
    assert merchant.create(product).json != merchant.create(product).json


def test_an_order_that_only_reads_differently_is_the_same(merchant: MerchantSide) -> None:
    expiry: dict[str, Any] = {"time_expire": "2026-12-01T20:00:00+08:00"}
    assert merchant.create(**expiry).status == 200
    body = merchant.order(**expiry)
    shuffled = dict(reversed(body.items()))
    spelled = [
        json.dumps(shuffled, indent=2),
        json.dumps({**body, "amount": {"currency": "CNY", "total": 1990}}),
        json.dumps({**body, "attach": None}),
        json.dumps({**body, "time_expire": "2026-12-01T12:00:00Z"}),
    ]
    for text in spelled:
        assert merchant.send("POST", f"{TRANSACTIONS}/native", text.encode()).status == 200


@pytest.mark.parametrize(
    "change",
    [
        {"amount": {"total": 1991}},
        {"description": "龙井 251 克"},
        {"notify_url": "http://127.0.0.1:1/elsewhere"},
        {"attach": "new"},
        {"time_expire": "2030-01-01T00:00:00+08:00"},
        {"goods_tag": "SALE"},
        {"support_fapiao": True},
        {"settle_info": {"profit_sharing": False}},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_number_used_for_anything_else_is_refused(merchant: MerchantSide, change: dict[str, Any]) -> None:
    code = merchant.create().json["code_url"]
    answer = merchant.create(**change)
    assert failed(answer) == (403, "OUT_TRADE_NO_USED")
    assert answer.json["message"] == "商户订单号重复"
    assert str(answer.header("request-id")).endswith("-268498688")
    assert merchant.simulator.account.audit(NUMBER).code_url == code


@pytest.mark.parametrize(("first", "second"), list(permutations(dialect("apiv3").products, 2)))
def test_a_number_used_with_another_product_is_refused(
    merchant: MerchantSide, first: Product, second: Product
) -> None:
    merchant.create(first)
    assert failed(merchant.create(second)) == (403, "OUT_TRADE_NO_USED")
    assert merchant.create(first).status == 200


def test_a_number_used_for_another_payer_is_refused(merchant: MerchantSide) -> None:
    merchant.create(Product.JSAPI)
    stranger = merchant.create(Product.JSAPI, payer={"openid": "o" + "x" * 27})
    assert failed(stranger) == (403, "OUT_TRADE_NO_USED")


def test_a_paid_order_cannot_be_ordered_again(merchant: MerchantSide) -> None:
    merchant.create()
    merchant.pay()
    assert failed(merchant.create()) == (400, "ORDERPAID")
    assert kinds(merchant)[-1] == "refused"


def test_a_closed_order_cannot_be_ordered_again(merchant: MerchantSide) -> None:
    merchant.create()
    merchant.close()
    assert failed(merchant.create()) == (400, "ORDER_CLOSED")


def test_closing_ends_an_unpaid_order_and_may_be_repeated(merchant: MerchantSide) -> None:
    code = merchant.create().json["code_url"]
    assert [merchant.close().status, merchant.close().status] == [204, 204]
    assert merchant.query().json["trade_state"] == "CLOSED"
    assert merchant.simulator.platform.find_by_code_url(code) is Reason.CLOSED
    assert kinds(merchant).count("closed") == 1


def test_a_paid_order_cannot_be_closed(merchant: MerchantSide) -> None:
    merchant.create()
    merchant.pay()
    assert failed(merchant.close()) == (400, "ORDERPAID")
    assert merchant.query().json["trade_state"] == "SUCCESS"


def test_an_order_that_does_not_exist_is_404(merchant: MerchantSide) -> None:
    assert failed(merchant.query()) == (404, "ORDER_NOT_EXIST")
    assert failed(merchant.close()) == (404, "ORDER_NOT_EXIST")


@pytest.mark.parametrize("end", ["pay", "close"])
def test_an_ended_order_cannot_be_paid(merchant: MerchantSide, end: str) -> None:
    merchant.create()
    ends: dict[str, Callable[[], object]] = {"pay": merchant.pay, "close": merchant.close}
    ends[end]()
    platform = merchant.simulator.platform
    with pytest.raises(Refused) as refused:
        platform.pay(merchant.simulator.account.find(NUMBER))
    assert refused.value.reason is (Reason.PAID if end == "pay" else Reason.CLOSED)


def test_walking_away_and_failing_leave_the_order_unpaid(merchant: MerchantSide) -> None:
    merchant.create()
    platform = merchant.simulator.platform
    order = merchant.simulator.account.find(NUMBER)
    for outcome in (platform.cancel(order), platform.fail(order)):
        assert (outcome.trade_state, outcome.payer_total, outcome.transaction_id) == ("NOTPAY", Fen(0), None)
    assert kinds(merchant)[-2:] == ["pay-cancelled", "pay-failed"]
    assert platform.pay(order).trade_state == "SUCCESS"


def test_only_the_openid_of_a_jsapi_order_may_pay_it(merchant: MerchantSide) -> None:
    merchant.create(Product.JSAPI)
    platform = merchant.simulator.platform
    with pytest.raises(Refused, match="foreign-payer"):
        platform.pay(merchant.simulator.account.find(NUMBER), "o" + "x" * 27)
    assert platform.pay(merchant.simulator.account.find(NUMBER), SHOPPER).trade_state == "SUCCESS"


def test_the_first_account_that_opens_a_code_keeps_others_out(merchant: MerchantSide) -> None:
    merchant.create()
    platform = merchant.simulator.platform
    platform.cancel(merchant.simulator.account.find(NUMBER), "oFirst")
    with pytest.raises(Refused, match="foreign-payer"):
        platform.pay(merchant.simulator.account.find(NUMBER), "oSecond")
    assert platform.pay(merchant.simulator.account.find(NUMBER)).trade_state == "SUCCESS"
    assert merchant.query().json["payer"] == {"openid": "oFirst"}


@pytest.mark.parametrize("coupon", [-1, 1991])
def test_a_coupon_beyond_the_amount_is_refused(merchant: MerchantSide, coupon: int) -> None:
    merchant.create()
    with pytest.raises(Refused, match="invalid"):
        merchant.pay(coupon=coupon)
    assert merchant.query().json["trade_state"] == "NOTPAY"


def test_the_audit_trail_tells_the_story(merchant: MerchantSide) -> None:
    merchant.create()
    merchant.create()
    merchant.create(attach="x")
    merchant.query()
    merchant.pay()
    assert kinds(merchant) == ["created", "reordered", "refused", "queried", "paid"]


def test_a_replayed_order_has_no_second_effect(merchant: MerchantSide) -> None:
    body = json.dumps(merchant.order()).encode()
    headers = merchant.headers("POST", f"{TRANSACTIONS}/native", body)
    first = merchant.send("POST", f"{TRANSACTIONS}/native", body, headers)
    again = merchant.send("POST", f"{TRANSACTIONS}/native", body, headers)
    assert (again.status, again.json) == (200, first.json)
    assert merchant.simulator.platform.find_by_code_url(first.json["code_url"]) is not Reason.REPLACED
    assert kinds(merchant) == ["created", "repeated"]


def test_a_replayed_order_neither_revives_nor_replaces_a_newer_code(merchant: MerchantSide) -> None:
    body = json.dumps(merchant.order()).encode()
    headers = merchant.headers("POST", f"{TRANSACTIONS}/native", body)
    merchant.send("POST", f"{TRANSACTIONS}/native", body, headers)
    newer = merchant.create().json["code_url"]
    merchant.send("POST", f"{TRANSACTIONS}/native", body, headers)
    platform = merchant.simulator.platform
    assert platform.find_by_code_url(newer) is merchant.simulator.account.find(NUMBER)


def test_replays_after_payment_move_no_money(merchant: MerchantSide) -> None:
    body = json.dumps(merchant.order()).encode()
    headers = merchant.headers("POST", f"{TRANSACTIONS}/native", body)
    merchant.send("POST", f"{TRANSACTIONS}/native", body, headers)
    merchant.pay()
    before = merchant.simulator.platform.ledger(merchant.simulator.account.mchid)
    merchant.send("POST", f"{TRANSACTIONS}/native", body, headers)
    assert merchant.simulator.platform.ledger(merchant.simulator.account.mchid) == before
    assert merchant.query().json["trade_state"] == "SUCCESS"


def test_a_replayed_close_has_no_second_effect(merchant: MerchantSide) -> None:
    merchant.create()
    target = f"{TRANSACTIONS}/out-trade-no/{NUMBER}/close"
    body = json.dumps({"mchid": merchant.signer.mchid}).encode()
    headers = merchant.headers("POST", target, body)
    assert [merchant.send("POST", target, body, headers).status for _ in range(3)] == [204, 204, 204]
    assert kinds(merchant).count("closed") == 1
