"""A request is changed as a client could change it, and sent as its body says."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs

import pytest

from harness.core.money import Fen
from harness.merchant.rungs.prepared import PreparedRequest, left_alone, lowered, priced_members

PRICE = Fen(8800)
BY_JSON = PreparedRequest(method="POST", url="/orders", members={"sku": "tea", "quantity": 1})
BY_FORM = PreparedRequest(method="POST", url="/orders", fields={"sku": "tea"})


def test_members_more_go_where_the_others_are() -> None:
    assert BY_JSON.with_members({"total": 1}).members == {"sku": "tea", "quantity": 1, "total": 1}
    assert BY_FORM.with_members({"total": 1}).fields == {"sku": "tea", "total": "1"}
    assert BY_FORM.with_members({"amount": {"total": 1}}).fields == {"sku": "tea"}, "a form has no parts"


def test_a_body_that_is_a_list_is_left_as_it_is() -> None:
    listed = PreparedRequest(method="POST", url="/orders", members=[{"sku": "tea"}])
    assert listed.with_members({"total": 1}) == listed
    assert listed.holds == frozenset()


def test_a_request_without_members_is_empty() -> None:
    assert BY_JSON.without_members().content == b"{}"
    assert BY_FORM.without_members().content == b""


def test_a_form_that_is_got_stands_in_the_address() -> None:
    got = PreparedRequest(method="GET", url="/buy?a=1", fields={"sku": "tea"})
    assert (got.address, got.content) == ("/buy?a=1&sku=tea", b"")
    assert parse_qs(BY_FORM.content.decode()) == {"sku": ["tea"]}


def test_what_a_body_is_called_can_be_other() -> None:
    plain = PreparedRequest(method="POST", url="/", members={}, headers={"X": "y"}, content_type="text/plain")
    assert plain.all_headers == {"Content-Type": "text/plain", "Accept": "application/json", "X": "y"}
    assert BY_FORM.all_headers == {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.mark.parametrize(
    ("held", "one_fen"),
    [
        ({"cost": 8800, "quantity": 1}, {"cost": 1, "quantity": 1}),
        ({"cost": "8800"}, {"cost": "1"}),
        ({"cost": "88.00"}, {"cost": "0.01"}),
        ({"cost": "88"}, {"cost": "0.01"}),
        ({"cost": 88.0}, {"cost": 0.01}),
        ({"lines": [{"cost": 8800}]}, {"lines": [{"cost": 1}]}),
        ({"price": 88, "sku": 88}, {"price": 1, "sku": 88}),
        ({"amount": 88}, {"amount": 1}),
        ({"unitPrice": 44, "quantity": 2}, {"unitPrice": 1, "quantity": 2}),
        ({"lines": [{"goods_price": "44.00"}]}, {"lines": [{"goods_price": "0.01"}]}),
    ],
)
def test_a_price_is_found_by_its_value(held: dict[str, object], one_fen: dict[str, object]) -> None:
    changed = lowered(PreparedRequest(method="POST", url="/", members=held), PRICE)
    assert changed is not None
    assert changed.members == one_fen


@pytest.mark.parametrize("held", [{"sku": "tea", "gift": True}, {"note": "88 teas"}, {"quantity": 1}])
def test_what_holds_no_price_has_none_to_lower(held: dict[str, object]) -> None:
    assert lowered(PreparedRequest(method="POST", url="/", members=held), PRICE) is None


def test_a_price_that_could_be_a_quantity_is_left_alone() -> None:
    assert lowered(PreparedRequest(method="POST", url="/", fields={"quantity": "1"}), Fen(100)) is None


@pytest.mark.parametrize(
    ("held", "one_fen"),
    [({"cost": "1.50"}, {"cost": "0.01"}), ({"x": "1.50"}, {"x": "0.01"}), ({"price": 150}, {"price": 1})],
)
def test_a_low_price_is_told_by_its_name_or_its_decimals(
    held: dict[str, object], one_fen: dict[str, object]
) -> None:
    changed = lowered(PreparedRequest(method="POST", url="/", members=held), Fen(150))
    assert changed is not None
    assert changed.members == one_fen


@pytest.mark.parametrize(
    ("held", "left"),
    [
        ({"amount": 2}, ["amount"]),
        ({"lines": [{"total": "3"}]}, ["total"]),
        ({"amount": 1, "sku": 7}, []),
        ({"price": 88, "priceId": 77, "coffee": 2, "tip_fee": 5}, []),
        ({"amount": None, "price": "", "total": "nan"}, []),
    ],
)
def test_what_could_count_pieces_is_named_and_not_lowered(held: dict[str, object], left: list[str]) -> None:
    request = PreparedRequest(method="POST", url="/", members=held)
    assert left_alone(request, PRICE) == left
    changed = lowered(request, PRICE) or request
    assert isinstance(changed.members, dict)
    assert {**changed.members, "price": held.get("price")} == {"price": None, **held}


def test_one_yuan_in_a_whole_number_cannot_be_lowered_and_is_named() -> None:
    request = PreparedRequest(method="POST", url="/", members={"price": 1})
    assert left_alone(request, Fen(100)) == ["price"]


def test_the_apps_own_names_for_a_price_are_read_off_its_answer() -> None:
    answer = {"id": "a", "totalCents": 8800, "status": "awaiting", "yuan": "88.00"}
    assert priced_members(answer, PRICE) == {"totalCents": 1, "yuan": "0.01"}


def test_a_purchase_is_told_from_the_next_by_what_its_request_says() -> None:
    assert BY_JSON.of_purchase == replace(BY_JSON).of_purchase
    assert (
        BY_JSON.of_purchase != replace(BY_JSON, members={"sku": "tea", "quantity": 1, "ref": "2"}).of_purchase
    )
    assert BY_FORM.of_purchase != replace(BY_FORM, fields={"sku": "tea", "ticket": "2"}).of_purchase


@pytest.mark.parametrize(
    "proof",
    [
        {"fields": {"sku": "tea", "_csrf": "{}"}},
        {"fields": {"sku": "tea", "proof": "{}"}, "csrf": "{}"},
        {"members": {"sku": "tea", "token": "{}"}, "csrf": "{}"},
        {"headers": {"X-Token": "{}"}, "csrf": "{}"},
    ],
    ids=["a field", "a field by another name", "a member", "a header"],
)
def test_what_proves_that_its_page_was_served_names_no_purchase(proof: dict[str, object]) -> None:
    one, other = (
        PreparedRequest(method="POST", url="/orders", **filled(proof, token)) for token in ("a1", "b2")
    )
    assert one.of_purchase == other.of_purchase


def filled(proof: dict[str, object], token: str) -> dict[str, Any]:
    return dict(json.loads(json.dumps(proof).replace("{}", token)))
