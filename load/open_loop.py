"""Starts each request when it is due, not when somebody is free: the open loop, on gevent (decision 0017).

A request is built and signed shortly before its time, while the loop would be idle, so that signing
(0.25 ms of CPU) makes nobody late. It then runs in a greenlet of its own, out of a bounded pool. How late
it really started, its lag, is measured for every one, by the job: a generator that is late measures itself.
"""

from __future__ import annotations

import gc
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import gevent
from gevent.pool import Pool

from load.arrivals import Arrival

AHEAD_S = 0.5
"""Seconds before its time that a request may be signed; a signature is good for 300."""
AHEAD_MOST = 64
"""Requests that may stand ready at once."""
IN_FLIGHT = 4_000
"""Requests under way at once; with all of them waiting, the next is late, and its lag says so."""
GRACE_S = 30.0
"""Seconds by which a request may be late before it is given up and counted as not sent."""
LEAD_S = 0.2
"""Before moment zero: time to have the first requests ready."""
_SIGNING_S = 0.001
"""An idle time shorter than this is left idle, lest building one request delay another."""
_NAP_S = 0.05

Job = Callable[[float], object]
"""A request ready to be sent: called with the moment it was due (`time.perf_counter`), it sends, waits for
the answer, judges it and records it. It must not raise."""


class OpenLoop:
    """Works off arrivals.

    Args:
        arrivals: in the order in which they are due.
        prepare: builds and signs the request of an arrival.
        in_flight: requests under way at once.
        clock: seconds, monotonic.
    """

    def __init__(
        self,
        arrivals: Iterator[Arrival],
        *,
        prepare: Callable[[Arrival], Job],
        in_flight: int = IN_FLIGHT,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._arrivals = arrivals
        self._prepare = prepare
        self._pool = Pool(in_flight)
        self._clock = clock
        self._upcoming: Arrival | None = None
        self._ready: deque[tuple[Arrival, Job]] = deque()
        self._stopped = False
        self._begun = 0.0
        self.started = 0
        """Requests that were started."""
        self.not_sent = 0
        """Requests that fell due and were given up, because the generator was hopelessly late."""

    @property
    def in_flight(self) -> int:
        """Requests under way now."""
        return len(self._pool)

    def stop(self) -> None:
        """Start nothing more; what is under way goes on."""
        self._stopped = True

    def run(self, begin: float | None = None) -> None:
        """Start every request at its time; returns when the last answer is in.

        Args:
            begin: moment zero of the arrivals; None: as soon as the first requests can be ready.
        """
        self._begun = self._clock() + LEAD_S if begin is None else begin
        self._next()
        while not self._stopped:
            now = self._clock() - self._begun
            if self._ready and self._ready[0][0].due_s <= now:
                self._launch(now)
            elif self._room(now):
                self._make_ready()
            elif self._ready:
                gevent.sleep(min(self._ready[0][0].due_s - now, _NAP_S))
            elif self._upcoming is not None:
                gevent.sleep(min(max(self._upcoming.due_s - AHEAD_S - now, 0.0), _NAP_S))
            else:
                break
        self._pool.join()

    def _room(self, now: float) -> bool:
        """Whether the next request may be made ready now without delaying one that is."""
        if self._upcoming is None or len(self._ready) >= AHEAD_MOST:
            return False
        if self._upcoming.due_s - now > AHEAD_S:
            return False
        return not self._ready or self._ready[0][0].due_s - now > _SIGNING_S

    def _make_ready(self) -> None:
        arrival = self._upcoming
        if arrival is not None:
            self._ready.append((arrival, self._prepare(arrival)))
            self._next()
            gevent.sleep(0)

    def _launch(self, now: float) -> None:
        arrival, job = self._ready.popleft()
        if now - arrival.due_s > GRACE_S:
            self.not_sent += 1
            return
        self.started += 1
        self._pool.spawn(job, self._begun + arrival.due_s)
        if not self._ready or self._ready[0][0].due_s > now:
            gevent.sleep(0)

    def _next(self) -> None:
        self._upcoming = next(self._arrivals, None)


@contextmanager
def calm_collector() -> Iterator[None]:
    """Keep the garbage collector from pausing a run: what is there is frozen, the rest is swept seldom."""
    before = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
