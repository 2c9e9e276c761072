"""The client and the observer against a merchant on a real socket, right and wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from harness.core.errors import EnvironmentUnreachable, TargetFailure
from harness.core.exchange import Exchange
from harness.core.money import Fen
from harness.merchant.client import MerchantClient
from harness.merchant.gap import ProfileGap
from harness.merchant.observer import Observer
from harness.merchant.profile import MerchantProfile
from harness.processes.serving import listen, serving

ORDER = {
    "out_trade_no": "GL1|*",
    "order_id": "a",
    "status": "paid",
    "amount": 1990,
    "paid_amount": 1990,
    "credits": 1,
    "attention": "",
    "further": [1],
}


class Merchant:
    """Answers what a test put down, and remembers what it was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, Response] = {}
        self.asked: list[tuple[str, list[tuple[str, str]], bytes]] = []

    async def handle(self, request: Request) -> Response:
        headers = [(name.decode(), value.decode()) for name, value in request.headers.raw]
        self.asked.append((request.scope["raw_path"].decode(), headers, await request.body()))
        return self.answers.get(request.url.path, PlainTextResponse("?", 404))

    @property
    def app(self) -> Starlette:
        return Starlette(routes=[Route("/{rest:path}", self.handle, methods=["GET", "POST"])])


@pytest.fixture
def merchant() -> Merchant:
    return Merchant()


@pytest.fixture
def profile(merchant: Merchant) -> Iterator[MerchantProfile]:
    with serving(merchant.app, listen()) as base_url:
        yield MerchantProfile.load("shop", base_url=base_url, observer_token="token")


@pytest.fixture
def nowhere() -> MerchantProfile:
    with listen() as taken:
        port = taken.getsockname()[1]
    return MerchantProfile.load("shop", base_url=f"http://127.0.0.1:{port}", observer_token="token")


def header(merchant: Merchant, name: str) -> list[str]:
    return [value for key, value in merchant.asked[-1][1] if key == name]


def test_an_order_is_asked_for_as_the_page_does(merchant: Merchant, profile: MerchantProfile) -> None:
    answer = {"success": True, "outTradeNo": "GL1", "qrCode": "weixin://a", "metadata": {}}
    merchant.answers[str(profile.paths.create_order)] = JSONResponse(answer, 201)
    with MerchantClient(profile) as client:
        created = client.create_order(order_id="a", amount_yuan="19.90")
    assert json.loads(merchant.asked[0][2]) == {
        "orderId": "a",
        "goods": "custom",
        "amountYuan": "19.90",
        "paymentMethod": "wechat",
        "paymentType": "qr",
    }
    assert header(merchant, "origin") == [profile.base_url]
    assert created.created
    assert (created.out_trade_no, created.code_url, created.raw) == ("GL1", "weixin://a", answer)


def test_a_refused_order_is_an_answer_and_no_exception(merchant: Merchant, profile: MerchantProfile) -> None:
    merchant.answers[str(profile.paths.create_order)] = JSONResponse(
        {"success": False, "error": "limit"}, 400
    )
    with MerchantClient(profile) as client:
        created = client.create_order(order_id="a", amount=Fen(1))
    assert (created.created, created.status_code, created.error) == (False, 400, "limit")


def test_a_callback_goes_out_byte_for_byte_with_repeats_and_without_a_session(
    merchant: Merchant, profile: MerchantProfile
) -> None:
    merchant.answers[str(profile.paths.login)] = Response("{}", headers={"Set-Cookie": "session=a"})
    merchant.answers[str(profile.paths.notify)] = Response(status_code=204)
    lines = (("Wechatpay-Nonce", "a"), ("Wechatpay-Nonce", "b"), ("Wechatpay-Serial", ""))
    with MerchantClient(profile) as client:
        client.login()
        answer = client.deliver(lines, b"\x00\xff{")
    path, headers, body = merchant.asked[-1]
    assert (path, body) == (profile.paths.notify, b"\x00\xff{")
    assert header(merchant, "wechatpay-nonce") == ["a", "b"]
    assert header(merchant, "wechatpay-serial") == [""]
    assert "cookie" not in dict(headers)
    assert (answer.status, answer.accepted) == (204, True)


