"""Who is judged: evidence of one app says nothing of another, however alike their profiles."""

from __future__ import annotations

from typing import Any

import pytest

from harness.merchant.profile import MerchantProfile
from harness.plugin.options import Options
from harness.plugin.session.record_setup import subject_of
from reports.checklist import load

WRITTEN_DOWN: dict[str, object] = {
    "price_yuan": "88.00",
    "other_credentials": {"email": "b@example.com"},
    "products": {"tea": "88.00"},
    "sign_in": {"page": "/login", "fields": {"user": "li"}},
    "order": {"qr": {"request": "POST /orders", "form": {"yuan": "{amount_yuan}"}}},
    "confirm": {"request": "POST /orders/{out_trade_no}/check"},
    "close": {"request": "POST /orders/{out_trade_no}/cancel"},
    "key_rotation": {"command": ["./rotate.sh", "{key_file}", "{serial}"]},
    "refund": {"request": "POST /orders/{out_trade_no}/refund", "json": {"fen": "{amount_fen}"}},
    "card_refund": {"request": "POST /refunds/card", "json": {"card": "{bank_account} {real_name}"}},
    "reconciliation": {
        "request": "POST /jobs/reconcile/{date}",
        "done": "done",
        "differences": "differences[].number",
    },
    "logs": {"file": "app.log"},
    "query_job": {"command": ["./check-open-orders.sh"]},
    "https": {"address": "https://shop.example.com"},
    "process": {"start": ["./serve.sh"], "pid_file": "app.pid"},
    "store": {"break": ["./store.sh", "down"], "mend": ["./store.sh", "up"]},
    "time": {"command": ["./clock.sh", "{seconds}"]},
}
"""What our shop leaves out."""
SHOP = MerchantProfile.load("shop", observer_token="t-0-k-e-n")


def subject(profile: MerchantProfile = SHOP, **options: Any) -> str:
    return subject_of(profile, Options(**options), load())


def but_for(**members: object) -> MerchantProfile:
    return MerchantProfile.model_validate(SHOP.model_dump() | members)


@pytest.mark.parametrize("member", sorted(MerchantProfile.model_fields.keys() - {"dialect"}))
def test_another_value_of_any_member_is_another_subject(member: str) -> None:
    value = SHOP.model_dump()[member]
    match value:
        case _ if member == "time":
            unclocked = but_for(observer=SHOP.observer.model_dump() | {"clock": None})
            timed = unclocked.model_dump() | {"time": WRITTEN_DOWN["time"]}
            assert subject(MerchantProfile.model_validate(timed)) != subject(unclocked)
            return
        case _ if member in WRITTEN_DOWN and not SHOP.model_dump(exclude_defaults=True).get(member):
            other: object = WRITTEN_DOWN[member]
        case str():
            other = "http://127.0.0.1:9" if member == "base_url" else value + "x"
        case float():
            other = value / 2
        case _ if member == "metrics":
            other = value | {"pages": ["/other-metrics"]}
        case _ if member == "priced_goods":
            other = {"audio-guide": "88.00"}
        case frozenset():
            other = value - {"h5"}
        case _:
            first = next(name for name, each in value.items() if isinstance(each, str))
            other = value | {first: value[first] + "x"}
    assert subject(but_for(**{member: other})) != subject()


@pytest.mark.parametrize("wire", ["apiv3", "envelope", None])
def test_an_app_configured_for_another_wire_is_the_same_subject(wire: str | None) -> None:
    assert subject(but_for(dialect=wire)) == subject()


def test_a_secret_that_was_changed_leaves_the_subject() -> None:
    rotated = SHOP.observer.model_copy(update={"token": "another"})
    password = SHOP.credentials.model_copy(update={"password": "another"})
    assert subject(SHOP.model_copy(update={"observer": rotated, "credentials": password})) == subject()


def test_a_changed_password_of_a_form_leaves_the_subject_and_another_form_does_not() -> None:
    by_form = {"page": "/login", "fields": {"user": "li", "password": "one"}}
    rotated = {**by_form, "fields": {"user": "li", "password": "two"}}
    elsewhere = {**by_form, "page": "/signin"}
    assert subject(but_for(sign_in=by_form)) == subject(but_for(sign_in=rotated))
    assert subject(but_for(sign_in=by_form)) != subject(but_for(sign_in=elsewhere))


def test_what_stands_in_one_member_is_not_taken_for_the_next() -> None:
    one, other = but_for(name="shop\nx", build="y"), but_for(name="shop", build="x\ny")
    assert subject(one) != subject(other)


def test_a_shop_with_a_defect_is_another_subject() -> None:
    assert subject(defects=("credits-every-callback",)) != subject()
    assert subject(variants=("inbox",)) != subject()


def test_the_order_in_which_capabilities_are_written_is_none() -> None:
    assert subject(but_for(capabilities=sorted(SHOP.capabilities))) == subject(
        but_for(capabilities=sorted(SHOP.capabilities, reverse=True))
    )
