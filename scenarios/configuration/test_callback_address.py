"""Where callbacks arrive somebody answers, and asks for no login (C33). The address's form is a setting's."""

from __future__ import annotations

from harness.plugin import CallbackDoor, Journal, Knocked, PlacedOrders, control

UNSIGNED = [("Content-Type", "application/json")]


@control("CFG-09", classic=True)
def test_a_callback_meets_no_login(orders: PlacedOrders, journal: Journal) -> None:
    order = orders.place("1.00")
    url = order.audit().notify_url
    answer = order.deliver(UNSIGNED, b"{}")
    journal.observe(f"an unsigned callback to {url} was answered HTTP {answer.status}")
    problem = Knocked(url, answer.status, answer.body).problem
    assert problem is None, problem


@control("CFG-09", dialects=())
def test_the_callback_address_answers(callback_door: CallbackDoor, journal: Journal) -> None:
    for knocked in callback_door.knock():
        journal.observe(f"an unsigned callback to {knocked.url} was answered HTTP {knocked.status}")
        assert knocked.problem is None, knocked.problem
