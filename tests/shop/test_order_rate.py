"""An account makes so many orders within a minute, and another one as many again."""

from __future__ import annotations

from harness.shop.order_rate import WINDOW_S, OrderRate


def test_an_account_is_stopped_for_the_rest_of_a_minute_and_nobody_else() -> None:
    now = [0.0]
    rate = OrderRate(2, exempt=["house"], now=lambda: now[0])
    assert [rate.admits("a") for _ in range(3)] == [True, True, False]
    assert rate.admits("b")
    assert all(rate.admits("house") for _ in range(9))
    now[0] = WINDOW_S
    assert rate.admits("a")


def test_without_a_limit_anybody_orders() -> None:
    rate = OrderRate(None)
    assert all(rate.admits("a") for _ in range(99))
