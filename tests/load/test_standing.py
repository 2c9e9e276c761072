"""How far a load is: a worker's reports carry it when it is wanted, and the master keeps the last of each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from load.live import TOLD
from load.standing import Standing


class Hook:
    """One of Locust's events: importing locust here would patch the test process."""

    def __init__(self) -> None:
        self._listeners: list[Callable[..., None]] = []

    def add_listener(self, listener: Callable[..., None]) -> None:
        self._listeners.append(listener)

    def fire(self, **told: object) -> None:
        for listener in self._listeners:
            listener(**told)


class Events:
    def __init__(self) -> None:
        self.report_to_master, self.worker_report = Hook(), Hook()


def reported(standing: Standing, *, wanted: bool) -> dict[str, Any]:
    events, data = Events(), dict[str, Any]()
    standing.give_to_master(events, wanted=lambda: wanted)
    events.report_to_master.fire(client_id="a", data=data)
    return data


def test_a_report_carries_it_once_there_is_something_and_somebody_asked() -> None:
    assert reported(Standing(lambda: {"due": 3}), wanted=True) == {TOLD: {"due": 3}}
    assert reported(Standing(lambda: {"due": 3}), wanted=False) == {}
    assert reported(Standing(lambda: None), wanted=True) == {}


def test_the_last_word_of_each_worker_counts_beside_its_own() -> None:
    standing, events = Standing(lambda: {"due": 1}), Events()
    standing.take_from_workers(events)
    for worker, due in (("a", 2), ("b", 3), ("a", 5)):
        events.worker_report.fire(client_id=worker, data={TOLD: {"due": due}})
    events.worker_report.fire(client_id="c", data={})
    assert standing.of_all() == [{"due": 1}, {"due": 5}, {"due": 3}]
