"""The experience edition: ¥100 a payment, ¥1,000 a Beijing day, the official test account as payee (P§1)."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Protocol

import pytest

from harness.browser.cashier_page import CashierPage
from harness.browser.page_actions import visible
from harness.browser.payment_page import PaymentPage
from harness.core.clock import wire_now
from harness.core.control import Blame
from harness.core.errors import GoLiveError, NotExercised
from harness.core.money import Fen
from harness.core.payment import Order, Product, Provider
from harness.gateways.protocol import PaymentGateway
from harness.levers.client import LeversClient
from harness.merchant.business_clocks import BusinessClocks
from harness.merchant.client import MerchantClient
from harness.merchant.gap import ProfileGap, place
from harness.plugin import (
    DailyLimit,
    Endpoint,
    Journal,
    PlacedOrders,
    Prerequisite,
    Rehearsal,
    Settings,
    control,
    needs,
)

SINGLE = Fen(10_000)
DAY = Fen(100_000)
PAYEE = "微信官方测试账户"
LIMIT = re.compile(r"(?<!rule)(?<!rule_)limit|限额|上限", re.IGNORECASE)
"""What a shopper is told; the platform's bare code RULE_LIMIT tells nobody anything."""
WITHOUT_END = {
    Provider.WECHAT: "the order was placed without time_expire and would stay payable for a week",
    Provider.ALIPAY: "the order was placed without time_expire and would stay payable for up to 15 days",
}
"""What becomes of an order that names no end (facts alipay 2.3)."""
EDITION = "it judges the limits of that edition"


class OrderOf(Protocol):
    """Describe a QR order of an amount, straight at the endpoint."""

    def __call__(self, amount: Fen) -> Order: ...


@pytest.fixture
def order_of(dialect_settings: Settings) -> OrderOf:
    """See `OrderOf`."""

    def described(amount: Fen) -> Order:
        return Order(
            out_trade_no=f"EXP{secrets.token_hex(10)}",
            product=Product.NATIVE,
            amount=amount,
            description="体验版限额",
            notify_url=dialect_settings.wechat.notify_url,
        )

    return described


@pytest.fixture
def closing(apiv3_gateway: PaymentGateway, rehearsal: Rehearsal) -> Iterator[list[str]]:
    """Numbers to be closed afterwards: open orders count towards the day."""
    numbers: list[str] = []
    yield numbers
    if rehearsal.order_cleanup is None:  # else it closes everything that was ordered
        for number in numbers:
            apiv3_gateway.close(number)


@pytest.fixture
def fresh_day(daily_limit: DailyLimit) -> datetime:
    """Business time moves past midnight in Beijing, where a day's total begins anew."""
    return daily_limit.begin()


@control("EXP-01", blame=Blame.ENDPOINT, provider=Provider.WECHAT)
@needs(Prerequisite.EXPERIENCE, EDITION)
def test_the_endpoint_takes_100_yuan_and_refuses_a_fen_more(
    gateway: PaymentGateway,
    order_of: OrderOf,
    closing: list[str],
    fresh_day: datetime,
    journal: Journal,
) -> None:
    allowed = gateway.create(order_of(SINGLE))
    closing.append(allowed.out_trade_no)
    journal.observe(f"¥{SINGLE.yuan} was taken")
    over = order_of(SINGLE + 1)
    with pytest.raises(GoLiveError) as refused:
        gateway.create(over)
    journal.observe(f"¥{(SINGLE + 1).yuan}: {refused.value}")
    assert "限额" in str(refused.value) or "limit" in str(refused.value).lower(), refused.value


