"""Whom the H5 middle page lets through (facts 7.5). Every rule names its own cause."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote_plus, urlsplit

from harness.core.control import Text
from harness.core.payment import Product
from harness.simulator.cashier.payer_address import host_as_written, is_registered, same_address
from harness.simulator.cashier.words import H5, H5_BY_REASON
from harness.simulator.platform.notify_url import is_loopback
from harness.simulator.platform.orders import PlatformOrder, Reason
from harness.simulator.platform.platform import Platform

_AS_HANDED_OUT = re.compile(r"prepay_id=([0-9A-Za-z]+)&package=([0-9]+)(?:&redirect_url=(.*))?")
_ENCODED = re.compile(r"(?:[0-9A-Za-z\-_.!~*'()+]|%[0-9A-Fa-f]{2})+")
"""What percent-encoding leaves of an address, by encodeURIComponent or by a form's rules."""


class Declined(Exception):
    """The middle page shows an error instead of starting WeChat."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """How a browser came: the query as it stood in the address, and what its headers said."""

    query: str
    referer: str
    user_agent: str
    client_address: str
    openid: str | None
    """The WeChat account on this phone; None: the test payer's."""


@dataclass(frozen=True, slots=True)
class Passage:
    """Someone who may pay: the order, its handle's two halves, and where to go back to (or empty)."""

    order: PlatformOrder
    prepay_id: str
    package: str
    redirect_url: str


def examine(platform: Platform, arrival: Arrival) -> Passage:
    """Let a browser through.

    Raises:
        Declined: with the text the page shows.
    """
    if "MicroMessenger" in arrival.user_agent:
        raise Declined(H5["in_wechat"])
    prepay_id, package, redirect_url = _parts(arrival)
    if not arrival.referer:
        raise Declined(H5["no_referer"])
    order = _order(platform, arrival, prepay_id, package)
    _check_pages(order, arrival.referer, redirect_url)
    _check_address(order, arrival.client_address)
    if order.payer not in (None, arrival.openid or platform.account_of(order).test_payer):
        raise _spoilt(arrival, "Another WeChat account used this address first.")
    return Passage(order, prepay_id, package, redirect_url)


def _parts(arrival: Arrival) -> tuple[str, str, str]:
    """The only addition allowed to the address handed out is a percent-encoded redirect_url at its end."""
    found = _AS_HANDED_OUT.fullmatch(arrival.query)
    if found is None:
        raise _spoilt(arrival, "The address is cut or changed; only &redirect_url=… may be added at its end.")
    prepay_id, package, encoded = found[1], found[2], found[3] or ""
    if encoded and not _ENCODED.fullmatch(encoded):
        raise _spoilt(arrival, "redirect_url is not percent-encoded.")
    return prepay_id, package, unquote_plus(encoded)


def _order(platform: Platform, arrival: Arrival, prepay_id: str, package: str) -> PlatformOrder:
    order = platform.find_by_prepay_id(prepay_id)
    if isinstance(order, Reason):
        text = H5_BY_REASON.get(order)
        raise Declined(text) if text else _spoilt(arrival, "No order has this prepay_id.")
    if order.request.product is not Product.H5:
        raise _spoilt(arrival, "This prepay_id is not one of an H5 order.")
    if package != _package(order, prepay_id):
        raise _spoilt(arrival, "The package is not the one handed out with this prepay_id.")
    return order


def _package(order: PlatformOrder, prepay_id: str) -> str | None:
    handles = (order.handle, *order.answers.values())
    address = next((each.h5_url for each in handles if each.prepay_id == prepay_id), None)
    return parse_qs(urlsplit(address or "").query).get("package", [None])[0]


def _check_pages(order: PlatformOrder, referer: str, redirect_url: str) -> None:
    """The page before, and the one to go back to, are on the merchant's domain."""
    notify_url = order.request.notify_url
    places = {"foreign_referer": referer} | ({"foreign_redirect": redirect_url} if redirect_url else {})
    for wrong, address in places.items():
        if not is_registered(address, notify_url):
            host, registered = host_as_written(address) or "no web address", host_as_written(notify_url)
            raise Declined(H5[wrong].filled(host=host, registered=registered))


def _check_address(order: PlatformOrder, seen: str) -> None:
    ordered = str(order.request.parameters.get("payer_client_ip", ""))
    if is_loopback(ordered):
        raise Declined(H5["loopback_payer"].filled(ordered=ordered))
    if not same_address(seen, ordered):
        raise Declined(H5["other_address"].filled(seen=seen, ordered=ordered or "nothing"))


def _spoilt(arrival: Arrival, why: str) -> Declined:
    """The address is not as it was handed out, or another account used it; iOS and Android word it apart."""
    apple = any(device in arrival.user_agent for device in ("iPhone", "iPad", "iPod"))
    return Declined(H5["spoilt_on_ios" if apple else "spoilt"].filled(why=why))
