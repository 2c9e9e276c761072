"""The fixtures every scenario stands on: an endpoint, a merchant, and the means to drive and watch both."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from harness.callbacks.envelope_attacks import with_key
from harness.callbacks.genuine import Issuer
from harness.clock import wire_now
from harness.errors import ConfigurationError
from harness.gateways.apiv3 import ApiV3Gateway
from harness.gateways.envelope import EnvelopeGateway
from harness.gateways.guard import Unguarded
from harness.gateways.mcp import Era, McpGateway
from harness.gateways.protocol import PaymentGateway
from harness.levers.client import LeversClient
from harness.levers.models import PlatformKeys
from harness.merchant.client import MerchantClient
from harness.merchant.observer import Observer
from harness.merchant.profile import MerchantProfile
from harness.money import Fen
from harness.payment import Dialect
from harness.plugin.books import Books
from harness.plugin.day import Day
from harness.plugin.hooks import NOTES
from harness.plugin.journal import Journal
from harness.plugin.notes import Notes
from harness.plugin.options import OUR_SHOP, Options
from harness.plugin.rehearsal import REHEARSAL, Rehearsal
from harness.settings.env_file import EnvFile
from harness.settings.finding import ConfigurationReport
from harness.settings.model import Settings
from harness.settings.rules import check
from harness.shop.embedded import running_shop
from harness.signing.keys import load_private_key, load_public_key
from harness.simulator.embedded import running_simulator
from harness.simulator.env_text import environment_text

SHOP_NOTIFY_URL = "http://127.0.0.1:3000/api/payment/notify/wechat"
"""What the embedded simulator's settings name until the shop has bound its own port."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """The payment endpoint under judgement and the settings that lead to it."""

    base_url: str
    environment: EnvFile


@pytest.fixture(scope="session")
def rehearsal(request: pytest.FixtureRequest) -> Rehearsal:
    """The run being recorded."""
    return request.config.stash[REHEARSAL]


@pytest.fixture
def journal(request: pytest.FixtureRequest) -> Journal:
    """What this scenario writes down: steps, observations, pictures, warnings."""
    notes: Notes = request.node.stash[NOTES]
    return notes.journal


@pytest.fixture(scope="session")
def options(rehearsal: Rehearsal) -> Options:
    """What the command line asked for."""
    return rehearsal.options


@pytest.fixture(scope="session")
def endpoint(options: Options) -> Iterator[Endpoint]:
    """The embedded simulator, or the running one that the settings file describes."""
    if options.env_file is not None:
        environment = EnvFile.read(options.env_file)
        yield Endpoint(environment.values.get("WECHAT_PAY_BASE_URL", options.target), environment)
        return
    with running_simulator(defects=options.defects_of("endpoint")) as simulator:
        text = environment_text(simulator.environment(notify_url=SHOP_NOTIFY_URL))
        yield Endpoint(simulator.base_url, EnvFile.parse(text, "the embedded simulator"))


@pytest.fixture(scope="session")
def configuration(endpoint: Endpoint, rehearsal: Rehearsal) -> ConfigurationReport:
    """What the configuration rules find in the settings; nothing is sent."""
    return check(endpoint.environment, target=rehearsal.settings_target)


@pytest.fixture(scope="session")
def settings(endpoint: Endpoint, rehearsal: Rehearsal) -> Settings:
    """The settings, typed; an unusable file is explained variable by variable."""
    settings = Settings.load(endpoint.environment, target=rehearsal.settings_target)
    rehearsal.hide(settings.secrets())
    return settings


@pytest.fixture(scope="session")
def levers(settings: Settings, endpoint: Endpoint) -> Iterator[LeversClient]:
    """The simulator's test API: pay, move business time, faults, audit, ledger."""
    if settings.levers is None:
        raise ConfigurationError(
            "the settings name no levers, so nobody can pay a simulated order",
            where="GOLIVE_LEVERS_URL, GOLIVE_LEVERS_TOKEN",
            remedy="let `golive simulator --write-env` write the settings file",
        )
    with LeversClient(settings.levers.url, settings.levers.token) as client:
        yield client


