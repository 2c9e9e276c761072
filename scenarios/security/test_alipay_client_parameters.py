"""What Alipay is told of buyer, seller, application, addresses, number and amount is the server's alone.

An order by code is seen at the platform. One by H5 is a link that the app signs and the payer opens, so what
it tells Alipay stands in the link itself (facts alipay 4.1).
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping
from functools import partial
from urllib.parse import parse_qs, urlsplit

from harness.core.errors import NotExercised
from harness.core.payment import Provider
from harness.levers.models import OrderAudit
from harness.plugin import ChangedOrders, Journal, control
from scenarios.security.test_client_parameters import OWN_NUMBERS, spelt_as_sent

SPELLINGS = {
    "buyer_id": ("buyer_id", "buyerId", "buyer_open_id"),
    "app_id": ("app_id", "appId", "appid"),
    "seller_id": ("seller_id", "sellerId"),
    "notify_url": ("notify_url", "notifyUrl"),
    "return_url": ("return_url", "returnUrl"),
    "out_trade_no": ("out_trade_no", "outTradeNo"),
    "total_amount": ("total_amount", "totalAmount"),
}
"""The parameters as documents, SDKs and scripts write them."""
Told = Mapping[str, str]
"""What Alipay is told by an order, under its own names."""
Way = Callable[[ChangedOrders, str, Mapping[str, str]], Told | None]
"""Orders of a kind with values of a client's, to what Alipay is told."""


@control("SEC-15", provider=Provider.ALIPAY)
def test_a_client_sets_nothing_that_alipay_is_told(changed_orders: ChangedOrders, journal: Journal) -> None:
    ways = [(kind, _by_request) for kind in changed_orders.kinds_to_change()]
    if changed_orders.merchant.profile.paths.create_order is not None:
        ways.append(("h5", _by_link))
    for kind, told in ways:
        with journal.step(f"{kind}: with parameters of the client's"):
            _try(changed_orders, kind, told, journal)


def _try(changed: ChangedOrders, kind: str, told: Way, journal: Journal) -> None:
    right = told(changed, kind, {})
    if right is None:
        raise NotExercised(
            f"the request as it is makes no order by {kind} that can be seen",
            where="ordering",
            remedy="see PAY-04 and PAY-05",
        )
    own_numbers = OWN_NUMBERS in changed.capabilities
    judged = [name for name in SPELLINGS if name != "out_trade_no" or not own_numbers]
    sent = _values()
    together = told(changed, kind, {name: sent[name] for name in judged})
    journal.observe(f"{kind}, with {', '.join(judged)}: {_said(together)}")
    _expect_the_servers(right, together, sent)
    if together is not None:
        return
    for name in judged:
        alone = told(changed, kind, {name: sent[name]})
        journal.observe(f"{kind}, with {name}: {_said(alone)}")
        _expect_the_servers(right, alone, sent)
        if alone is None:
            journal.doubt(
                f"a request with {name} of the client's made no order: "
                "the merchant refused it, or Alipay did and was told"
            )
    if told(changed, kind, {}) is None:
        raise NotExercised(
            "the request as it is makes no order any more; what was refused shows nothing",
            where="ordering",
            remedy="let one shopper order many times: fill the cart before each order, and limit no rate",
        )


def _said(told: Told | None) -> str:
    return "no order" if told is None else f"order {told.get('out_trade_no')} of {told.get('total_amount')}"


def _values() -> dict[str, str]:
    return {
        "buyer_id": "2088000000000901",
        "app_id": "2021000000000901",
        "seller_id": "2088000000000902",
        "notify_url": "https://client.example/notify",
        "return_url": "https://client.example/return",
        "out_trade_no": f"CLIENT{secrets.token_hex(8)}",
        "total_amount": "0.01",
    }


def _by_request(changed: ChangedOrders, kind: str, values: Mapping[str, str]) -> Told | None:
    """What the platform has of an order with these values of a client's; None: it makes none."""
    seen = changed.send(partial(spelt_as_sent, values=values, spellings=SPELLINGS), kind).seen
    return None if seen is None else _seen(seen)


def _by_link(changed: ChangedOrders, kind: str, values: Mapping[str, str]) -> Told | None:
    """What stands in the link that the shopper is given; None: there is none."""
    request = spelt_as_sent(changed.request(kind), values, SPELLINGS)
    link = changed.merchant.send_order(request, payment_type=kind).payment_url
    return _linked(link) if link else None


def _seen(order: OrderAudit) -> Told:
    """An order by code, as the platform has it."""
    return {
        "buyer_id": order.openid,
        "notify_url": order.notify_url,
        "out_trade_no": order.out_trade_no,
        "total_amount": order.total.yuan,
    }


def _linked(link: str) -> Told:
    """What stands in a signed link."""
    common = {name: values[0] for name, values in parse_qs(urlsplit(link).query).items()}
    content = json.loads(common.pop("biz_content", "{}"))
    return common | {name: str(value) for name, value in content.items()}


def _expect_the_servers(right: Told, told: Told | None, sent: Mapping[str, str]) -> None:
    if told is None:
        return
    taken = [name for name, value in sent.items() if told.get(name) == value]
    assert not taken, f"Alipay was told what a client sent: {', '.join(taken)}"
    assert told["total_amount"] == right["total_amount"], (
        f"a client made an order over {told['total_amount']} of one over {right['total_amount']}"
    )
