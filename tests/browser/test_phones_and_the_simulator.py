"""Phones, the stand-in for WeChat and a whole simulator fit together: addresses, keys and the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser

from harness.browser.devices import WECHAT_PHONE, phone_at
from harness.browser.h5_page import H5CashierPage
from harness.browser.wechat_bridge import WeChatStandIn
from harness.core.money import Fen
from harness.core.payment import Product
from harness.levers.client import LeversClient
from harness.signing.wechat_v3 import jsapi_pay_sign
from harness.simulator.embedded import RunningSimulator, running_simulator
from harness.simulator.platform.orders import Handle, OrderRequest
from harness.simulator.platform.parameters import order_parameters
from tests.browser.conftest import Serve

PAYER_IP = "203.0.113.7"


@pytest.fixture(scope="module")
def simulator() -> Iterator[RunningSimulator]:
    """A simulator as every rehearsal has one."""
    with running_simulator() as running:
        yield running


@pytest.fixture
def levers(simulator: RunningSimulator) -> Iterator[LeversClient]:
    """What a scenario may ask of it."""
    with LeversClient(simulator.levers_url, simulator.levers_token) as client:
        assert client.health()  # it knows its own address from here on
        yield client


def order(simulator: RunningSimulator, product: Product, number: str, notify_url: str) -> Handle:
    h5 = product is Product.H5
    openid = simulator.simulator.identity.openid if product is Product.JSAPI else None
    return simulator.simulator.account.create(
        OrderRequest(
            mchid=simulator.simulator.identity.mchid,
            appid=simulator.simulator.identity.appid,
            dialect="apiv3",
            product=product,
            out_trade_no=number,
            total=1990,
            notify_url=notify_url,
            parameters=order_parameters(
                description="龙井 250 克",
                notify_url=notify_url,
                openid=openid,
                payer_client_ip=PAYER_IP if h5 else None,
                h5_type="Wap" if h5 else None,
            ),
            openid=openid,
            description="龙井 250 克",
        ),
        once=number,
    )


def test_an_h5_url_is_opened_as_it_was_handed_out(
    chromium: Browser, simulator: RunningSimulator, levers: LeversClient, serve: Serve
) -> None:
    merchant = serve({"/payment": "<!doctype html>", "/return": "<!doctype html>", "/notify": "{}"})
    h5_url = order(simulator, Product.H5, "h5-in-a-browser", f"{merchant}/notify").h5_url
    assert h5_url is not None
    assert h5_url.startswith(f"{simulator.base_url}/cgi-bin/mmpayweb-bin/checkmweb?prepay_id=wx")
    context = chromium.new_context(**phone_at(PAYER_IP))
    cashier = H5CashierPage(context.new_page())
    cashier.arrive_from(
        f"{merchant}/payment", f"{h5_url}&redirect_url={quote(f'{merchant}/return', safe='')}"
    )
    cashier.open_wechat()
    assert (cashier.merchant_text(), cashier.pay()) == ("微信官方测试账户", "支付成功")
    assert cashier.back_to_merchant() == f"{merchant}/return"
    context.close()
    assert levers.ledger().paid["h5-in-a-browser"] == Fen(1990)
    assert len(levers.audit("h5-in-a-browser").deliveries) == 1  # the merchant was told before the payer


def test_the_levers_hand_out_the_key_that_pay_sign_is_verified_with(
    chromium: Browser, simulator: RunningSimulator, levers: LeversClient, serve: Serve
) -> None:
    merchant = serve({"/payment": "<!doctype html>", "/notify": "{}"})
    prepay_id = order(simulator, Product.JSAPI, "jsapi-in-a-browser", f"{merchant}/notify").prepay_id
    identity = simulator.simulator.identity
    members = {"timeStamp": "1763900000", "nonceStr": "593BEC0C930BF1AFEB40B4A08C8FB242"}
    signature = jsapi_pay_sign(
        identity.merchant_key,
        appid=identity.appid,
        timestamp=members["timeStamp"],
        nonce=members["nonceStr"],
        prepay_id=prepay_id,
    )
    members |= {
        "appId": identity.appid,
        "package": f"prepay_id={prepay_id}",
        "signType": "RSA",
        "paySign": signature,
    }
    context = chromium.new_context(**WECHAT_PHONE)
    wechat = WeChatStandIn(
        context,
        simulator.base_url,
        merchant_public_key=levers.keys().merchant_public_key_pem,
        openid=identity.openid,
    )
    page = context.new_page()
    page.goto(f"{merchant}/payment")
    page.evaluate("given => WeixinJSBridge.invoke('getBrandWCPayRequest', given)", members)
    assert wechat.wait_for_call(page).ending == "ok"
    context.close()
    assert levers.ledger().paid["jsapi-in-a-browser"] == Fen(1990)
