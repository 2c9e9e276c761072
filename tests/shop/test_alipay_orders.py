"""Orders of Alipay's in a shop that takes both providers: each order at its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, expect

from harness.browser.alipay_bridge import AlipayStandIn
from harness.browser.devices import ALIPAY_PHONE, DESKTOP, PHONE, WECHAT_PHONE
from harness.browser.payment_choices import offered_choices
from harness.browser.payment_page import PaymentPage
from harness.core.clock import wire_now
from harness.core.money import Fen
from harness.core.payment import Provider, Transaction
from harness.levers.models import Fault
from harness.merchant.answers import CreatedOrder, object_of
from harness.settings.env_file import EnvFile
from harness.settings.model import Settings
from harness.shop.comparison import alipay_difference
from harness.shop.order_record import OrderRecord
from harness.shop.payment_choices import PaymentType, choices_for
from harness.signing.keys import load_private_key, public_pem
from tests.shop.browsing import at_the_payment_page
from tests.shop.conftest import SHOPPER_IP, Trade, new_order_id, trading

IN_ALIPAY = "Mozilla/5.0 (Linux; Android 15) Mobile Safari/537.36 AlipayClient/10.7.0 Language/zh-Hans"


def ask(trade: Trade, kind: str = "qr", yuan: str = "19.90", *, order_id: str | None = None) -> CreatedOrder:
    return trade.merchant.create_order(
        order_id=order_id or new_order_id(),
        amount_yuan=yuan,
        payment_method="alipay",
        payment_type=kind,
        client_ip=SHOPPER_IP,
    )


def order(trade: Trade, kind: str = "qr") -> str:
    created = ask(trade, kind)
    assert created.created, created.raw
    assert created.out_trade_no is not None
    return created.out_trade_no


def log_in(visitor: httpx.Client, trade: Trade) -> None:
    known = trade.profile.credentials
    visitor.post(
        "/api/user/login",
        json={"email": known.email, "password": known.password},
        headers={"Origin": trade.running.base_url},
    )


def lose_notifies(trade: Trade, number: str) -> None:
    trade.levers.add_fault(Fault(operation="notify", action="lost", out_trade_no=number, times=50))


def test_a_paid_code_is_booked_by_alipays_notify(trade: Trade) -> None:
    created = ask(trade)
    assert created.qr_code is not None
    assert created.qr_code.startswith("https://qr.alipay.com/")
    number = str(created.out_trade_no)
    trade.levers.pay(out_trade_no=number)
    books = trade.books(number)
    assert (books.paid_amount, books.credits) == (1990, 1)
    audit = trade.levers.audit(number)
    assert audit.notify_url == f"{trade.running.base_url}/api/payment/notify/alipay"
    assert (audit.deliveries[-1].status, audit.deliveries[-1].accepted) == (200, True)


def test_the_provider_of_an_order_is_for_good(trade: Trade) -> None:
    order_id = new_order_id()
    assert ask(trade, order_id=order_id).created
    assert trade.ask(order_id=order_id).status_code == 409


def test_over_mcp_what_alipays_endpoint_does_not_sell_goes_over_its_own_api(mcp_trade: Trade) -> None:
    assert mcp_trade.books(order(mcp_trade)).dialect == "alipay"
    assert mcp_trade.books(mcp_trade.order()).dialect in ("mcp", "envelope")


@pytest.mark.parametrize(("kind", "method"), [("h5", "wap"), ("page", "page")])
def test_a_browser_is_sent_to_alipay_with_the_way_back_to_this_shop(
    trade: Trade, kind: str, method: str
) -> None:
    created = ask(trade, kind)
    link = str(created.payment_url)
    sent = {name: value for name, (value,) in parse_qs(urlsplit(link).query).items()}
    assert sent["method"] == f"alipay.trade.{method}.pay"
    assert sent["return_url"] == f"{trade.running.base_url}/payment/return"
    opened = httpx.get(link)
    assert (opened.status_code, opened.headers.get("location") is not None) == (302, True)
    number = str(created.out_trade_no)
    assert trade.merchant.confirm(number).status == "pending"
    trade.levers.pay(out_trade_no=number)
    assert trade.books(number).status == "paid"


def test_coming_back_proves_nothing_and_shows_ones_own_order_alone(trade: Trade) -> None:
    number = order(trade)
    back = f"/payment/return?out_trade_no={number}&total_amount=19.90&sign=x&trade_status=TRADE_SUCCESS"
    with httpx.Client(base_url=trade.running.base_url) as visitor:
        assert visitor.get(back).status_code == 303
        log_in(visitor, trade)
        page = visitor.get(back)
        assert page.status_code == 200
        assert 'data-status="pending"' in page.text
        assert visitor.get("/payment/return?out_trade_no=GL0").status_code == 404
    assert trade.books(number).credits == 0


def test_a_lost_notify_is_made_up_for_by_asking(fresh_trade: Trade) -> None:
    number = order(fresh_trade)
    lose_notifies(fresh_trade, number)
    fresh_trade.levers.pay(out_trade_no=number)
    fresh_trade.merchant.advance(6)
    books = fresh_trade.books(number)
    assert (books.status, books.credits, books.paid_amount) == ("paid", 1, 1990)


def test_what_nobody_opened_can_be_paid_until_its_time_is_over(fresh_trade: Trade) -> None:
    number = order(fresh_trade)
    answer = fresh_trade.merchant.close_order(number)
    assert (answer.status_code, answer.status) == (503, "pending")
    fresh_trade.merchant.advance(timedelta(hours=11).total_seconds())
    assert fresh_trade.books(number).status == "pending"
    fresh_trade.merchant.advance(timedelta(hours=2).total_seconds())
    assert fresh_trade.books(number).status == "cancelled"


def test_money_goes_back_at_alipay_and_is_booked_once_it_has_moved(fresh_trade: Trade) -> None:
    number = order(fresh_trade)
    fresh_trade.levers.pay(out_trade_no=number)
    for key in ("first", "second", "first"):
        fresh_trade.merchant.advance(61)
        answer = fresh_trade.merchant.refund(number, Fen(500), key)
        assert answer.status_code == 201
        assert answer.status == "success"
    assert fresh_trade.books(number).refunded_amount == 1000
    assert [each.refund for each in fresh_trade.levers.audit(number).refunds] == [500, 500]


def test_a_refund_that_may_have_been_made_is_the_same_refund(fresh_trade: Trade) -> None:
    number = order(fresh_trade)
    fresh_trade.levers.pay(out_trade_no=number)
    fresh_trade.levers.add_fault(Fault(operation="refund", action="drop_after_acceptance", times=1))
    assert fresh_trade.merchant.refund(number, Fen(500), "once").status == "success"
    assert [each.refund for each in fresh_trade.levers.audit(number).refunds] == [500]


def test_an_order_that_may_have_been_taken_is_asked_about_and_sent_again(trade: Trade) -> None:
    trade.levers.add_fault(Fault(operation="create", action="drop_after_acceptance", times=1))
    number = order(trade)
    trade.levers.pay(out_trade_no=number)
    assert trade.books(number).credits == 1


PAID = Transaction(
    out_trade_no="GL1",
    trade_state="SUCCESS",
    appid="9021000199990001",
    transaction_id="20261105",
    total=Fen(1990),
)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, None),
        ({"mchid": "2088999900000013"}, None),
        ({"mchid": "2088999900000014"}, "seller"),
        ({"appid": "9021000199990002"}, "appid"),
        ({"appid": ""}, "appid"),
        ({"total": Fen(1)}, "amount"),
        ({"total": None}, "amount"),
        ({"transaction_id": None}, "number"),
    ],
)
def test_an_alipay_order_is_compared_with_its_own_account(
    environment: dict[str, str], changes: dict[str, object], said: str | None
) -> None:
    loaded = Settings.load(EnvFile.of(environment)).alipay
    assert loaded is not None
    settings = replace(loaded, app_id="9021000199990001", seller_id="2088999900000013")
    record = OrderRecord(
        out_trade_no="GL1",
        account="a",
        order_id="o",
        generation=0,
        goods="g",
        description="d",
        amount=Fen(1990),
        kind=PaymentType.QR,
        provider=Provider.ALIPAY,
        time_expire=wire_now(),
        created=wire_now(),
    )
    found = alipay_difference(settings, record, replace(PAID, **changes))  # type: ignore[arg-type]
    assert (found is None) is (said is None)
    assert found is None or (said or "") in found.en


@pytest.mark.parametrize(
    ("user_agent", "ways"),
    [
        (str(DESKTOP["user_agent"]), {"wechat": ("qr",), "alipay": ("qr", "page")}),
        (str(PHONE["user_agent"]), {"wechat": ("h5", "qr"), "alipay": ("h5", "qr")}),
        (str(WECHAT_PHONE["user_agent"]), {"wechat": ("jsapi",)}),
        (IN_ALIPAY, {"alipay": ("jsapi", "h5")}),
    ],
    ids=["desk", "phone", "in WeChat", "in Alipay"],
)
def test_each_browser_is_offered_what_can_be_opened_in_it(
    user_agent: str, ways: dict[str, tuple[str, ...]]
) -> None:
    assert choices_for(user_agent).ways(takes_alipay=True) == ways
    alone = choices_for(user_agent).ways(takes_alipay=False)
    assert list(alone) == ["wechat"]


def test_inside_alipay_its_own_way_is_chosen_and_wechat_is_not_named(trade: Trade) -> None:
    with httpx.Client(base_url=trade.running.base_url, headers={"User-Agent": IN_ALIPAY}) as visitor:
        log_in(visitor, trade)
        page = visitor.get("/payment").text
    assert 'data-testid="payment-method-alipay" aria-pressed="true"' in page
    assert 'data-testid="payment-type-jsapi" aria-pressed="true"' in page
    assert "payment-method-wechat" not in page


def test_inside_alipay_the_bridge_is_given_a_signed_order_and_no_trade_is_made_before(trade: Trade) -> None:
    created = ask(trade, "jsapi")
    given = object_of(created.metadata, "tradePay") or {}
    assert list(given) == ["orderStr"]
    signed = dict(parse_qsl(str(given["orderStr"])))
    assert signed["method"] == "alipay.trade.app.pay"
    assert created.payment_url is None
    assert created.out_trade_no not in trade.levers.orders()


def test_inside_alipay_the_bridge_pays_and_the_page_asks_before_it_says_so(
    chromium: Browser, trade: Trade
) -> None:
    application = load_private_key(trade.levers.keys().alipay_app_private_key_pem).public_key()
    context = chromium.new_context(**ALIPAY_PHONE)
    alipay = AlipayStandIn(context, trade.levers.platform, merchant_public_key=public_pem(application))
    shop = PaymentPage(context.new_page(), trade.running.base_url)
    shop.sign_in(trade.profile.credentials.email, trade.profile.credentials.password)
    shop.open()
    shop.amount("19.90")
    shop.create()
    call = alipay.wait_for_call(shop.page)
    assert (call.wrong, call.result_code) == ("", "9000"), call
    shop.wait_for_status("paid")
    context.close()


@pytest.fixture
def desk(chromium: Browser, trade: Trade) -> Iterator[PaymentPage]:
    with at_the_payment_page(chromium, trade, DESKTOP) as shop:
        yield shop


def test_the_page_takes_an_alipay_order_and_shows_its_code(desk: PaymentPage, trade: Trade) -> None:
    desk.choose("alipay", "qr")
    desk.amount("5")
    desk.create()
    number = desk.order_number()
    issued = trade.levers.audit(number).code_url
    assert issued
    assert desk.look_for_code(issued).in_part == (issued,)
    assert "支付宝" in desk.result_text()
    assert "微信" not in desk.result_text()
    trade.levers.pay(out_trade_no=number)
    desk.wait_for_status("paid")


def test_going_back_to_wechat_takes_alipays_own_ways_away(desk: PaymentPage) -> None:
    desk.choose("alipay", "qr")
    desk.page.get_by_test_id("payment-type-page").click()
    expect(desk.page.get_by_test_id("payment-type-page")).to_be_visible()
    desk.choose("wechat", "qr")
    expect(desk.page.get_by_test_id("payment-type-page")).to_be_hidden()
    found = offered_choices(desk)
    assert found.methods == {"wechat", "alipay"}
    assert found.types == {"qr"}
    assert found.first == "qr"


def test_a_shop_without_alipay_offers_none_of_it(
    environment: dict[str, str], trade: Trade, chromium: Browser, tmp_path: Path
) -> None:
    plain = {name: value for name, value in environment.items() if not name.startswith("ALIPAY_")}
    with trading(plain, trade.levers) as without:
        refused = ask(without)
        assert refused.status_code == 400
        number = without.order()
        assert without.books(number).dialect == "apiv3"
        context = chromium.new_context(**DESKTOP)
        shop = PaymentPage(context.new_page(), without.running.base_url)
        shop.sign_in(without.profile.credentials.email, without.profile.credentials.password)
        shop.open()
        expect(shop.page.get_by_test_id("payment-method-alipay")).to_be_disabled()
        expect(shop.page.get_by_test_id("payment-method-alipay")).to_contain_text("暂未开通")
        context.close()
