"""What is said of an order that a page of another site made, or that it did not make."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from unittest.mock import MagicMock, create_autospec

import httpx
import pytest

from harness.merchant.client import MerchantClient
from harness.merchant.rungs.prepared import Change, PreparedRequest
from harness.plugin import Journal
from harness.plugin.fixtures.changed_orders import SentOrder
from scenarios.security import test_sessions as scenario

MADE = SentOrder(200, MagicMock(out_trade_no="G1", total=1990))
ASKED = PreparedRequest(method="POST", url="/orders", fields={"tea": "longjing"})
SESSION, COUNTER = "session=abc; SameSite=Lax", "counter=1"


def judged(
    monkeypatch: pytest.MonkeyPatch,
    sent: SentOrder,
    *cookies: str,
    guests: bool = False,
    request: PreparedRequest = ASKED,
) -> Any:
    """The journal of the scenario, where the app set these cookies and answered so."""

    def answer(asked: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers=[("Set-Cookie", each) for each in cookies], request=asked)

    def send(change: Change, *_: object, **__: object) -> SentOrder:
        change(request)
        return sent

    with httpx.Client(transport=httpx.MockTransport(answer)) as http:
        http.get("https://shop.example/")
        merchant = MagicMock(cookies=tuple(http.cookies.jar), wants_session=True)
    merchant.profile.sign_in = None
    monkeypatch.setattr(scenario, "MerchantClient", create_autospec(MerchantClient))
    changed: Any = SimpleNamespace(
        merchant=merchant,
        capabilities=frozenset({"guest-orders"} if guests else ()),
        kinds_to_change=lambda: ["qr"],
        unspoilt=lambda kind: None,
        expect_still_ordering=lambda kind: None,
        request=lambda kind: request,
        send=send,
    )
    journal = create_autospec(Journal, instance=True)
    scenario.test_another_site_orders_nothing(changed, MagicMock(), journal)
    return journal


def test_a_guest_of_another_site_orders_in_nobodys_name(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not judged(monkeypatch, MADE, SESSION, guests=True).doubt.called


def test_whose_order_it_was_is_open_while_some_cookie_went_along(monkeypatch: pytest.MonkeyPatch) -> None:
    assert judged(monkeypatch, MADE, SESSION, COUNTER, guests=True).doubt.called


@pytest.mark.parametrize(("cookie", "guests"), [(SESSION, False), (COUNTER, True)])
def test_an_order_in_the_shoppers_name_is_a_fault(
    monkeypatch: pytest.MonkeyPatch, cookie: str, guests: bool
) -> None:
    with pytest.raises(AssertionError, match="in the shopper's name"):
        judged(monkeypatch, MADE, cookie, guests=guests)


@pytest.mark.parametrize(("status", "open_"), [(403, False), (500, True), (0, True)])
def test_falling_over_is_no_refusal(monkeypatch: pytest.MonkeyPatch, status: int, open_: bool) -> None:
    assert judged(monkeypatch, SentOrder(status, None), SESSION).doubt.called is open_


@pytest.mark.parametrize(("cookie", "open_"), [(COUNTER, True), (SESSION, False)])
def test_what_may_be_a_token_or_what_is_ordered_decides_nothing(
    monkeypatch: pytest.MonkeyPatch, cookie: str, open_: bool
) -> None:
    product = {"product": "0e984725-c51c-4bf4-9960-e1c80e27aba0"}
    hidden = PreparedRequest(method="POST", url="/orders", fields=product, of_page=frozenset(product))
    monkeypatch.setattr(scenario, "_fields_for_anybody", lambda *_: {})
    assert judged(monkeypatch, SentOrder(400, None), cookie, request=hidden).doubt.called is open_
