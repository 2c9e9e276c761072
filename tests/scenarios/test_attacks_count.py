"""Attacks count: each is delivered on every wire, after a twin that was credited, whatever an order costs."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from harness.callbacks.forms import every_form
from harness.core.control import Outcome
from harness.core.dialects import dialects
from harness.evidence.attacks import count_attacks, read_attacks
from harness.plugin.fixtures.attack_series import TWIN_LASTS
from tests.scenarios.running import Rehearsed, rehearse

CONTROLS = sorted({attack.control for form in every_form() for attack in form.attacks.ATTACKS})


@pytest.fixture(scope="module")
def correct(tmp_path_factory: pytest.TempPathFactory) -> Rehearsed:
    """Every attack on the reference shop."""
    return rehearse(tmp_path_factory.mktemp("correct") / "run", f"--only={','.join(CONTROLS)}", "--set=smoke")


def test_every_registered_attack_is_delivered_once_on_every_wire_of_its_form(correct: Rehearsed) -> None:
    wanted = Counter(
        (dialect, attack.id)
        for form in every_form()
        for dialect in dialects(callbacks=form.row.id)
        for attack in form.attacks.ATTACKS
    )
    delivered = [each for each in read_attacks(correct.folder) if each.attack]
    assert Counter((each.dialect, each.attack) for each in delivered) == wanted
    fine = {
        attack.id for form in every_form() for attack in form.attacks.ATTACKS if attack.may_be_acknowledged
    }
    assert {each.result for each in delivered if each.attack not in fine} == {"refused"}
    assert {each.result for each in delivered if each.attack in fine} <= {"refused", "acknowledged"}


def test_a_twin_was_credited_before_every_eight_attacks_and_after_the_last(correct: Rehearsed) -> None:
    found = read_attacks(correct.folder)
    for dialect in dialects():
        delivered = [each for each in found if each.dialect == dialect]
        twins = [number for number, each in enumerate(delivered) if not each.attack]
        assert {delivered[number].result for number in twins} == {"credited"}
        assert (twins[0], twins[-1]) == (0, len(delivered) - 1)
        assert all(after - before <= TWIN_LASTS + 1 for before, after in pairwise(twins))


def test_the_run_says_how_many_count(correct: Rehearsed) -> None:
    counted = count_attacks(correct.folder)
    acknowledged = sum(each.result == "acknowledged" for each in read_attacks(correct.folder))
    assert counted.delivered - acknowledged == counted.refused > 0
    assert counted.twins > 0
    assert f"delivered {counted.delivered}, refused {counted.refused}, twins credited" in correct.output


def test_a_shop_of_another_price_that_verifies_nothing_fails_each_control(tmp_path: Path) -> None:
    run = rehearse(
        tmp_path / "run", "--only=CBK-02,CBK-03,CBK-04,CBK-06", "--defect=own-price-skips-signature"
    )
    for control in ("CBK-02", "CBK-03", "CBK-04", "CBK-06"):
        assert Outcome.FAIL in run.outcomes(control), run.output
    believed = [each for each in read_attacks(run.folder) if each.result == "believed"]
    assert len(believed) > 100


@pytest.mark.parametrize(
    ("defect", "control"),
    [
        ("strips-probe-prefix", "CBK-03"),
        ("envelope-probe-prefix-stripped", "CBK-17"),
        ("refuses-and-books-later", "CBK-02"),
        ("first-of-repeated-headers", "CBK-06"),
        ("orders-one-yuan", "CBK-01"),
        ("credits-twice", "RCN-03"),
    ],
)
def test_a_shop_that_takes_what_it_must_not_fails_the_control_meant_for_it(
    tmp_path: Path, defect: str, control: str
) -> None:
    run = rehearse(tmp_path / "run", f"--only={control}", f"--defect={defect}")
    assert Outcome.FAIL in run.outcomes(control), run.output


def test_an_order_credited_many_times_is_so_many_times_its_price_in_the_books(tmp_path: Path) -> None:
    run = rehearse(tmp_path / "run", "--only=CBK-11", "--defect=credits-every-callback")
    assert run.outcomes("RCN-03") == {Outcome.FAIL}, run.output
    said = [check.message for check in run.checks if check.control == "RCN-03"]
    booked = re.findall(r"1990 there, ([0-9]+) here, credited ([0-9]+) times", " ".join(said))
    assert all(int(fen) == 1990 * int(times) for fen, times in booked)
    # Twenty at once, one alone, and the one that the platform still owed at the scenario's end.
    assert "22" in {times for _, times in booked}, said


def test_a_header_given_twice_by_whom_nothing_was_forged_is_a_warning(tmp_path: Path) -> None:
    run = rehearse(tmp_path / "run", "--only=CBK-06,RCN-03", "--variant=repeats-tolerated")
    assert run.outcomes("CBK-06") == {Outcome.PASS, Outcome.WARN}, run.output
    assert run.outcomes("RCN-03") == {Outcome.PASS}, run.output


def test_a_shop_that_books_after_it_answered_is_accused_of_nothing(tmp_path: Path) -> None:
    controls = "CBK-01,CBK-02,CBK-03,CBK-11,CBK-17,PAY-07,RCN-03"
    run = rehearse(tmp_path / "run", f"--only={controls}", "--variant=inbox")
    assert run.code == 0, run.output
    for control in controls.split(","):
        judged = run.outcomes(control) - {Outcome.NOT_APPLICABLE}
        assert Outcome.PASS in judged, run.output
        assert judged <= {Outcome.PASS, Outcome.WARN}, run.output
