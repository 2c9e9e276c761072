"""What the scenarios of the protocol share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from harness.plugin import RawEndpoint
from scenarios.mcp.jsonrpc import RawMcp


@pytest.fixture(scope="session")
def raw(raw_endpoint: RawEndpoint) -> Iterator[RawMcp]:
    """The endpoint, by hand."""
    by_hand = RawMcp(raw_endpoint)
    yield by_hand
    by_hand.close()
