"""Whether the clock can be trusted: signatures are refused beyond 300 seconds. No time server is asked."""

from __future__ import annotations

import shutil
import subprocess
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from harness.doctor.report_line import ReportLine, State, line

WRITTEN = datetime(2026, 11, 1, tzinfo=UTC)
"""This version was written after this moment, so a clock before it is wrong."""
STEADY_S = 0.5
ASK_LIMIT_S = 10.0


@dataclass(frozen=True, slots=True)
class Reading:
    """The wall clock and the steady clock, read at one moment, in seconds."""

    wall: float
    steady: float

    @classmethod
    def now(cls) -> Reading:
        """Read both clocks."""
        return cls(time.time(), time.monotonic())


def clock(before: Reading, after: Reading, synchronised: bool | None) -> ReportLine:
    """Judge the clock by two readings some time apart and by what the system says of itself.

    Args:
        synchronised: the system's own word on NTP; None where it cannot be asked.
    """
    moment = datetime.fromtimestamp(after.wall, UTC)
    jump = (after.wall - before.wall) - (after.steady - before.steady)
    if moment < WRITTEN:
        return line("clock", State.MISSING, "early", moment=moment)
    if abs(jump) > STEADY_S:
        return line("clock", State.WARN, "jumped", jump=jump)
    if synchronised is False:
        return line("clock", State.WARN, "adrift")
    return line("clock", State.OK, "synchronised" if synchronised else "steady", moment=moment)


def synchronised() -> bool | None:
    """Whether systemd says the clock follows a time server; None where it cannot be asked."""
    program = shutil.which("timedatectl")
    if program is None:
        return None
    try:
        asked = subprocess.run(  # noqa: S603 - found on the path, constant arguments
            [program, "show", "--property=NTPSynchronized", "--value"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=ASK_LIMIT_S,
            check=False,
            text=True,
        )
    except (subprocess.TimeoutExpired, OSError):
        return None
    return {"yes": True, "no": False}.get(asked.stdout.strip())


def time_zones() -> ReportLine:
    """Whether the zone database knows Beijing time, which payers' browsers and statements use."""
    try:
        offset = datetime.now(ZoneInfo("Asia/Shanghai")).utcoffset()
    except ZoneInfoNotFoundError:
        offset = None
    if offset == timedelta(hours=8):
        return line("time-zones", State.OK, "known")
    return line("time-zones", State.WARN, "unknown")
