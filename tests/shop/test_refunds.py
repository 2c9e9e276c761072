"""A shopper's refund: within the rules, under one number, and booked when the platform says so."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Literal

import httpx
import pytest

from harness.callbacks.apiv3.genuine import build
from harness.callbacks.envelope import genuine as envelope
from harness.core.money import Fen
from harness.core.payment import RefundOrder
from harness.levers.client import LeversClient
from harness.levers.models import Fault, RefundAudit
from harness.simulator.embedded import RunningSimulator
from tests.shop.conftest import ANY_NOTIFY_URL, Trade, issuer_of, trading

LOGIN = {"email": "shopper@example.com", "password": "golive-shopper"}
OTHER = {"email": "visitor@example.com", "password": "golive-visitor"}
REFUND, LIST = "/api/payment/refund", "/api/payment/refunds"


class Counter:
    """Where a shopper asks for money back."""

    def __init__(self, trade: Trade, web: httpx.Client) -> None:
        self.trade, self.web = trade, web

    def log_in(self, who: dict[str, str]) -> None:
        assert self.post("/api/user/login", who).status_code == 200

    def post(self, path: str, members: dict[str, Any]) -> httpx.Response:
        return self.web.post(path, json=members, headers={"Origin": self.trade.running.base_url})

    def paid(self, *, coupon: int = 0) -> str:
        number = self.trade.order("19.90")
        self.trade.levers.pay(out_trade_no=number, coupon=Fen(coupon))
        return number

    def ask(self, number: str, fen: int = 1000, key: str = "k1", **more: Any) -> httpx.Response:
        return self.post(REFUND, {"outTradeNo": number, "refundId": key, "amount": fen, **more})

    def told(self, number: str) -> dict[str, Any]:
        """The order's only refund, as the shop tells it."""
        (refund,) = self.post(LIST, {"outTradeNo": number}).json()["refunds"]
        return dict(refund)

    def there(self, number: str) -> tuple[RefundAudit, ...]:
        """What the platform has."""
        return self.trade.levers.audit(number).refunds

    def later(self, seconds: float) -> None:
        """Time passes on both sides, the platform's first."""
        self.trade.levers.advance(seconds)
        self.trade.merchant.advance(seconds)

    def agrees(self, number: str) -> bool:
        ledger = self.trade.levers.ledger()
        books = self.trade.books(number)
        gone = ledger.refunded.get(number, Fen(0))
        return sum(ledger.balances.values()) == 0 and books.refunded_amount == gone


@pytest.fixture
def counter(fresh_trade: Trade) -> Iterator[Counter]:
    with httpx.Client(base_url=fresh_trade.running.base_url, trust_env=False, timeout=20.0) as web:
        counter = Counter(fresh_trade, web)
        counter.log_in(LOGIN)
        yield counter


def test_a_refund_is_accepted_first_and_booked_by_its_callback(counter: Counter) -> None:
    number = counter.paid(coupon=500)
    answer = counter.ask(number, reason="行程取消")
    assert (answer.status_code, answer.json()["status"]) == (201, "processing")
    assert counter.trade.books(number).refunded_amount == 0
    (there,) = counter.there(number)
    assert there.out_refund_no == answer.json()["outRefundNo"]
    audit = counter.trade.levers.end_refund(there.out_refund_no, "SUCCESS")
    assert [each.status for each in audit.deliveries] == [200]
    told = counter.told(number)
    assert (told["status"], told["amount"], told["payerRefund"]) == ("success", 1000, 749)
    books = counter.trade.books(number)
    assert (books.status, books.refunded_amount, books.paid_amount) == ("paid", 1000, 1990)
    assert counter.agrees(number)


def test_the_page_of_an_order_shows_what_its_payer_gets_back(counter: Counter) -> None:
    number = counter.paid(coupon=500)
    counter.ask(number)
    order_id = counter.trade.books(number).order_id
    page = counter.web.get("/payment/return", params={"orderId": order_id}).text
    assert 'data-status="processing">退款 Refund ¥<span>7.49</span>' in page
    assert "10.00" not in page