def test_a_failed_login_is_a_finding(merchant: Merchant, profile: MerchantProfile) -> None:
    merchant.answers[str(profile.paths.login)] = JSONResponse({"success": False}, 401)
    with MerchantClient(profile) as client, pytest.raises(TargetFailure, match="401"):
        client.login()


def test_an_answer_that_is_no_json_is_a_finding(merchant: Merchant, profile: MerchantProfile) -> None:
    merchant.answers[str(profile.paths.query)] = PlainTextResponse("<html>")
    with MerchantClient(profile) as client, pytest.raises(TargetFailure, match="JSON"):
        client.query("GL1")


def test_the_clock_is_moved_with_the_token(merchant: Merchant, profile: MerchantProfile) -> None:
    assert profile.observer.clock is not None
    merchant.answers[profile.observer.clock] = JSONResponse({"now": "x"})
    with MerchantClient(profile) as client:
        client.advance(90)
    assert header(merchant, "authorization") == ["Bearer token"]
    assert json.loads(merchant.asked[-1][2]) == {"seconds": 90}


def test_a_clock_that_does_not_move_is_a_gap_of_the_profile(profile: MerchantProfile) -> None:
    with MerchantClient(profile) as client, pytest.raises(ProfileGap, match="clock"):
        client.advance(90)


def test_nobody_at_the_address_says_what_to_do(nowhere: MerchantProfile) -> None:
    with MerchantClient(nowhere) as client, Observer(nowhere) as observer:
        for call in (client.login, lambda: client.deliver((), b""), observer.orders, observer.metrics):
            with pytest.raises(EnvironmentUnreachable) as caught:
                call()
            assert "golive shop" in caught.value.remedy


def test_listeners_hear_every_exchange_but_logins(merchant: Merchant, profile: MerchantProfile) -> None:
    merchant.answers[str(profile.paths.login)] = Response("{}", headers={"Set-Cookie": "session=a"})
    merchant.answers[str(profile.paths.query)] = JSONResponse({"status": "paid"})
    heard: list[Exchange] = []
    with MerchantClient(profile, listeners=(heard.append,)) as client:
        client.login()
        assert client.query("GL1").status == "paid"
    assert [(each.operation, each.status, each.out_trade_no) for each in heard] == [("query", 200, "GL1")]


def test_the_observer_reads_orders_and_figures(merchant: Merchant, profile: MerchantProfile) -> None:
    merchant.answers["/golive/orders/GL1|*"] = JSONResponse(ORDER)
    merchant.answers["/golive/orders"] = JSONResponse({"orders": [ORDER, ORDER]})
    merchant.answers["/metrics"] = PlainTextResponse("up 1\n")
    with Observer(profile) as observer:
        order = observer.order("GL1|*")
        assert merchant.asked[-1][0] == "/golive/orders/GL1%7C%2A"
        assert header(merchant, "authorization") == ["Bearer token"]
        assert (order.status, order.paid_amount, order.credits) == ("paid", Fen(1990), 1)
        assert len(observer.orders()) == 2
        assert observer.metrics() == "up 1\n"


@pytest.mark.parametrize(
    "wrong",
    [{"amount": 19.9}, {"amount": "1990"}, {"status": "fine"}, {"credits": None}, {"out_trade_no": None}],
)
def test_records_that_are_not_what_they_must_be_are_a_finding(
    merchant: Merchant, profile: MerchantProfile, wrong: dict[str, object]
) -> None:
    merchant.answers["/golive/orders/GL1"] = JSONResponse({**ORDER, **wrong})
    (name,) = wrong
    with Observer(profile) as observer, pytest.raises(TargetFailure, match=name):
        observer.order("GL1")


def test_an_order_the_merchant_does_not_know_is_a_finding(profile: MerchantProfile) -> None:
    with Observer(profile) as observer, pytest.raises(TargetFailure, match="404"):
        observer.order("GL1")


