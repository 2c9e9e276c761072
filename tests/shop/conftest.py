"""A simulated platform for the whole session, and shops on it, correct or with a defect."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex

import pytest

from harness.callbacks.apiv3.genuine import build, payment_resource
from harness.callbacks.callback import Callback, Issuer
from harness.core.clock import wire_now
from harness.levers.client import LeversClient
from harness.merchant.answers import CreatedOrder
from harness.merchant.client import MerchantClient
from harness.merchant.observer import MerchantOrder, Observer
from harness.merchant.profile import MerchantProfile
from harness.settings.env_file import EnvFile
from harness.settings.model import Settings
from harness.shop.assembly import Shop, build_shop
from harness.shop.embedded import RunningShop, running_shop
from harness.signing.keys import load_private_key
from harness.simulator.embedded import RunningSimulator, running_simulator

SHOPPER_IP = "203.0.113.7"
"""Of the documentation's range: the H5 cashier wants to see the address the order names."""
ANY_NOTIFY_URL = "http://127.0.0.1:3000/api/payment/notify/wechat"


@dataclass
class Trade:
    """One shop with a shopper in front of it and the platform behind it."""

    running: RunningShop
    profile: MerchantProfile
    merchant: MerchantClient
    observer: Observer
    levers: LeversClient
    environment: dict[str, str]

    def order(self, yuan: str = "19.90", *, order_id: str | None = None, kind: str = "qr") -> str:
        """Place an order that must succeed; its number."""
        created = self.ask(yuan, order_id=order_id, kind=kind)
        assert created.created, created.raw
        assert created.out_trade_no is not None
        return created.out_trade_no

    def ask(self, yuan: str = "19.90", *, order_id: str | None = None, kind: str = "qr") -> CreatedOrder:
        """Ask for an order; whatever came of it."""
        return self.merchant.create_order(
            order_id=order_id or new_order_id(), amount_yuan=yuan, payment_type=kind, client_ip=SHOPPER_IP
        )

    def books(self, out_trade_no: str) -> MerchantOrder:
        """What the shop's own records say."""
        return self.observer.order(out_trade_no)

    def callback(self, number: str, **changes: object) -> Callback:
        """A truly signed callback that says the order is paid, with members changed.

        The platform was not paid, so that no query of the shop's own can interfere.
        """
        return build(issuer_of(self.levers), {**self.resource(number), **changes})

    def resource(self, number: str) -> dict[str, object]:
        """What such a callback says inside."""
        keys = self.levers.keys()
        return payment_resource(
            mchid=keys.mchid,
            appid=keys.appid,
            out_trade_no=number,
            transaction_id="4200000000202601010000000001",
            total=self.books(number).amount,
            openid="oUpF8uMuAJO_M2pxb1Q9zNjWeS6o",
            success_time=wire_now(),
        )


def new_order_id() -> str:
    """What the page would call a new purchase."""
    return f"test-{token_hex(6)}"


def issuer_of(levers: LeversClient) -> Issuer:
    """Signs as the simulated platform does."""
    keys = levers.keys()
    return Issuer(
        keys.public_key_id,
        load_private_key(keys.public_key_private_pem),
        keys.apiv3_key,
        load_private_key(keys.mcp_platform_private_key_pem),
    )


@pytest.fixture(scope="session")
def simulator() -> Iterator[RunningSimulator]:
    """Without the experience edition's day limit, which a day of tests would exceed."""
    with running_simulator(experience=False) as running:
        yield running


@pytest.fixture(scope="session")
def environment(simulator: RunningSimulator) -> dict[str, str]:
    """The classic API alone: one wire, so that a fault meets exactly one request."""
    return simulator.environment(notify_url=ANY_NOTIFY_URL, mcp_enabled=False)


@pytest.fixture(scope="session")
def mcp_environment(simulator: RunningSimulator) -> dict[str, str]:
    """MCP first, and the classic API behind it."""
    return simulator.environment(notify_url=ANY_NOTIFY_URL)


@pytest.fixture(scope="session")
def session_levers(simulator: RunningSimulator) -> Iterator[LeversClient]:
    with LeversClient(simulator.levers_url, simulator.levers_token) as client:
        yield client


@pytest.fixture
def levers(session_levers: LeversClient) -> Iterator[LeversClient]:
    """The levers, with every fault switched off afterwards."""
    yield session_levers
    session_levers.clear_faults()


Open = Callable[..., AbstractContextManager[Trade]]


@contextmanager
def trading(
    environment: dict[str, str], levers: LeversClient, *defects: str, variants: Collection[str] = ()
) -> Iterator[Trade]:
    """A shop, logged into."""
    with ExitStack() as stack:
        running = stack.enter_context(running_shop(environment, defects=defects, variants=variants))
        profile = MerchantProfile.load("shop", **running.profile_values)
        merchant = stack.enter_context(MerchantClient(profile))
        observer = stack.enter_context(Observer(profile))
        merchant.login()
        yield Trade(running, profile, merchant, observer, levers, environment)


@pytest.fixture(scope="session")
def session_trade(environment: dict[str, str], session_levers: LeversClient) -> Iterator[Trade]:
    with trading(environment, session_levers) as trade:
        yield trade


@pytest.fixture
def trade(session_trade: Trade, levers: LeversClient) -> Trade:
    """The correct shop; shared, so a test makes its own orders."""
    assert levers is session_trade.levers
    return session_trade


@pytest.fixture(scope="session")
def session_mcp_trade(mcp_environment: dict[str, str], session_levers: LeversClient) -> Iterator[Trade]:
    with trading(mcp_environment, session_levers) as trade:
        yield trade


@pytest.fixture
def mcp_trade(session_mcp_trade: Trade, levers: LeversClient) -> Trade:
    """The correct shop with MCP switched on; shared."""
    assert levers is session_mcp_trade.levers
    return session_mcp_trade


@pytest.fixture
def fresh_trade(environment: dict[str, str], levers: LeversClient) -> Iterator[Trade]:
    """A correct shop of this test's own, for what counts or moves the clock."""
    with trading(environment, levers) as trade:
        yield trade


@pytest.fixture
def still_shop(environment: dict[str, str], tmp_path: Path) -> Iterator[Shop]:
    """The parts of a shop that serves nobody: for calling them directly."""
    shop = build_shop(
        Settings.load(EnvFile.of(environment)),
        database=tmp_path / "shop.sqlite3",
        origins=("http://127.0.0.1:3000",),
        observer_token="observer",
    )
    shop.start()
    yield shop
    shop.stop()
