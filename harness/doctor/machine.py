"""Python, cores, memory, disk, and the right to write runs/."""

from __future__ import annotations

import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from harness.doctor.report_line import ReportLine, State, line

OLDEST_PYTHON = (3, 11)
ENOUGH_CORES = 2
ENOUGH_MEMORY = 2 * 1024**3
ENOUGH_DISK = 2 * 1024**3
LEAST_DISK = 200 * 1024**2
CGROUP_LIMIT = Path("/sys/fs/cgroup/memory.max")


def python(version: tuple[int, ...] = sys.version_info[:3]) -> ReportLine:
    """Whether this Python is new enough."""
    return line(
        "python",
        State.OK if version >= OLDEST_PYTHON else State.MISSING,
        "found",
        number=".".join(str(part) for part in version),
        machine=f"{platform.system()} {platform.machine()}",
        program=sys.executable,
    )


def strength(cores: int | None = None, memory: int | None = None) -> ReportLine:
    """Cores and memory; few of either make measured times worthless, never the judgements."""
    have_cores = usable_cores() if cores is None else cores
    have_memory = usable_memory() if memory is None else memory
    enough = have_cores >= ENOUGH_CORES and have_memory >= ENOUGH_MEMORY
    state = State.OK if enough else State.WARN
    return line("strength", state, "found", cores=have_cores, memory=gibibytes(have_memory))


def disk(folder: Path, free: int | None = None) -> ReportLine:
    """Room for run records, which keep screenshots and every exchange."""
    have = shutil.disk_usage(existing(folder)).free if free is None else free
    state = State.OK if have >= ENOUGH_DISK else State.WARN if have >= LEAST_DISK else State.MISSING
    return line("disk", state, "found", free=gibibytes(have))


def writable(folder: Path) -> ReportLine:
    """Whether run records can be written, by really writing where they, or their folder, would go."""
    place = existing(folder)
    try:
        with tempfile.TemporaryFile(dir=place):
            return line("runs", State.OK, "writable", folder=folder)
    except OSError as error:
        return line("runs", State.MISSING, "refused", folder=place, error=error.strerror)


def existing(folder: Path) -> Path:
    """The folder itself, or the nearest one above it that exists."""
    return next(place for place in (folder, *folder.absolute().parents) if place.is_dir())


def usable_cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def usable_memory() -> int:
    """Bytes of memory, of the machine or of its container if that is less."""
    return min(memory_limits(), default=ENOUGH_MEMORY)


def memory_limits() -> Iterator[int]:
    """Every bound on memory that can be read here."""
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        yield os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    if CGROUP_LIMIT.is_file() and (limit := CGROUP_LIMIT.read_text("ascii").strip()).isdecimal():
        yield int(limit)


def gibibytes(size: int) -> str:
    """A size as people read it."""
    return f"{size / 1024**3:.1f} GiB"
