"""Open arrivals on Locust: `locust -f load/locustfile.py --headless --env-file .env.simulator --rate 50`.

Alone, with `--processes N`, or as `--master` and `--worker`s: Locust starts one user a worker, and that user
works off the worker's share of the schedule. How long and how many is the schedule's, not `-u`, `-r`, `-t`.
"""

from __future__ import annotations

from typing import Any

from locust import LoadTestShape, User, events, task
from locust.exception import StopUser

from load.coordinator import Coordinator
from load.options import declare

COORDINATOR = Coordinator()
AT_ONCE = 100.0
"""Users a second: every worker's one user is there at once, and waits for the others itself."""


class OpenArrivals(User):
    """Works off one share of the schedule over its own pool of keep-alive connections."""

    @task
    def work(self) -> None:
        """Once, from the first request to the last answer."""
        COORDINATOR.work()
        raise StopUser


class AsLongAsTheSchedule(LoadTestShape):
    """One user a worker, until every worker has handed in what it measured."""

    def tick(self) -> tuple[int, float] | None:
        """Asked by Locust once a second."""
        return None if COORDINATOR.over else (COORDINATOR.users, AT_ONCE)


def _join(environment: Any, **ignored: Any) -> None:
    COORDINATOR.join(environment)


events.init_command_line_parser.add_listener(declare)  # type: ignore[no-untyped-call]
events.init.add_listener(_join)  # type: ignore[no-untyped-call]
