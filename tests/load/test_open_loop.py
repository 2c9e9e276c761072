"""Requests start when they are due, whatever became of those before; being late is measured, not hidden."""

from __future__ import annotations

import time

import gevent
import pytest
from gevent.event import Event

from load import open_loop
from load.arrivals import Arrival, Schedule
from load.open_loop import Job, OpenLoop

FREELY_LATE_S = 0.15
"""Lateness that a busy test machine may cause."""


class Log:
    """Every request that was started: when it was due, how late it was."""

    def __init__(self, wait: Event | None = None, *, takes_s: float = 0.0) -> None:
        self.prepared: list[float] = []
        self.due: list[float] = []
        self.lags: list[float] = []
        self._wait = wait
        self._takes_s = takes_s

    def prepare(self, arrival: Arrival) -> Job:
        self.prepared.append(time.perf_counter())

        def job(due: float) -> None:
            self.due.append(due)
            self.lags.append(time.perf_counter() - due)
            if self._wait is not None:
                self._wait.wait(20)
            gevent.sleep(self._takes_s)

        return job


def run(schedule: Schedule, log: Log, *, in_flight: int = 1000) -> OpenLoop:
    loop = OpenLoop(schedule.arrivals(), prepare=log.prepare, in_flight=in_flight)
    loop.run()
    return loop


def test_every_request_starts_although_no_answer_comes() -> None:
    answers = Event()
    log = Log(answers)
    gevent.spawn_later(1.5, answers.set)
    loop = run(Schedule.constant(100, 0.5), log)
    assert loop.started == 50
    assert max(log.lags) < 0.9, "a request waited for an answer"


def test_requests_start_in_order_and_never_early() -> None:
    log = Log()
    run(Schedule.constant(200, 0.5, poisson=True, seed=1), log)
    assert log.due == sorted(log.due)
    assert min(log.lags) >= 0
    assert sorted(log.lags)[len(log.lags) // 2] < FREELY_LATE_S


def test_a_request_is_ready_before_its_time_but_not_long_before() -> None:
    log = Log()
    run(Schedule.constant(20, 2), log)
    ahead = [due - prepared for due, prepared in zip(log.due, log.prepared, strict=True)]
    assert sorted(ahead)[len(ahead) // 2] > 0.1
    assert max(ahead) <= open_loop.AHEAD_S + open_loop.LEAD_S


def test_a_full_pool_makes_requests_late_and_the_lag_says_so() -> None:
    log = Log(takes_s=0.1)
    run(Schedule.constant(50, 1), log, in_flight=1)
    assert len(log.lags) == 50
    assert max(log.lags) > 2, "fifty requests of 0.1 s, one at a time, cannot be on time within a second"


def test_a_starved_generator_measures_its_own_lateness() -> None:
    def hog() -> None:
        for _ in range(8):
            busy_until = time.perf_counter() + 0.1
            while time.perf_counter() < busy_until:
                pass
            gevent.sleep(0.02)

    log = Log()
    starving = gevent.spawn(hog)
    run(Schedule.constant(100, 0.8), log)
    starving.join()
    assert sorted(log.lags)[len(log.lags) // 2] > 0.01


def test_what_is_hopelessly_late_is_counted_as_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(open_loop, "GRACE_S", 0.3)
    log = Log(takes_s=0.5)
    loop = run(Schedule.constant(10, 1), log, in_flight=1)
    assert loop.not_sent > 0
    assert loop.started + loop.not_sent == 10


def test_after_a_stop_nothing_starts_and_what_is_under_way_ends() -> None:
    ended = []

    def prepare(arrival: Arrival) -> Job:
        def job(due: float) -> None:
            gevent.sleep(0.4)
            ended.append(arrival.number)

        return job

    loop = OpenLoop(Schedule.constant(20, 60).arrivals(), prepare=prepare)
    gevent.spawn_later(1.0, loop.stop)
    loop.run()
    assert len(ended) == loop.started
    assert 1 <= loop.started < 60
    assert loop.in_flight == 0
