"""Paying by H5, inside WeChat and from a Mini-program: what starts it, and what ends it."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

import pytest

from harness.browser.devices import DESKTOP, PHONE, WECHAT_PHONE
from harness.core.errors import TargetFailure
from harness.core.money import Fen
from harness.core.payment import JsapiParameters, Prepared
from harness.levers.client import LeversClient
from harness.levers.models import Fault
from harness.settings.env_file import EnvFile
from harness.settings.model import Settings
from harness.shop.invocation import bridge_parameters, h5_address, prepay_id_of
from harness.shop.payment_choices import PaymentType, choices_for
from harness.signing.keys import load_public_key
from harness.signing.wechat_v3 import verifies
from tests.shop.conftest import SHOPPER_IP, Trade, new_order_id, trading

BRIDGE = {"appId", "timeStamp", "nonceStr", "package", "signType", "paySign"}


def signed_over_four_lines(levers: LeversClient, parameters: Mapping[str, str], appid: str) -> bool:
    lines = (appid, parameters["timeStamp"], parameters["nonceStr"], parameters["package"])
    key = load_public_key(levers.keys().merchant_public_key_pem)
    return verifies(key, "".join(f"{line}\n" for line in lines).encode(), parameters["paySign"])


@pytest.fixture(params=["classic", "mcp"])
def either(request: pytest.FixtureRequest, trade: Trade, mcp_trade: Trade) -> Trade:
    """The shop over the classic API, which leaves signing to it, and over MCP, which signs for it."""
    return {"classic": trade, "mcp": mcp_trade}[request.param]


def test_the_bridge_gets_its_six_parameters_rightly_signed(either: Trade) -> None:
    parameters = either.ask(kind="jsapi").jsapi_params
    assert parameters.keys() == BRIDGE
    assert parameters["appId"] == either.levers.keys().appid
    assert parameters["signType"] == "RSA"
    assert parameters["package"].startswith("prepay_id=wx")
    assert signed_over_four_lines(either.levers, parameters, parameters["appId"])


def test_a_mini_program_gets_its_five_parameters_rightly_signed(either: Trade) -> None:
    created = either.ask(kind="miniprogram")
    parameters = created.mini_program_params
    assert parameters.keys() == BRIDGE - {"appId"}
    assert signed_over_four_lines(either.levers, parameters, either.levers.keys().appid)
    assert created.jsapi_params == {}


def test_an_h5_address_is_the_platforms_with_one_addition(either: Trade) -> None:
    order_id = new_order_id()
    created = either.ask(order_id=order_id, kind="h5")
    platforms = either.levers.audit(str(created.out_trade_no)).h5_url
    assert platforms
    assert str(created.payment_url).startswith(f"{platforms}&redirect_url=http%3A%2F%2F")
    (back,) = parse_qs(urlsplit(str(created.payment_url)).query)["redirect_url"]
    assert back == f"{either.profile.base_url}{either.profile.paths.payment_return}?orderId={order_id}"


def test_an_address_to_return_to_is_encoded_whole() -> None:
    assert h5_address("https://wx/a?b=c&package=1", "https://shop/r?x=1&y=2") == (
        "https://wx/a?b=c&package=1&redirect_url=https%3A%2F%2Fshop%2Fr%3Fx%3D1%26y%3D2"
    )


@pytest.mark.parametrize("kind", ["h5", "jsapi", "miniprogram", "qr"])
def test_the_same_order_again_is_the_same_for_the_platform(fresh_trade: Trade, kind: str) -> None:
    first = fresh_trade.ask("5", order_id="same", kind=kind)
    fresh_trade.merchant.advance(90)
    again = fresh_trade.ask("5", order_id="same", kind=kind)
    assert again.created, again.raw
    assert again.out_trade_no == first.out_trade_no
    assert again.expire_time == first.expire_time
    audit = fresh_trade.levers.audit(str(first.out_trade_no))
    assert [event.kind for event in audit.events].count("reordered") == 1
    assert audit.time_expire == first.expire_time


def test_another_way_to_pay_is_another_order(trade: Trade) -> None:
    order_id = new_order_id()
    trade.order(order_id=order_id, kind="qr")
    assert trade.ask(order_id=order_id, kind="jsapi").status_code == 409


def test_another_address_is_another_h5_order(trade: Trade) -> None:
    order_id = new_order_id()
    trade.order("5", order_id=order_id, kind="h5")
    moved = trade.merchant.create_order(
        order_id=order_id, amount=Fen(500), payment_type="h5", client_ip="203.0.113.99"
    )
    assert moved.status_code == 409
    assert "网络" in str(moved.error)


@pytest.mark.parametrize(
    ("forwarded", "seen"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("198.51.100.1, 203.0.113.7", "203.0.113.7"),
        ("2001:db8::7", "2001:db8::7"),
        ("somebody", "127.0.0.1"),
        (None, "127.0.0.1"),
    ],
)
def test_the_last_proxy_says_who_pays(trade: Trade, forwarded: str | None, seen: str) -> None:
    created = trade.merchant.create_order(
        order_id=new_order_id(), amount=Fen(1), payment_type="h5", client_ip=forwarded
    )
    record = trade.running.shop.book.get(str(created.out_trade_no))
    assert record is not None
    assert record.client_ip == seen


def test_without_an_openid_the_bridge_is_refused(environment: dict[str, str], levers: LeversClient) -> None:
    nobody = {name: value for name, value in environment.items() if name != "GOLIVE_TEST_OPENID"}
    with trading(nobody, levers) as trade:
        refused = trade.ask(kind="jsapi")
        assert (refused.status_code, trade.observer.orders()) == (400, [])
        assert "授权" in str(refused.error)
        assert trade.ask(kind="qr").created


@pytest.mark.parametrize("outcome", ["ok", "cancel", "fail"])
def test_what_the_bridge_says_pays_nothing(trade: Trade, outcome: str) -> None:
    number = trade.order(kind="jsapi")
    answer = trade.merchant.bridge(number, outcome)  # type: ignore[arg-type]
    assert (answer.status_code, answer.status) == (200, "pending")
    assert trade.books(number).credits == 0
    asked = [event.kind for event in trade.levers.audit(number).events].count("queried")
    assert asked == (0 if outcome == "cancel" else 1)


@pytest.mark.parametrize("outcome", ["ok", "fail"])
def test_after_the_bridge_the_platform_is_asked(trade: Trade, outcome: str) -> None:
    number = trade.order(kind="jsapi")
    trade.levers.add_fault(Fault(operation="notify", action="lost", out_trade_no=number, times=50))
    trade.levers.pay(out_trade_no=number)
    assert trade.merchant.bridge(number, outcome).status == "paid"  # type: ignore[arg-type]


def test_coming_back_from_h5_shows_what_is_known_and_asks_when_told_to(trade: Trade) -> None:
    order_id = new_order_id()
    number = trade.order(order_id=order_id, kind="h5")
    address = f"{trade.profile.paths.payment_return}?orderId={order_id}"
    page = trade.merchant.page(address, user_agent=str(PHONE["user_agent"]))
    assert 'data-status="pending"' in page.text
    assert number in page.text
    assert page.shows(trade.profile.test_ids.confirm)
    trade.levers.pay(out_trade_no=number)
    assert 'data-status="paid"' in trade.merchant.page(address, user_agent="").text


def test_the_return_page_of_an_order_that_is_not_yours_is_not_there(trade: Trade) -> None:
    address = f"{trade.profile.paths.payment_return}?orderId="
    assert trade.merchant.page(address + new_order_id(), user_agent="").status_code == 404


@pytest.mark.parametrize(
    ("browser", "kinds", "alipay"),
    [
        (DESKTOP, ("qr",), True),
        (PHONE, ("h5", "qr"), True),
        (WECHAT_PHONE, ("jsapi",), False),
    ],
    ids=["desk", "phone", "wechat"],
)
def test_a_browser_is_offered_what_works_there(
    trade: Trade, browser: dict[str, object], kinds: tuple[str, ...], alipay: bool
) -> None:
    page = trade.merchant.page(str(trade.profile.paths.payment), user_agent=str(browser["user_agent"]))
    shown = {kind for kind in ("qr", "h5", "jsapi") if page.shows(f"payment-type-{kind}")}
    assert shown == set(kinds)
    assert page.shows("payment-method-alipay") is alipay
    assert f'data-testid="payment-type-{kinds[0]}" aria-pressed="true"' in page.text


@pytest.mark.parametrize(
    ("user_agent", "first"),
    [
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) Mobile/15E148 MicroMessenger/8.0",
            PaymentType.JSAPI,
        ),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/132 MicroMessenger/7.0 WindowsWechat", PaymentType.JSAPI),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile/15E148 Safari/604.1",
            PaymentType.H5,
        ),
        ("Mozilla/5.0 (Phone; OpenHarmony 5.0) ArkWeb/4.1 Mobile HuaweiBrowser/5.0", PaymentType.H5),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Safari/605.1.15", PaymentType.QR),
        ("", PaymentType.QR),
    ],
)
def test_browsers_are_told_apart(user_agent: str, first: PaymentType) -> None:
    assert choices_for(user_agent).types[0] is first


def test_the_shop_signs_only_what_nobody_signed(environment: dict[str, str]) -> None:
    settings = Settings.load(EnvFile.of(environment)).wechat
    theirs = JsapiParameters(
        appid="wx1", timestamp="1", nonce="a", package="prepay_id=wx9", sign_type="RSA", pay_sign="s"
    )
    signed = Prepared(out_trade_no="a", jsapi=theirs)
    assert bridge_parameters(settings, signed) == theirs
    assert prepay_id_of(signed) == "wx9"
    with pytest.raises(TargetFailure, match="prepay_id"):
        bridge_parameters(settings, Prepared(out_trade_no="a"))


def test_the_order_names_the_payers_address(trade: Trade) -> None:
    record = trade.running.shop.book.get(trade.order(kind="h5"))
    assert record is not None
    assert (record.client_ip, record.openid) == (SHOPPER_IP, "")
