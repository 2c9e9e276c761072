"""The button "I have paid" on an order's page is pressed; that it is not there is told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from harness.merchant.client import MerchantClient
from harness.merchant.gap import NoForm
from harness.merchant.profile import MerchantProfile
from harness.processes.serving import listen, serving

PROFILE = """base_url = "{}"
build = "stall-1"
capabilities = ["qr"]
[confirm]
page = "/orders/{{out_trade_no}}"
"""
BUTTON = '<form method="post" action="/check"><button>我已付款</button></form>'


async def _order(request: Request) -> Response:
    return HTMLResponse("已支付" if request.path_params["number"] == "PAID" else f"待支付{BUTTON}")


async def _check(_: Request) -> Response:
    return HTMLResponse("asked", 202)


@pytest.fixture
def merchant(tmp_path: Path) -> Iterator[MerchantClient]:
    app = Starlette(routes=[Route("/orders/{number}", _order), Route("/check", _check, methods=["POST"])])
    with serving(app, listen()) as base_url:
        file = tmp_path / "stall.toml"
        file.write_text(PROFILE.format(base_url), "utf-8")
        with MerchantClient(MerchantProfile.load(str(file))) as client:
            yield client


def test_the_button_of_an_unpaid_order_is_pressed(merchant: MerchantClient) -> None:
    assert merchant.confirm("NEW").status_code == 202


def test_an_order_without_the_button_is_told(merchant: MerchantClient) -> None:
    with pytest.raises(NoForm, match="shows no form"):
        merchant.confirm("PAID")
