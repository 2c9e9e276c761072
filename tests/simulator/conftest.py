"""A simulator without sockets, and a merchant that speaks to it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from harness.simulator.account.identity import Identity, new_identity
from harness.simulator.server import Simulator
from tests.simulator.alipay_side import AlipaySide
from tests.simulator.envelope_side import EnvelopeSide
from tests.simulator.mcp_side import Endpoint, endpoint
from tests.simulator.merchant_side import MerchantSide


@pytest.fixture(scope="session")
def identity() -> Identity:
    """Credentials that tests share, because keys take time to make."""
    return new_identity(certificates=2)


@pytest.fixture
def simulator(identity: Identity) -> Simulator:
    """A platform that has seen nothing yet, of the formal edition: amounts and days without limit."""
    return Simulator(identity=identity, experience=False)


@pytest.fixture(scope="module")
def served(identity: Identity) -> Iterator[Endpoint]:
    """The MCP endpoint of one test module's platform."""
    with endpoint(identity) as served:
        yield served


@pytest.fixture
def merchant(simulator: Simulator) -> Iterator[MerchantSide]:
    """The merchant account's owner."""
    side = MerchantSide(simulator)
    with side.runner:
        yield side


@pytest.fixture
def envelope(merchant: MerchantSide) -> EnvelopeSide:
    """The same merchant, speaking the envelope dialect."""
    return EnvelopeSide(merchant)


@pytest.fixture
def alipay(merchant: MerchantSide) -> AlipaySide:
    """The same merchant on Alipay's platform."""
    return AlipaySide(merchant)
