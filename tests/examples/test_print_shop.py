"""An Express shop on `wechatpay-axios-plugin`, judged by a short profile: what is found in it is true."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.core.control import Outcome
from harness.simulator.account.key_mode import KeyMode
from tests.examples.edited_copy import Edit, change, mended_copy
from tests.examples.print_shop_side import EXAMPLE, print_shop
from tests.examples.running_app import RunningApp
from tests.scenarios.running import Rehearsed

JUDGED = (
    "CBK-01,CBK-02,CBK-03,CBK-04,CBK-05,CBK-06,CBK-07,CBK-08,CBK-09,CBK-10,CBK-11,CBK-12,CBK-13,CBK-14,"
    "CBK-15,CBK-16,CBK-18,CBK-19,DEG-03,DEG-04,DEG-05,DEG-07,DEG-08,PAY-02,PAY-06,PAY-07,PAY-08,PAY-16,RCN-03,"
    "SEC-03,SEC-05,SEC-14,SEC-15"
)

WATCHED = "MON-01,MON-02,MON-03,MON-04,MON-06"
"""What those who watch it are told, whom the mended copy has figures and a log for."""
BY_KEYS = "CBK-01,CBK-02,CBK-03,CBK-05,CBK-06,CBK-16,DEG-07,PAY-02,PAY-06,RCN-03"
"""What rests on which keys an account has."""


def failed(run: Rehearsed) -> set[str]:
    return {
        f"{check.control} {check.scenario.partition('[')[2].rstrip(']').removeprefix('apiv3-')}"
        for check in run.checks
        if check.outcome is Outcome.FAIL and "(afterwards)" not in check.scenario
    }


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[RunningApp]:
    with print_shop(tmp_path) as running:
        yield running


def test_the_profile_is_short_and_names_nothing_that_the_platform_sees() -> None:
    text = (EXAMPLE / "merchant.toml").read_text("utf-8")
    assert len([line for line in text.splitlines() if line.strip() and not line.startswith("#")]) <= 25
    assert not [word for word in ("notify", "out_trade_no =", "appid", "test_ids") if word in text]


def test_what_is_found_is_what_its_code_gets_wrong_and_nothing_else(shop: RunningApp) -> None:
    run = shop.judged(JUDGED)
    assert failed(run) == {
        "CBK-04 timestamp-not-a-number",
        "CBK-06 signature-twice-real-first",
        "CBK-07 body-byte-order-mark",
        "CBK-09 appid-other",
        "CBK-09 mchid-other",
        "DEG-03 apiv3",
        "PAY-16 apiv3",
        "RCN-03 apiv3",
    }, run.output


def test_in_an_account_with_both_credentials_no_order_can_be_paid(tmp_path: Path) -> None:
    with print_shop(tmp_path, key_mode=KeyMode.SWITCHING) as shop:
        run = shop.judged("PAY-02")
    assert failed(run) == {"PAY-02 apiv3"}, run.output
    assert "the shopper was answered HTTP 502 at /api/orders" in run.output


@pytest.mark.parametrize(
    ("key_mode", "judged"), [(KeyMode.PUBLIC_KEY, f"{JUDGED},{WATCHED},SEC-04"), (KeyMode.SWITCHING, BY_KEYS)]
)
def test_a_mended_copy_has_no_failing_control(tmp_path: Path, key_mode: KeyMode, judged: str) -> None:
    with print_shop(tmp_path, mended_copy("print_shop", tmp_path), key_mode) as shop:
        run = shop.judged(judged)
    assert run.code == 0, run.output
    assert not failed(run)
    for each in WATCHED.split(",") if WATCHED in judged else ():
        assert run.outcomes(each) == {Outcome.PASS, Outcome.NOT_APPLICABLE}, each


def test_a_log_that_the_profile_names_is_looked_through(tmp_path: Path) -> None:
    careless = Edit(find="console.log(`Print shop on port ${port}`)", put="console.log(config)")
    copy = mended_copy("print_shop", tmp_path)
    change(copy / "server.cjs", careless)
    with print_shop(tmp_path, copy) as shop:
        run = shop.judged("SEC-03")
    assert run.code == 1, run.output
    told = " ".join(check.message for check in run.checks)
    assert "a log line of the merchant tells a secret: app.log: " in told
