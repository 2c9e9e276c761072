"""The correct shop shows the sign of no defect."""

from __future__ import annotations

import pytest

from tests.shop.conftest import Trade
from tests.shop.signs import SHOWN_BY, Probe


@pytest.mark.parametrize("probe", SHOWN_BY.values(), ids=SHOWN_BY.keys())
def test_the_correct_shop_shows_none_of_them(mcp_trade: Trade, probe: Probe) -> None:
    assert not probe(mcp_trade)
