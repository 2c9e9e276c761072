"""Wrong ways to price, place and show an order; deliberate defects take them."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from harness.core.money import Fen
from harness.core.payment import JsapiParameters, Prepared, TradeState, Transaction
from harness.gateways.protocol import PaymentGateway
from harness.gateways.service_status import ServiceStatus
from harness.settings.model import WeChatSettings
from harness.shop.invocation import PREPAY, bridge_parameters, for_mini_program, prepay_id_of
from harness.shop.order_book import OrderBook
from harness.shop.order_record import OrderRecord, OrderStatus
from harness.shop.payment_choices import PaymentChoices, PaymentType
from harness.shop.practices import LIFETIME, status_of
from harness.signing.wechat_v3 import app_pay_sign

_RACE_S = 0.05


def look_then_make(
    book: OrderBook,
    account: str,
    order_id: str,
    /,
    *,
    reusable: Callable[[OrderRecord], bool],
    make: Callable[[int], OrderRecord],
) -> OrderRecord:
    """Looks for the order of a purchase, and makes one where it saw none: twice for two clicks at once."""
    newest = book.latest(account, order_id)
    if newest is not None and reusable(newest):
        return newest
    time.sleep(_RACE_S)  # the round trip to a database that is not in the same process
    return book.latest_or_new(account, order_id, reusable=lambda _: False, make=make)


def float_fen(yuan: str) -> Fen:
    """19.90 becomes 1989: the nearest double is a little less, and int() cuts."""
    Fen.from_yuan(yuan)
    return Fen(int(float(yuan) * 100))


def other_url(code_url: str) -> str:
    """The code with something of the shop's own behind it."""
    return f"{code_url}&from=shop"


def paying_is_failed(transaction: Transaction) -> OrderStatus:
    """Whoever has not paid when he is asked about has failed to."""
    paying = transaction.state is TradeState.USERPAYING
    return OrderStatus.FAILED if paying else status_of(transaction)


def unknown_is_pending(transaction: Transaction) -> OrderStatus:
    """Whatever is not known will come right by itself."""
    found = status_of(transaction)
    return OrderStatus.PENDING if found is OrderStatus.UNKNOWN else found


def recomputed(record: OrderRecord, now: datetime) -> datetime | None:
    """Twelve hours from now, every time."""
    del record
    return now + LIFETIME


def never(record: OrderRecord, now: datetime) -> datetime | None:
    """Leaves the end to the platform, which takes seven days."""
    del record, now
    return None


def same_for_all(user_agent: str) -> PaymentChoices:
    """One page for everybody: whatever the browser, all of it is offered."""
    del user_agent
    return PaymentChoices((PaymentType.QR, PaymentType.H5, PaymentType.JSAPI), alipay=True)


def bare_fourth_line(settings: WeChatSettings, prepared: Prepared) -> JsapiParameters:
    """Signs the App's four lines for the bridge: the last one lacks `prepay_id=`."""
    right = bridge_parameters(settings, prepared)
    return replace(
        right,
        pay_sign=app_pay_sign(
            settings.private_key,
            appid=right.appid,
            timestamp=right.timestamp,
            nonce=right.nonce,
            prepay_id=prepay_id_of(prepared),
        ),
    )


def bare_package(parameters: JsapiParameters) -> dict[str, str]:
    """Hands over the id where the package belongs."""
    right = for_mini_program(parameters)
    return {**right, "package": right["package"].removeprefix(PREPAY)}


def all_is_well(gateway: PaymentGateway) -> ServiceStatus:
    """Reports what was hoped for when the page was written."""
    del gateway
    return ServiceStatus(enabled=True, wechat=True, alipay=True, detail="ok")


def own_price(yuan: str) -> Fen:
    """Everything costs ¥88 here, whatever was asked for."""
    del yuan
    return Fen(8800)


def one_yuan(yuan: str) -> Fen:
    """A price of a test that was never taken out again."""
    del yuan
    return Fen(100)
