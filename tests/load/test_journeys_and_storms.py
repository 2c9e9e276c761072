"""Journeys end paid, storms find a merchant that believes too much, freezes are not averaged away."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from harness.levers.client import LeversClient
from harness.merchant.client import MerchantClient
from harness.merchant.observer import Observer
from harness.merchant.profile import MerchantProfile
from harness.processes.serving import listen, serving
from harness.shop.embedded import RunningShop, running_shop
from harness.simulator.account.env_file import write_environment
from harness.simulator.embedded import RunningSimulator, running_simulator
from harness.simulator.practices import Freeze
from harness.simulator.server import Simulator
from load.histogram import Histogram
from tests.load.running import PATIENT, load

NOWHERE = "http://127.0.0.1:9/notify"
STORM = ("--rate=50", "--seconds=4", "--mix=storm", *PATIENT)


@pytest.fixture
def simulator() -> Iterator[RunningSimulator]:
    with running_simulator() as running:
        yield running


@contextmanager
def merchant(
    simulator: RunningSimulator, tmp_path: Path, defects: tuple[str, ...] = (), method: str = "wechat"
) -> Iterator[tuple[Path, Observer, list[str]]]:
    """A shop with three paid orders: its settings file, its books, and the numbers."""
    environment = simulator.environment(notify_url=NOWHERE, mcp_enabled=False)
    with running_shop(environment, defects=defects) as shop:
        env_file = tmp_path / ".env"
        write_environment(env_file, {**environment, "WECHAT_PAY_NOTIFY_URL": shop.notify_url})
        with LeversClient(simulator.levers_url, simulator.levers_token) as levers:
            numbers = [_paid_order(shop, levers, method) for _ in range(3)]
        profile = MerchantProfile.load("shop", **shop.profile_values)
        with Observer(profile) as observer:
            yield env_file, observer, numbers


def test_a_journey_is_placed_paid_told_and_seen_paid_on_every_wire(
    simulator: RunningSimulator, tmp_path: Path
) -> None:
    env_file = tmp_path / ".env"
    write_environment(env_file, simulator.environment(notify_url=NOWHERE))
    before = len(_ledger(simulator))
    mix = "journey/h5/mcp,journey/native/envelope,journey/jsapi/apiv3,journey/native/alipay"
    ended = load(tmp_path, "--env-file", str(env_file), "--rate=8", "--seconds=3", "--mix", mix, *PATIENT)
    assert ended.code == 0, ended.said
    assert ended.counts() == {
        f"{step}/{wire}": (6, {})
        for step in ("create", "pay", "callback", "query", "journey")
        for wire in ("h5/mcp", "native/envelope", "jsapi/apiv3", "native/alipay")
    }
    assert len(_ledger(simulator)) - before == 24


def test_a_storm_is_borne_by_a_merchant_that_verifies_and_credits_once(
    simulator: RunningSimulator, tmp_path: Path
) -> None:
    with merchant(simulator, tmp_path) as (env_file, observer, numbers):
        ended = load(tmp_path, "--env-file", str(env_file), *STORM)
        credited = {number: observer.order(number).credits for number in numbers}
    assert ended.code == 0, ended.said
    assert ended.counts() == {
        "callback/duplicate/merchant": (100, {}),
        "callback/reordered/merchant": (40, {}),
        "callback/forged/merchant": (20, {}),
        "callback/tampered/merchant": (20, {}),
        "callback/probe/merchant": (20, {}),
    }
    assert credited == dict.fromkeys(numbers, 1)


def test_a_storm_tells_of_each_order_as_its_own_platform_does(
    simulator: RunningSimulator, tmp_path: Path
) -> None:
    with merchant(simulator, tmp_path, method="alipay") as (env_file, observer, numbers):
        ended = load(tmp_path, "--env-file", str(env_file), *STORM)
        credited = {number: observer.order(number).credits for number in numbers}
    assert ended.code == 0, ended.said
    assert all(not failed for _, failed in ended.counts().values())
    assert credited == dict.fromkeys(numbers, 1)


def test_a_storm_finds_a_merchant_that_verifies_nothing_of_alipays(
    simulator: RunningSimulator, tmp_path: Path
) -> None:
    with merchant(simulator, tmp_path, ("alipay-skips-signature",), method="alipay") as (env_file, _, _):
        ended = load(tmp_path, "--env-file", str(env_file), *STORM)
    counts = ended.counts()
    assert counts["callback/duplicate/merchant"] == (100, {})
    assert counts["callback/forged/merchant"][1]["forgery accepted"] > 0


def test_a_storm_finds_a_merchant_that_verifies_nothing(simulator: RunningSimulator, tmp_path: Path) -> None:
    with merchant(simulator, tmp_path, ("skips-signature",)) as (env_file, _, _):
        ended = load(tmp_path, "--env-file", str(env_file), *STORM)
    counts = ended.counts()
    assert counts["callback/duplicate/merchant"] == (100, {})
    assert counts["callback/forged/merchant"][1]["forgery accepted"] > 0
    assert counts["callback/tampered/merchant"][1]["forgery accepted"] > 0


def test_a_storm_without_a_paid_order_is_refused(tmp_path: Path) -> None:
    with running_simulator() as fresh:
        env_file = tmp_path / ".env"
        write_environment(env_file, fresh.environment(notify_url=NOWHERE))
        ended = load(tmp_path, "--env-file", str(env_file), *STORM)
    assert ended.code == 4
    assert "no paid order" in ended.said


def test_a_freeze_counts_for_every_request_that_fell_due_in_it(tmp_path: Path) -> None:
    inner = Simulator(defects=["freezes"], freeze=Freeze(for_s=2, every_s=5))
    with serving(inner, listen()) as address:
        env_file = tmp_path / ".env"
        write_environment(env_file, inner.environment(base_url=address, notify_url=NOWHERE))
        ended = load(tmp_path, "--env-file", str(env_file), "--rate=30", "--seconds=8", *PATIENT)
    latencies = Histogram()
    for series in ended.measurement.series.values():
        latencies.add(series.latency)
    slow = sum(cell.times for cell in latencies if cell.low > 1_000_000)
    assert latencies.total == 240
    # Due in the first second of the freeze, they waited for more than the second one: an eighth of all. Users
    # that wait for their answers would have sent a handful.
    assert slow / latencies.total >= 0.1125


def _paid_order(shop: RunningShop, levers: LeversClient, method: str) -> str:
    profile = MerchantProfile.load("shop", **shop.profile_values)
    with MerchantClient(profile) as client:
        client.login()
        created = client.create_order(
            order_id=secrets.token_hex(8), amount_yuan="1.00", payment_method=method
        )
    assert created.out_trade_no, created
    levers.pay(out_trade_no=created.out_trade_no)
    return created.out_trade_no


def _ledger(simulator: RunningSimulator) -> dict[str, int]:
    with LeversClient(simulator.levers_url, simulator.levers_token) as levers:
        return {number: int(paid) for number, paid in levers.ledger().paid.items()}
