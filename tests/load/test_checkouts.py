"""Shoppers order at the merchant's own checkout, and the platform says how many orders that came to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from harness.core.control import Blame, Check, Grade, Outcome
from harness.core.errors import ConfigurationError
from harness.merchant.profile import MerchantProfile
from harness.settings.model import LeversSettings
from harness.shop.embedded import running_shop
from harness.simulator.account.env_file import write_environment
from harness.simulator.embedded import RunningSimulator, running_simulator
from load.criteria.file import load_set
from load.criteria.model import User
from load.key import MERCHANT, Key
from load.measurement import Measurement
from load.orders_reached import compare
from load.users.checkout import signed_in
from load.users.mix import parse
from tests.load.running import PATIENT, load

CHECKOUT = load_set("checkout")


def compared(simulator: RunningSimulator, answered: int, failed: int = 0) -> Check:
    """What is said of so many checkouts at a simulator that was asked for nothing meanwhile."""
    measurement = Measurement(started=datetime.now(UTC) + timedelta(minutes=5))
    key = Key("checkout", "native", MERCHANT)
    begun = round(measurement.started.timestamp() * 1e6)
    for number in range(answered + failed):
        failure = "HTTP 500" if number < failed else None
        measurement.record(key, due=begun, sent=begun, done=begun + 5_000, failure=failure)
    levers = LeversSettings(url=simulator.levers_url, token=simulator.levers_token)
    return compare(measurement, CHECKOUT, levers, Grade.SIMULATED)


def profile_of(tmp_path: Path, *lines: str) -> MerchantProfile:
    file = tmp_path / "app.toml"
    head = ('base_url = "http://127.0.0.1:9"', 'build = "1"', 'capabilities = ["qr"]', 'price_yuan = "8.00"')
    file.write_text("\n".join((*head, *lines)), "utf-8")
    return MerchantProfile.load(str(file))


def test_every_shopper_orders_and_every_order_reaches_the_platform(tmp_path: Path) -> None:
    with running_simulator() as simulator:
        environment = simulator.environment(notify_url="http://127.0.0.1:9/notify", mcp_enabled=False)
        with running_shop(environment) as shop:
            env_file = tmp_path / ".env"
            write_environment(env_file, {**environment, "WECHAT_PAY_NOTIFY_URL": shop.notify_url})
            merchant = ("--merchant=shop", f"--merchant-url={shop.profile_values['base_url']}")
            mix = ("--mix=checkout/native=3,checkout/h5=1,create/native/apiv3=4", "--rate=20", "--seconds=2")
            ended = load(tmp_path, "--env-file", str(env_file), *mix, *merchant, *PATIENT)
        assert ended.code == 0, ended.said
        assert ended.counts() == {
            "checkout/native/merchant": (15, {}),
            "checkout/h5/merchant": (5, {}),
            "create/native/apiv3": (20, {}),
        }
        levers = LeversSettings(url=simulator.levers_url, token=simulator.levers_token)
        true = compare(ended.measurement, CHECKOUT, levers, Grade.SIMULATED)
        assert (true.outcome, true.exercised) == (Outcome.PASS, 20), (
            "what the load orders itself is no shopper's"
        )
        untrue, nothing = compared(simulator, answered=40), compared(simulator, answered=0, failed=40)
    assert (untrue.outcome, untrue.blame) == (Outcome.FAIL, Blame.MERCHANT)
    assert "40 checkouts were answered as if they had ordered, and 0 orders reached" in untrue.message
    assert (nothing.outcome, nothing.exercised) == (Outcome.INCONCLUSIVE, 0)


def test_without_the_platforms_word_no_answer_counts_as_an_order() -> None:
    untold = compare(Measurement(started=datetime.now(UTC)), CHECKOUT, None, Grade.SIMULATED)
    assert (untold.outcome, untold.blame) == (Outcome.INCONCLUSIVE, Blame.ENVIRONMENT)
    assert "the settings name no levers" in untold.message


def test_a_mix_names_the_way_to_pay_and_no_dialect() -> None:
    assert parse("checkout/h5=2") == (User(flow="checkout", scenario="h5", share=2),)


@pytest.mark.parametrize("part", [{"scenario": "native", "dialect": "mcp"}, {}, {"scenario": "app"}])
def test_anything_else_is_no_checkout(part: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="checkout has no dialect, and one of these scenarios"):
        User(flow="checkout", **part)  # type: ignore[arg-type]


def test_the_set_is_judged_as_the_merchants() -> None:
    (rate, speed) = CHECKOUT.criteria
    for criterion in (rate, speed):
        assert list(CHECKOUT.expected(criterion)) == [Key("checkout", "native", MERCHANT)]


@pytest.mark.parametrize("by_hand", ['command = ["./order.sh"]', 'person = "order something"'])
def test_whoever_orders_by_hand_is_no_load(tmp_path: Path, by_hand: str) -> None:
    with pytest.raises(ConfigurationError, match="a load orders by requests"):
        signed_in(profile_of(tmp_path, "[order.qr]", by_hand))


def test_without_a_merchant_nothing_is_started(tmp_path: Path) -> None:
    with running_simulator() as simulator:
        env_file = tmp_path / ".env"
        write_environment(env_file, simulator.environment(notify_url="http://127.0.0.1:9/notify"))
        ended = load(tmp_path / "run", "--env-file", str(env_file), "--set=checkout")
    assert (ended.code, ended.out.exists()) == (4, False)
    assert "shoppers at a checkout need a merchant [--merchant]" in ended.said
