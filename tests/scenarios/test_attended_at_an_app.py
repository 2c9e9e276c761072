"""`golive pay` where the merchant's own app orders: its callback is judged by what its books then say."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.core.control import Check, Outcome
from harness.levers.models import Fault
from harness.merchant.client import MerchantClient
from harness.merchant.profile import MerchantProfile
from tests.scenarios.phones import ANSWERS, Place, place_with_app
from tests.scenarios.running import Rehearsed


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A target that looks real, and an app that sells there over the classic API."""
    with place_with_app(tmp_path_factory.mktemp("app")) as made:
        yield made


@pytest.fixture(scope="module")
def in_every_way(tmp_path_factory: pytest.TempPathFactory) -> Rehearsed:
    """An app that orders over MCP at an experience edition, paid by QR, by H5, and by JSAPI on the phone."""
    with place_with_app(tmp_path_factory.mktemp("mcp"), "mcp") as made:
        assert made.profile is not None
        client = MerchantClient(MerchantProfile.load(str(made.profile)))
        client.login()
        ordered = client.create_order(order_id="golive-phone", amount_yuan="0.02", payment_type="jsapi")
        client.close()
        assert ordered.out_trade_no
        made.levers.pay(out_trade_no=ordered.out_trade_no)
        made.took.append(ordered.out_trade_no)
        given = made.answers(f'{ANSWERS}"order jsapi" = "{ordered.out_trade_no}"\n')
        asked = ["--scenario=qr,h5,jsapi", "--wire=mcp", "--amount=2", "--refund"]
        return made.attended("all", f"--merchant={made.profile}", given, *asked)


def judged(run: Rehearsed, control: str, dialect: str = "apiv3") -> Check:
    """The check of a control that a person took part in."""
    (found,) = [
        each
        for each in run.checks
        if each.control == control and "attended" in each.scenario and each.dialect == dialect
    ]
    return found


def events(run: Rehearsed) -> list[dict[str, object]]:
    """What happened to the payments, as it was written down."""
    text = (run.folder / "artifacts" / "payments.ndjson").read_text("utf-8")
    return [json.loads(line) for line in text.splitlines()]


def test_a_callback_that_never_comes_is_a_failure_though_books_and_platform_say_paid(app: Place) -> None:
    lost = Fault.model_validate({"operation": "notify", "action": "lost", "times": 1000})
    app.levers.add_fault(lost)  # the app asks the platform by itself, and books the payment
    no_notify = ANSWERS.replace('"CBK-01 logged" = true', '"CBK-01 logged" = false')
    try:
        run = app.attended("lost", f"--merchant={app.profile}", app.answers(no_notify))
    finally:
        app.levers.clear_faults()
    assert run.code == 1, run.output
    assert judged(run, "PAY-02").outcome is Outcome.PASS
    check = judged(run, "CBK-01")
    assert check.outcome is Outcome.FAIL
    assert "answered no: Does the app's log show" in check.message


def test_ordered_by_our_gateways_the_callback_is_left_to_the_app(app: Place) -> None:
    run = app.attended("direct", f"--merchant={app.profile}", "--direct", app.answers())
    assert run.code == 0, run.output
    assert judged(run, "PAY-02").outcome is Outcome.PASS
    check = judged(run, "CBK-01")
    assert (check.outcome, check.lacks) == (Outcome.NEEDS_HUMAN, "phone")
    assert "without --direct" in check.message


def test_orders_of_the_app_count_against_the_budget_before_they_are_made(app: Place, tmp_path: Path) -> None:
    before = app.levers.orders()
    run = app.attended("dear", f"--merchant={app.profile}", app.answers(), "--amount=3", "--budget-fen=2")
    assert run.code == 4, run.output
    assert app.levers.orders() == before
    assert not run.folder.exists()


@pytest.mark.parametrize(
    "control",
    ["PAY-01", "PAY-02", "PAY-03", "PAY-12", "PAY-13", "CBK-01", "EXP-01", "EXP-04"],
)
def test_an_app_over_mcp_is_paid_in_every_way_and_what_it_shows_is_seen(
    in_every_way: Rehearsed, control: str
) -> None:
    check = judged(in_every_way, control, "mcp")
    assert check.outcome is Outcome.PASS, check.message


def test_each_way_is_what_the_platform_calls_it_and_all_of_it_is_given_back(in_every_way: Rehearsed) -> None:
    assert in_every_way.code == 0, in_every_way.output
    told = events(in_every_way)
    paid = {each["trade_type"]: each["out_trade_no"] for each in told if each["event"] == "paid"}
    assert set(paid) == {"NATIVE", "MWEB", "JSAPI"}
    ordered = {(each["ordered_by"], each["amount_fen"]) for each in told if each["event"] == "ordered"}
    assert ordered == {("merchant", 2)}
    meta = json.loads((in_every_way.folder / "run.json").read_text("utf-8"))
    assert meta["merchant_asked"] is True
    assert meta["app_answers"] > 0
    ends = {each["out_trade_no"]: each["state"] for each in told if each["event"] == "refund"}
    assert ends == dict.fromkeys(paid.values(), "SUCCESS")


def test_that_it_went_over_mcp_is_read_from_the_apps_answer_and_the_person_is_not_asked(
    in_every_way: Rehearsed,
) -> None:
    asked = {each["control"] for each in events(in_every_way) if each["event"] == "answer"}
    assert "PAY-12" not in asked
    assert judged(in_every_way, "PAY-12", "mcp").exercised == 2
