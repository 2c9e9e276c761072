"""Which load a run makes, and which scenarios wait for a longer one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from harness.core.errors import UsageError
from harness.plugin.load.selection import asks_merchant, left_out, refuse_load, with_load
from harness.plugin.marks import control
from harness.plugin.options import Options
from load.criteria.choice import controls_of, load_controls, merchant_is_asked, smallest
from tests.longer_loads import LONGER_LOADS

FULL = Options(
    target="simulator",
    merchant="shop",
    env_file=None,
    gate="",
    only=frozenset(),
    out=None,
    runs=Path("runs"),
    defects=(),
)


class Scenario:
    """As much of a collected scenario as is asked here."""

    def __init__(self, control_id: str, *fixtures: str, long: bool = False) -> None:
        self.nodeid = f"scenarios/x.py::{control_id}"
        self.fixturenames = list(fixtures)
        self._mark = control(control_id, dialects=()).mark
        self._long = long

    def iter_markers(self, name: str) -> list[pytest.Mark]:
        return [self._mark] if name == "control" else []

    def get_closest_marker(self, name: str) -> object:
        return name if self._long and name == "long" else None


def items(*control_ids: str) -> list[pytest.Item]:
    return [cast("pytest.Item", Scenario(each, "load")) for each in control_ids]


def chosen(*only: str, **changes: object) -> str:
    options = replace(FULL, only=frozenset(only), **changes)  # type: ignore[arg-type]
    return with_load(options, items(*(only or ("PRF-01", "PRF-02", "QRY-04")))).load


@pytest.mark.parametrize(
    ("only", "load"),
    [((), "smoke"), (("PRF-01",), "smoke"), (("PRF-05",), "brief"), (("QRY-04", "PRF-02"), "brief")],
    ids=["everything", "in-smoke", "a-storm", "both"],
)
def test_the_smallest_load_that_decides_what_was_asked_is_made(only: tuple[str, ...], load: str) -> None:
    assert chosen(*only) == load


def test_capacity_is_climbed_for_only_when_it_is_asked_for() -> None:
    assert chosen("PRF-06") == "capacity"
    assert "PRF-06" in load_controls()
    assert smallest(["PRF-06", "PRF-01"]) == "smoke"


def test_no_load_is_made_for_a_smoke_run_or_for_nobody() -> None:
    assert chosen(smoke=True) == "none"
    assert with_load(FULL, []).load == "none"


def test_a_load_that_was_named_is_made() -> None:
    assert chosen("PRF-01", load="nightly") == "nightly"


def test_a_set_says_what_it_decides_and_whether_the_merchant_is_in_it() -> None:
    assert controls_of("none") == frozenset()
    assert controls_of("smoke") == {"PRF-01", "QRY-04"}
    asked = [merchant_is_asked(each) for each in ("smoke", "brief", "checkout")]
    assert asked == [False, True, True]


def test_tests_know_what_the_load_of_every_rehearsal_leaves_open() -> None:
    by_the_clock = {"PRF-04"}  # no set decides it: its scenario is marked `long`
    assert load_controls() - controls_of("smoke") | by_the_clock == LONGER_LOADS


@pytest.mark.parametrize("name", ["smok", "nothing/here.yaml"])
def test_an_unknown_set_is_answered_with_those_there_are(name: str) -> None:
    with pytest.raises(
        UsageError, match="brief, capacity, checkout, experience, nightly, pre-upgrade, smoke"
    ):
        controls_of(name)


def test_scenarios_wait_for_a_load_that_decides_them() -> None:
    smoke = replace(FULL, load="smoke")
    (created, paid) = items("PRF-01", "PRF-02")
    assert not left_out(created, smoke)
    assert left_out(paid, smoke)


@pytest.mark.parametrize(
    ("load", "only", "waits"), [("smoke", "", True), ("brief", "", False), ("smoke", "x", False)]
)
def test_what_takes_long_waits_for_a_longer_load_or_its_name(load: str, only: str, waits: bool) -> None:
    slow = cast("pytest.Item", Scenario("PRF-04", "browser", long=True))
    assert left_out(slow, replace(FULL, load=load, only=frozenset(filter(None, [only])))) is waits


@pytest.mark.parametrize(
    ("fixture", "load", "asked"),
    [
        ("load", "smoke", False),
        ("load", "brief", True),
        ("profile", "smoke", True),
        ("settings", "brief", False),
    ],
)
def test_the_merchant_is_asked_by_who_knows_it_and_by_a_storm(fixture: str, load: str, asked: bool) -> None:
    item = cast("pytest.Item", Scenario("PRF-01", fixture))
    assert asks_merchant(item, replace(FULL, load=load)) is asked


def test_a_load_that_its_generator_would_refuse_is_refused_before_it_is_started() -> None:
    refuse_load(replace(FULL, load="smoke"))
    with pytest.raises(UsageError, match="is a probe of the experience edition"):
        refuse_load(replace(FULL, load="experience"))
