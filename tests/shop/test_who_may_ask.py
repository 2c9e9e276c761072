"""Sessions, origins and other people's orders."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from harness.levers.client import LeversClient
from harness.merchant.client import MerchantClient
from harness.shop.practices import ORDERS_A_MINUTE
from harness.shop.web import SESSION_COOKIE
from tests.shop.conftest import Trade, new_order_id, trading

ORDER = {"orderId": "a", "goods": "day-ticket", "paymentMethod": "wechat", "paymentType": "qr"}
LOGIN = {"email": "shopper@example.com", "password": "golive-shopper"}
CREATE = "/api/payment/create-order"


@pytest.fixture
def web(trade: Trade) -> Iterator[httpx.Client]:
    """A program that is nobody yet."""
    with httpx.Client(base_url=trade.running.base_url, trust_env=False, timeout=10.0) as client:
        yield client


def own(trade: Trade) -> dict[str, str]:
    return {"Origin": trade.running.base_url}


def test_a_session_cookie_is_out_of_reach_of_scripts_and_strangers(web: httpx.Client, trade: Trade) -> None:
    answer = web.post("/api/user/login", json=LOGIN, headers=own(trade))
    cookie = answer.headers["set-cookie"].lower()
    assert answer.json() == {"success": True}
    assert "httponly" in cookie
    assert "samesite=lax" in cookie


def test_a_browser_logs_in_by_form_and_is_led_to_the_page(web: httpx.Client, trade: Trade) -> None:
    answer = web.post("/api/user/login", data=LOGIN, headers=own(trade))
    assert (answer.status_code, answer.headers["location"]) == (303, "/payment")
    assert web.get("/payment").status_code == 200


@pytest.mark.parametrize(
    "wrong", [{"password": "x"}, {"email": "nobody@example.com"}, {"email": "", "password": ""}]
)
def test_a_wrong_login_is_refused_without_a_cookie(
    web: httpx.Client, trade: Trade, wrong: dict[str, str]
) -> None:
    for answer in (
        web.post("/api/user/login", json=LOGIN | wrong, headers=own(trade)),
        web.post("/api/user/login", data=LOGIN | wrong, headers=own(trade)),
    ):
        assert answer.status_code == 401
        assert "set-cookie" not in answer.headers


def test_a_login_form_in_a_charset_that_nobody_writes_is_refused(web: httpx.Client, trade: Trade) -> None:
    kind = {"Content-Type": "multipart/form-data; boundary=b; charset=undefined"}
    part = b'--b\r\nContent-Disposition: form-data; name="email"\r\n\r\n\xff\r\n--b--\r\n'
    assert web.post("/api/user/login", content=part, headers=own(trade) | kind).status_code == 400


@pytest.mark.parametrize("path", [CREATE, "/api/payment/query", "/api/payment/confirm"])
def test_without_a_session_nothing_is_told(web: httpx.Client, trade: Trade, path: str) -> None:
    answer = web.post(path, json=ORDER, headers=own(trade))
    assert (answer.status_code, answer.json()["success"]) == (401, False)


@pytest.mark.parametrize("origin", [None, "https://evil.example", "null", "http://127.0.0.1:1"])
@pytest.mark.parametrize("path", [CREATE, "/api/payment/confirm", "/api/user/login", "/api/user/logout"])
def test_a_request_of_another_page_is_refused(
    web: httpx.Client, trade: Trade, origin: str | None, path: str
) -> None:
    web.post("/api/user/login", json=LOGIN, headers=own(trade))
    headers = {} if origin is None else {"Origin": origin}
    assert web.post(path, json=ORDER, headers=headers).status_code == 403


def test_a_stranger_is_led_to_the_login_page(web: httpx.Client) -> None:
    answer = web.get("/payment")
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")
    assert 'name="email"' in web.get("/login").text


def test_after_logging_out_the_session_is_worth_nothing(web: httpx.Client, trade: Trade) -> None:
    web.post("/api/user/login", json=LOGIN, headers=own(trade))
    token = web.cookies[SESSION_COOKIE]
    web.post("/api/user/logout", headers=own(trade))
    again = web.post(CREATE, json=ORDER, headers={**own(trade), "Cookie": f"{SESSION_COOKIE}={token}"})
    assert again.status_code == 401


def test_another_shoppers_order_does_not_exist_for_you(trade: Trade) -> None:
    number = trade.order("5")
    trade.levers.pay(out_trade_no=number)
    with MerchantClient(trade.profile) as visitor:
        assert trade.profile.other_credentials is not None
        visitor.login(trade.profile.other_credentials)
        for asked in (visitor.query, visitor.confirm):
            theirs, nobodys = asked(number), asked("GL20260101000000AAAA")
            assert (theirs.status_code, theirs.raw) == (404, nobodys.raw)
            assert theirs.status == ""


def test_another_shopper_may_use_the_same_order_id(trade: Trade) -> None:
    order_id = new_order_id()
    number = trade.order("5", order_id=order_id)
    with MerchantClient(trade.profile) as visitor:
        assert trade.profile.other_credentials is not None
        visitor.login(trade.profile.other_credentials)
        created = visitor.create_order(order_id=order_id, amount_yuan="6")
    assert created.created
    assert created.out_trade_no != number


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"not json", "application/json", 400),
        (b"[]", "application/json", 400),
        (b"[" * 9000, "application/json", 400),
        (b"{}", "application/json", 400),
        (b'{"orderId":"a b","paymentMethod":"wechat","paymentType":"qr"}', "application/json", 400),
        (
            b'{"orderId":"a","amount":1.5,"paymentMethod":"wechat","paymentType":"qr"}',
            "application/json",
            400,
        ),
        (
            b'{"orderId":"a","amount":true,"paymentMethod":"wechat","paymentType":"qr"}',
            "application/json",
            400,
        ),
        (
            b'{"orderId":"a","amount":"1","paymentMethod":"wechat","paymentType":"qr"}',
            "application/json",
            400,
        ),
        (b"{}", "text/plain", 415),
        (b" " * 20_000, "application/json", 413),
    ],
)
def test_a_malformed_order_is_refused_with_a_sentence(
    web: httpx.Client, trade: Trade, content: bytes, kind: str, status: int
) -> None:
    web.post("/api/user/login", json=LOGIN, headers=own(trade))
    answer = web.post(CREATE, content=content, headers={**own(trade), "Content-Type": kind})
    assert (answer.status_code, answer.json()["success"]) == (status, False)
    assert answer.json()["error"]


def test_every_answer_carries_careful_headers(web: httpx.Client) -> None:
    for path in ("/login", "/healthz", "/metrics", "/nowhere"):
        headers = web.get(path).headers
        assert "default-src 'self'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"


def test_the_observer_is_there_for_the_token_alone(web: httpx.Client, trade: Trade) -> None:
    right = {"Authorization": f"Bearer {trade.running.observer_token}"}
    assert web.get("/golive/orders", headers=right).status_code == 200
    for wrong in ({}, {"Authorization": "Bearer x"}, {"Authorization": trade.running.observer_token}):
        assert web.get("/golive/orders", headers=wrong).status_code == 404
        moved = web.post("/golive/clock/advance", json={"seconds": 1}, headers=wrong)
        assert moved.status_code == 404


@pytest.mark.parametrize("seconds", [-1, "1", None, 1e300])
def test_the_clock_moves_forward_by_a_number_only(web: httpx.Client, trade: Trade, seconds: object) -> None:
    right = {"Authorization": f"Bearer {trade.running.observer_token}"}
    before = trade.running.shop.clock.offset
    answer = web.post("/golive/clock/advance", json={"seconds": seconds}, headers=right)
    assert answer.status_code == 400
    assert trade.running.shop.clock.offset == before


def test_a_confirmation_is_shown_to_the_buyer_once_paid(web: httpx.Client, trade: Trade) -> None:
    web.post("/api/user/login", json=LOGIN, headers=own(trade))
    number = trade.order("5")
    path = f"/orders/{number}/confirmation"
    assert web.get(path).status_code == 404
    trade.levers.pay(out_trade_no=number)
    trade.running.shop.confirmations.wait_until_idle()
    assert number in web.get(path).text
    web.post("/api/user/logout", headers=own(trade))
    assert web.get(path).status_code == 404


def test_another_account_makes_so_many_orders_a_minute_and_the_house_any_number(
    environment: dict[str, str], levers: LeversClient
) -> None:
    with trading(environment, levers) as fresh, MerchantClient(fresh.profile) as visitor:
        assert fresh.profile.other_credentials is not None
        visitor.login(fresh.profile.other_credentials)
        answers = [
            visitor.create_order(order_id=new_order_id(), amount_yuan="0.01").status_code
            for _ in range(ORDERS_A_MINUTE + 1)
        ]
        assert answers == [201] * ORDERS_A_MINUTE + [429]
        assert fresh.ask("0.01").created
