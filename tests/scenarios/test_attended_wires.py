"""Every way that a phone pays, over the wires of a target that speaks Model Context Protocol and Alipay."""

from __future__ import annotations

import json
import ssl
import time
from collections.abc import Iterator

import httpx
import pytest

from harness.browser.qr import read_qr
from harness.core.control import Check, Outcome
from harness.levers.client import LeversClient
from tests.scenarios.phones import OPENID, Acts, Place, place
from tests.scenarios.running import Rehearsed

PHONE = "203.0.113.24"


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("wires")
    spoken = {"PAYMENT_MCP_ENABLED": "true", "WECHAT_MCP_DIALECT": "mcp", "GOLIVE_TEST_OPENID": OPENID}
    with place(folder, **spoken, alipay="yes") as made:
        yield made


def by_phone(run: Rehearsed) -> dict[tuple[str, str], Check]:
    """The checks that a person took part in, by control and wire."""
    return {
        (each.control, each.dialect): each
        for each in run.checks
        if "attended" in each.scenario and not each.left_to_another_run and not each.lacks
    }


def scanning(real: Place) -> Acts:
    """A person who scans the very picture that the record keeps, and opens what it holds."""

    def scans(levers: LeversClient, number: str) -> None:
        ends = time.monotonic() + 10
        while time.monotonic() < ends:
            for path in real.folder.glob("alipay/run/artifacts/PAY-0*.png"):
                (code,) = read_qr(path.read_bytes()) or [""]
                if code in seen or not code:
                    continue
                seen.add(code)
                if code.startswith("https://qr.alipay.com/"):
                    levers.pay(code_url=code)
                else:
                    trusted = ssl.create_default_context(cafile=str(real.ca_file))
                    httpx.get(code, verify=trusted, trust_env=False)
                    levers.pay(out_trade_no=number)
                return
            time.sleep(0.1)

    seen: set[str] = set()
    return scans


def test_a_phone_pays_in_every_way_over_mcp(real: Place) -> None:
    ways = ["--scenario=qr,h5", "--scenario=jsapi", "--wire=mcp", f"--phone-ip={PHONE}", "--budget-fen=3"]
    run = real.attended("mcp", real.answers(), *ways)
    assert run.code == 0, run.output
    found = by_phone(run)
    assert set(found) == {("PAY-01", "mcp"), ("PAY-02", "mcp"), ("PAY-03", "mcp")}
    assert {each.outcome for each in found.values()} == {Outcome.PASS}
    text = (run.folder / "artifacts" / "payments.ndjson").read_text("utf-8")
    paid = [json.loads(line) for line in text.splitlines() if json.loads(line)["event"] == "paid"]
    assert {each["trade_type"] for each in paid} == {"NATIVE", "MWEB", "JSAPI"}
    assert "getBrandWCPayRequest" not in run.output


def test_alipays_code_is_scanned_and_its_link_opened(real: Place) -> None:
    asked = ["--provider=alipay", "--scenario=qr,h5", "--refund"]
    run = real.attended("alipay", real.answers(), *asked, person=scanning(real))
    found = by_phone(run)
    assert run.code == 0, run.output
    assert {each.outcome for each in found.values()} == {Outcome.PASS}
    assert set(found) == {("PAY-04", "alipay"), ("PAY-05", "alipay")}


def test_without_the_phones_address_nothing_is_ordered_by_h5(real: Place) -> None:
    before = real.levers.orders()
    run = real.attended("nowhere", real.answers(), "--scenario=h5", "--wire=apiv3")
    assert run.code == 4, run.output
    assert real.levers.orders() == before
    assert "WeChat refuses a phone that comes from another [--phone-ip]" in run.output


def test_every_wire_is_paid_once_and_the_budget_is_for_all(real: Place) -> None:
    run = real.attended("dear", real.answers(), "--budget-fen=1")
    assert run.code == 4, run.output
    assert "2 payments of 1 fen do not fit into the budget of 1 fen" in run.output
