"""A series is named as Prometheus names it."""

from __future__ import annotations

import pytest

from harness.monitoring.selector import Selector

PAID = {"result": "paid", "shop": "east"}


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("orders_total", True),
        ('orders_total{result="paid"}', True),
        ('orders_total{result="paid",shop!="east"}', False),
        ('orders_total{ result =~ "pa.*" , }', True),
        ('orders_total{result=~"pa"}', False),
        ('orders_total{shop!~"w.*"}', True),
        ('orders_total{till=""}', True),
        ('orders_total{result="p\\"aid"}', False),
    ],
)
def test_labels_are_matched(text: str, fits: bool) -> None:
    selector = Selector.of(text)
    assert (selector.name, selector.fits(PAID)) == ("orders_total", fits)


@pytest.mark.parametrize(
    "text",
    ["", "1orders", "orders{", "orders{result}", 'orders{a="b"}[5m]', 'orders{a=~"("}', "x" * 501, "a b"],
)
def test_what_names_no_series_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"names no series|no regular expression"):
        Selector.of(text)
