"""Ordering: one number for an order whatever goes wrong, and prices that the server decides."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from harness.core.errors import EnvironmentUnreachable, TargetFailure, UnknownOutcome
from harness.core.money import Fen
from harness.core.payment import Order, Prepared
from harness.levers.client import LeversClient
from harness.levers.models import Fault
from harness.shop.assembly import Shop
from harness.shop.order_record import OrderStatus
from harness.shop.order_service import Purchase
from harness.shop.payment_choices import PaymentType
from harness.shop.refusal import Refusal
from harness.simulator.embedded import RunningSimulator
from tests.shop.conftest import Trade, new_order_id, trading

LEGAL = re.compile(r"[0-9A-Za-z_\-|*]{6,32}")


def kinds(levers: LeversClient, out_trade_no: str) -> list[str]:
    return [event.kind for event in levers.audit(out_trade_no).events]


def test_an_order_is_answered_as_the_page_wants_it(trade: Trade) -> None:
    created = trade.ask("19.90")
    metadata = created.raw["metadata"]
    assert isinstance(metadata, dict)
    assert (created.status_code, created.raw["success"]) == (201, True)
    assert created.code_url == trade.levers.audit(str(created.out_trade_no)).code_url
    assert metadata["mcpEnabled"] is False
    assert metadata["mcpRequestId"] is None
    assert metadata["requestId"]
    assert metadata["amount"] == 1990
    assert str(metadata["qrImage"]).startswith("data:image/svg+xml")


def test_numbers_are_legal_and_differ(trade: Trade) -> None:
    numbers = {trade.order("0.01") for _ in range(5)}
    assert len(numbers) == 5
    assert all(LEGAL.fullmatch(number) for number in numbers)


@pytest.mark.parametrize("yuan", ["19.90", "0.01", "0.29", "1.1", "64.10", "100"])
def test_yuan_become_fen_exactly(trade: Trade, yuan: str) -> None:
    number = trade.order(yuan)
    wanted = Fen.from_yuan(yuan)
    assert (trade.books(number).amount, trade.levers.audit(number).total) == (wanted, wanted)


def test_the_same_order_again_has_the_same_number_and_a_fresh_code(fresh_trade: Trade) -> None:
    first = fresh_trade.ask("5", order_id="same")
    fresh_trade.merchant.advance(3600)
    again = fresh_trade.ask("5", order_id="same")
    assert again.out_trade_no == first.out_trade_no
    assert again.code_url != first.code_url
    assert kinds(fresh_trade.levers, str(first.out_trade_no)).count("reordered") == 1


def test_the_same_order_with_other_wishes_is_refused(trade: Trade) -> None:
    order_id = new_order_id()
    first = trade.order("5", order_id=order_id)
    assert trade.ask("6", order_id=order_id).status_code == 409
    assert trade.levers.audit(first).total == Fen(500)


def test_a_paid_order_is_not_sold_again(trade: Trade) -> None:
    order_id = new_order_id()
    number = trade.order("5", order_id=order_id)
    trade.levers.pay(out_trade_no=number)
    again = trade.ask("5", order_id=order_id)
    assert (again.status_code, again.out_trade_no) == (409, None)
    assert trade.books(number).credits == 1


def test_an_order_the_platform_closed_gets_a_new_number(trade: Trade) -> None:
    order_id = new_order_id()
    number = trade.order("5", order_id=order_id)
    trade.running.shop.gateway.close(number)
    assert trade.merchant.confirm(number).status == "cancelled"
    assert trade.order("5", order_id=order_id) != number


def test_twenty_clicks_at_once_are_one_order(trade: Trade) -> None:
    order_id = new_order_id()
    with ThreadPoolExecutor(20) as pool:
        asked = [pool.submit(trade.ask, "5", order_id=order_id) for _ in range(20)]
        answers = [each.result() for each in asked]
    assert {answer.status_code for answer in answers} == {201}
    (number,) = {answer.out_trade_no for answer in answers}
    last = trade.levers.audit(str(number)).code_url
    assert last in {answer.code_url for answer in answers}
    assert [order.order_id for order in trade.observer.orders()].count(order_id) == 1


@pytest.mark.parametrize(
    "fault",
    [
        Fault(operation="create", action="drop_after_acceptance"),
        Fault(operation="create", action="refuse"),
        Fault(operation="create", action="status", value=500),
        Fault(operation="create", action="probe_signature"),
        Fault(operation="create", action="wrong_signature"),
    ],
    ids=lambda fault: fault.action,
)
def test_an_unclear_ending_is_cleared_up_under_the_same_number(trade: Trade, fault: Fault) -> None:
    trade.levers.add_fault(fault)
    before = set(trade.levers.orders())
    created = trade.ask("5")
    assert created.created, created.raw
    assert set(trade.levers.orders()) - before == {created.out_trade_no}
    assert trade.levers.audit(str(created.out_trade_no)).code_url == created.code_url


def test_after_a_lost_answer_the_platform_is_asked_before_the_order_is_sent_again(trade: Trade) -> None:
    trade.levers.add_fault(Fault(operation="create", action="drop_after_acceptance"))
    number = trade.order("5")
    assert kinds(trade.levers, number)[:3] == ["created", "queried", "reordered"]


def test_a_lost_answer_twice_keeps_the_number_for_the_next_try(trade: Trade) -> None:
    order_id = new_order_id()
    trade.levers.add_fault(Fault(operation="create", action="drop_after_acceptance", times=2))
    failed = trade.ask("5", order_id=order_id)
    assert (failed.status_code, failed.out_trade_no) == (503, None)
    assert "请勿重复支付" in str(failed.error)
    (kept,) = [order for order in trade.observer.orders() if order.order_id == order_id]
    assert trade.order("5", order_id=order_id) == kept.out_trade_no


def test_a_refusal_leaves_nothing_half_made(trade: Trade) -> None:
    order_id = new_order_id()
    trade.levers.add_fault(Fault(operation="create", action="status", value=400))
    refused = trade.ask("5", order_id=order_id)
    assert refused.status_code == 502
    assert "微信支付未受理" in str(refused.error)
    assert order_id not in {order.order_id for order in trade.observer.orders()}


def test_an_endpoint_that_is_gone_is_said_plainly_and_forgotten(
    environment: dict[str, str], levers: LeversClient, simulator: RunningSimulator
) -> None:
    port = simulator.base_url.rpartition(":")[2]
    gone = {**environment, "WECHAT_PAY_BASE_URL": f"http://localhost:{1 if port != '1' else 2}"}
    with trading(gone, levers) as trade:
        asked = trade.ask("5")
        assert (asked.status_code, trade.observer.orders()) == (503, [])
        assert "未产生扣款" in str(asked.error)
        assert "Traceback" not in str(asked.raw)


@pytest.mark.parametrize(
    ("goods", "amount"), [("day-ticket", 1), ("day-ticket", 1989), ("custom", 0), ("custom", -5)]
)
def test_a_tampered_amount_is_refused(trade: Trade, goods: str, amount: int) -> None:
    order_id = new_order_id()
    created = trade.merchant.create_order(order_id=order_id, goods=goods, amount=Fen(amount))
    assert (created.status_code, created.raw["success"]) == (400, False)
    assert order_id not in {order.order_id for order in trade.observer.orders()}


def test_goods_cost_what_the_server_says(trade: Trade) -> None:
    silent = trade.merchant.create_order(order_id=new_order_id(), goods="day-ticket")
    honest = trade.merchant.create_order(order_id=new_order_id(), goods="day-ticket", amount=Fen(1990))
    for created in (silent, honest):
        assert trade.books(str(created.out_trade_no)).amount == Fen(1990)


@pytest.mark.parametrize("yuan", ["19.901", "1e3", "-1", "abc", "", "1,000", "NaN"])
def test_an_amount_that_is_no_amount_is_refused(trade: Trade, yuan: str) -> None:
    assert trade.ask(yuan).status_code == 400


def test_an_amount_over_the_limit_is_refused_with_the_limit(trade: Trade) -> None:
    assert trade.ask("100.00").created
    over = trade.ask("100.01")
    assert over.status_code == 400
    assert "limit" in str(over.error)
    assert "限额" in str(over.error)


@pytest.mark.parametrize(
    ("method", "kind"),
    [("alipay", "miniprogram"), ("wechat", "page"), ("wechat", "app"), ("wechat", ""), ("cash", "qr")],
)
def test_what_is_not_offered_yet_is_refused(trade: Trade, method: str, kind: str) -> None:
    created = trade.merchant.create_order(
        order_id=new_order_id(), amount=Fen(1), payment_method=method, payment_type=kind
    )
    assert created.status_code == 400


def test_a_description_with_an_emoji_is_sent_without_it(trade: Trade) -> None:
    created = trade.merchant.create_order(
        order_id=new_order_id(), amount=Fen(100), description="日票\n🎫 <b>"
    )
    assert created.created, created.raw


class Stub:
    """A gateway whose endings a test decides."""

    def __init__(self, *endings: Exception) -> None:
        self.endings = list(endings)
        self.sent: list[Order] = []

    def create(self, order: Order) -> Prepared:
        self.sent.append(order)
        if self.endings:
            raise self.endings.pop(0)
        return Prepared(out_trade_no=order.out_trade_no, code_url="weixin://wxpay/bizpayurl?pr=a")


def wanted(order_id: str) -> Purchase:
    return Purchase(
        account="shopper@example.com",
        order_id=order_id,
        goods="custom",
        description="景区日票",
        amount=Fen(100),
        kind=PaymentType.QR,
    )


def test_every_send_of_an_order_is_equal_in_every_member(
    still_shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    stub = Stub()
    monkeypatch.setattr(still_shop.orders, "gateway", stub)
    still_shop.orders.take(wanted("a"))
    still_shop.orders.take(wanted("a"))
    first, second = stub.sent
    assert first == second
    assert first.time_expire is not None


def test_a_number_that_was_never_sent_is_not_kept(still_shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(still_shop.orders, "gateway", Stub(EnvironmentUnreachable("gone")))
    with pytest.raises(Refusal) as caught:
        still_shop.orders.take(wanted("a"))
    assert caught.value.status == 503
    assert still_shop.book.all() == []


def test_a_number_that_may_have_been_sent_is_kept_and_watched(
    still_shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(still_shop.orders, "gateway", Stub(UnknownOutcome("a"), UnknownOutcome("b")))
    with pytest.raises(Refusal):
        still_shop.orders.take(wanted("a"))
    (kept,) = still_shop.book.all()
    assert kept.status is OrderStatus.PENDING
    assert still_shop.book.next_to_ask() is not None


def test_an_order_whose_answer_made_no_sense_is_kept_and_watched(
    still_shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(still_shop.orders, "gateway", Stub(TargetFailure("no code_url")))
    with pytest.raises(Refusal) as caught:
        still_shop.orders.take(wanted("a"))
    assert caught.value.status == 503
    (kept,) = still_shop.book.all()
    assert kept.status is OrderStatus.PENDING
    assert still_shop.book.next_to_ask() is not None