@pytest.fixture(scope="session")
def platform_keys(levers: LeversClient, rehearsal: Rehearsal) -> PlatformKeys:
    """The simulated platform's own keys: what a forger could only dream of."""
    keys = levers.keys()
    rehearsal.hide((keys.private_key_pem, keys.public_key_private_pem, keys.apiv3_key))
    return keys


@pytest.fixture(scope="session")
def dialect() -> str:
    """The wire the merchant is told to speak; scenarios that stand on a merchant run once on each."""
    return Dialect.APIV3


@pytest.fixture(scope="session")
def spoken(endpoint: Endpoint, dialect: str) -> dict[str, str]:
    """The endpoint's settings as a merchant of this dialect has them."""
    if dialect == Dialect.APIV3:
        return {**endpoint.environment.values, "PAYMENT_MCP_ENABLED": "false"}
    return {**endpoint.environment.values, "PAYMENT_MCP_ENABLED": "true", "WECHAT_MCP_DIALECT": dialect}


@pytest.fixture(scope="session")
def dialect_settings(spoken: dict[str, str], rehearsal: Rehearsal) -> Settings:
    """The same, typed."""
    return Settings.load(EnvFile.of(spoken, "the endpoint's settings"), target=rehearsal.settings_target)


@pytest.fixture(scope="session")
def gateway(dialect: str, dialect_settings: Settings, rehearsal: Rehearsal) -> Iterator[PaymentGateway]:
    """Our own client of the endpoint on this dialect alone; every exchange goes into the record."""
    heard, guard = (rehearsal.recorder,), rehearsal.terms.guard
    mcp, wechat = dialect_settings.mcp, dialect_settings.wechat
    client: PaymentGateway
    if dialect == Dialect.MCP:
        client = McpGateway(mcp, appid=wechat.appid, listeners=heard, guard=guard)
    elif dialect == Dialect.ENVELOPE:
        client = EnvelopeGateway(mcp, wechat, listeners=heard, guard=guard)
    else:
        client = ApiV3Gateway(wechat, listeners=heard, guard=guard)
    yield client
    client.close_connections()


@pytest.fixture(scope="session")
def classic(settings: Settings, rehearsal: Rehearsal) -> Iterator[PaymentGateway]:
    """Our own client of the classic API, which can do what a dialect has no word for."""
    client = ApiV3Gateway(settings.wechat, listeners=(rehearsal.recorder,), guard=rehearsal.terms.guard)
    yield client
    client.close_connections()


class RawEndpoint(NamedTuple):
    """Where MCP is spoken, the key that opens it, and what must be asked before anything is sent."""

    url: str
    api_key: str
    guard: Unguarded
    notify_url: str
    """Where callbacks are to arrive."""


@pytest.fixture(scope="session")
def raw_endpoint(dialect_settings: Settings, rehearsal: Rehearsal) -> RawEndpoint:
    """For messages that no well-behaved client would send."""
    mcp = dialect_settings.mcp
    return RawEndpoint(mcp.endpoint, mcp.api_key, rehearsal.terms.guard, dialect_settings.wechat.notify_url)


class OpenMcp(Protocol):
    """Open a client of one era of the protocol; close it at the end of the block."""

    def __call__(self, era: Era) -> AbstractContextManager[PaymentGateway]: ...


@pytest.fixture(scope="session")
def open_mcp(dialect_settings: Settings, rehearsal: Rehearsal) -> OpenMcp:
    """See `OpenMcp`."""

    @contextmanager
    def opened(era: Era) -> Iterator[PaymentGateway]:
        client = McpGateway(
            dialect_settings.mcp,
            appid=dialect_settings.wechat.appid,
            listeners=(rehearsal.recorder,),
            era=era,
            guard=rehearsal.terms.guard,
        )
        yield client
        client.close_connections()

    return opened


@pytest.fixture(scope="session")
def profile(
    options: Options, settings: Settings, spoken: dict[str, str], rehearsal: Rehearsal
) -> Iterator[MerchantProfile]:
    """How the merchant is driven: our shop, embedded, or the app a profile describes."""
    rehearsal.hide(settings.secrets())
    if options.merchant != OUR_SHOP:
        theirs = MerchantProfile.load(options.merchant)
        rehearsal.hide((theirs.observer.token, theirs.credentials.password))
        yield theirs
        return
    with running_shop(spoken, defects=options.defects_of("shop")) as shop:
        rehearsal.hide((shop.observer_token,))
        yield MerchantProfile.load("shop", base_url=shop.base_url, observer_token=shop.observer_token)


