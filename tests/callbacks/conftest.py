"""A platform that issues callbacks, the merchant's verifier for it, and a payment to tell of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from harness.callbacks.alipay.genuine import payment_members
from harness.callbacks.apiv3.genuine import payment_resource
from harness.callbacks.callback import Issuer
from harness.core.money import Fen
from harness.processes.serving import listen, serving
from harness.signing import keys
from harness.signing.wechat_v3 import Verifier

SERIAL = "PUB_KEY_ID_0114232134912410000000000000"


@pytest.fixture(scope="session")
def issuer() -> Issuer:
    """The platform's keys for one merchant account."""
    return Issuer(
        SERIAL,
        keys.generate(),
        "0123456789abcdef0123456789abcdef",
        keys.generate(),
        alipay_private_key=keys.generate(),
        alipay_app_key=keys.generate(),
    )


@pytest.fixture(scope="session")
def verifier(issuer: Issuer) -> Verifier:
    """What the merchant verifies with."""
    return Verifier({issuer.serial: issuer.private_key.public_key()})


@pytest.fixture(scope="session")
def resource() -> dict[str, object]:
    """A payment of 19.90 yuan."""
    return payment_resource(
        mchid="1900007291",
        appid="wx2421b1c4370ec43b",
        out_trade_no="order-20261123-001",
        transaction_id="4200001234202611231234567890",
        total=Fen(1990),
        openid="oUpF8uMuAJO_M2pxb1Q9zNjWeS6o",
        success_time=datetime(2026, 11, 23, 4, 30, tzinfo=UTC),
    )


@pytest.fixture(scope="session")
def alipay_resource() -> dict[str, str]:
    """The same payment, as Alipay tells of one."""
    paid = datetime(2026, 11, 23, 4, 30, tzinfo=UTC)
    return payment_members(
        app_id="9021000199990001",
        seller_id="2088999900000013",
        out_trade_no="order-20261123-001",
        trade_no="2026112322001404211400000107",
        total=Fen(1990),
        buyer_id="2088999900004217",
        subject="海岛一日游",
        created=paid,
        paid=paid,
    )


Told = Callable[[str], Mapping[str, object]]


@pytest.fixture(scope="session")
def told_in(resource: dict[str, object], alipay_resource: dict[str, str]) -> Told:
    """What a form of callbacks is made of: of WeChat's the plaintext of API v3, of Alipay's its members."""
    return lambda form: alipay_resource if form == "alipay" else resource


class Inbox:
    """What a merchant's server received, as it received it."""

    def __init__(self) -> None:
        self.url = ""
        self.received: list[tuple[list[tuple[str, str]], bytes]] = []

    async def take(self, request: Request) -> Response:
        """Keep header lines and raw body."""
        self.received.append((list(request.headers.items()), await request.body()))
        return Response(status_code=204)


@pytest.fixture(scope="session")
def inbox() -> Iterator[Inbox]:
    """A merchant's server on loopback."""
    inbox = Inbox()
    app = Starlette(routes=[Route("/notify", inbox.take, methods=["POST"])])
    with serving(app, listen()) as base:
        inbox.url = f"{base}/notify"
        yield inbox
