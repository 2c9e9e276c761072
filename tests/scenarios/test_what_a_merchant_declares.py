"""An app that is not ours: what it has not does not apply, what its profile leaves out decides nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.core.control import Outcome
from tests.scenarios.app_front import front_of
from tests.scenarios.outside_app import OutsideApp, started
from tests.scenarios.running import Rehearsed


@pytest.fixture
def over_mcp(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OutsideApp]:
    """One that orders over MCP."""
    with started(tmp_path_factory.mktemp("app"), "true") as app:
        yield app


@pytest.fixture
def classic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OutsideApp]:
    """One that orders over the classic API alone."""
    with started(tmp_path_factory.mktemp("app"), "false") as app:
        yield app


NO_MCP = (r', "mcp"', "")
NO_MINI_PROGRAM = (r', "mini-program"', "")
NO_WIRE_NAMED = (r"^dialect = .*$", "")


def test_what_the_merchant_has_not_is_not_applicable(classic: OutsideApp, tmp_path: Path) -> None:
    asked = "PAY-12,PAY-15,DEG-01,DEG-02,DEG-06,DEG-08,CBK-01,CBK-17"
    run = classic.judged(tmp_path, asked, NO_MCP, NO_MINI_PROGRAM)
    assert run.code == 0, run.output
    for control in ("PAY-12", "PAY-15", "DEG-01", "DEG-02", "DEG-06", "CBK-17"):
        assert run.outcomes(control) == {Outcome.NOT_APPLICABLE}, control
    assert wires(run, Outcome.PASS) == {"apiv3", "alipay"}
    assert run.outcomes("DEG-08") == {Outcome.PASS}
    assert all("mcp" in check.message for check in run.checks if check.control == "PAY-12")


def test_evidence_is_of_the_wire_that_the_profile_names(over_mcp: OutsideApp, tmp_path: Path) -> None:
    run = over_mcp.judged(tmp_path, "CBK-01,DEG-01,PAY-12")
    assert run.code == 0, run.output
    assert wires(run, Outcome.PASS) == {"mcp"}


def test_a_control_of_a_wire_that_the_profile_does_not_name_stays_open(
    over_mcp: OutsideApp, tmp_path: Path
) -> None:
    run = over_mcp.judged(tmp_path, "CBK-01,DEG-08")
    assert (run.code, "SELECTION NOT YET" in run.last_line) == (2, True), run.output
    assert run.outcomes("DEG-08") == {Outcome.NOT_APPLICABLE}
    assert wires(run, Outcome.PASS) == {"mcp"}


@pytest.mark.parametrize("control", ["CBK-02", "CBK-17", "DEG-01"])
def test_a_wire_that_the_platform_never_saw_proves_nothing(
    control: str, classic: OutsideApp, tmp_path: Path
) -> None:
    run = classic.judged(tmp_path, control, NO_WIRE_NAMED)
    assert run.code == 2, run.output
    assert wires(run, Outcome.PASS) <= {"apiv3", "alipay"}, run.output
    unseen = [check for check in run.checks if check.dialect not in ("apiv3", "alipay")]
    assert Outcome.INCONCLUSIVE in {check.outcome for check in unseen}
    assert any("the platform saw every order come over apiv3" in check.message for check in unseen)


def test_a_wire_named_wrongly_proves_nothing(over_mcp: OutsideApp, tmp_path: Path) -> None:
    run = over_mcp.judged(tmp_path, "DEG-08,CBK-01", (NO_WIRE_NAMED[0], 'dialect = "apiv3"'))
    assert Outcome.PASS not in run.outcomes("CBK-01")
    assert run.outcomes("DEG-08") != {Outcome.PASS}


def test_routes_left_out_decide_nothing_and_name_their_line(over_mcp: OutsideApp, tmp_path: Path) -> None:
    fewer = [(rf"^{name} = \"/.*$", "") for name in ("bridge", "status", "mcp_health", "payment_return")]
    run = over_mcp.judged(tmp_path, "PAY-03,PAY-13", *fewer)
    assert run.code == 2, run.output
    told = [check for check in run.checks if check.outcome is Outcome.INCONCLUSIVE]
    assert {check.blame for check in told} == {None}
    named = {line for check in told for line in re.findall(r"add (\w+) = ", check.message)}
    assert named == {"bridge", "status"}
    assert not {Outcome.HARNESS_ERROR, Outcome.FAIL} & {check.outcome for check in run.checks}


def test_without_a_clock_of_the_merchant_nothing_is_judged_by_a_moved_one(
    over_mcp: OutsideApp, tmp_path: Path
) -> None:
    run = over_mcp.judged(tmp_path, "PAY-16,QRY-02,CBK-01", (r"^clock = .*$", ""))
    assert run.code == 2, run.output
    assert Outcome.PASS in run.outcomes("CBK-01"), run.output
    for control in ("PAY-16", "QRY-02"):
        assert run.outcomes(control) == {Outcome.INCONCLUSIVE, Outcome.NOT_APPLICABLE}, run.output
    assert "add [time]" in run.output or any("add [time]" in check.message for check in run.checks)


def test_a_correct_app_outside_of_the_rehearsal_fails_nothing(over_mcp: OutsideApp, tmp_path: Path) -> None:
    asked = ("DEG-01", "DEG-02", "DEG-06", "PAY-12", "PAY-13", "PAY-16")
    run = over_mcp.judged(tmp_path, ",".join(asked))
    assert run.code == 0, run.output
    for control in asked:
        assert run.outcomes(control) <= {Outcome.PASS, Outcome.NOT_APPLICABLE}, run.output


def test_a_refusal_is_one_whatever_status_an_app_gives_it(over_mcp: OutsideApp, tmp_path: Path) -> None:
    with front_of(over_mcp.address, {400: 502}) as (address, said):
        run = over_mcp.judged(tmp_path, "EXP-01", (r"^base_url = .*$", f'base_url = "{address}"'))
    assert run.code == 0, run.output
    assert set(said) == {502}, "it was not tried"


def test_an_order_is_asked_about_over_whom_it_was_made(classic: OutsideApp, tmp_path: Path) -> None:
    posted: list[tuple[bytes, bytes]] = []
    with front_of(classic.address, {}, posted=posted) as (address, _):
        run = classic.judged(tmp_path, "PAY-06", NO_MCP, (r"^base_url = .*$", f'base_url = "{address}"'))
    assert run.code == 0, run.output
    named: dict[str, list[str]] = {}
    for members in posted:
        sent, answered = ({} if not each.startswith(b"{") else json.loads(each) for each in members)
        if "paymentMethod" in sent:
            number = sent.get("outTradeNo") or answered.get("outTradeNo")
            named.setdefault(str(number), []).append(sent["paymentMethod"])
    asked_about = [methods for methods in named.values() if len(methods) > 1]
    assert all(len({*methods}) == 1 for methods in asked_about), named
    assert {method for methods in asked_about for method in methods} == {"wechat", "alipay"}


def test_an_app_that_takes_alipay_alone_says_so_and_is_judged_there_alone(
    classic: OutsideApp, tmp_path: Path
) -> None:
    run = classic.judged(tmp_path, "CBK-01,CBK-03", NO_MCP, (r', "alipay"', ', "alipay", "alipay-only"'))
    assert run.code == 0, run.output
    assert wires(run, Outcome.PASS) == {"alipay"}
    assert run.outcomes("CBK-03") == {Outcome.NOT_APPLICABLE}


def wires(run: Rehearsed, outcome: Outcome) -> set[str]:
    return {check.dialect for check in run.checks if check.outcome is outcome}
