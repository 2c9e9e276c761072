"""Which order it was: the create that reached the platform while the shopper ordered."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import cast

import pytest

from harness.core.errors import NotExercised
from harness.levers.client import LeversClient
from harness.levers.models import Creation
from harness.merchant.arrivals import Arrivals

BEGUN = datetime(2026, 11, 29, tzinfo=UTC)


class Platform:
    """Shows one list of creations after another."""

    def __init__(self, *looks: list[tuple[str, str]]) -> None:
        self.looks = list(looks)

    def creations(self, since: datetime) -> list[Creation]:
        seen = self.looks.pop(0) if len(self.looks) > 1 else self.looks[0]
        return [
            Creation(at=since, out_trade_no=number, product=product, notify_url="http://127.0.0.1:1/n")
            for number, product in seen
        ]


def came(*looks: list[tuple[str, str]], product: str = "native", patience_s: float = 5) -> str | None:
    levers = cast("LeversClient", Platform(*looks))
    found = Arrivals(levers, pause=lambda seconds: None).since(BEGUN, product, patience_s=patience_s)
    return found.out_trade_no if found else None


def test_the_one_that_came_is_the_order() -> None:
    assert came([("T1", "native")]) == "T1"


def test_one_that_the_app_orders_a_moment_after_its_answer_is_waited_for() -> None:
    assert came([], [], [("T1", "native")]) == "T1"


def test_of_several_the_product_decides() -> None:
    assert came([("T1", "h5"), ("T2", "native")]) == "T2"


def test_the_same_number_placed_again_is_one_order() -> None:
    assert came([("T1", "native"), ("T1", "native")]) == "T1"


def test_several_of_one_product_decide_nothing() -> None:
    with pytest.raises(NotExercised, match="2 orders reached the platform at once: T1, T2"):
        came([("T2", "native"), ("T1", "native")])


def test_none_that_came_is_none() -> None:
    assert came([], patience_s=0) is None
