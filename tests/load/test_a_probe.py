"""A probe of the experience edition: one request a second, nothing paid, and every order closed again."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from harness.levers.models import Fault
from tests.load.conftest import Target
from tests.load.running import PATIENT, Ended, load

SECONDS = 6
SUBJECTS = 1
"""Orders placed beforehand, for queries to ask for."""
TAKEN_FOR_THE_PLATFORM = ("-m", "tests.load.taken_for_the_platform")


@pytest.fixture(scope="module")
def probe(simulator: Target, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ended]:
    """A probe of a few seconds; the first of its orders cannot be closed."""
    simulator.levers.add_fault(Fault(operation="close", action="status", value=500))
    yield probed(simulator, tmp_path_factory.mktemp("probe"), "--rate", "1")
    simulator.levers.clear_faults()


def probed(simulator: Target, out: Path, *arguments: str) -> Ended:
    mix = ("--mix", "create/native/mcp,query/native/mcp", "--seconds", str(SECONDS))
    probing = ("--target", "experience", "--budget-fen", "30", "--requests", "parquet")
    return load(out, *simulator.options, *probing, *mix, *PATIENT, *arguments, program=TAKEN_FOR_THE_PLATFORM)


def test_it_measures_creates_and_queries(probe: Ended) -> None:
    assert probe.code == 0, probe.said
    assert probe.counts() == {
        "create/native/mcp": (SECONDS // 2, {}),
        "query/native/mcp": (SECONDS // 2, {}),
    }


def test_no_two_requests_leave_within_a_second(probe: Ended) -> None:
    sent = sorted(float(str(each["sent_us"])) for each in probe.requests)
    assert len(sent) == SECONDS
    # They are let through a second apart; how long after that each one leaves is the machine's affair.
    assert min(after - before for before, after in pairwise(sent)) >= 0.9e6
    assert sent[-1] - sent[0] >= (SECONDS - 1) * 0.98e6


def test_nothing_is_paid_and_only_the_order_that_it_names_stays_open(probe: Ended, simulator: Target) -> None:
    states = {number: simulator.levers.audit(number).trade_state for number in simulator.levers.orders()}
    assert len(states) == SECONDS // 2 + SUBJECTS
    still_open = [number for number, state in states.items() if state == "NOTPAY"]
    assert [state for state in states.values() if state != "NOTPAY"] == ["CLOSED"] * (len(states) - 1)
    assert f"could not be closed again (1): {still_open[0]}" in probe.said
    assert len(still_open) == 1
    assert not simulator.levers.ledger().paid


def test_a_faster_one_is_refused_before_anything_is_sent(simulator: Target, tmp_path: Path) -> None:
    before = simulator.levers.orders()
    ended = probed(simulator, tmp_path, "--rate", "2")
    assert ended.code == 4
    assert "at most 1 times a second" in ended.said
    assert simulator.levers.orders() == before
