"""What a profile declares decides which scenarios apply to its merchant."""

from __future__ import annotations

from typing import cast

import pytest

from harness.plugin.target.declared import GUEST_ORDERS, Declared


class Item:
    """A collected scenario, as far as its marks go."""

    nodeid = "scenarios/test_x.py::test_y"
    fixturenames: tuple[str, ...] = ()

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


@pytest.mark.parametrize(
    ("capabilities", "wire", "said"),
    [
        ({"alipay", "alipay-only"}, "apiv3", "alipay-only: it takes no WeChat Pay"),
        ({"alipay", "alipay-only", "mcp"}, "mcp", "alipay-only: it takes no WeChat Pay"),
        ({"alipay", "alipay-only"}, "mcp", "no mcp among its capabilities"),
        ({"alipay", "alipay-only"}, "alipay", ""),
    ],
)
def test_an_app_that_takes_alipay_alone_is_judged_on_no_other_wire(
    monkeypatch: pytest.MonkeyPatch, capabilities: set[str], wire: str, said: str
) -> None:
    monkeypatch.setattr("harness.plugin.target.declared.dialect_of", lambda item: wire)
    item = Item()
    item.fixturenames = ("profile",)
    lack = Declared(frozenset(capabilities), frozenset({"alipay"}), {}).lack(cast("pytest.Item", item))
    assert (lack is not None and said in lack.message) if said else lack is None