def test_what_an_answer_says_beside_the_order_is_read(merchant: Merchant, profile: MerchantProfile) -> None:
    metadata = {
        "mcpEnabled": True,
        "mcpRequestId": "GLa",
        "dialect": "mcp",
        "expireTime": "2026-01-01T12:00:00+08:00",
        "jsapiParams": {"appId": "wx1", "odd": 7},
        "miniProgramParams": {"package": "prepay_id=wx2"},
    }
    merchant.answers[str(profile.paths.create_order)] = JSONResponse(
        {"outTradeNo": "GL1", "metadata": metadata}, 201
    )
    with MerchantClient(profile) as client:
        created = client.create_order(order_id="a", payment_type="h5", client_ip="203.0.113.7")
    assert header(merchant, "x-forwarded-for") == ["203.0.113.7"]
    assert (created.mcp_enabled, created.mcp_request_id, created.dialect) == (True, "GLa", "mcp")
    assert created.expire_time == datetime(2026, 1, 1, 4, tzinfo=UTC)
    assert created.jsapi_params == {"appId": "wx1"}
    assert created.mini_program_params == {"package": "prepay_id=wx2"}


@pytest.mark.parametrize(
    "metadata", [None, [], {}, {"mcpEnabled": "yes", "expireTime": "soon", "dialect": 1}]
)
def test_what_an_answer_does_not_say_is_not_made_up(
    merchant: Merchant, profile: MerchantProfile, metadata: object
) -> None:
    merchant.answers[str(profile.paths.create_order)] = JSONResponse({"metadata": metadata}, 201)
    with MerchantClient(profile) as client:
        created = client.create_order(order_id="a")
    assert header(merchant, "x-forwarded-for") == []
    assert (created.mcp_enabled, created.mcp_request_id, created.dialect) == (None, None, "")
    assert (created.expire_time, created.jsapi_params, created.mini_program_params) == (None, {}, {})


def test_the_end_of_the_bridge_is_told_as_the_page_tells_it(
    merchant: Merchant, profile: MerchantProfile
) -> None:
    merchant.answers[str(profile.paths.bridge)] = JSONResponse({"status": "pending"})
    with MerchantClient(profile) as client:
        assert client.bridge("GL1", "cancel").status == "pending"
    assert json.loads(merchant.asked[0][2])["outcome"] == "cancel"
    assert header(merchant, "origin") == [profile.base_url]


def test_status_and_health_are_read_as_they_are_told(merchant: Merchant, profile: MerchantProfile) -> None:
    merchant.answers[str(profile.paths.status)] = JSONResponse({"enabled": True, "wechatInitialized": False})
    merchant.answers[str(profile.paths.mcp_health)] = JSONResponse({"wechat": True, "alipay": "no"})
    with MerchantClient(profile) as client:
        status, health = client.status(), client.mcp_health()
    assert (status.enabled, status.wechat, status.alipay) == (True, False, None)
    assert (health.enabled, health.wechat, health.alipay) == (None, True, None)


def test_a_route_the_profile_does_not_name_is_no_finding(profile: MerchantProfile) -> None:
    fewer = {"bridge": None, "status": None, "mcp_health": None}
    without = profile.model_copy(update={"paths": profile.paths.model_copy(update=fewer)})
    with MerchantClient(without) as client:
        for call in (client.status, client.mcp_health, lambda: client.bridge("GL1", "ok")):
            with pytest.raises(ProfileGap, match=r"leaves out paths\.\w+"):
                call()


def test_a_page_is_read_as_a_browser_gets_it(merchant: Merchant, profile: MerchantProfile) -> None:
    merchant.answers["/payment"] = Response('<b data-testid="a">', headers={"Referrer-Policy": "no-referrer"})
    with MerchantClient(profile) as client:
        page = client.page("/payment", user_agent="MicroMessenger")
    assert header(merchant, "user-agent") == ["MicroMessenger"]
    assert (page.shows("a"), page.shows("b"), page.headers["referrer-policy"]) == (True, False, "no-referrer")


def test_records_may_name_the_wire_that_brought_an_order(
    merchant: Merchant, profile: MerchantProfile
) -> None:
    merchant.answers["/golive/orders"] = JSONResponse(
        {"orders": [ORDER, {**ORDER, "dialect": "mcp", "request_id": "GLa"}]}
    )
    with Observer(profile) as observer:
        silent, telling = observer.orders()
    assert (silent.dialect, silent.request_id) == ("", "")
    assert (telling.dialect, telling.request_id) == ("mcp", "GLa")
