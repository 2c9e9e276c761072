"""What is asked about an order is asked by somebody else with the same words and another session."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from harness.core.money import Fen
from harness.merchant.client import MerchantClient
from harness.merchant.gap import ProfileGap
from harness.merchant.order_requests import (
    OrderRequest,
    closing_request,
    counts_up,
    order_requests,
    refunding_request,
    unlike,
)
from harness.merchant.profile import MerchantProfile
from harness.merchant.rungs.prepared import PreparedRequest

APP = """
base_url = "http://127.0.0.1:9"
build = "app-1"
capabilities = ["qr"]
price_yuan = "88.00"
[order.qr]
request = "POST /orders"
[confirm]
request = "POST /orders/{out_trade_no}/check"
[observer]
"""


def client(tmp_path: Path, observer: str) -> MerchantClient:
    (tmp_path / "app.toml").write_text(APP + observer, "utf-8")
    return MerchantClient(MerchantProfile.load(str(tmp_path / "app.toml")))


def test_each_request_of_the_profile_is_asked_once(tmp_path: Path) -> None:
    with client(tmp_path, 'page = "{order_url}"\nwords = { paid = ["P"] }') as app:
        app.session.order_urls |= {"N17": "http://127.0.0.1:9/o/17", "N18": "http://127.0.0.1:9/o/18"}
        asked = order_requests(app, "N17", "N18")
    assert [each.name for each in asked] == ["the page that ordering led to", "confirm"]
    assert all(each.names == ("N17", "17") and each.counts_up for each in asked)


def test_a_request_that_names_no_order_is_about_none(tmp_path: Path) -> None:
    with client(tmp_path, 'request = "GET /api/latest"') as app:
        app.session.order_urls |= dict.fromkeys(["N17", "N18"], "http://127.0.0.1:9/api/orders")
        asked = order_requests(app, "N17", "N18")
    assert [(each.name, each.names) for each in asked] == [("confirm", ("N17",))]


def test_cancelling_is_sent_by_somebody_else_as_the_profile_describes_it(tmp_path: Path) -> None:
    with client(tmp_path, '[close]\nrequest = "POST /orders/{out_trade_no}/cancel"') as app:
        sent = closing_request(app, "N17")
        theirs = sent.by(session(Cookie="theirs"), "t", app.session)
    assert (theirs.method, theirs.url, theirs.headers["Cookie"]) == ("POST", "/orders/N17/cancel", "theirs")


def test_money_is_given_back_by_somebody_else_without_the_desks_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DESK_KEY", "let-me-in")
    described = """[refund]
request = "POST /orders/{out_trade_no}/refund"
json = { fen = "{amount_fen}", key = "{refund_key}" }
headers = { X-Desk-Key = "$DESK_KEY", X-Requested-With = "XMLHttpRequest" }
"""
    with client(tmp_path, described) as app:
        sent = refunding_request(app, "N17", Fen(995), "r1")
        theirs = sent.by(session(Cookie="theirs"), "t", app.session)
    assert (theirs.method, theirs.url) == ("POST", "/orders/N17/refund")
    assert theirs.members == {"fen": 995, "key": "r1"}
    assert theirs.headers["X-Requested-With"] == "XMLHttpRequest"
    assert theirs.headers["Cookie"] == "theirs"
    assert "let-me-in" not in str(theirs.headers)


def test_who_gives_nothing_back_has_no_such_request(tmp_path: Path) -> None:
    with client(tmp_path, "") as app, pytest.raises(ProfileGap, match="given back"):
        refunding_request(app, "N17", Fen(995), "r1")


def test_our_json_gives_money_back_by_its_own_members() -> None:
    with MerchantClient(MerchantProfile.load("shop", observer_token="t")) as shopper:
        sent = refunding_request(shopper, "N17", Fen(995), "r1").request
    assert isinstance(sent.members, dict)
    assert sent.members == {
        "outTradeNo": "N17",
        "paymentMethod": "wechat",
        "refundId": "r1",
        "amount": 995,
    }


@pytest.mark.parametrize(("dialect", "named"), [("mcp", "wechat"), ("alipay", "alipay")])
def test_our_json_names_over_whom_the_order_is_paid(dialect: str, named: str) -> None:
    app = MerchantProfile.load("shop", observer_token="t").on(dialect)
    with MerchantClient(app) as shopper:
        ordered = shopper.order_request(order_id="a", amount_yuan="19.90").members
        about = [each.request.members for each in order_requests(shopper, "N17", "N18")]
        about.append(closing_request(shopper, "N17").request.members)
    assert [cast("Any", each)["paymentMethod"] for each in (ordered, *about)] == [named] * 4


def test_a_profile_without_it_says_so(tmp_path: Path) -> None:
    with client(tmp_path, "") as app, pytest.raises(ProfileGap, match=r"leaves out \[close\]"):
        closing_request(app, "N17")


def session(**headers: str) -> Any:
    return SimpleNamespace(headers=headers)


def test_another_session_sends_its_own_token_and_credentials() -> None:
    mine = PreparedRequest(
        method="POST",
        url="/check",
        headers={"Authorization": "Bearer mine", "Referer": "/o/17"},
        fields={"_csrf": "t0ken", "no": "N17"},
        csrf="t0ken",
    )
    asked = OrderRequest("confirm", mine, mine, ("N17",))
    owner = session(Authorization="Bearer mine")
    sent = asked.by(session(Authorization="Bearer theirs"), "their-t0ken", owner)
    assert sent.headers == {"Authorization": "Bearer theirs", "Referer": "/o/17"}
    assert sent.fields == {"_csrf": "their-t0ken", "no": "N17"}
    assert asked.of_nobodys(session(), "x", owner).fields == {"_csrf": "x", "no": "N99"}


@pytest.mark.parametrize("name", ["17", "TEA20261129035131775454", "a1b2-c3", "abc", "999"])
def test_a_name_that_no_order_has_looks_like_one(name: str) -> None:
    assert unlike(name) != name
    assert unlike(name).isdigit() == name.isdigit()


@pytest.mark.parametrize(
    ("one", "following", "counts"),
    [
        ("/orders/17", "/orders/18", True),
        ("/orders/99", "/orders/100", True),
        ("20261129114830", "20261129114831", True),
        ("GET /orders/17/view ", "GET /orders/19/view ", True),
        ("TEA20261129035131775454", "TEA20261129035132212345", False),
        ("9f1c2e", "a07b11", False),
        ("/orders/17", "/orders/17", False),
    ],
)
def test_who_counts_finds_the_next_order_only_where_names_count(
    one: str, following: str, counts: bool
) -> None:
    assert counts_up(one, following) is counts
