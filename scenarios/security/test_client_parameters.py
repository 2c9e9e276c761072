"""What the platform is told of payer, account and number is the server's, whatever a client sends."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from functools import partial

from harness.core.payment import Provider
from harness.levers.models import OrderAudit
from harness.merchant.rungs.prepared import PreparedRequest
from harness.plugin import ChangedOrders, Journal, SentOrder, control

OWN_NUMBERS = "client-order-number"
SPELLINGS = {
    "openid": ("openid", "openId", "open_id"),
    "mchid": ("mchid", "mchId", "mch_id"),
    "appid": ("appid", "appId", "app_id"),
    "notify_url": ("notify_url", "notifyUrl"),
    "trade_type": ("trade_type", "tradeType"),
    "out_trade_no": ("out_trade_no", "outTradeNo"),
}
"""The parameters as documents, SDKs and scripts write them."""
OTHER_TYPES = {"h5": "NATIVE"}
"""A trade type that is not the kind's own; H5 is none of the other kinds'."""


@control("SEC-15", provider=Provider.WECHAT)
def test_a_client_sets_nothing_that_the_platform_is_told(
    changed_orders: ChangedOrders, journal: Journal
) -> None:
    for kind in changed_orders.kinds_to_change("jsapi"):
        with journal.step(f"{kind}: with parameters of the client's"):
            _try(changed_orders, kind, journal)


def _try(changed: ChangedOrders, kind: str, journal: Journal) -> None:
    right = changed.unspoilt(kind).seen
    judged = [name for name in SPELLINGS if name != "out_trade_no" or OWN_NUMBERS not in changed.capabilities]
    together, sent = _sent(changed, kind, judged)
    journal.observe(f"{kind}, with {', '.join(judged)}: HTTP {together.status}, {together.told}")
    _expect_the_servers(right, together.seen, sent)
    if together.seen is not None:
        return
    for name in judged:
        alone, sent = _sent(changed, kind, [name])
        journal.observe(f"{kind}: {name} of the client's: HTTP {alone.status}, {alone.told}")
        _expect_the_servers(right, alone.seen, sent)
        if alone.seen is None and alone.platform_asked:
            journal.doubt(
                f"a request with {name} of the client's was answered HTTP {alone.status}: "
                "the merchant asked the platform, which made no order; what it was told then is not seen"
            )
        elif alone.failed:
            journal.doubt(
                f"a request with {name} of the client's was answered HTTP {alone.status} and made no order: "
                "the merchant refused it, or the platform did and was told"
            )
    changed.expect_still_ordering(kind)


def _sent(changed: ChangedOrders, kind: str, names: Iterable[str]) -> tuple[SentOrder, dict[str, str]]:
    values = {
        "openid": "oCLIENT0sent0by0a0client0000",
        "mchid": "1900000009",
        "appid": "wxc11e47000000000f",
        "notify_url": "https://client.example/notify",
        "trade_type": OTHER_TYPES.get(kind, "H5"),
        "out_trade_no": f"CLIENT{secrets.token_hex(8)}",
    }
    change = partial(spelt_as_sent, values={name: values[name] for name in names})
    return changed.watched(change, kind), values


def spelt_as_sent(
    request: PreparedRequest,
    values: Mapping[str, str],
    spellings: Mapping[str, tuple[str, ...]] = SPELLINGS,
) -> PreparedRequest:
    """The same with these values by every name, in place of its own.

    Only a trade type of its own stays: by it the app's page may choose how is paid.
    """
    own = request.holds & set(SPELLINGS["trade_type"])
    further = {each: value for name, value in values.items() for each in spellings[name] if each not in own}
    return request.with_members(further)


def _expect_the_servers(right: OrderAudit, seen: OrderAudit | None, sent: dict[str, str]) -> None:
    if seen is None:
        return
    told = {"openid": seen.openid, "notify_url": seen.notify_url, "out_trade_no": seen.out_trade_no}
    taken = [name for name, value in told.items() if value == sent[name]]
    assert not taken, f"the platform was told what a client sent: {', '.join(taken)}"
    assert seen.product == right.product, (
        f"a client made a {seen.product} order of a {right.product} one by its trade type"
    )
