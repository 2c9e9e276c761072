"""Both ways to an order: what the phone starts from, what it may cost, and which order it was."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from harness.core.errors import NotExercised, UnsafeRequest
from harness.core.money import Fen
from harness.core.payment import Order, Prepared, Product, Provider
from harness.core.trust import public_roots
from harness.gateways.guard import Guard
from harness.merchant.profile import MerchantProfile
from harness.plugin.attended.answers import Prepared as Answers
from harness.plugin.attended.desk import Desk
from harness.plugin.attended.ordering import AtTheEndpoint, FromTheMerchant
from harness.plugin.fixtures.shown_by_an_answer import codes_in
from harness.processes.serving import listen, serving
from harness.settings.env_file import EnvFile
from harness.settings.model import Settings
from harness.signing.wechat_v3 import verifies
from harness.simulator.embedded import running_simulator

NOTIFY = "https://shop.example.com/notify"
CODE = "weixin://wxpay/bizpayurl?pr=Ab3dE9f"
PROFILE = """
name = "stall"
base_url = "{address}"
build = "1"
capabilities = ["wechat", "qr"]
price_yuan = "0.05"

[order.qr]
request = "POST /order"
form = {{ goods = "tea" }}
"""


class Gateway:
    """Takes an order, and answers as it is told."""

    dialect = "apiv3"

    def __init__(self, **answer: str) -> None:
        self.answer, self.orders = answer, list[Order]()

    def create(self, order: Order) -> Prepared:
        self.orders.append(order)
        return Prepared(out_trade_no=order.out_trade_no, **self.answer)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def settings() -> Iterator[Settings]:
    with running_simulator() as simulator:
        values = {**simulator.environment(notify_url=NOTIFY), "GOLIVE_TEST_OPENID": "oUpF8uMuAJO_M2pxb1Q9z"}
        yield Settings.load(EnvFile.of(values))


def test_a_code_is_what_the_platform_issued(settings: Settings) -> None:
    orderer, gateway = AtTheEndpoint(settings, 300), Gateway(code_url=CODE)
    made = orderer.order("qr", Provider.WECHAT, Fen(1), gateway)  # type: ignore[arg-type]
    (order,) = gateway.orders
    assert (order.product, order.amount, order.payer_client_ip) == (Product.NATIVE, 1, None)
    assert (made.scan, made.link, made.by_merchant, made.number) == (CODE, "", False, order.out_trade_no)
    assert orderer.seen(made.number) is None


def test_an_h5_order_names_the_phone_and_ends_by_itself(settings: Settings) -> None:
    orderer, gateway = AtTheEndpoint(settings, 300, "203.0.113.24"), Gateway(h5_url="https://wx.example/h5")
    made = orderer.order("h5", Provider.WECHAT, Fen(1), gateway)  # type: ignore[arg-type]
    (order,) = gateway.orders
    assert (order.payer_client_ip, order.h5_type) == ("203.0.113.24", "Wap")
    assert order.time_expire is not None
    assert (made.scan, made.link) == ("https://wx.example/h5", "https://wx.example/h5")


def test_the_bridge_is_given_what_the_merchants_key_signed_over_four_lines(settings: Settings) -> None:
    orderer, gateway = AtTheEndpoint(settings, 300), Gateway(prepay_id="wx201")
    made = orderer.order("jsapi", Provider.WECHAT, Fen(1), gateway)  # type: ignore[arg-type]
    assert gateway.orders[0].openid == settings.test_openid
    signed = made.jsapi
    assert signed is not None
    lines = f"{signed.appid}\n{signed.timestamp}\n{signed.nonce}\nprepay_id=wx201\n"
    assert verifies(settings.wechat.private_key.public_key(), lines.encode(), signed.pay_sign)


def test_an_order_without_anything_to_pay_it_by_is_a_failure(settings: Settings) -> None:
    with pytest.raises(AssertionError, match="without anything to pay it by"):
        AtTheEndpoint(settings, 300).order("qr", Provider.WECHAT, Fen(1), Gateway())  # type: ignore[arg-type]


@pytest.fixture
def stall(tmp_path: Path) -> Iterator[tuple[MerchantProfile, list[str]]]:
    """An app that nobody wrote for us: a form orders, and its page shows a code and no number."""
    ordered: list[str] = []

    async def order(request: Request) -> Response:
        ordered.append((await request.body()).decode())
        return HTMLResponse(f"<p>Pay here</p><a href='{CODE}'>{CODE}</a>")

    with serving(Starlette(routes=[Route("/order", order, methods=["POST"])]), listen()) as address:
        path = tmp_path / "stall.toml"
        path.write_text(PROFILE.format(address=address), "utf-8")
        yield MerchantProfile.load(str(path)), ordered


def guard(budget: int) -> Guard:
    return Guard(hosts={("127.0.0.1", 1)}, budget=Fen(budget), rate=100, verify=public_roots())


def desk(**answers: str) -> Desk:
    silent = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    return Desk(silent, Answers("tester", {name.replace("_", " "): each for name, each in answers.items()}))


def sold(stall: MerchantProfile, limits: Guard, at: Desk) -> object:
    merchant = FromTheMerchant(stall, at, limits, (), codes_in)
    try:
        return merchant.order("qr", Provider.WECHAT, Fen(1), Gateway())  # type: ignore[arg-type]
    finally:
        merchant.close()


def test_the_apps_own_price_is_paid_and_counted(stall: tuple[MerchantProfile, list[str]]) -> None:
    profile, ordered = stall
    limits = guard(5)
    noted: list[tuple[str, int]] = []
    limits.on_order = lambda number, amount: noted.append((number, int(amount)))
    made = sold(profile, limits, desk(order_qr="STALL-0001"))
    assert ordered == ["goods=tea"]
    assert noted == [("STALL-0001", 5)]
    assert vars_of(made) == ("STALL-0001", 5, CODE, True)
    assert limits.spent == 5


def test_a_price_beyond_the_budget_is_never_ordered(stall: tuple[MerchantProfile, list[str]]) -> None:
    profile, ordered = stall
    with pytest.raises(UnsafeRequest, match="5 fen does not fit into the 4 fen"):
        sold(profile, guard(4), desk(order_qr="STALL-0001"))
    assert ordered == []


@pytest.mark.parametrize("number", ["", "x", "with blank", "x" * 65, "订单一二三四五"])
def test_an_order_that_nobody_names_cannot_be_watched(
    number: str, stall: tuple[MerchantProfile, list[str]]
) -> None:
    with pytest.raises(NotExercised, match="nobody said which order that was"):
        sold(stall[0], guard(5), desk(order_qr=number))


def vars_of(made: object) -> tuple[object, ...]:
    return tuple(getattr(made, name) for name in ("number", "amount", "scan", "by_merchant"))
