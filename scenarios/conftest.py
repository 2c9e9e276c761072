"""What holds after every scenario, whatever it was about: no fen is lost, and no order is left open."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from harness.plugin import LedgerComparison, Rehearsal
from harness.plugin.fixtures.browsers import browser_type_launch_args

__all__ = [
    "browser_type_launch_args",
    "conservation",
    "nothing_left_open",
]  # the first overrides pytest-playwright's own


@pytest.fixture(autouse=True)
def conservation(request: pytest.FixtureRequest) -> Iterator[None]:
    """Compare the platform's ledger with the merchant's records; a difference fails RCN-03 and the run.

    Every scenario that meets the merchant, by its interface or in a browser, stands on its profile.
    """
    if "profile" not in request.fixturenames:
        yield
        return
    ledger_comparison: LedgerComparison = request.getfixturevalue("ledger_comparison")
    rehearsal: Rehearsal = request.getfixturevalue("rehearsal")
    dialect: str = request.getfixturevalue("dialect")
    yield
    if difference := ledger_comparison.news():
        rehearsal.break_invariant("RCN-03", request.node.nodeid, dialect, difference)


@pytest.fixture(autouse=True)
def nothing_left_open(rehearsal: Rehearsal) -> Iterator[None]:
    """At an endpoint that nobody plays, close what the scenario ordered: open orders could still be paid."""
    yield
    if rehearsal.order_cleanup is not None:
        rehearsal.order_cleanup.close_open()
