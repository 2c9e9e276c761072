"""CPU time: of another process, and what one core can sign with it."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psutil

from harness.signing.keys import generate
from harness.signing.wechat_v3 import sign

SERVER_CORE = (os.cpu_count() or 1) - 1
CLIENT_CORE = 0
_OF_ALL_THREADS = 2
"""What a process's clock counts: the CPUCLOCK_SCHED of Linux, beside its number in the clock's own."""
SIGNATURES = 400
"""Of one measurement: about a tenth of a second."""
_MESSAGE = b"1700000000\n5K8264ILTKCH16CQ2502SI8ZNMTM67VS\n" + b'{"code_url":"weixin://wxpay"}\n'


class Signer:
    """Signs with RSA-2048 and SHA-256 as every answer of the platform is signed."""

    def __init__(self) -> None:
        self._key = generate()
        self.rate()

    def rate(self) -> float:
        """Signatures per CPU second of this one thread, on the server's core."""
        with on_core(SERVER_CORE):
            began = time.thread_time()
            for _ in range(SIGNATURES):
                sign(self._key, _MESSAGE)
            return SIGNATURES / (time.thread_time() - began)


@contextmanager
def on_core(core: int) -> Iterator[None]:
    """Keep this thread on one core, where the system lets us choose."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    before = os.sched_getaffinity(0)
    if core in before:
        os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def cpu_seconds(process: psutil.Process) -> float:
    """User and system time of all threads of a process so far.

    Linux has a clock for each process that tells nanoseconds; elsewhere it ticks in hundredths.
    """
    if psutil.LINUX:
        return time.clock_gettime((~process.pid << 3) | _OF_ALL_THREADS)
    times = process.cpu_times()
    return float(times.user + times.system)


def resident_bytes(process: psutil.Process) -> int:
    """Resident set size."""
    return int(process.memory_info().rss)


def proportional_bytes(process: psutil.Process) -> int:
    """Resident set size with what processes share divided among them, where the system tells."""
    return int(getattr(process.memory_full_info(), "pss", 0) or resident_bytes(process))
