"""The log masks what is personal: who paid, by callbacks and by queries, and what the shopper typed."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from urllib.parse import urlsplit

from harness.core.errors import MerchantFailure, NotExercised, UnknownOutcome
from harness.merchant.client import MerchantClient
from harness.merchant.gap import ProfileGap
from harness.merchant.rungs.personal import personal_in
from harness.plugin import Journal, PlacedOrder, PlacedOrders, SecretSearch, control

ASKED_YUAN = "19.90"
PAYER = "a payer's openid"
_AROUND = 60, 20
"""How much of a line is told before and after what it holds."""
_LATE_S, _LOOKS = 0.1, 10
"""For a log that is written a moment later."""


@control("SEC-04")
def test_what_is_personal_is_masked_in_the_log(
    orders: PlacedOrders, merchant: MerchantClient, journal: Journal
) -> None:
    logs, folder = merchant.profile.logs, merchant.profile.folder
    if logs is None:
        raise merchant.profile.gap("logs", "which file the app logs to")
    begun = logs.size(folder)
    personal = dict(_typed(merchant))
    with journal.step("an order paid, and called back"):
        called_back = orders.place(ASKED_YUAN)
        personal[_paid_by_somebody(called_back)] = PAYER
        called_back.kept(paid=True)
    with journal.step("an order paid, and asked about"):
        asked_about = orders.place(ASKED_YUAN)
        asked_about.fault("notify", "lost", times=100)
        payer = _paid_by_somebody(asked_about)
        if _asked(asked_about, journal):
            personal[payer] = PAYER
    if "jsapi" in merchant.profile.capabilities:
        personal.update(_by_the_bridge(merchant, orders))
    told = logs.tail(folder, since=begun)
    for _ in range(_LOOKS):
        if _of_this_run(told, called_back):
            break
        orders.wait(_LATE_S)
        told = logs.tail(folder, since=begun)
    kinds = ", ".join(sorted(set(personal.values())))
    lines = told.count(b"\n")
    journal.observe(f"the log grew by {lines} lines, {len(told)} bytes; looked for in them: {kinds}")
    found = {what: line for value, what in personal.items() if (line := _line_with(value, told))}
    assert not found, "the log holds " + "; ".join(
        f"{what}, unmasked: {line}" for what, line in found.items()
    )
    spelt = SecretSearch(personal)
    spelt.look(logs.name, told)
    what = spelt.found.get(logs.name, "")
    assert what not in personal.values(), f"the log holds {what} in another spelling, as Base64 or hex"
    if not _of_this_run(told, called_back):
        said = "holds nothing of these orders" if told else "did not grow"
        raise NotExercised(
            f"the log {said} while orders were made, paid and asked about",
            where="logs in the merchant profile",
            remedy="name what the app writes now, and let it write at once (no buffer)",
        )
    journal.limit(
        "the platform tells of a payer the openid alone: phone, identity and card numbers were looked for "
        "where the profile types some"
    )


def _typed(merchant: MerchantClient) -> Mapping[str, str]:
    """What is personal in what the profile types for its shopper."""
    profile = merchant.profile
    tables = [each for _, each in profile.order] + [profile.confirm]
    held = [[each.form, each.members, each.headers] for each in tables if each is not None]
    signs_in = profile.sign_in.fields if profile.sign_in is not None else {}
    return personal_in([*held, signs_in])


def _paid_by_somebody(order: PlacedOrder) -> str:
    """Somebody pays who never did before; the openid."""
    openid = f"o{secrets.token_hex(13)}G"
    order.pay(openid=openid)
    return openid


def _asked(order: PlacedOrder, journal: Journal) -> bool:
    """Whether the app asked the platform about the order."""
    try:
        order.ask_platform()
    except (ProfileGap, NotExercised) as gap:
        journal.limit(f"what the app logs of a query was not looked at: {gap.what}")
        return False
    return True


def _by_the_bridge(merchant: MerchantClient, orders: PlacedOrders) -> dict[str, str]:
    """The openid with which the app itself orders, where it does."""
    try:
        price = orders.spent(ASKED_YUAN)
        made = merchant.create_order(
            order_id=f"golive-{secrets.token_hex(8)}", amount_yuan=price.yuan, payment_type="jsapi"
        )
    except (ProfileGap, MerchantFailure, UnknownOutcome):
        return {}
    openid = orders.find(made.out_trade_no).audit().openid if made.out_trade_no else ""
    return {openid: "the openid of an order"} if openid else {}


def _of_this_run(told: bytes, order: PlacedOrder) -> bool:
    """Whether the log holds the order's number, or the path that its callbacks come to."""
    paths = [order.out_trade_no, urlsplit(order.audit().notify_url).path]
    return any(each.encode() in told for each in paths if len(each) > 1)


def _line_with(value: str, told: bytes) -> str:
    """What stands in the log around this, the value itself masked; empty: it holds none."""
    held = re.escape(value.encode())
    before, after = (rb"[^\n]{0,%d}" % each for each in _AROUND)
    found = re.search(before + rb"(?<![0-9A-Za-z_-])" + held + rb"(?![0-9A-Za-z_-])" + after, told)
    return found[0].decode("utf-8", "replace").strip().replace(value, f"{value[:2]}***") if found else ""
