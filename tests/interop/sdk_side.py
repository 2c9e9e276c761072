"""The third-party SDK `wechatpayv3`, turned to a platform on loopback, and a server that receives for it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from wechatpayv3 import WeChatPay, WeChatPayType
from wechatpayv3.core import Core

from harness.core.clock import BEIJING
from harness.levers.client import LeversClient
from harness.simulator.account.key_mode import KeyMode

PUBLIC_KEY = "public-key"
CERTIFICATE = "certificate"
on_both_accounts = pytest.mark.parametrize(
    "key_mode", [KeyMode.PUBLIC_KEY, KeyMode.CERTIFICATE], indirect=True, scope="session"
)
"""On an account of today and on one of before the change; an SDK has to be told which it is."""


def sdk_mode(key_mode: KeyMode) -> str:
    """How an SDK of such an account is set up."""
    return CERTIFICATE if key_mode is KeyMode.CERTIFICATE else PUBLIC_KEY


def connect(environment: Mapping[str, str], mode: str, base_url: str) -> Any:
    """An SDK client in one of the platform's two key modes, speaking to `base_url`.

    The SDK knows one host only. In certificate mode it fetches certificates while it is being made, so its
    host has to be changed before; both ways are the SDK's own attribute, nothing of its checks is touched.
    """
    keys = (
        {
            "public_key": environment["WECHAT_PAY_PUBLIC_KEY"],
            "public_key_id": environment["WECHAT_PAY_PUBLIC_KEY_ID"],
        }
        if mode == PUBLIC_KEY
        else {}
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            Core, "_gate_way", property(lambda core: base_url, lambda core, value: None), raising=False
        )
        client = WeChatPay(
            wechatpay_type=WeChatPayType.NATIVE,
            mchid=environment["WECHAT_PAY_MCH_ID"],
            private_key=environment["WECHAT_PAY_PRIVATE_KEY"],
            cert_serial_no=environment["WECHAT_PAY_CERT_SERIAL"],
            appid=environment["WECHAT_PAY_APP_ID"],
            apiv3_key=environment["WECHAT_PAY_APIV3_KEY"],
            notify_url=environment["WECHAT_PAY_NOTIFY_URL"],
            timeout=(5, 10),
            **keys,
        )
    client._core._gate_way = base_url
    return client


def sold(levers: LeversClient, number: str) -> str:
    """Pay an order, let it become ten o'clock of the next morning, and return its day as bills name it."""
    paid = levers.pay(out_trade_no=number).success_time
    assert paid is not None
    day = paid.astimezone(BEIJING).date()
    ready = datetime.combine(day + timedelta(days=1), time(10), BEIJING)
    levers.advance((ready - levers.advance(0)).total_seconds())
    return str(day)


class Mailbox:
    """Takes callbacks and keeps them for the SDK to judge."""

    def __init__(self) -> None:
        self.url = ""
        self.received: list[tuple[dict[str, str], bytes]] = []

    async def take(self, request: Request) -> Response:
        """Keep a callback and accept it."""
        self.received.append((dict(request.headers), await request.body()))
        return Response(status_code=204)

    def app(self) -> Starlette:
        """The server."""
        return Starlette(routes=[Route("/notify", self.take, methods=["POST"])])