@control("EXP-01")
@pytest.mark.rehearsed
def test_the_merchants_page_refuses_more_than_100_yuan(
    merchant: MerchantClient,
    levers: LeversClient,
    orders: PlacedOrders,
    journal: Journal,
) -> None:
    if orders.own_price is not None:
        expect_own_price_within_the_limit(merchant, orders, orders.own_price, journal)
        return
    if not levers.limits_days():
        raise NotExercised(
            "the simulator plays the formal edition, at which a shopper may order for more than ¥100",
            where="--no-experience-limits",
            remedy="start `golive simulator` without it",
        )
    orders.daily_limit.spend(SINGLE)
    allowed = merchant.create_order(order_id=secrets.token_hex(8), amount_yuan=SINGLE.yuan)
    if not allowed.out_trade_no:
        raise NotExercised(f"¥{SINGLE.yuan}, which is allowed, was answered HTTP {allowed.status_code}")
    journal.observe(f"¥{SINGLE.yuan} was taken")
    before = set(levers.orders())
    answer = merchant.create_order(order_id=secrets.token_hex(8), amount_yuan="100.01")
    journal.observe(f"¥100.01 at the merchant: HTTP {answer.status_code}, {answer.error}")
    assert not answer.out_trade_no, f"¥100.01 was ordered: HTTP {answer.status_code}"
    assert set(levers.orders()) == before, "an order beyond the limit reached the platform"
    assert LIMIT.search(answer.error or ""), f"the answer does not name the limit: {answer.error!r}"


@control("EXP-02", blame=Blame.ENDPOINT, provider=Provider.WECHAT)
@needs(Prerequisite.LEVERS, "it fills a day's ¥1,000 and moves the clock past midnight in Beijing")
def test_the_day_ends_at_1000_yuan_and_begins_anew_at_midnight_in_beijing(
    gateway: PaymentGateway,
    apiv3_gateway: PaymentGateway,
    levers: LeversClient,
    order_of: OrderOf,
    orders: PlacedOrders,
    closing: list[str],
    fresh_day: datetime,
    pass_time: Callable[[float], None],
    journal: Journal,
) -> None:
    # The merchant's own order, so that its books know of the money.
    paid = orders.place(SINGLE.yuan).pay()
    for amount in portions(Fen(DAY - paid.total)):
        made = gateway.create(order_of(amount))
        closing.append(made.out_trade_no)
    with pytest.raises(GoLiveError) as refused:
        closing.append(gateway.create(order_of(Fen(1))).out_trade_no)
    journal.observe(f"¥{paid.total.yuan} paid, ¥{DAY.yuan} with open ones; one fen more: {refused.value}")
    apiv3_gateway.close(closing.pop())
    again = gateway.create(order_of(SINGLE))
    closing.append(again.out_trade_no)
    journal.observe("a closed order released its share of the day")
    tomorrow = (fresh_day + timedelta(days=1)).replace(hour=0, minute=1)
    pass_time((tomorrow - levers.advance(0)).total_seconds())
    closing.append(gateway.create(order_of(SINGLE)).out_trade_no)
    journal.observe("after midnight in Beijing orders are taken again")


@control("EXP-04", experience=True)
@pytest.mark.rehearsed
def test_payee_and_warning_are_the_experience_editions(
    shopper: PaymentPage,
    payer: CashierPage,
    endpoint: Endpoint,
    levers: LeversClient,
    orders: PlacedOrders,
    journal: Journal,
) -> None:
    price = orders.price_of(Fen(100))
    orders.daily_limit.spend(price)
    shown = shopper.page.get_by_test_id("mcp-experience-warning")
    warning = visible(shown, "the warning of the experience edition", patience_s=5).inner_text()
    journal.observe(f"the page warns: {warning}")
    assert "体验版" in warning, "the page does not say 体验版"
    assert "24小时" in warning, "the page does not say 24小时"
    shopper.choose("wechat", "qr")
    shopper.amount(price.yuan)
    shopper.create()
    number = shopper.order_number()
    code_url = levers.audit(number).code_url
    assert code_url, "the platform issued no code_url"
    payer.open(endpoint.base_url, code_url)
    payee = payer.merchant_text()
    journal.picture(payer.page, zh="体验版收银台", en="The experience edition's cashier")
    journal.observe(f"the cashier pays {payee}")
    assert PAYEE in payee, f"the money goes to {payee}"
    payer.pay()
    shopper.wait_for_status("paid")


