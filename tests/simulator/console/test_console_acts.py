"""The console's buttons do on both platforms what a payer, the platform or a forger would do."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

import pytest

from harness.callbacks import answers
from harness.callbacks.forms import form_of
from harness.core.clock import wire_now
from harness.core.dialects import dialect
from harness.levers.models import Fault
from harness.simulator.faults.named_outages import outages
from tests.simulator.alipay_side import NUMBER as ALIPAY_NUMBER
from tests.simulator.alipay_side import AlipaySide, order
from tests.simulator.console.conftest import Shop
from tests.simulator.console.console_side import ConsoleSide
from tests.simulator.merchant_side import NUMBER


@pytest.fixture(params=["wechat", "alipay"])
def number(request: pytest.FixtureRequest, console: ConsoleSide, alipay: AlipaySide, shop: Shop) -> str:
    """An order on either platform, placed a moment ago."""
    if request.param == "wechat":
        console.merchant.create(notify_url=shop.url)
        return NUMBER
    alipay.call("alipay.trade.precreate", order(), notify_url=shop.url)
    return ALIPAY_NUMBER


def test_an_order_is_paid_refunded_and_told_of(console: ConsoleSide, shop: Shop, number: str) -> None:
    for outcome in ("cancel", "fail"):
        assert console.press("pay", number, outcome=outcome)["state"] == "NOTPAY"
    assert not shop.received
    assert console.press("pay", number, outcome="pay", coupon=90)["state"] == "SUCCESS"
    assert console.order(number)["coupon"] == 90
    assert len(shop.received) == 1
    assert console.press("redeliver", number)["accepted"] is True
    assert len(shop.received) == 2

    part = console.press("refund", number, amount=990)["refund"]
    shown = console.order(number)
    assert (shown["state"], shown["rest"]) == ("REFUND", 1000)
    assert [each["number"] for each in shown["refunds"]] == [part]
    console.act("advance", seconds=600)
    assert console.order(number)["refunds"][0]["status"] == "SUCCESS"
    assert len(shop.received) == 3  # the merchant is told where it is told of the order
    console.press("redeliver", number, refund=part)
    assert len(shop.received) == 4
    console.press("refund", number)
    console.act("advance", seconds=600)
    assert console.order(number)["rest"] == 0
    balances = console.seen("/ledger")["balances"]
    assert sum(balances.values()) == 0
    assert balances["payers"] == 0


def test_a_refund_ends_as_a_person_at_the_platform_ends_it(console: ConsoleSide, shop: Shop) -> None:
    console.merchant.create(notify_url=shop.url)
    console.press("pay", outcome="pay")
    part = console.press("refund")["refund"]
    console.press("end-refund", refund=part, status="ABNORMAL")
    assert console.order()["refunds"][0]["status"] == "ABNORMAL"
    console.press("end-refund", refund=part, status="SUCCESS")
    (refund,) = console.order()["refunds"]
    assert (refund["status"], refund["told"]) == ("SUCCESS", True)


def test_an_order_expires_with_its_time(console: ConsoleSide, number: str) -> None:
    assert console.order(number)["payable"]
    console.press("expire", number)
    over = console.order(number)
    assert not over["payable"]
    assert console.seen("/now")["ahead"] > 0
    refused = console.post("expire", {"account": over["account"], "number": number})
    assert (refused.status, refused.json["reason"]) in ((409, "closed"), (409, "expired"))


def test_the_ladders_next_attempt_is_made_now(console: ConsoleSide, shop: Shop) -> None:
    shop.status = 503
    console.merchant.create(notify_url=shop.url)
    console.press("pay", outcome="pay")
    shop.status = 200
    console.act("fault", operation="notify", action="delay", value=600)  # which now overrules
    console.press("resend")
    assert [each["status"] for each in console.order()["callbacks"]] == [503, 200]
    nothing_left = console.post("resend", {"account": console.order()["account"], "number": NUMBER})
    assert nothing_left.status == 409


def test_every_forgery_there_is_arrives_and_the_answer_is_judged(
    console: ConsoleSide, shop: Shop, number: str
) -> None:
    before = console.order(number)
    offered = {each["id"] for each in before["attacks"]}
    assert offered == {each.id for each in form_of(dialect(before["dialect"]).callbacks).attacks.ATTACKS}
    cases: list[tuple[str, Callable[[dict[str, str]], bool]]] = [
        ("attacks", lambda each: each["control"] in ("CBK-02", "CBK-07")),
        ("variations", lambda each: True),
    ]
    for kind, wanted in cases:
        chosen = next(each["id"] for each in before[kind] if wanted(each))
        for status, says, judged in (
            (401, b"FAIL", {"attacks": "careful", "variations": "careless"}[kind]),
            (200, b"success", {"attacks": "careless", "variations": "careful"}[kind]),
        ):
            shop.status, shop.says = status, says
            assert console.press("forge", number, attack=chosen)["judged"] == judged
    after = console.order(number)
    assert after["state"] == "NOTPAY"
    assert len(shop.received) == 4
    assert [each["kind"] for each in after["events"]] == ["created"]  # a forger leaves no audit trail
    assert [each["judged"] for each in after["callbacks"]] == ["careful", "careless", "careless", "careful"]
    assert after["callbacks"][1]["sent"]["said"] == "success"


def test_a_forgery_is_judged_as_the_callback_sender_judges_it(
    console: ConsoleSide, shop: Shop, number: str
) -> None:
    offered = console.order(number)
    form = form_of(dialect(offered["dialect"]).callbacks)
    every = {each.id: each for each in (*form.attacks.ATTACKS, *form.variations)}
    forged = next(each["id"] for each in offered["attacks"] if each["control"] == "CBK-02")
    rare = next(each["id"] for each in offered["variations"])
    for status, says in ((201, b""), (302, b""), (200, b"SUCCESS"), (200, b"success\n"), (400, b"")):
        shop.status, shop.says = status, says
        for name in (forged, rare):
            expected = answers.expected_of(every[name], rare=name == rare)
            wanted = answers.judged(expected, status, says, form.row.redelivery)
            assert console.press("forge", number, attack=name)["judged"] == wanted.value


def test_who_asks_the_platform_may_refuse_what_nobody_paid(
    console: ConsoleSide, shop: Shop, number: str
) -> None:
    rare = console.order(number)["variations"][0]["id"]
    (account,) = (each for each in console.simulator.platform.every_account() if each.has(number))
    shop.status, shop.says = 500, b"fail"
    assert console.press("forge", number, attack=rare)["judged"] == "careless"
    shop.asks = lambda: account.find(number).trail.note("queried")
    assert console.press("forge", number, attack=rare)["judged"] == "either"
    console.press("pay", number, outcome="pay")
    assert console.press("forge", number, attack=rare)["judged"] == "careless"


def test_of_an_order_without_an_address_it_says_that_nothing_was_sent(
    console: ConsoleSide, alipay: AlipaySide, shop: Shop
) -> None:
    alipay.call("alipay.trade.precreate", order())
    attack = console.order(ALIPAY_NUMBER)["attacks"][0]["id"]
    assert console.press("forge", ALIPAY_NUMBER, attack=attack)["judged"] == "unsent"
    (callback,) = console.order(ALIPAY_NUMBER)["callbacks"]
    assert (callback["judged"], callback["status"]) == ("unsent", None)
    assert "names no notify_url" in callback["error"]
    assert shop.received == []


def test_what_a_platform_sends_to_few_may_be_answered_either_way(
    console: ConsoleSide, alipay: AlipaySide, shop: Shop
) -> None:
    alipay.call("alipay.trade.precreate", order(), notify_url=shop.url)
    for shop.says in (b"success", b"fail"):
        judged = console.press("forge", ALIPAY_NUMBER, attack="alipay-charset-gbk")["judged"]
        assert judged == "either"


def test_a_payment_is_told_as_it_was_whatever_was_given_back_since(
    console: ConsoleSide, shop: Shop, number: str
) -> None:
    console.press("pay", number, outcome="pay")

    def told() -> Mapping[str, object]:
        (account,) = (each for each in console.simulator.platform.every_account() if each.has(number))
        return console.simulator.wires.told(account.paid(number))

    before = told()
    assert before.get("trade_state", before.get("trade_status")) in ("SUCCESS", "TRADE_SUCCESS")
    console.press("refund", number)
    console.act("advance", seconds=600)
    assert console.order(number)["state"] == "REFUND"
    assert told().keys() == before.keys()
    assert {name for name in before if told()[name] != before[name]} <= {"notify_time", "notify_id"}


def test_a_fault_hits_the_request_it_is_meant_for_until_it_is_cleared(console: ConsoleSide) -> None:
    console.act("fault", operation="query", action="status", value=500, out_trade_no=NUMBER, times=9)
    assert console.seen("/now")["faults"] is True
    began = wire_now()
    assert (console.merchant.create().status, console.merchant.query().status) == (200, 500)
    console.simulator.faults.stand("mine.yaml", [Fault(operation="query", action="status", value=502)])
    console.act("clear-faults")
    assert console.merchant.query().status == 200
    assert console.seen("/now")["faults"] is False
    # A run that was on meanwhile is told of both.
    told = console.simulator.faults.rules(since=began)
    assert [(each.source, each.stands) for each in told] == [("console", True), ("mine.yaml", True)]


def test_a_fault_for_what_is_not_there_is_told_so(console: ConsoleSide) -> None:
    told = console.act("fault", operation="query", action="reset", out_trade_no="nowhere")
    assert ["there is no order nowhere so far" in each["en"] for each in told["warnings"]] == [True]
    assert console.act("fault", operation="query", action="reset")["warnings"] == []
    console.act("clear-faults")


def test_an_outage_of_the_library_is_begun_by_its_name_and_ended(console: ConsoleSide) -> None:
    offered = console.seen("/outages")
    assert [each["name"] for each in offered] == [*outages(), "none"]
    assert offered[-1]["text"]["zh"] == "结束：一切照常"
    console.act("outage", name="wechat-jitters")
    faults = console.simulator.faults
    assert {each.source for each in faults.rules()} == {"outage wechat-jitters"}
    assert console.act("outage", name="none") == {"done": "outage-over"}
    assert faults.rules() == []
    assert console.post("outage", {"name": "nothing"}).status == 409


@pytest.mark.parametrize(
    ("name", "told", "status", "reason"),
    [
        ("pay", {"account": "1", "number": "nobody", "outcome": "pay"}, 409, "unknown"),
        ("pay", {"account": "1", "number": "nobody", "outcome": "steal"}, 422, "invalid"),
        ("advance", {"seconds": -5}, 422, "invalid"),
        ("advance", {"seconds": "1e400"}, 422, "invalid"),
        ("fault", {"operation": "create", "action": "explode"}, 422, "invalid"),
        ("refund", [], 422, "invalid"),
        ("sudo", {}, 404, "unknown"),
        ("fault", "x" * 70_000, 413, "invalid"),
    ],
)
def test_what_makes_no_sense_is_said_and_nothing_is_done(
    console: ConsoleSide, name: str, told: object, status: int, reason: str
) -> None:
    answer = console.post(name, told)
    assert (answer.status, answer.json["reason"]) == (status, reason)


def test_nothing_is_sent_again_where_nothing_was_sent(console: ConsoleSide) -> None:
    console.merchant.create()
    account = console.order()["account"]
    for name, told in (
        ("redeliver", {}),
        ("refund", {"amount": 1}),
        ("forge", {"attack": "no-such-attack"}),
    ):
        answer = console.post(name, {"account": account, "number": NUMBER, **told})
        assert answer.status == 409
        assert answer.json["reason"]
    assert json.loads(console.get("/data/ledger").body)["total"] == 0
