"""No answer of the merchant tells a secret, however wrong it is asked: all that a run heard counts."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urljoin

import pytest

from harness.core.errors import MerchantFailure, UnknownOutcome
from harness.merchant.client import MerchantClient
from harness.merchant.gap import ProfileGap
from harness.merchant.rungs.prepared import PreparedRequest
from harness.plugin import ChangedOrders, Journal, PlacedOrder, SecretSearch, control

UNKNOWN = "GOLIVE0UNKNOWN0NUMBER0000"
NOT_JSON = [
    ("Content-Type", "application/json"),
    *((f"Wechatpay-{name}", "1") for name in ("Serial", "Signature", "Timestamp", "Nonce")),
]


@control("SEC-03")
@pytest.mark.late
def test_no_answer_tells_a_secret(
    merchant: MerchantClient, changed_orders: ChangedOrders, secret_search: SecretSearch, journal: Journal
) -> None:
    with journal.step("errors provoked"):
        order = changed_orders.orders.place("19.90")
        made = [name for name, act in _provocations(order, merchant, changed_orders) if _came_to_an_end(act)]
    journal.observe(f"answers looked through: {secret_search.looked_at}; provoked: {', '.join(made)}")
    assert not secret_search.found, f"an answer of the merchant tells a secret: {secret_search.told}"
    logs, folder = merchant.profile.logs, merchant.profile.folder
    if logs is None:
        journal.limit("the merchant's log was not looked at: add [logs] with file to its profile")
    else:
        lines = secret_search.afresh()
        lines.look(logs.name, logs.tail(folder))
        assert not lines.found, f"a log line of the merchant tells a secret: {lines.told}"
        if not logs.written_since(folder, secret_search.begun):
            journal.doubt("the merchant wrote nothing to its log during the run, so nothing was found in it")
    if not secret_search.looked_at:
        journal.doubt("no answer of the merchant was heard")


def _provocations(
    order: PlacedOrder, merchant: MerchantClient, changed: ChangedOrders
) -> list[tuple[str, Callable[[], object]]]:
    """What a merchant is asked wrongly; a profile need not describe all of it."""
    kind = changed.kinds_to_change()[0]
    led = merchant.session.order_urls.get(order.out_trade_no, "")
    asked: list[tuple[str, Callable[[], object]]] = [
        ("a callback that is no JSON", lambda: order.deliver(NOT_JSON, b"{")),
        ("a callback without a word", lambda: order.deliver(NOT_JSON[:1], b"")),
        ("the page of an unknown order", lambda: _opened(merchant, urljoin(led, UNKNOWN))),
        ("an unknown order asked for", lambda: merchant.query(UNKNOWN)),
        ("an order without its members", lambda: changed.send(PreparedRequest.without_members, kind)),
    ]
    if merchant.profile.confirm is None or merchant.profile.confirm.page is None:
        asked.append(("an unknown order confirmed", lambda: merchant.confirm(UNKNOWN)))
    return asked


def _opened(merchant: MerchantClient, address: str) -> None:
    merchant.session.open(address, "look", listeners=merchant.session.listeners)


def _came_to_an_end(act: Callable[[], object]) -> bool:
    try:
        act()
    except (ProfileGap, MerchantFailure, UnknownOutcome):
        return False
    return True
