"""How long a device's tab is kept."""

from __future__ import annotations

from typing import cast

import pytest

from harness.plugin.fixtures.browsers import _tab_life


class Chosen:
    """As much of a configuration as is asked here."""

    def __init__(self, merchant: str) -> None:
        self._merchant = merchant

    def getoption(self, name: str) -> str:
        assert name == "merchant"
        return self._merchant


@pytest.mark.parametrize(
    ("merchant", "life"), [("shop", "session"), ("my-shop.toml", "function")], ids=["ours", "another's"]
)
def test_what_another_merchant_leaves_in_a_browser_does_not_reach_the_next_scenario(
    merchant: str, life: str
) -> None:
    assert _tab_life("desk", cast("pytest.Config", Chosen(merchant))) == life
