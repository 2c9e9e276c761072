"""Runs wires side by side: where endpoint and merchant are ours, each has a worker process of its own.

A worker is forked with everything collected, and has a simulator, a merchant and a browser of its own: none
sees another's orders or moves another's clock. The process that was started keeps what stands on no wire, the
load among it. All append to one record, line by line. What a worker judges is told to the first process,
which shows it, counts it, and judges the whole.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Generator, Sequence

import pytest

from harness.core.dialects import dialect, dialects
from harness.core.errors import UsageError
from harness.plugin.marks import NO_WIRE, lane_of
from harness.plugin.options import EMBEDDED, OUR_SHOP, Options
from harness.plugin.session.rehearsal import REHEARSAL, Rehearsal
from harness.plugin.workers.ahead import load_ahead
from harness.plugin.workers.worker import Worker
from harness.processes.interrupts import holding_interrupts

STOP_WITHIN_S = 20.0
"""How long workers that are told to end may take for their scenarios and their browsers."""
WORTH_WORKERS = 100
"""Scenarios of a selection that are worth the start of a simulator and a merchant for each wire."""


@pytest.hookimpl(wrapper=True)
def pytest_runtestloop(session: pytest.Session) -> Generator[None, object, object]:
    """Start the workers beside pytest's own loop, and wait for them afterwards."""
    rehearsal = session.config.stash.get(REHEARSAL, None)
    if rehearsal is None:
        return (yield)
    workers: list[Worker] = []
    try:
        with holding_interrupts():
            shares = _shares(session, rehearsal.options)
            if shares:
                load_ahead()
            for share in shares:
                workers.append(Worker(session, share, rehearsal, older=workers))
        for worker in workers:
            worker.listen()  # a full pipe would hold it up while a long scenario of ours runs
            session.config.pluginmanager.register(worker)
        rehearsal.passed_over = rehearsal.history.begin(rehearsal.record)  # while the workers begin
        result = yield
        for worker in workers:
            worker.join()
    except BaseException:
        if rehearsal.order_cleanup is not None:  # before fixtures end, for which nobody may leave us the time
            rehearsal.order_cleanup.close_open()
        _stop(workers)
        raise
    finally:
        if workers:
            _reload(rehearsal)
    return result


def _shares(session: pytest.Session, options: Options) -> list[list[pytest.Item]]:
    """The scenarios of each worker, taken out of the first process's own; nothing where there is none."""
    if not _can_fork(options) or (options.only and len(session.items) < WORTH_WORKERS):
        return []
    # What is judged by a sample is too little for a worker, and its platform, of its own.
    lanes = [[wire] for wire in dialects()]
    lanes.append([wire for wire in dialects(sampled=True) if dialect(wire).sampled])
    shares = [[item for item in session.items if lane_of(item) in lane] for lane in lanes]
    session.items[:] = [item for item in session.items if lane_of(item) == NO_WIRE]
    return [share for share in shares if share]


def _can_fork(options: Options) -> bool:
    """Whether workers can be had.

    A running simulator or merchant has one clock and one set of books. Off Linux, system libraries do not
    survive a fork; and a fork would tear a second thread in two.
    """
    ours = options.target == EMBEDDED and options.env_file is None and options.merchant == OUR_SHOP
    forks = sys.platform == "linux" and threading.active_count() == 1
    return ours and forks and not options.one_by_one and len(os.sched_getaffinity(0)) > 1


def _reload(rehearsal: Rehearsal) -> None:
    """Read what all wrote; a line that none of them wrote can be unreadable, and that is no GO."""
    try:
        rehearsal.record.reload()
    except UsageError as error:
        rehearsal.broke(str(error))


def _stop(workers: Sequence[Worker]) -> None:
    """Let every worker end in order; a further Ctrl-C ends them at once."""
    try:
        for worker in workers:
            worker.tell_to_end()
        deadline = time.monotonic() + STOP_WITHIN_S
        for worker in workers:
            worker.stop(deadline)
    except BaseException:
        for worker in workers:
            worker.give_up()
        raise
