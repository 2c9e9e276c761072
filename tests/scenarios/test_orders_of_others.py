"""What is said of an app that tells an order to somebody else, or to its own shopper alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any
from unittest.mock import create_autospec

import pytest

from harness.core.errors import NotExercised
from harness.core.money import Fen
from harness.merchant.answers import Answered
from harness.merchant.client import MerchantClient
from harness.merchant.gap import ProfileGap
from harness.merchant.order_requests import OrderRequest
from harness.merchant.rungs.prepared import PreparedRequest
from harness.plugin import Journal
from scenarios.security import test_orders_of_others as scenario

OWNER, VISITOR, SECOND = "owner", "visitor", "second"
Sees = Callable[[str, str], bool]
"""Who sees whose order."""
OWNERS = {"17": OWNER, "18": OWNER, "19": SECOND}


def own_only(who: str, whose: str) -> bool:
    return who == whose


@dataclass
class App:
    """Shows an order's page to whoever may see it, and keeps what is paid."""

    sees: Sees
    paid: set[str] = field(default_factory=set)
    cancelled_by: str = ""
    addresses: Mapping[str, str] = field(default_factory=lambda: {each: f"/orders/{each}" for each in OWNERS})

    def send(self, who: str, request: PreparedRequest) -> Answered:
        number = next((each for each, address in self.addresses.items() if request.url == address), "")
        if number and who == self.cancelled_by:
            self.paid.discard(number)
        if not number or not self.sees(who, OWNERS[number]):
            return Answered(404, "no such order", request.url, 0.0)
        said = "PAID shipped SF1029" if number in self.paid else f"PENDING weixin://wxpay/{number}x"
        return Answered(200, f"<h1>{number}</h1><p>{said}</p>", request.url, 0.0)

    def client(self, who: str, *, guests: bool) -> Any:
        session = SimpleNamespace(
            send=lambda request, operation: self.send(who, request), order_urls={}, headers={}
        )
        gap = lambda name, what: ProfileGap(what, where=name, remedy=f"add [{name}]")  # noqa: E731
        profile = SimpleNamespace(
            sign_in=None, capabilities=frozenset({"guest-orders"} if guests else ()), gap=gap
        )
        return SimpleNamespace(session=session, profile=profile, wants_session=True)

    def order(self, number: str) -> Any:
        def pay() -> Any:
            self.paid.add(number)
            return SimpleNamespace(transaction_id=f"42000{number}")

        def standing() -> tuple[str]:
            return ("paid" if number in self.paid else "pending",)

        return SimpleNamespace(
            out_trade_no=number,
            audit=lambda: SimpleNamespace(code_url=f"weixin://wxpay/{number}x"),
            pay=pay,
            kept=lambda paid: None,
            seen=lambda: SimpleNamespace(standing=standing()),
        )


def judged(monkeypatch: pytest.MonkeyPatch, app: App, *, guests: bool = False, second: bool = True) -> Any:
    """The journal of the scenario."""

    def about(client: object, number: str) -> dict[str, PreparedRequest]:
        return {"observer.page": PreparedRequest(method="GET", url=app.addresses[number])}

    def pairs(client: object, number: str, other: str) -> list[OrderRequest]:
        mine, following = (about(client, each)["observer.page"] for each in (number, other))
        return [OrderRequest("observer.page", mine, following, (number,))]

    monkeypatch.setattr(scenario, "requests_about", about)
    monkeypatch.setattr(scenario, "order_requests", pairs)
    journal = create_autospec(Journal, instance=True)
    placed = iter(["17", "18"])
    orders: Any = SimpleNamespace(place=lambda yuan: app.order(next(placed)), spent=lambda yuan: Fen(1))
    merchant = app.client(OWNER, guests=guests)
    others: Any = Others(app, merchant, second)
    scenario.test_an_order_is_told_to_who_made_it_alone(orders, merchant, others, journal)
    return journal


@dataclass
class Others:
    app: App
    merchant: Any
    named: bool

    @property
    def visitor(self) -> Any:
        return self.app.client(VISITOR, guests=False)

    @property
    def second(self) -> Any:
        if not self.named:
            raise self.merchant.profile.gap("sign_in.other", "how a second shopper signs in")
        return self.app.client(SECOND, guests=False)

    def ordered(self, price: Fen) -> str:
        return "19"


def test_an_app_that_tells_an_order_to_its_shopper_alone_is_right(monkeypatch: pytest.MonkeyPatch) -> None:
    journal = judged(monkeypatch, App(own_only))
    assert not journal.doubt.called
    assert journal.observe.call_count == 4, "unpaid and paid, a visitor and another shopper"


@pytest.mark.parametrize("who", [VISITOR, SECOND])
def test_whoever_else_is_told_of_it_is_found(monkeypatch: pytest.MonkeyPatch, who: str) -> None:
    named = {VISITOR: "a visitor", SECOND: "another shopper"}[who]
    with pytest.raises(AssertionError, match=f"{named} was told of order 17"):
        judged(monkeypatch, App(lambda asking, whose: asking in (who, whose)))


def test_what_is_the_same_once_and_not_again_is_chance(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    def once(asking: str, whose: str) -> bool:
        seen.append(asking)
        return asking == whose or (asking == VISITOR and seen.count(VISITOR) == 1)

    told = str(judged(monkeypatch, App(once)).doubt.call_args)
    assert "whether they tell of the order is not known" in told


def test_whoever_else_changes_it_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(AssertionError, match="by what another shopper sent, order 17 became pending"):
        judged(monkeypatch, App(own_only, cancelled_by=SECOND))


def test_without_a_second_shopper_the_line_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    told = str(judged(monkeypatch, App(own_only), second=False).doubt.call_args)
    assert "only a visitor was tried" in told
    assert "add [sign_in.other]" in told


def test_who_is_not_shown_an_order_of_its_own_proves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    journal = judged(monkeypatch, App(lambda asking, whose: asking == whose == OWNER))
    assert "does [sign_in.other] name an account that may order?" in str(journal.doubt.call_args)


def test_what_its_own_shopper_is_not_told_proves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NotExercised, match="tells its own shopper"):
        judged(monkeypatch, App(lambda asking, whose: False))


def test_guests_are_shown_what_nobody_finds_by_counting(monkeypatch: pytest.MonkeyPatch) -> None:
    anybody = lambda asking, whose: True  # noqa: E731
    journal = judged(
        monkeypatch, App(anybody, addresses={"17": "/o/9f1c", "18": "/o/77fa", "19": "/o/e0b2"}), guests=True
    )
    assert "as guests are" in str(journal.limit.call_args_list)
    with pytest.raises(AssertionError, match="a visitor was told"):
        judged(monkeypatch, App(anybody), guests=True)


def test_a_merchant_client_signs_the_second_shopper_in_or_names_the_line() -> None:
    client: Any = create_autospec(MerchantClient, instance=True)
    client.profile = SimpleNamespace(
        sign_in=None,
        other_credentials=None,
        paths=SimpleNamespace(login=None),
        gap=lambda name, what: ProfileGap(what, where=name),
    )
    with pytest.raises(ProfileGap, match=r"sign_in\.other"):
        MerchantClient.login_as_other(client)
    client.profile.other_credentials = "somebody"
    MerchantClient.login_as_other(client)
    client.login.assert_called_once_with("somebody")
