"""Every page of an app that its shopper sees, those of one order among them."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from harness.core.errors import MerchantFailure, UnknownOutcome
from harness.merchant.answers import Answered
from harness.merchant.client import MerchantClient
from harness.merchant.gap import ProfileGap
from harness.merchant.order_requests import requests_about
from harness.merchant.rungs.order_details import is_json


@dataclass(frozen=True, slots=True)
class SeenPage:
    """One page of the app."""

    path: str
    text: str
    of_order: bool
    """Whether it is about the order, by its address."""
    plain: str = ""
    """What a person would read of it."""


def pages_about(merchant: MerchantClient, out_trade_no: str, order_id: str) -> list[SeenPage]:
    """Every page that the profile knows, as the order's shopper gets it; what cannot be had is left out."""
    profile = merchant.profile
    named = [each.url for each in requests_about(merchant, out_trade_no).values() if each.method == "GET"]
    if profile.paths.payment_return is not None and order_id:
        named.append(f"{profile.paths.payment_return}?orderId={quote(order_id, safe='')}")
    known = merchant.session.known_of(out_trade_no)["order_key"]
    keys = [each for each in (out_trade_no, order_id, known) if each]
    found = {}
    for address in dict.fromkeys([*named, *merchant.known_pages]):
        seen = _opened(merchant, address)
        if seen is not None and not is_json(seen):
            of_order = seen.status < 400 and any(each in seen.url and each in address for each in keys)
            found[address] = SeenPage(address, seen.text, of_order, seen.plain)
    return list(found.values())


def _opened(merchant: MerchantClient, address: str) -> Answered | None:
    try:
        return merchant.session.open(address, "look", listeners=merchant.session.listeners)
    except (MerchantFailure, UnknownOutcome, ProfileGap):
        return None
