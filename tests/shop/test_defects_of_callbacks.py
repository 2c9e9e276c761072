"""Defects in taking callbacks show, and the rest of the shop stays right."""

from __future__ import annotations

import pytest

from harness.levers.client import LeversClient
from tests.shop.signs import of, shows_itself_alone


@pytest.mark.parametrize("names", of("callbacks"), ids=" ".join)
def test_a_defect_shows_and_the_rest_stays_right(
    mcp_environment: dict[str, str], levers: LeversClient, names: tuple[str, ...]
) -> None:
    shows_itself_alone(mcp_environment, levers, names)