def test_a_lost_callback_is_made_up_for_by_a_query(counter: Counter) -> None:
    number = counter.paid()
    counter.trade.levers.add_fault(Fault(operation="refund-notify", action="lost", times=20))
    counter.ask(number, fen=1990)
    counter.trade.levers.end_refund(counter.told(number)["outRefundNo"], "SUCCESS")
    assert counter.told(number)["status"] == "processing"
    counter.later(60)
    assert counter.told(number)["status"] == "success"
    assert counter.trade.books(number).status == "refunded"
    assert len(counter.there(number)) == 1


@pytest.mark.parametrize(("ends", "state"), [("CLOSED", "closed"), ("ABNORMAL", "abnormal")])
def test_a_refund_that_does_not_arrive_is_booked_as_nothing_and_told_to_a_person(
    counter: Counter, ends: Literal["CLOSED", "ABNORMAL"], state: str
) -> None:
    number = counter.paid()
    counter.ask(number)
    counter.trade.levers.end_refund(counter.told(number)["outRefundNo"], ends)
    assert counter.told(number)["status"] == state
    books = counter.trade.books(number)
    assert (books.refunded_amount, books.status) == (0, "paid")
    assert books.attention
    assert counter.agrees(number)


@pytest.mark.parametrize(
    "fault",
    [
        {"action": "status_after_acceptance", "value": 500},
        {"action": "status_after_acceptance", "value": 429},
        {"action": "drop_after_acceptance"},
        {"action": "wrong_signature"},
        {"action": "status", "value": 500},
        {"action": "status", "value": 429},
        {"action": "reset"},
    ],
    ids=str,
)
def test_after_an_unclear_ending_it_asks_first_and_keeps_its_number(
    counter: Counter, fault: dict[str, Any]
) -> None:
    number = counter.paid()
    counter.trade.levers.add_fault(Fault.model_validate({"operation": "refund", **fault}))
    assert counter.ask(number).json()["status"] == "processing"
    (there,) = counter.there(number)
    assert there.out_refund_no == counter.told(number)["outRefundNo"]
    kinds = [each.kind for each in counter.trade.levers.audit(number).events]
    assert "refund-again" not in kinds


def test_while_the_platform_is_away_the_refund_waits_under_its_number(counter: Counter) -> None:
    number = counter.paid()
    counter.trade.levers.add_fault(Fault(operation="any", action="status", value=503, times=3))
    assert counter.ask(number).json()["status"] == "asked"
    counter.trade.levers.clear_faults()
    asked = counter.told(number)["outRefundNo"]
    assert counter.there(number) == ()
    counter.later(60)
    (there,) = counter.there(number)
    assert there.out_refund_no == asked
    assert counter.told(number)["status"] == "processing"


def test_a_short_balance_waits_and_goes_through_after_a_top_up(counter: Counter) -> None:
    number = counter.paid()
    levers = counter.trade.levers
    left = levers.withdraw(Fen(0))
    levers.withdraw(left)
    assert counter.ask(number).json()["status"] == "asked"
    levers.withdraw(Fen(-left))
    counter.later(60)
    assert counter.told(number)["status"] == "processing"
    assert len(counter.there(number)) == 1


def test_two_clicks_are_one_refund(counter: Counter) -> None:
    number = counter.paid()
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: counter.ask(number), range(8)))
    assert {each.status_code for each in answers} == {201}
    assert len({each.json()["outRefundNo"] for each in answers}) == 1
    assert len(counter.there(number)) == 1
    assert counter.ask(number, fen=999).status_code == 409


@pytest.mark.parametrize("fen", [0, -1, 991])
def test_no_more_than_is_left_is_asked_for(counter: Counter, fen: int) -> None:
    number = counter.paid()
    counter.ask(number, 1000)
    counter.later(60)
    assert counter.ask(number, fen, key="k2").status_code == 409
    assert len(counter.there(number)) == 1


def test_parts_are_a_minute_apart_and_add_up(counter: Counter) -> None:
    number = counter.paid()
    counter.ask(number, 1000)
    assert counter.ask(number, 990, key="k2").status_code == 429
    counter.later(60)
    assert counter.ask(number, 990, key="k2").status_code == 201
    for each in counter.there(number):
        counter.trade.levers.end_refund(each.out_refund_no, "SUCCESS")
    assert counter.trade.books(number).status == "refunded"
    assert counter.agrees(number)