@pytest.fixture(scope="session")
def merchant(
    profile: MerchantProfile, levers: LeversClient, rehearsal: Rehearsal
) -> Iterator[MerchantClient]:
    """The merchant, signed in as its test shopper; every exchange but the sign-in goes into the record.

    Its business clock starts where the platform's has got to.
    """
    with MerchantClient(profile, listeners=(rehearsal.recorder,)) as client:
        ahead = (levers.advance(0) - wire_now()).total_seconds()
        if ahead > 1:
            client.advance(ahead)
        client.login()
        yield client


@pytest.fixture(scope="session")
def observer(profile: MerchantProfile) -> Iterator[Observer]:
    """A read-only view of what the merchant believes."""
    with Observer(profile) as view:
        yield view


@pytest.fixture(scope="session")
def books(levers: LeversClient, observer: Observer) -> Books:
    """The platform's ledger and the merchant's records, side by side."""
    return Books.opened(levers, observer)


@pytest.fixture(scope="session")
def pass_time(levers: LeversClient, merchant: MerchantClient) -> Callable[[float], None]:
    """Let business time pass, in seconds, for the platform and the merchant alike."""

    def advance(seconds: float) -> None:
        levers.advance(seconds)
        merchant.advance(seconds)

    return advance


@pytest.fixture(scope="session")
def merchant_key(platform_keys: PlatformKeys) -> RSAPublicKey:
    """The public half of the key that the merchant signs with, as the platform knows it."""
    return load_public_key(platform_keys.merchant_public_key_pem)


@pytest.fixture(scope="session")
def issuer(platform_keys: PlatformKeys) -> Issuer:
    """Issues callbacks as the platform itself would: with its own keys."""
    return Issuer(
        serial=platform_keys.public_key_id,
        private_key=load_private_key(platform_keys.public_key_private_pem),
        apiv3_key=platform_keys.apiv3_key,
    )


@pytest.fixture(scope="session")
def envelope_issuer(issuer: Issuer, platform_keys: PlatformKeys, rehearsal: Rehearsal) -> Issuer:
    """Issues notifications of the envelope dialect as the platform itself would."""
    rehearsal.hide((platform_keys.mcp_platform_private_key_pem,))
    return with_key(issuer, platform_keys.mcp_platform_private_key_pem)


class PlacedOrder(NamedTuple):
    """An order the merchant took."""

    order_id: str
    """The shopper's side: the same again is the same order."""
    out_trade_no: str


class PlaceOrder(Protocol):
    """Order something from the merchant as its shopper; each call is a new order unless told otherwise."""

    def __call__(self, *, amount_yuan: str, order_id: str | None = None) -> PlacedOrder: ...


@pytest.fixture
def place_order(merchant: MerchantClient, day: Day) -> PlaceOrder:
    """See `PlaceOrder`. An order that is not accepted fails the scenario."""

    def place(*, amount_yuan: str, order_id: str | None = None) -> PlacedOrder:
        chosen = order_id or f"golive-{secrets.token_hex(8)}"
        if order_id is None:
            day.spend(Fen.from_yuan(amount_yuan))
        created = merchant.create_order(order_id=chosen, amount_yuan=amount_yuan)
        said = (
            f"ordering ¥{amount_yuan} was answered HTTP {created.status_code}: {created.error or 'no error'}"
        )
        assert created.status_code == 201, said
        assert created.out_trade_no, "the merchant's answer names no outTradeNo"
        return PlacedOrder(chosen, created.out_trade_no)

    return place


@pytest.fixture
def clean_faults(levers: LeversClient) -> Iterator[None]:
    """No fault outlives the scenario that switched it on."""
    yield
    levers.clear_faults()


@pytest.fixture
def recovered(clean_faults: None, profile: MerchantProfile, pass_time: Callable[[float], None]) -> None:
    """Like `clean_faults`; and the merchant gets the time it declares for trusting MCP again."""
    pass_time(profile.mcp_recovery_s)
