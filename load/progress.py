"""Tells how a load is getting on: a line a second for people, and every request for Locust's own page."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import gevent

from load import terminal
from load.users.client import FinishedRequest

RECENT = "golive"
"""What a worker adds to its report to the master."""


class Progress:
    """Of this process, and on the master of all workers.

    Args:
        environment: Locust's.
    """

    def __init__(self, environment: Any) -> None:
        self._events = environment.events
        self._recent = terminal.Recent()

    def __call__(self, sample: FinishedRequest) -> None:
        """Hear of one finished request; Locust counts it from the intended moment as well."""
        self._recent(sample)
        self._events.request.fire(
            request_type=sample.key.endpoint,
            name=f"{sample.key.scenario}/{sample.key.dialect}",
            response_time=(sample.done - sample.due) / 1000,
            response_length=sample.size,
            exception=sample.failure,
            context={},
        )

    def give_to_master(self) -> None:
        """From now on the master hears once a second what is new here."""

        def give(client_id: str, data: dict[str, Any], **ignored: Any) -> None:
            data[RECENT] = self._recent.give()

        self._events.report_to_master.add_listener(give)

    def take_from_workers(self) -> None:
        """From now on what workers tell is counted here."""

        def take(client_id: str, data: dict[str, Any], **ignored: Any) -> None:
            if RECENT in data:
                self._recent.add(data[RECENT])

        self._events.worker_report.add_listener(take)

    def tell(
        self, *, begun: Callable[[], float], total_s: float, workers: int, over: Callable[[], bool]
    ) -> None:
        """Show a line a second until it is over.

        Args:
            begun: when it began, on `time.monotonic`.
            total_s: how long the schedule is.
            workers: how many processes send.
            over: whether there is nothing more to wait for; asked once a second.
        """
        second = 0
        while True:
            gevent.sleep(1.0)
            if over():
                return
            second += 1
            passed_s = time.monotonic() - begun()
            told = self._recent.give()
            line = terminal.line(told, passed_s=passed_s, total_s=total_s, over_s=1.0, workers=workers)
            terminal.show(line, second=second)