@pytest.mark.parametrize(
    ("members", "status"),
    [
        ({"amount": 10.0}, 400),
        ({"amount": "1000"}, 400),
        ({"amount": None}, 400),
        ({"amount": True}, 400),
        ({"refundId": ""}, 400),
        ({"reason": "茶" * 27}, 400),
        ({"reason": "a\u0000b"}, 400),
        ({"outTradeNo": "nobodys"}, 404),
    ],
    ids=str,
)
def test_nonsense_is_refused_and_nothing_is_asked(
    counter: Counter, members: dict[str, Any], status: int
) -> None:
    number = counter.paid()
    given = {"outTradeNo": number, "refundId": "k1", "amount": 1000, **members}
    assert counter.post(REFUND, given).status_code == status
    assert counter.there(number) == ()


def test_an_unpaid_order_and_anothers_are_not_refunded(counter: Counter) -> None:
    unpaid = counter.trade.order("19.90")
    assert counter.ask(unpaid).status_code == 409
    number = counter.paid()
    counter.log_in(OTHER)
    assert counter.ask(number).status_code == 404
    assert counter.post(LIST, {"outTradeNo": number}).status_code == 404
    counter.web.cookies.clear()
    assert counter.ask(number).status_code == 401
    assert counter.there(number) == ()


def test_a_truly_signed_callback_of_another_amount_or_of_nobodys_refund_changes_nothing(
    counter: Counter,
) -> None:
    number = counter.paid()
    counter.ask(number)
    there = counter.there(number)[0].out_refund_no
    plain = counter.trade.levers.refund_notification(there) | {"refund_status": "SUCCESS"}
    amount = {"total": 1990, "refund": 1990, "payer_total": 1990, "payer_refund": 1990}
    for changes, status in (
        ({"amount": amount}, 400),
        ({"out_refund_no": "nobodys"}, 404),
        ({"out_trade_no": "nobodys"}, 400),
        ({"refund_status": None}, 400),
    ):
        issuer = issuer_of(counter.trade.levers)
        callback = build(issuer, {**plain, **changes}, event_type="REFUND.SUCCESS")
        assert counter.trade.merchant.deliver(callback.headers, callback.body).status == status
    assert counter.told(number)["status"] == "processing"


def test_a_late_repeat_undoes_no_end(counter: Counter) -> None:
    number = counter.paid()
    counter.ask(number)
    there = counter.there(number)[0].out_refund_no
    abnormal = counter.trade.levers.refund_notification(there) | {"refund_status": "ABNORMAL"}
    counter.trade.levers.end_refund(there, "SUCCESS")
    callback = build(issuer_of(counter.trade.levers), abnormal, event_type="REFUND.ABNORMAL")
    assert counter.trade.merchant.deliver(callback.headers, callback.body).status == 200
    assert counter.told(number)["status"] == "success"
    assert counter.trade.levers.redeliver_refund(there).accepted
    assert counter.trade.books(number).refunded_amount == 1000


def given_back(counter: Counter, number: str, fen: int = 1990) -> RefundAudit:
    """A refund of an order that the shop did not ask for, as the platform makes them, ended and told of."""
    shop = counter.trade.running.shop
    settings = shop.renewable.settings
    gateway = shop.practices.refund_gateway(settings, ())
    made = gateway.refund(
        RefundOrder(
            out_refund_no=f"EXPERIENCE-{number}",
            out_trade_no=number,
            refund=Fen(fen),
            total=Fen(1990),
            notify_url=settings.wechat.notify_url,
        )
    )
    gateway.close_connections()
    return counter.trade.levers.end_refund(made.out_refund_no, "SUCCESS")


