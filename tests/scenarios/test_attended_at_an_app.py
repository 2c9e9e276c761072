"""`golive pay` where the merchant's own app orders: its callback is judged by what its books then say."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.core.control import Check, Outcome
from harness.levers.models import Fault
from tests.scenarios.phones import ANSWERS, Place, place_with_app
from tests.scenarios.running import Rehearsed


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A target that looks real, and an app that sells there over the classic API."""
    with place_with_app(tmp_path_factory.mktemp("app")) as made:
        yield made


def judged(run: Rehearsed, control: str) -> Check:
    """The check of a control that a person took part in."""
    (found,) = [
        each
        for each in run.checks
        if each.control == control and "attended" in each.scenario and each.dialect == "apiv3"
    ]
    return found


def events(run: Rehearsed) -> list[dict[str, object]]:
    """What happened to the payments, as it was written down."""
    text = (run.folder / "artifacts" / "payments.ndjson").read_text("utf-8")
    return [json.loads(line) for line in text.splitlines()]


def test_the_app_orders_is_called_back_and_books_the_payment(app: Place) -> None:
    run = app.attended("paid", f"--merchant={app.profile}", app.answers(), "--amount=2")
    assert run.code == 0, run.output
    for control in ("PAY-02", "CBK-01"):
        assert judged(run, control).outcome is Outcome.PASS, judged(run, control).message
    meta = json.loads((run.folder / "run.json").read_text("utf-8"))
    assert meta["merchant_asked"] is True
    assert meta["app_answers"] > 0
    (ordered,) = [each for each in events(run) if each["event"] == "ordered"]
    assert (ordered["ordered_by"], ordered["amount_fen"]) == ("merchant", 2)


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
