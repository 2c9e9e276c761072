"""One byte changed on the way back, and neither the SDK nor our own gateway believes the answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from harness.core.errors import SignatureInvalid
from harness.core.money import Fen
from harness.core.payment import Order, Product
from harness.gateways.apiv3.gateway import ApiV3Gateway
from harness.processes.serving import listen, serving
from harness.settings.env_file import EnvFile
from harness.settings.model import Settings
from harness.signing.wechat_v3 import RequestSigner, Verifier
from harness.simulator.account.env_text import environment_text
from harness.simulator.embedded import RunningSimulator
from tests.interop.sdk_side import CERTIFICATE, PUBLIC_KEY, connect
from tests.interop.tampering_proxy import TamperingProxy

NewNumber = Callable[[], str]

places = pytest.mark.parametrize("place", [0.0, 0.25, 0.5, 0.75, 1.0])
headers = pytest.mark.parametrize(
    ("name", "value"),
    [
        ("wechatpay-nonce", "0" * 32),
        ("wechatpay-timestamp", "1554208460"),
        ("wechatpay-signature", "AAAA"),
    ],
)


@pytest.fixture(scope="module")
def _proxy(simulator: RunningSimulator) -> Iterator[TamperingProxy]:
    proxy = TamperingProxy(simulator.base_url)
    with serving(proxy.app(), listen()) as base:
        proxy.base_url = base
        yield proxy


@pytest.fixture
def proxy(_proxy: TamperingProxy) -> Iterator[TamperingProxy]:
    """The proxy, honest at the start and at the end of each test."""
    _proxy.honest()
    yield _proxy
    _proxy.honest()


@pytest.fixture(params=[PUBLIC_KEY, CERTIFICATE])
def distant_sdk(request: pytest.FixtureRequest, proxy: TamperingProxy, environment: dict[str, str]) -> Any:
    """The SDK behind the proxy, in both key modes."""
    return connect(environment, request.param, proxy.base_url)


@pytest.fixture(scope="module")
def settings(environment: dict[str, str]) -> Settings:
    """The merchant's settings as our gateway reads them."""
    return Settings.load(EnvFile.parse(environment_text(environment), "interop"))


@pytest.fixture
def gateway(_proxy: TamperingProxy, environment: dict[str, str]) -> Iterator[ApiV3Gateway]:
    """Our own gateway behind the proxy."""
    values = {**environment, "WECHAT_PAY_BASE_URL": _proxy.base_url}
    gateway = ApiV3Gateway(Settings.load(EnvFile.parse(environment_text(values), "interop")).wechat)
    yield gateway
    gateway.close_connections()


def native(number: str, notify_url: str) -> Order:
    return Order(
        out_trade_no=number,
        product=Product.NATIVE,
        amount=Fen(1990),
        description="龙井 250 克",
        notify_url=notify_url,
    )


def ask(sdk: Any, number: str) -> int:
    """Order something through the SDK."""
    status, _ = sdk.pay(description="龙井 250 克", out_trade_no=number, amount={"total": 1990})
    return int(status)


def test_an_honest_proxy_is_not_noticed(
    distant_sdk: Any, gateway: ApiV3Gateway, proxy: TamperingProxy, settings: Settings, new_number: NewNumber
) -> None:
    before = proxy.relayed
    assert ask(distant_sdk, new_number()) == 200
    assert gateway.create(native(new_number(), settings.wechat.notify_url)).code_url
    assert proxy.relayed == before + 2


@places
def test_the_sdk_refuses_a_changed_byte(
    distant_sdk: Any, proxy: TamperingProxy, new_number: NewNumber, place: float
) -> None:
    proxy.flip = place
    with pytest.raises(Exception, match="failed to verify the signature"):
        ask(distant_sdk, new_number())


@headers
def test_the_sdk_refuses_a_changed_signature_header(
    distant_sdk: Any, proxy: TamperingProxy, new_number: NewNumber, name: str, value: str
) -> None:
    proxy.headers = {name: value}
    with pytest.raises(Exception, match="failed to verify the signature"):
        ask(distant_sdk, new_number())


@places
def test_our_gateway_refuses_a_changed_byte_of_an_order(
    gateway: ApiV3Gateway, proxy: TamperingProxy, settings: Settings, new_number: NewNumber, place: float
) -> None:
    proxy.flip = place
    with pytest.raises(SignatureInvalid):
        gateway.create(native(new_number(), settings.wechat.notify_url))


@places
def test_our_gateway_refuses_a_changed_byte_of_a_query(
    gateway: ApiV3Gateway, proxy: TamperingProxy, settings: Settings, new_number: NewNumber, place: float
) -> None:
    number = new_number()
    gateway.create(native(number, settings.wechat.notify_url))
    assert gateway.query(number).trade_state == "NOTPAY"
    proxy.flip = place
    with pytest.raises(SignatureInvalid):
        gateway.query(number)


@headers
def test_our_gateway_refuses_a_changed_signature_header_even_of_an_empty_answer(
    gateway: ApiV3Gateway,
    proxy: TamperingProxy,
    settings: Settings,
    new_number: NewNumber,
    *,
    name: str,
    value: str,
) -> None:
    number = new_number()
    gateway.create(native(number, settings.wechat.notify_url))
    proxy.headers = {name: value}
    with pytest.raises(SignatureInvalid):
        gateway.close(number)


def test_our_verifier_refuses_every_single_changed_byte_of_an_answer(
    simulator: RunningSimulator, settings: Settings
) -> None:
    account = settings.wechat
    signer = RequestSigner(account.mchid, account.certificate_serial, account.private_key)
    body = b'{"echo_message":"golive"}'
    answer = httpx.post(
        f"{simulator.base_url}/v3/security/echo",
        content=body,
        headers={
            "Authorization": signer.authorization("POST", "/v3/security/echo", body),
            "Accept": "application/json",
            "Content-Type": "application/json",
            "Wechatpay-Serial": account.platform_key_id,
        },
        trust_env=False,
        timeout=10,
    )
    verifier = Verifier({account.platform_key_id: account.platform_public_key})
    received = answer.headers.multi_items()
    verifier.verify(received, answer.content)
    for place in range(len(answer.content)):
        changed = bytearray(answer.content)
        changed[place] ^= 1
        with pytest.raises(SignatureInvalid):
            verifier.verify(received, bytes(changed))