def test_what_the_platform_gives_back_by_itself_is_booked_once_and_told_to_a_person(counter: Counter) -> None:
    number = counter.paid()
    audit = given_back(counter, number)
    assert [each.status for each in audit.deliveries] == [200]
    assert counter.trade.levers.redeliver_refund(audit.out_refund_no).accepted
    books = counter.trade.books(number)
    assert (books.status, books.refunded_amount, books.paid_amount, books.credits) == (
        "refunded",
        1990,
        1990,
        1,
    )
    assert "gave this payment back by itself" in books.attention
    assert counter.told(number)["status"] == "success"
    assert counter.agrees(number)
    assert counter.ask(number, 1).status_code == 409


def test_a_refund_that_nobody_asked_for_is_not_booked_on_a_callbacks_word_alone(counter: Counter) -> None:
    number = counter.paid()
    levers = counter.trade.levers
    plain = counter.trade.resource(number)
    told = {
        "mchid": plain["mchid"],
        "out_trade_no": number,
        "transaction_id": "42",
        "refund_id": "503",
        "out_refund_no": "EXPERIENCE-nothing",
        "refund_status": "SUCCESS",
        "amount": {"total": 1990, "refund": 1990, "payer_total": 1990, "payer_refund": 1990},
    }
    callback = build(issuer_of(levers), told, event_type="REFUND.SUCCESS")
    assert counter.trade.merchant.deliver(callback.headers, callback.body).status == 404
    assert counter.trade.books(number).refunded_amount == 0


def test_who_ordered_over_the_envelope_is_told_there_of_what_came_back(
    simulator: RunningSimulator, levers: LeversClient
) -> None:
    environment = simulator.environment(notify_url=ANY_NOTIFY_URL) | {"WECHAT_MCP_DIALECT": "envelope"}
    with trading(environment, levers) as trade:
        number = trade.order("19.90")
        levers.pay(out_trade_no=number)
        with httpx.Client(base_url=trade.running.base_url) as web:
            there = given_back(Counter(trade, web), number)
        resource = levers.refund_notification(there.out_refund_no) | {"out_refund_no": there.out_refund_no}
        issuer = issuer_of(levers)
        notice = envelope.signed(issuer, envelope.compose(issuer, resource, event_type="REFUND.SUCCESS"))
        assert trade.merchant.deliver(notice.headers, notice.body).status == 200
        assert trade.books(number).refunded_amount == 1990


CARD = {"bankType": "CMB_DEBIT", "bankAccount": "6225000000000253", "realName": "测试顾客"}


def test_an_abnormal_refund_goes_to_a_card_that_is_sealed_and_kept_nowhere(counter: Counter) -> None:
    number = counter.paid()
    counter.ask(number)
    there = counter.there(number)[0].out_refund_no
    counter.trade.levers.end_refund(there, "ABNORMAL")
    answer = counter.post("/api/payment/refund/card", {"outTradeNo": number, "refundId": "k1", **CARD})
    assert (answer.status_code, answer.json()["status"]) == (201, "processing")
    told = [
        each.detail["card"]
        for each in counter.trade.levers.audit(number).events
        if each.kind == "refund-card"
    ]
    assert told == ["sealed"]
    counter.trade.levers.end_refund(there, "SUCCESS")
    assert counter.told(number)["status"] == "success"
    assert counter.trade.levers.refund(there).channel == "OTHER_BANKCARD"
    with counter.trade.running.shop.store.reading() as connection:
        kept = "\n".join(connection.iterdump())
    assert there in kept
    assert CARD["bankAccount"] not in kept
    assert CARD["realName"] not in kept


def test_only_what_found_no_way_back_goes_to_a_card(counter: Counter) -> None:
    number = counter.paid()
    counter.ask(number)
    asked = {"outTradeNo": number, "refundId": "k1", **CARD}
    assert counter.post("/api/payment/refund/card", asked).status_code == 409
    for changes, status in (({"refundId": "k2"}, 404), ({"bankAccount": "12"}, 400), ({"realName": ""}, 400)):
        assert counter.post("/api/payment/refund/card", {**asked, **changes}).status_code == status
    counter.log_in(OTHER)
    assert counter.post("/api/payment/refund/card", asked).status_code == 404
    kinds = [each.kind for each in counter.trade.levers.audit(number).events]
    assert "refund-card" not in kinds
