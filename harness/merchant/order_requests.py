"""What an app is asked about one order, prepared so that somebody else than its shopper can send it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from harness.core.errors import MerchantFailure, UnknownOutcome
from harness.core.money import Fen
from harness.merchant.client import MerchantClient
from harness.merchant.gap import ProfileGap
from harness.merchant.profile import MerchantProfile
from harness.merchant.rungs.described import AppRequest, letting_in
from harness.merchant.rungs.placeholders import fill
from harness.merchant.rungs.prepared import PreparedRequest
from harness.merchant.rungs.shopper import ShopperSession
from harness.merchant.rungs.strangers import without_session

_NOBODYS = "999999999"
"""In place of a number that counts: few apps have so many orders."""


@dataclass(frozen=True, slots=True)
class OrderRequest:
    """One request about one order, as its shopper sends it, and the same about the shopper's next order."""

    name: str
    request: PreparedRequest
    of_next: PreparedRequest
    names: tuple[str, ...]
    """What stands for the order: its number, and the last part of the address that ordering led to."""

    def by(self, session: ShopperSession, token: str, owner: ShopperSession) -> PreparedRequest:
        """The same as another session sends it, with that session's own token and headers."""
        return _by(self.request, session, token, owner)

    def of_nobodys(self, session: ShopperSession, token: str, owner: ShopperSession) -> PreparedRequest:
        """The same about an order that there is not."""
        said = {name: unlike(name) for name in self.names}
        return _by(
            replace(
                self.request,
                url=_renamed(self.request.url, said),
                fields=_renamed(self.request.fields, said),
                members=_renamed(self.request.members, said),
            ),
            session,
            token,
            owner,
        )

    @property
    def counts_up(self) -> bool:
        """Whether who knows this request finds that about the next order by counting."""
        sent = [f"{each.address} {each.content.decode()}" for each in (self.request, self.of_next)]
        return counts_up(*sent)


def order_requests(client: MerchantClient, number: str, next_number: str) -> list[OrderRequest]:
    """Everything by which the profile says that a shopper asks about an order of its own, each once.

    A request that is the same about both orders is about neither.
    """
    keys = [client.session.known_of(each)["order_key"] for each in (number, next_number)]
    names = (number, keys[0]) if keys[0] and keys[0] != keys[1] else (number,)
    of_next = requests_about(client, next_number)
    found: dict[tuple[str, str, bytes], OrderRequest] = {}
    for name, request in requests_about(client, number).items():
        other = of_next.get(name)
        if other is not None and _sent(other) != _sent(request):
            found.setdefault(_sent(request), OrderRequest(name, request, other, names))
    return list(found.values())


def closing_request(client: MerchantClient, number: str) -> OrderRequest:
    """What its shopper sends to cancel an order.

    Raises:
        ProfileGap: the profile does not say, or it is no request of ours.
    """
    profile, session = client.profile, client.session
    if profile.close is not None:
        request = session.prepare(profile.close, session.known_of(number), "close", "close")
    elif profile.paths.close is not None:
        request = _of_our_json(profile, profile.paths.close, number)
    else:
        raise profile.gap("close", "how a shopper cancels an order")
    return OrderRequest("close", request, request, (number,))


def refunding_request(client: MerchantClient, number: str, amount: Fen, key: str) -> OrderRequest:
    """What is sent to give money of an order back, without the key of whoever does so at a desk.

    Raises:
        ProfileGap: the profile does not say, or it is no request of ours.
    """
    profile, session = client.profile, client.session
    if (asked := profile.refund) is not None:
        values = {
            **session.known_of(number),
            "amount_yuan": amount.yuan,
            "amount_fen": str(int(amount)),
            "refund_key": key,
        }
        request = session.prepare(asked, values, "refund", "refund")
        desks = letting_in(asked.headers)
        others = {name: value for name, value in request.headers.items() if name not in desks}
        request = replace(request, headers=others)
    elif profile.paths.refund is not None:
        further = {"refundId": key, "amount": int(amount)}
        request = _of_our_json(profile, profile.paths.refund, number).with_members(further)
    else:
        raise profile.gap("refund", "how an order is given back")
    return OrderRequest("refund", request, request, (number,))


def requests_about(client: MerchantClient, number: str) -> dict[str, PreparedRequest]:
    """What a shopper of the app sends about one order, by where the profile says so."""
    return dict(_prepared(client, number))


def _sent(request: PreparedRequest) -> tuple[str, str, bytes]:
    return request.method, request.address, request.content


def _by(
    request: PreparedRequest, session: ShopperSession, token: str, owner: ShopperSession
) -> PreparedRequest:
    foreign = without_session(request, token, owner.headers)
    return replace(foreign, headers={**foreign.headers, **session.headers})


def _prepared(client: MerchantClient, number: str) -> Iterator[tuple[str, PreparedRequest]]:
    profile, session = client.profile, client.session
    known = session.known_of(number)
    if known["order_url"]:
        yield "the page that ordering led to", PreparedRequest(method="GET", url=known["order_url"])
    page = profile.observer.page
    if page is not None and (known["order_url"] or page != "{order_url}"):
        yield "observer.page", PreparedRequest(method="GET", url=fill(page, known))
    asked: dict[str, AppRequest | None] = {
        "observer.request": AppRequest(request=profile.observer.request)
        if profile.observer.request
        else None,
        "confirm": profile.confirm,
    }
    for name, each in asked.items():
        if each is None or each.by_hand:
            continue
        try:
            yield name, session.prepare(each, known, "ask", name)
        except (ProfileGap, MerchantFailure, UnknownOutcome):  # a button that a paid order has no more
            continue
    for name, path in (("paths.query", profile.paths.query), ("paths.confirm", profile.paths.confirm)):
        if path is not None and (name != "paths.confirm" or profile.confirm is None):
            yield name, _of_our_json(profile, path, number)


def _of_our_json(profile: MerchantProfile, path: str, number: str) -> PreparedRequest:
    return PreparedRequest(
        method="POST",
        url=path,
        headers={"Origin": profile.base_url},
        members={"outTradeNo": number, "paymentMethod": profile.provider},
    )


def unlike(name: str) -> str:
    """A name of the same shape that no order has."""
    if name.isdigit() and len(name) <= len(_NOBODYS):
        return _NOBODYS
    return re.sub(r"\d", "9", name) if re.search(r"[0-8]", name) else f"{name}9"


def counts_up(one: str, next_one: str) -> bool:
    """Whether who knows the name of one order finds that of the next by counting."""
    start = 0
    while start < min(len(one), len(next_one)) and one[start] == next_one[start]:
        start += 1
    rest = [re.match(r"\d*", each[start:]) for each in (one, next_one)]
    digits = [each[0] if each else "" for each in rest]
    tails = {one[start + len(digits[0]) :], next_one[start + len(digits[1]) :]}
    return (
        one != next_one and all(digits) and len(tails) == 1 and abs(int(digits[0]) - int(digits[1])) <= 1000
    )


def _renamed(held: Any, said: Mapping[str, str]) -> Any:
    if isinstance(held, str):
        for name, other in said.items():
            held = re.sub(rf"(?<![0-9A-Za-z]){re.escape(name)}(?![0-9A-Za-z])", other, held)
        return held
    if isinstance(held, Mapping):
        return {name: _renamed(each, said) for name, each in held.items()}
    return [_renamed(each, said) for each in held] if isinstance(held, list) else held
