"""What a profile declares decides which scenarios apply to its merchant."""

from __future__ import annotations

from typing import cast

import pytest

from harness.plugin.target.declared import GUEST_ORDERS, Declared


class Item:
    """A collected scenario, as far as its marks go."""

    nodeid = "scenarios/test_x.py::test_y"
    fixturenames = ()

    def __init__(self, *marks: str) -> None:
        self._marks = marks

    def iter_markers(self, _: str) -> list[pytest.Mark]:
        """No control is declared."""
        return []

    def get_closest_marker(self, name: str) -> pytest.Mark | None:
        """The mark of that name."""
        return pytest.Mark(name, (), {}, _ispytest=True) if name in self._marks else None


@pytest.mark.parametrize(
    ("capabilities", "marks", "applies"),
    [((), ("by_members",), True), ((GUEST_ORDERS,), ("by_members",), False), ((GUEST_ORDERS,), (), True)],
)
def test_an_app_that_takes_orders_of_guests_is_not_asked_for_a_session(
    capabilities: tuple[str, ...], marks: tuple[str, ...], applies: bool
) -> None:
    declared = Declared(frozenset({"qr", *capabilities}), frozenset({"apiv3"}), {})
    lack = declared.lack(cast("pytest.Item", Item(*marks)))
    assert (lack is None) is applies
    assert lack is None or GUEST_ORDERS in lack.message
