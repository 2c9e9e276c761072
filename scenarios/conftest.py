"""What holds after every scenario, whatever it was about: not a fen is lost between the two books."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from harness.levers.client import LeversClient
from harness.merchant.observer import Observer
from harness.plugin import Rehearsal
from harness.plugin.browsers import browser_type_launch_args

__all__ = ["browser_type_launch_args", "conservation"]  # the first overrides pytest-playwright's own


@pytest.fixture(autouse=True)
def conservation(request: pytest.FixtureRequest) -> Iterator[None]:
    """Compare the platform's ledger with the merchant's records; a difference fails RCN-03 and the run."""
    if "merchant" not in request.fixturenames:
        yield
        return
    levers: LeversClient = request.getfixturevalue("levers")
    observer: Observer = request.getfixturevalue("observer")
    rehearsal: Rehearsal = request.getfixturevalue("rehearsal")
    yield
    ledger = levers.ledger()
    mine = {order.out_trade_no: order.paid_amount for order in observer.orders() if order.credits}
    if sum(ledger.balances.values()) != 0 or mine != ledger.paid:
        differing = dict(set(mine.items()) ^ set(ledger.paid.items()))
        rehearsal.break_invariant("RCN-03", request.node.nodeid, f"the two books differ: {differing}")
