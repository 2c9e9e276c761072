"""The scans of an app that were added beside its papers: which file, of which build, of when.

A file of most scanners names neither, so whoever adds it says so: an index of one line each, and a copy
under the digest of what was added, so that a file that was changed or cut off afterwards counts for nothing.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from pydantic import AwareDatetime, Field, ValidationError

from harness.core.control import Model
from harness.core.errors import UsageError
from harness.core.plain_text import PlainText
from harness.scans import formats
from harness.scans.scanner_report import ScannerReport

FOLDER = "scans"
"""Within the folder of papers."""
INDEX = "index.ndjson"
LONGEST_INDEX = 4 << 20
AHEAD = timedelta(minutes=10)
"""How far the clock of who scanned may be before ours."""
_COMMIT = re.compile(r"[0-9a-f]{7,64}")


class AddedScan(Model):
    """One line of the index."""

    name: PlainText
    """What the file was called."""
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    format: PlainText
    tool: PlainText
    subject: PlainText
    """Fingerprint of the app that was scanned: its name, address, build and profile, and the requirements."""
    build: PlainText
    finished: AwareDatetime
    added: AwareDatetime

    def place(self, papers: Path) -> Path:
        """Where its copy lies."""
        return papers / FOLDER / f"{self.sha256[:32]}.json"

    def report(self, papers: Path) -> ScannerReport:
        """What it says.

        Raises:
            UsageError: it is not there, or not what was added.
        """
        place = self.place(papers)
        try:
            with place.open("rb") as opened:
                held = opened.read(formats.LARGEST + 1)
        except OSError as error:
            raise UsageError(
                f"the file cannot be read: {error.strerror}", where=str(place), remedy="add it again"
            ) from None
        if hashlib.sha256(held).hexdigest() != self.sha256:
            raise UsageError(
                "the file is not the one that was added", where=str(place), remedy="scan, and add it again"
            )
        return formats.read_bytes(held, self.name)


def add(
    file: Path, papers: Path, *, subject: str, build: str, finished: datetime | None, now: datetime
) -> AddedScan:
    """Take a scanner's file in.

    Args:
        subject: fingerprint of the app that was scanned.
        build: its build, which a commit that the file names has to agree with.
        finished: when the scan ended, where the file does not say.

    Raises:
        UsageError: it is no scan, of another commit, of the future, or nobody says when it ended.
    """
    report = formats.read(file)
    ended = report.finished or finished
    if ended is None:
        raise UsageError(
            f"{report.tool} does not write down when it scanned",
            where=str(file),
            remedy="say it: --finished now, right after the scan, or --finished 2026-11-30T02:00:00+08:00",
        )
    if ended > now + AHEAD:
        raise UsageError(
            f"the scan is of the future: {ended.isoformat(timespec='seconds')}",
            where=str(file),
            remedy="see to the clocks of this machine and of the one that scanned",
        )
    if _other_commit(report.revision, build):
        raise UsageError(
            f"{report.revision} was scanned, and the build of the profile is {build}",
            where=str(file),
            remedy="scan the build that is judged, or name the build that was scanned in the profile",
        )
    held = file.read_bytes()
    scan = AddedScan(
        name=file.name,
        sha256=hashlib.sha256(held).hexdigest(),
        format=report.format,
        tool=report.tool,
        subject=subject,
        build=build,
        finished=ended,
        added=now,
    )
    place = scan.place(papers)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(held)
    with (place.parent / INDEX).open("a", encoding="utf-8") as index:
        index.write(json.dumps(scan.model_dump(mode="json"), ensure_ascii=False) + "\n")
    return scan


def read_added(papers: Path) -> list[AddedScan]:
    """Every scan that was added, in that order; none where nothing was.

    Raises:
        UsageError: the index is damaged.
    """
    place = papers / FOLDER / INDEX
    try:
        with place.open("rb") as opened:
            held = opened.read(LONGEST_INDEX + 1)
    except FileNotFoundError:
        return []
    except OSError as error:
        raise _damaged(place, error.strerror or "it cannot be read") from None
    if len(held) > LONGEST_INDEX:
        raise _damaged(place, "it is too long")
    return list(_lines(held, place))


def _lines(held: bytes, place: Path) -> Iterator[AddedScan]:
    for number, line in enumerate(held.splitlines(), 1):
        try:
            yield AddedScan.model_validate_json(line)
        except ValidationError:
            raise _damaged(place, f"line {number} is none of its own") from None


def _damaged(place: Path, why: str) -> UsageError:
    return UsageError(
        f"the index of added scans cannot be used: {why}",
        where=str(place),
        remedy="move the folder away and add the scans again: golive scanned",
    )


def _other_commit(revision: str, build: str) -> bool:
    """Whether both are commits, and neither is the beginning of the other."""
    one, other = revision.lower(), build.lower()
    commits = _COMMIT.fullmatch(one) and _COMMIT.fullmatch(other)
    return bool(commits) and not (one.startswith(other) or other.startswith(one))