@control("EXP-05", experience=True, blame=Blame.ENDPOINT)
@needs(Prerequisite.EXPERIENCE, EDITION)
def test_an_order_ends_within_24_hours(
    gateway: PaymentGateway,
    order_of: OrderOf,
    closing: list[str],
    daily_limit: DailyLimit,
    journal: Journal,
) -> None:
    daily_limit.spend(Fen(100))
    prepared = gateway.create(order_of(Fen(100)))
    closing.append(prepared.out_trade_no)
    assert prepared.expire_time is not None, "the answer names no expireTime"
    ahead = prepared.expire_time - daily_limit.now()
    journal.observe(f"expireTime is {ahead} ahead")
    assert timedelta() < ahead <= timedelta(hours=24), f"expireTime is {ahead} ahead"


@control("PAY-16")
def test_the_order_lifetime_is_set_and_kept(
    orders: PlacedOrders,
    merchant: MerchantClient,
    levers: LeversClient,
    clocks: BusinessClocks,
    journal: Journal,
) -> None:
    order = orders.place("5.00")
    first = order.audit().time_expire
    assert first is not None, WITHOUT_END[merchant.profile.provider]
    profile = merchant.profile
    moves = profile.clock is not None
    if moves:
        clocks.advance(60)
    again: datetime | None = first
    if profile.names_orders:
        orders.place("5.00", order_id=order.order_id)
        again = order.audit().time_expire
    else:
        journal.limit("ordering again was not tried: the app names its orders itself, and makes a new one")
    now = levers.advance(0)
    told = merchant.advance(0) if moves else now
    ahead = first - now
    if not sensible(ahead) and sensible(first - wire_now()):
        raise ProfileGap(
            "the merchant answered that its clock moved, and it orders by a clock that did not",
            where="time",
            remedy="let it move the app's business time, or leave the line out of the profile",
        )
    if not sensible(ahead) and (told is None or abs(told - now) > timedelta(minutes=1)):
        raise ProfileGap(
            f"an order may be paid for {ahead}, if the merchant's clock stands where the simulator's does, "
            "and it does not tell where it stands",
            where="time",
            remedy='let the clock route answer the app\'s business time as {"now": "…"}; until then restart '
            "simulator and app together before a run",
        )
    journal.observe(f"time_expire {first}, after ordering again {again}, {ahead} ahead")
    assert again == first, "ordering again moved time_expire"
    assert sensible(ahead), f"an order may be paid for {ahead}"
    if profile.names_orders and not moves:  # within the same second every lifetime is the same
        raise profile.gap("time", "how the app's clock is moved")


def portions(total: Fen) -> list[Fen]:
    """What fills a sum by single payments: the odd one first, so that the last one is a whole one."""
    whole, odd = divmod(int(total), int(SINGLE))
    return [*([Fen(odd)] if odd else []), *[SINGLE] * whole]


def expect_own_price_within_the_limit(
    merchant: MerchantClient, orders: PlacedOrders, price: Fen, journal: Journal
) -> None:
    """Where nobody can ask for more than the merchant's own price, that is all there is to keep low.

    Raises:
        NotExercised: the price itself is over the limit, so that this edition takes no order of it.
    """
    line = "products" if merchant.profile.products else "price_yuan"
    if price > SINGLE:
        raise NotExercised(
            f"an order costs up to ¥{price.yuan} ({line}), and the experience edition takes ¥{SINGLE.yuan}",
            where=place(merchant.profile.lines, line),
            remedy="rehearse the app with a price within the limit",
        )
    ordered = orders.place(price.yuan).audit().total
    journal.observe(
        f"this merchant's prices are its own ({line}): nobody can ask it for more than ¥{price.yuan}, "
        f"and ¥{ordered.yuan} was ordered"
    )
    assert ordered <= SINGLE, f"¥{ordered.yuan} was ordered from the platform"


def sensible(ahead: timedelta) -> bool:
    """Whether an order may be paid for about as long as somebody takes to pay it."""
    return timedelta(minutes=5) <= ahead <= timedelta(days=1)
