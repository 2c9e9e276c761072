"""Ways to the payment endpoint that a deliberate defect takes instead of the right one."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import cast

from harness.core.clock import wire_now
from harness.core.dialects import dialects
from harness.core.errors import EnvironmentUnreachable, GoLiveError, PlatformRefusal, UnknownOutcome
from harness.core.exchange import Listener
from harness.core.payment import Order, Prepared, TradeState, Transaction
from harness.gateways.apiv3.gateway import ApiV3Gateway
from harness.gateways.apiv3.transport import Verify
from harness.gateways.choose import build_gateway, open_classic, open_endpoint
from harness.gateways.guard import Unguarded
from harness.gateways.protocol import PaymentGateway
from harness.settings.model import Settings
from harness.shop.order_numbers import new_number
from harness.shop.placing import Placing
from harness.shop.practices import Now
from harness.shop.practices import gateway as right_gateway

Gateway = Callable[[Settings, Sequence[Listener], Now], PaymentGateway]
_SERVER_ERROR = 500
_BUSY = 429
_PATIENT_S = 600.0


def whatever_certificate(settings: Settings, listeners: Sequence[Listener], now: Now) -> PaymentGateway:
    """`verify=False`, left over from a test against a certificate of one's own."""
    guard = Unguarded()
    guard.verify = ssl.create_default_context()
    guard.verify.check_hostname = False
    guard.verify.verify_mode = ssl.CERT_NONE
    return build_gateway(settings, listeners=listeners, now=now, guard=guard)


def claims_mcp(settings: Settings, listeners: Sequence[Listener], now: Now) -> PaymentGateway:
    """Orders over the classic API, and says that it was MCP."""
    classic = open_classic(settings, listeners=listeners)

    def place(order: Order) -> Prepared:
        return replace(classic.create(order), dialect=dialects(classic=False)[0])

    return cast("PaymentGateway", Placing(right_gateway(settings, listeners, now), place, classic))


def without_fallback(settings: Settings, listeners: Sequence[Listener], now: Now) -> PaymentGateway:
    """Orders over MCP or not at all, as the plan's own client does."""
    right = right_gateway(settings, listeners, now)
    if not settings.mcp.enabled:
        return right
    alone = open_endpoint(settings, listeners=listeners)
    return cast("PaymentGateway", Placing(right, alone.create, alone))


def new_number_on_fallback(settings: Settings, listeners: Sequence[Listener], now: Now) -> PaymentGateway:
    """After MCP failed orders over the classic API at once, under a fresh number: two may be payable."""
    right = right_gateway(settings, listeners, now)
    if not settings.mcp.enabled:
        return right
    alone = open_endpoint(settings, listeners=listeners)
    classic = open_classic(settings, listeners=listeners)

    def place(order: Order) -> Prepared:
        try:
            return alone.create(order)
        except GoLiveError as error:
            if isinstance(error, PlatformRefusal) and error.status < _SERVER_ERROR:
                raise
        return classic.create(replace(order, out_trade_no=new_number(wire_now())))

    return cast("PaymentGateway", Placing(right, place, alone, classic))


def never_tries_again(settings: Settings, listeners: Sequence[Listener], now: Now) -> PaymentGateway:
    """Leaves MCP alone for good once it failed: on a clock that stands still no time for it ever comes."""
    return right_gateway(settings, listeners, lambda: 0.0)


def ignores_switch(settings: Settings, listeners: Sequence[Listener], now: Now) -> PaymentGateway:
    """Goes over MCP whatever PAYMENT_MCP_ENABLED says."""
    return right_gateway(replace(settings, mcp=replace(settings.mcp, enabled=True)), listeners, now)


def waits_for_whole_bodies(settings: Settings, listeners: Sequence[Listener], now: Now) -> PaymentGateway:
    """Waits for an answer as long as bytes come, which is what a read timeout does."""
    if settings.mcp.enabled:
        return right_gateway(settings, listeners, now)
    return ApiV3Gateway(settings.wechat, listeners=listeners, timeout_s=_PATIENT_S)


def storms(settings: Settings, listeners: Sequence[Listener], now: Now) -> PaymentGateway:
    """Asks again at once, and again, where the platform is too busy to be asked."""
    right = right_gateway(settings, listeners, now)

    def place(order: Order) -> Prepared:
        for _ in range(20):
            with suppress(PlatformRefusal):
                return right.create(order)
        return right.create(order)

    return cast("PaymentGateway", Placing(right, place))


def new_number_after_error(settings: Settings, listeners: Sequence[Listener], now: Now) -> PaymentGateway:
    """Orders again under a fresh number when the platform had an error of its own: two may be payable."""
    right = right_gateway(settings, listeners, now)

    def place(order: Order) -> Prepared:
        try:
            return right.create(order)
        except GoLiveError as error:
            if isinstance(error, PlatformRefusal) and error.status == _BUSY:
                raise
            return right.create(replace(order, out_trade_no=new_number(wire_now())))

    return cast("PaymentGateway", Placing(right, place))


def code_of_its_own(settings: Settings, listeners: Sequence[Listener], now: Now) -> PaymentGateway:
    """Hands out a code that it keeps for emergencies where no platform can be reached."""
    right = right_gateway(settings, listeners, now)

    def place(order: Order) -> Prepared:
        try:
            return right.create(order)
        except (EnvironmentUnreachable, UnknownOutcome):
            return Prepared(out_trade_no=order.out_trade_no, code_url="weixin://wxpay/bizpayurl?pr=0wnC0d3")

    return cast("PaymentGateway", Placing(right, place))


def no_answer_is_paid(settings: Settings, listeners: Sequence[Listener], now: Now) -> PaymentGateway:
    """Takes a query that nobody answered for one that said paid: the shopper shall not suffer for it."""
    right = right_gateway(settings, listeners, now)
    wanted: dict[str, Order] = {}

    def place(order: Order) -> Prepared:
        wanted[order.out_trade_no] = order
        return right.create(order)

    def ask(number: str) -> Transaction:
        try:
            return right.query(number)
        except (EnvironmentUnreachable, UnknownOutcome):
            if number not in wanted:
                raise
            return _as_if_paid(settings, wanted[number])

    return cast("PaymentGateway", Placing(right, place, ask=ask))


def _as_if_paid(settings: Settings, order: Order) -> Transaction:
    return Transaction(
        out_trade_no=order.out_trade_no,
        trade_state=TradeState.SUCCESS,
        mchid=settings.wechat.mchid,
        appid=settings.wechat.appid,
        transaction_id="4200000000000000000000000000",
        total=order.amount,
        payer_total=order.amount,
        currency="CNY",
    )


def believing(verify: Verify, *, queries_alone: bool = False) -> Gateway:
    """Believes answers of the classic API by another rule, all of them or those to queries alone."""

    def opened(settings: Settings, listeners: Sequence[Listener], now: Now) -> PaymentGateway:
        right = right_gateway(settings, listeners, now)
        if settings.mcp.enabled:
            return right
        wrong = ApiV3Gateway(settings.wechat, listeners=listeners, verify=verify)
        place = right.create if queries_alone else wrong.create
        return cast("PaymentGateway", Placing(right, place, wrong, ask=wrong.query))

    return opened
