"""A simulator without sockets, and a merchant that speaks to it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from harness.simulator.identity import Identity, new_identity
from harness.simulator.server import Simulator
from tests.simulator.merchant_side import MerchantSide


@pytest.fixture(scope="session")
def identity() -> Identity:
    """Credentials that tests share, because keys take time to make."""
    return new_identity(certificates=2)


@pytest.fixture
def simulator(identity: Identity) -> Simulator:
    """A platform that has seen nothing yet."""
    return Simulator(identity=identity)


@pytest.fixture
def merchant(simulator: Simulator) -> Iterator[MerchantSide]:
    """The merchant account's owner."""
    side = MerchantSide(simulator)
    with side.runner:
        yield side
