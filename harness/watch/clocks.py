"""The clocks of a watch: the time of day, and one that nobody can set; tests inject both."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from harness.core.clock import wire_now

_BOOT = Path("/proc/sys/kernel/random/boot_id")


def _since_boot() -> float:
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


def _boot() -> str:
    try:
        return _BOOT.read_text("ascii").strip()
    except OSError:
        return str(uuid4())  # nothing is known of how it compares with another process


@dataclass(frozen=True, slots=True)
class Clocks:
    """Where a watch has its time from."""

    now: Callable[[], datetime] = wire_now
    """The time of day, aware; somebody may set it."""
    since_boot: Callable[[], float] = _since_boot
    """Seconds since the machine started, asleep or awake; nobody sets it."""
    boot: Callable[[], str] = _boot
    """Which start of the machine that counts from."""
    sleep: Callable[[float], None] = time.sleep
    """Waits for so many seconds."""
