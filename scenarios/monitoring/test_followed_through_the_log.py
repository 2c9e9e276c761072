"""One payment is followed through the log by its order number and Request-ID; nothing else is told by it."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from pathlib import Path

from harness.core import dialects as table
from harness.core.errors import NotExercised
from harness.core.payment import Provider
from harness.merchant.client import MerchantClient
from harness.merchant.log_lines import personal_in_lines
from harness.merchant.logs import Logs
from harness.plugin import Journal, PlacedOrder, PlacedOrders, SecretSearch, control

ASKED_YUAN = "19.90"
_LATE_S, _LOOKS = 0.1, 10
"""For a log that is written a moment later."""


@control("MON-06")
def test_one_payment_is_followed_through_the_log(
    orders: PlacedOrders, merchant: MerchantClient, secret_search: SecretSearch, journal: Journal
) -> None:
    logs, folder = merchant.profile.logs, merchant.profile.folder
    if logs is None:
        raise merchant.profile.gap("logs", "which file the app logs to")
    begun = logs.size(folder)
    order = orders.place(ASKED_YUAN)
    made = _lines(logs, folder, begun, order, orders)
    middle = logs.size(folder)
    openid = f"o{secrets.token_hex(13)}G"
    payment = order.pay(openid=openid)
    order.kept(paid=True)
    paid = _lines(logs, folder, middle, order, orders)
    lines = [*made, *paid]
    if not lines:
        raise NotExercised(
            "the log did not grow while an order was made and paid",
            where="logs in the merchant profile",
            remedy="name what the app writes now, and let it write at once (no buffer)",
        )
    named = [[line for line in part if order.out_trade_no.encode() in line] for part in (made, paid)]
    journal.observe(
        f"the log grew by {len(made)} lines while the order was made, {len(named[0])} of them name it, "
        f"and by {len(paid)} while it was paid, {len(named[1])} of them name it"
    )
    assert named[0], f"no line of the log names the order {order.out_trade_no} that was made"
    assert named[1], f"the log names the order {order.out_trade_no}, and tells nothing of its payment"
    _expect_request_id(order, made, named[0], journal)
    _expect_nothing_personal(lines, openid, [order.out_trade_no, str(payment.transaction_id)], journal)
    search = secret_search.afresh()
    search.look(logs.name, b"\n".join(lines))
    assert not search.found, f"a log line of the merchant tells a secret: {search.told}"


def _lines(logs: Logs, folder: Path, since: int, order: PlacedOrder, orders: PlacedOrders) -> list[bytes]:
    """What was added to the log, once a line names the order, or after a second."""
    told = b""
    for look in range(_LOOKS):
        told = logs.tail(folder, since=since)
        if order.out_trade_no.encode() in told:
            break
        orders.wait(_LATE_S if look < _LOOKS - 1 else 0)
    return [line for line in told.splitlines() if line.strip()]


def _expect_request_id(
    order: PlacedOrder, made: Sequence[bytes], named: Sequence[bytes], journal: Journal
) -> None:
    """The platform's name for the request stands where the order's does (facts 8.3, C43)."""
    placed = next(event.detail for event in order.audit().events if event.kind == "created")
    request_id = placed.get("request_id", "")
    if not request_id:
        journal.limit("the platform named no request, so no Request-ID was looked for")
        return
    if any(request_id.encode() in line for line in named):
        journal.observe(f"a line names the order and its Request-ID {request_id}")
        return
    if any(request_id.encode() in line for line in made):
        journal.warn(
            "the Request-ID stands on a line without the order number: of two orders at once "
            "nobody knows whose it is"
        )
        return
    missing = f"no line of the log holds the Request-ID {request_id} of the platform's answer"
    if table.dialect(placed["dialect"]).provider is Provider.ALIPAY:
        journal.warn(missing)
        return
    raise AssertionError(missing)


def _expect_nothing_personal(
    lines: Sequence[bytes], openid: str, known: Sequence[str], journal: Journal
) -> None:
    told = b"\n".join(lines)
    assert openid.encode() not in told, "the log holds the payer's openid, unmasked"
    found = personal_in_lines(told, known)
    sure = [f"{each.kind} {each.shown}" for each in found if each.sure]
    assert not sure, "the log holds in clear " + ", ".join(sure)
    for each in found:
        journal.warn(f"the log holds what looks like {each.kind}: {each.shown}")
