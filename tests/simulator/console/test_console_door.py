"""The console is this machine's own: nobody else sees it, and no other page presses its buttons."""

from __future__ import annotations

import pytest

from harness.core.payment import TradeState
from harness.simulator.account.identity import Identity
from harness.simulator.server import Simulator
from tests.simulator.console.console_side import HERE, ConsoleSide
from tests.simulator.merchant_side import NUMBER, MerchantSide

PLACES = ("", f"/orders/{NUMBER}", "/assets/console.js", "/data/now", f"/data/orders/{NUMBER}")


@pytest.fixture
def paid(console: ConsoleSide) -> str:
    """The account of an order that can be paid."""
    console.merchant.create()
    return str(console.order()["account"])


def state(merchant: MerchantSide) -> TradeState:
    """Of that order."""
    return merchant.account.find(NUMBER).state


def test_whoever_comes_from_elsewhere_or_under_a_rebound_name_sees_nothing(console: ConsoleSide) -> None:
    console.merchant.create()
    for path in PLACES:
        assert console.get(path).status == 200
        for host in ("evil.example", "evil.example:8765", "127.0.0.1.evil.example", "10.0.0.7:8765", ""):
            refused = console.get(path, host=host)
            assert (refused.status, NUMBER.encode() in refused.body) == (403, False)
        console.merchant.peer = "192.0.2.7"
        assert console.get(path).status == 403
        console.merchant.peer = "127.0.0.1"


@pytest.mark.parametrize("host", ["localhost:8765", "[::1]:8765", "127.0.0.1"])
def test_every_name_of_this_machine_will_do(console: ConsoleSide, paid: str, host: str) -> None:
    told = {"account": paid, "number": NUMBER, "outcome": "pay"}
    answer = console.post("pay", told, host=host, origin=f"http://{host}")
    assert (answer.status, state(console.merchant)) == (200, TradeState.SUCCESS)


def test_a_foreign_page_is_told_nothing(console: ConsoleSide) -> None:
    console.merchant.create()
    for site in ("cross-site", "same-site"):
        answer = console.get(f"/data/orders/{NUMBER}", sec_fetch_site=site)
        assert (answer.status, answer.json["reason"]) == (403, "foreign-page")
    headers = dict(console.get("/data/now").headers)
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"origin": "https://evil.example"}, "foreign-page"),
        ({"origin": "null"}, "foreign-page"),
        ({"origin": "http://127.0.0.1:9999"}, "foreign-page"),
        ({"origin": f"https://{HERE}"}, "foreign-page"),
        ({"sec_fetch_site": "cross-site"}, "foreign-page"),
        ({"sec_fetch_site": "same-site", "origin": ""}, "foreign-page"),
        ({"x_golive_console": ""}, "stale-page"),
        ({"x_golive_console": "guessed"}, "stale-page"),
        ({"origin": "", "sec_fetch_site": "", "x_golive_console": ""}, "stale-page"),
    ],
)
def test_a_button_is_pressed_by_the_consoles_own_page_alone(
    console: ConsoleSide, paid: str, changed: dict[str, str], reason: str
) -> None:
    told = {"account": paid, "number": NUMBER, "outcome": "pay"}
    answer = console.post("pay", told, **changed)
    assert (answer.status, answer.json["reason"]) == (403, reason)
    assert state(console.merchant) is TradeState.NOTPAY
    assert console.post("pay", told).status == 200


def test_the_page_takes_scripts_from_itself_alone_and_writes_no_markup(console: ConsoleSide) -> None:
    policies = [dict(console.get("").headers)["content-security-policy"] for _ in range(2)]
    assert policies[0] != policies[1]
    for part in (
        "default-src 'none'",
        "frame-ancestors 'none'",
        "form-action 'none'",
        "trusted-types 'none'",
    ):
        assert part in policies[0]
    assert "unsafe" not in policies[0]
    page = console.get("").body.decode()
    assert "http://" not in page.replace("http://127.0.0.1:PORT", "")
    assert "https://" not in page
    assert console.get("/assets/..%2fconsole.py").status == 404


def test_a_simulator_of_a_run_has_no_console(identity: Identity) -> None:
    side = MerchantSide(Simulator(identity=identity))
    with side.runner:
        assert side.send("GET", "/console", b"", [(b"host", HERE.encode())]).status == 404
