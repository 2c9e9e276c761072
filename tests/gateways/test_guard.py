"""What a guard holds back, on every wire, before anything is sent."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.core.errors import EnvironmentUnreachable, UnknownOutcome, UnsafeRequest
from harness.core.exchange import Exchange
from harness.core.money import Fen
from harness.gateways.apiv3.gateway import ApiV3Gateway
from harness.gateways.choose import build_gateway
from harness.gateways.envelope.gateway import EnvelopeGateway
from harness.gateways.envelope.mapping import WeChatOperations
from harness.gateways.guard import Guard, Unguarded
from harness.gateways.mcp.gateway import McpGateway
from harness.gateways.mcp.mapping import WeChatTools
from harness.gateways.protocol import PaymentGateway
from harness.settings.env_file import EnvFile
from harness.settings.model import Settings
from harness.simulator.account.throwaway_ca import throw_away_ca
from harness.simulator.embedded import RunningSimulator, running_simulator
from tests.gateways.conftest import FakePlatform
from tests.gateways.mcp_settings import new_order

NOTIFY_URL = "http://127.0.0.1:3000/api/payment/notify/wechat"
HOST = "api.mch.weixin.qq.com"
URL = f"https://{HOST}/v3/pay"
CONTEXT = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
Build = Callable[[Settings, Guard, list[Exchange]], PaymentGateway]
WIRES: dict[str, Build] = {
    "apiv3": lambda account, guard, heard: ApiV3Gateway(
        account.wechat, listeners=(heard.append,), guard=guard
    ),
    "envelope": lambda account, guard, heard: EnvelopeGateway(
        account.mcp, WeChatOperations(account.wechat), listeners=(heard.append,), guard=guard
    ),
    "mcp": lambda account, guard, heard: McpGateway(
        account.mcp, tools=WeChatTools(account.wechat.appid), listeners=(heard.append,), guard=guard
    ),
    "fallback": lambda account, guard, heard: build_gateway(account, listeners=(heard.append,), guard=guard),
}


class Time:
    """A clock that stands still until somebody sleeps."""

    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def guard(*, budget: int = 10_000, rate: float = 1.0, time: Time | None = None) -> Guard:
    time = time or Time()
    return Guard(
        hosts={(HOST, 443)}, budget=Fen(budget), rate=rate, verify=CONTEXT, now=time, sleep=time.sleep
    )


def test_orders_count_until_the_budget_is_used_up() -> None:
    kept = guard(budget=300)
    kept.spend("A", 100)
    kept.spend("B", 200)
    with pytest.raises(UnsafeRequest, match="0 fen that are left of the budget of 300") as refused:
        kept.spend("C", 1)
    assert refused.value.exit_code == 4
    assert "--budget-fen" in str(refused.value)
    assert kept.asked == {"A": 100, "B": 200}
    assert kept.spent == 300


def test_an_order_that_does_not_fit_is_not_counted() -> None:
    kept = guard(budget=300)
    with pytest.raises(UnsafeRequest):
        kept.spend("A", 301)
    kept.spend("B", 300)
    assert kept.asked == {"B": 300}


def test_the_same_order_again_counts_again() -> None:
    kept = guard(budget=300)
    kept.spend("A", 100)
    kept.spend("A", 100)
    assert (kept.spent, kept.asked) == (200, {"A": 100})


@settings(deadline=None)
@given(st.integers(0, 1000), st.lists(st.integers(0, 400), max_size=12))
def test_no_series_of_orders_gets_past_the_budget(budget: int, amounts: list[int]) -> None:
    kept = guard(budget=budget)
    sent = 0
    for number, amount in enumerate(amounts):
        try:
            kept.spend(str(number), amount)
        except UnsafeRequest:
            assert sent + amount > budget
        else:
            sent += amount
    assert sent == kept.spent <= budget


def test_requests_take_turns() -> None:
    time = Time()
    kept = guard(rate=2.0, time=time)
    for _ in range(3):
        kept.wait(URL)
    assert time.slept == [0.5, 0.5]
    time.now += 10
    kept.wait(URL)
    assert time.slept == [0.5, 0.5]


def test_who_oversleeps_does_not_shorten_the_pause_after_him() -> None:
    time = Time()
    kept = guard(rate=1.0, time=time)
    kept.wait(URL)
    assert kept.turn(URL) == 1.0
    time.now += 1.4  # a busy machine wakes it late
    kept.leaves()
    assert kept.turn(URL) == pytest.approx(1.0)


def test_turns_are_taken_when_they_are_asked_for() -> None:
    kept = guard(rate=1.0)
    assert [kept.turn(URL) for _ in range(3)] == [0.0, 1.0, 2.0]


@pytest.mark.parametrize(
    "url",
    [
        f"http://{HOST}/v3",
        "http://127.0.0.1:8765/v3",
        "https://127.0.0.1:8765/v3",
        "https://api.mch.weixin.qq.com.evil.example/v3",
        f"https://{HOST}:8443/v3",
        f"https://user:pass@{HOST}/v3",
        "https://evil.example/?next=https://api.mch.weixin.qq.com",
    ],
)
def test_another_address_is_refused_and_takes_no_turn(url: str) -> None:
    kept = guard()
    with pytest.raises(UnsafeRequest, match="refused before sending"):
        kept.turn(url)
    assert kept.turn(f"{URL}?mchid=1") == 0.0


def test_without_a_guard_nothing_is_held_back() -> None:
    nobody = Unguarded()
    nobody.spend("A", 10**12)
    assert nobody.turn("http://anywhere.example") == 0.0


@pytest.fixture(scope="module")
def trusted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[RunningSimulator, Path]]:
    """A simulator over TLS, and the file that says whom to believe."""
    folder = tmp_path_factory.mktemp("tls")
    made = throw_away_ca(folder)
    ca_file = folder / "ca.pem"
    ca_file.write_text(made.ca_pem, "utf-8")
    with running_simulator(tls=made.tls) as running:
        yield running, ca_file


@pytest.fixture(scope="module")
def account(trusted: tuple[RunningSimulator, Path]) -> Settings:
    return Settings.load(EnvFile.of(trusted[0].environment(notify_url=NOTIFY_URL)))


def of_simulator(
    trusted: tuple[RunningSimulator, Path], *, budget: int = 1990, hosts: bool = True, rate: float = 1000.0
) -> Guard:
    address = urlsplit(trusted[0].base_url)
    return Guard(
        hosts={(address.hostname or "", address.port or 0)} if hosts else {(HOST, 443)},
        budget=Fen(budget),
        rate=rate,
        verify=ssl.create_default_context(cafile=str(trusted[1])),
    )


@pytest.mark.parametrize("wire", WIRES)
def test_an_order_within_the_budget_is_made_over_verified_tls(
    wire: str, account: Settings, trusted: tuple[RunningSimulator, Path]
) -> None:
    heard: list[Exchange] = []
    kept = of_simulator(trusted)
    gateway = WIRES[wire](account, kept, heard)
    order = new_order()
    assert gateway.create(order).code_url
    assert kept.asked == {order.out_trade_no: 1990}
    assert all(exchange.url.startswith("https://") for exchange in heard)
    gateway.close_connections()


@pytest.mark.parametrize("wire", WIRES)
def test_an_order_beyond_the_budget_is_never_sent(
    wire: str, account: Settings, trusted: tuple[RunningSimulator, Path]
) -> None:
    heard: list[Exchange] = []
    gateway = WIRES[wire](account, of_simulator(trusted, budget=1989), heard)
    order = new_order()
    with pytest.raises(UnsafeRequest, match="1989 fen"):
        gateway.create(order)
    assert not [exchange for exchange in heard if exchange.operation == "create"]
    assert order.out_trade_no not in trusted[0].simulator.account.orders()
    gateway.close_connections()


@pytest.mark.parametrize("wire", WIRES)
def test_a_host_that_was_not_allowed_hears_nothing(
    wire: str, account: Settings, trusted: tuple[RunningSimulator, Path]
) -> None:
    heard: list[Exchange] = []
    gateway = WIRES[wire](account, of_simulator(trusted, hosts=False), heard)
    with pytest.raises(UnsafeRequest, match="no host of this run"):
        gateway.query("GL20261123000000")
    assert not heard
    gateway.close_connections()


@pytest.mark.parametrize("wire", ["apiv3", "envelope", "mcp"])
def test_a_certificate_of_nobody_we_believe_ends_before_anything_is_sent(
    wire: str, account: Settings, trusted: tuple[RunningSimulator, Path]
) -> None:
    kept = of_simulator(trusted)
    kept.verify = ssl.create_default_context()
    gateway = WIRES[wire](account, kept, [])
    with pytest.raises(EnvironmentUnreachable, match="certificate verify failed"):
        gateway.query("GL20261123000000")
    gateway.close_connections()


def test_every_request_of_a_protocol_session_waits_for_its_turn(
    account: Settings, trusted: tuple[RunningSimulator, Path]
) -> None:
    heard: list[Exchange] = []
    gateway = WIRES["mcp"](account, of_simulator(trusted, rate=10.0), heard)
    assert gateway.probe().trusted
    gateway.close_connections()
    sent = [exchange.started.timestamp() for exchange in heard]
    assert len(sent) >= 2
    # The clock that stamps an exchange is not the one that turns are counted on.
    assert all(later - earlier > 0.08 for earlier, later in pairwise(sent)), sent


def test_a_redirect_is_an_unknown_ending_and_is_not_followed(
    platform: FakePlatform, gateway: ApiV3Gateway
) -> None:
    platform.answers(status=307, headers={"Location": "https://evil.example/"})
    with pytest.raises(UnknownOutcome, match="307"):
        gateway.query("GL20261123000000")
    assert len(platform.received) == 1
