"""Whether the installed packages are the locked ones, or at least the wanted ones where there is no lock."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from packaging.requirements import Requirement

from harness.core.control import Text
from harness.doctor.report_line import ReportLine, State, line

LOCK = Path(__file__).parents[2] / "setup" / "locks" / "run.txt"
PIN = re.compile(r"^([A-Za-z0-9][^\s\\]*==[^\\]+?)\s*\\?$", re.MULTILINE)
SHOWN = 5


def packages(lock: Path = LOCK) -> ReportLine:
    """Compare what is installed with the lock of the checkout, or with the package's own metadata."""
    wanted = list(locked(lock)) if lock.is_file() else list(declared())
    absent, other = compare(wanted)
    if not absent and not other:
        source = "as_locked" if lock.is_file() else "as_declared"
        return line("packages", State.OK, source, count=len(wanted))
    unmet = [*absent, *other]
    more = " …" if unmet[SHOWN:] else ""
    return line(
        "packages",
        State.MISSING if absent else State.WARN,
        "differ",
        absent=len(absent),
        other=len(other),
        named=Text(zh="、".join(unmet[:SHOWN]) + more, en=", ".join(unmet[:SHOWN]) + more),
    )


def locked(lock: Path) -> Iterator[Requirement]:
    """The pins of a lock that apply on this machine."""
    for pin in PIN.findall(lock.read_text("utf-8")):
        yield from applying(pin)


def declared() -> Iterator[Requirement]:
    """What the installed package says it needs on this machine; itself, where it is not installed."""
    try:
        lines = requires("golive") or []
    except PackageNotFoundError:
        lines = ["golive"]
    for each in lines:
        yield from applying(each)


def applying(written: str) -> Iterator[Requirement]:
    """The requirement, if its marker holds here."""
    requirement = Requirement(written)
    if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
        yield requirement


def compare(wanted: list[Requirement]) -> tuple[list[str], list[str]]:
    """Names that are not installed, and names with the version that is installed instead."""
    absent: list[str] = []
    other: list[str] = []
    for requirement in wanted:
        try:
            have = version(requirement.name)
        except PackageNotFoundError:
            absent.append(requirement.name)
            continue
        if not requirement.specifier.contains(have, prereleases=True):
            other.append(f"{requirement.name} {have}")
    return absent, other
