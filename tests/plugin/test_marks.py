"""A scenario runs on the wires that its controls apply to, and on no other."""

from __future__ import annotations

import pytest

from harness.core.control import Blame
from harness.plugin.marks import DEFAULT_DIALECT, NO_WIRE, Exercise, applies, dialect_of, lane_of


class Item:
    """As much of a collected scenario as the marks look at."""

    nodeid = "scenarios/test_x.py::test_y"

    def __init__(
        self, dialect: str | None, *dialects: tuple[str, ...], fixtures: tuple[str, ...] = ()
    ) -> None:
        self.fixturenames = fixtures
        if dialect is not None:
            self.callspec = type("CallSpec", (), {"params": {"dialect": dialect}})()
        self._marks = [
            pytest.Mark("control", (Exercise("CBK-02", each, Blame.MERCHANT),), {}, _ispytest=True)
            for each in dialects
        ]

    def iter_markers(self, name: str) -> list[pytest.Mark]:
        """Every mark of that name."""
        return [mark for mark in self._marks if mark.name == name]


@pytest.mark.parametrize(
    ("item", "runs"),
    [
        (Item("mcp", ("mcp", "apiv3")), True),
        (Item("envelope", ("mcp", "apiv3")), False),
        (Item("envelope", ("mcp",), ("envelope",)), True),
        (Item(None, ()), True),
        (Item("envelope"), True),
    ],
    ids=["its-own", "another", "one-of-two-controls", "about-settings", "no-control"],
)
def test_a_scenario_runs_where_its_control_applies(item: pytest.Item, runs: bool) -> None:
    assert applies(item) is runs


@pytest.mark.parametrize(
    ("item", "wire"),
    [(Item("apiv3", ("mcp", "apiv3")), "apiv3"), (Item(None, ("mcp",)), "mcp"), (Item("apiv3", ()), NO_WIRE)],
    ids=["the-parameter", "the-only-one-named", "a-merchant-on-any-wire"],
)
def test_a_scenario_stands_on_the_wire_of_its_controls(item: pytest.Item, wire: str) -> None:
    assert dialect_of(item) == wire


@pytest.mark.parametrize(
    ("item", "lane"),
    [
        (Item("mcp", ("mcp", "apiv3"), fixtures=("profile",)), "mcp"),
        (Item(DEFAULT_DIALECT, (), fixtures=("profile",)), DEFAULT_DIALECT),
        (Item(None, ()), NO_WIRE),
    ],
    ids=["on-a-wire", "with-a-merchant-on-any-wire", "without-a-merchant"],
)
def test_a_scenario_that_needs_any_merchant_shares_that_of_a_wire(item: pytest.Item, lane: str) -> None:
    assert lane_of(item) == lane
