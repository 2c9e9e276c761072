"""A QA engineer's own conftest.py orders and looks, and our scenarios run in that repository."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.core.control import Outcome
from harness.evidence.record import RunRecord
from tests.examples.running_app import RunningApp
from tests.examples.tea_house_side import tea_house

PROFILE = """base_url = "{base_url}"
build = "tea-house-1"
capabilities = ["qr", "login"]
products = {{ longjing = "88.00", tieguanyin = "45.50" }}
[order.qr]
fixture = "merchant_order"
[observer]
fixture = "merchant_state"
words = {{ pending = ["NEW"], paid = ["PAID"], failed = ["FAILED"], cancelled = ["CLOSED"] }}
"""
CONFTEST = """import re, sqlite3
import httpx, pytest


@pytest.fixture(scope="session")
def merchant_order():
    shop = httpx.Client(base_url="{base_url}", follow_redirects=True)
    token = re.search('name="_csrf" value="(.+?)"', shop.get("/login").text)[1]
    shop.post("/login", data={{"_csrf": token, "username": "li", "password": "spring-water"}})
    return lambda product: shop.post("/orders", data={{"_csrf": token, "tea": product}})


@pytest.fixture(scope="session")
def merchant_state():
    def state(out_trade_no):
        with sqlite3.connect("tea.db") as db:
            found = "select state, received, parcels from orders where number = ?"
            row = db.execute(found, [out_trade_no]).fetchone()
        return row and dict(zip(["status", "paid_amount", "credits"], row))
    return state
"""
ASKED = "CBK-01,CBK-02,CBK-11,PAY-02"
NONE = {Outcome.NOT_APPLICABLE}


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[RunningApp]:
    with tea_house(tmp_path) as running:
        (tmp_path / "merchant.toml").write_text(PROFILE.format(base_url=running.base_url), "utf-8")
        yield running


def ran(shop: RunningApp, conftest: str, only: str = ASKED) -> subprocess.CompletedProcess[str]:
    (shop.folder / "conftest.py").write_text(conftest.format(base_url=shop.base_url), "utf-8")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    command = [sys.executable, "-m", "pytest", "--pyargs", "scenarios", f"--only={only}", "--out=run"]
    target = [f"--target={shop.target}", f"--env-file={shop.env_file}", "--merchant=merchant.toml"]
    return subprocess.run(
        [*command, *target], cwd=shop.folder, env=environment, capture_output=True, text=True, check=False
    )


def outcomes(shop: RunningApp, control: str) -> set[Outcome]:
    checks = RunRecord.open(shop.folder / "run").checks
    return {check.outcome for check in checks if check.control == control} - NONE


def messages(shop: RunningApp) -> list[str]:
    return [check.message for check in RunRecord.open(shop.folder / "run").checks if check.message]


def test_what_a_conftest_orders_and_tells_is_judged(shop: RunningApp) -> None:
    ran(shop, CONFTEST)
    for control in ASKED.split(","):
        assert outcomes(shop, control) == {Outcome.PASS}, messages(shop)


@pytest.mark.parametrize(
    ("line", "other", "said"),
    [
        ("def merchant_order", "def order", "no conftest.py has the fixture merchant_order"),
        ("lambda product", "lambda produkt", "takes 'produkt', which is not known"),
        ("lambda product: shop", "lambda product: shopp", "raised NameError"),
        ('"credits"', '"credit"', "tells a member 'credit'"),
    ],
    ids=["no fixture", "parameter", "raises", "member"],
)
def test_code_that_does_not_fit_proves_nothing_and_accuses_nobody(
    shop: RunningApp, line: str, other: str, said: str
) -> None:
    ran(shop, CONFTEST.replace(line, other), "CBK-01")
    assert outcomes(shop, "CBK-01") == {Outcome.INCONCLUSIVE}, messages(shop)
    assert any(said in message for message in messages(shop)), messages(shop)
