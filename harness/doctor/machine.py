"""Python, cores, memory, disk, and the right to write runs/."""

from __future__ import annotations

import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from harness.core.control import Text
from harness.doctor.report_line import ReportLine, State, same

OLDEST_PYTHON = (3, 11)
ENOUGH_CORES = 2
ENOUGH_MEMORY = 2 * 1024**3
ENOUGH_DISK = 2 * 1024**3
LEAST_DISK = 200 * 1024**2
CGROUP_LIMIT = Path("/sys/fs/cgroup/memory.max")


def python(version: tuple[int, ...] = sys.version_info[:3]) -> ReportLine:
    """Whether this Python is new enough."""
    enough = version >= OLDEST_PYTHON
    number = ".".join(str(part) for part in version)
    return ReportLine(
        name="python",
        title=same("Python"),
        state=State.OK if enough else State.MISSING,
        detail=same(f"{number} · {platform.system()} {platform.machine()} · {sys.executable}"),
        fix=None if enough else Text(zh="请安装 Python 3.11 或更新版本", en="install Python 3.11 or newer"),
    )


def strength(cores: int | None = None, memory: int | None = None) -> ReportLine:
    """Cores and memory; few of either make measured times worthless, never the judgements."""
    have_cores = usable_cores() if cores is None else cores
    have_memory = usable_memory() if memory is None else memory
    enough = have_cores >= ENOUGH_CORES and have_memory >= ENOUGH_MEMORY
    return ReportLine(
        name="strength",
        title=Text(zh="核心与内存", en="cores and memory"),
        state=State.OK if enough else State.WARN,
        detail=Text(
            zh=f"{have_cores} 核，{gibibytes(have_memory)}",
            en=f"{have_cores} cores, {gibibytes(have_memory)}",
        ),
        fix=None
        if enough
        else Text(
            zh="至少 2 核、2 GiB 内存，否则测得的响应时间不可信",
            en="give it 2 cores and 2 GiB at least, else measured times mean little",
        ),
    )


def disk(folder: Path, free: int | None = None) -> ReportLine:
    """Room for run records, which keep screenshots and every exchange."""
    have = shutil.disk_usage(existing(folder)).free if free is None else free
    state = State.OK if have >= ENOUGH_DISK else State.WARN if have >= LEAST_DISK else State.MISSING
    return ReportLine(
        name="disk",
        title=Text(zh="磁盘空间", en="disk space"),
        state=state,
        detail=Text(zh=f"剩余 {gibibytes(have)}", en=f"{gibibytes(have)} free"),
        fix=None
        if state is State.OK
        else Text(
            zh="请清理旧的 runs/ 或其他文件，留出 2 GiB", en="make room: old runs/ first; 2 GiB is enough"
        ),
    )


def writable(folder: Path) -> ReportLine:
    """Whether run records can be written, by really writing where they, or their folder, would go."""
    place = existing(folder)
    title = Text(zh="可写 runs/", en="runs/ writable")
    try:
        with tempfile.TemporaryFile(dir=place):
            return ReportLine(name="runs", title=title, state=State.OK, detail=same(str(folder)))
    except OSError as error:
        return ReportLine(
            name="runs",
            title=title,
            state=State.MISSING,
            detail=same(f"{place}: {error.strerror}"),
            fix=Text(
                zh="换一个可写的目录，或用 --out 指定",
                en="work in a folder you may write, or name one with --out",
            ),
        )


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
