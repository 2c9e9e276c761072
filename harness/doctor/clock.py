"""Whether the clock can be trusted: signatures are refused beyond 300 seconds. No time server is asked."""

from __future__ import annotations

import shutil
import subprocess
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from harness.core.control import Text
from harness.doctor.report_line import ReportLine, State, same

WRITTEN = datetime(2026, 11, 1, tzinfo=UTC)
"""This version was written after this moment, so a clock before it is wrong."""
STEADY_S = 0.5
ASK_LIMIT_S = 10.0
TITLE = Text(zh="时钟", en="clock")
SET_IT = Text(zh="校准系统时间（启用 NTP：timedatectl set-ntp true）", en="set it: timedatectl set-ntp true")


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
        detail = Text(zh=f"{moment:%Y-%m-%d} 早于本版本", en=f"{moment:%Y-%m-%d} lies before this version")
        return ReportLine(name="clock", title=TITLE, state=State.MISSING, detail=detail, fix=SET_IT)
    if abs(jump) > STEADY_S:
        detail = Text(zh=f"检查期间跳动了 {jump:+.1f} 秒", en=f"jumped {jump:+.1f} s while being watched")
        return ReportLine(name="clock", title=TITLE, state=State.WARN, detail=detail, fix=SET_IT)
    if synchronised is False:
        detail = Text(zh="系统称未与时间服务器同步", en="the system says it is not synchronised")
        return ReportLine(name="clock", title=TITLE, state=State.WARN, detail=detail, fix=SET_IT)
    said = Text(zh="已同步", en="synchronised") if synchronised else Text(zh="走时平稳", en="steady")
    shown = f"{moment:%Y-%m-%d %H:%M:%S} UTC"
    detail = Text(zh=f"{shown}，{said.zh}", en=f"{shown}, {said.en}")
    return ReportLine(name="clock", title=TITLE, state=State.OK, detail=detail)


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
    title = Text(zh="时区数据", en="time zones")
    try:
        offset = datetime.now(ZoneInfo("Asia/Shanghai")).utcoffset()
    except ZoneInfoNotFoundError:
        offset = None
    if offset == timedelta(hours=8):
        return ReportLine(
            name="time-zones", title=title, state=State.OK, detail=same("Asia/Shanghai = UTC+08:00")
        )
    return ReportLine(
        name="time-zones",
        title=title,
        state=State.WARN,
        detail=Text(zh="没有 Asia/Shanghai", en="Asia/Shanghai is not known"),
        fix=Text(
            zh="安装 tzdata（Debian：apt-get install tzdata）",
            en="install tzdata (Debian: apt-get install tzdata)",
        ),
    )
