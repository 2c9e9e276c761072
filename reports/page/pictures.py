"""The pictures of a run: a strip a dialect, as many as the page has room for."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from harness.core.control import Artifact, Text
from harness.core.dialects import all_dialects
from harness.core.scenario_titles import scenario_title
from harness.evidence import RunRecord, kept_file
from reports.page.translations import SENTENCES

PICTURES = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".webp": "image/webp"}
MOST_PICTURES = 400
"""That are named at all."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture of the filmstrip."""

    number: int
    control: str
    scenario: Text
    title: Text
    path: str
    """Below the record."""
    there: bool
    """Whether its file is in the record."""
    data: str | None
    """The picture as an address; None when its file is gone, or the page has no room for it."""


@dataclass(frozen=True, slots=True)
class Journey:
    """The filmstrip of one dialect."""

    dialect: Text
    frames: tuple[Frame, ...]


@dataclass(frozen=True, slots=True)
class _Shot:
    control: str
    scenario: str
    dialect: str
    artifact: Artifact


def numbers(record: RunRecord) -> dict[str, list[int]]:
    """By control, the numbers of the pictures taken in its checks."""
    found: dict[str, list[int]] = {}
    for number, shot in enumerate(_shots(record), 1):
        found.setdefault(shot.control, []).append(number)
    return found


def journeys(record: RunRecord, room: int, first: Collection[str] = ()) -> list[Journey]:
    """The pictures of the run, each once: a strip a dialect, in the order their checks began.

    Args:
        room: bytes that pictures may take on the page.
        first: controls whose pictures get the room before others.
    """
    titles = {each.id: each.title for each in all_dialects()}
    shots = list(enumerate(_shots(record), 1))
    data: dict[int, str] = {}
    there: set[int] = set()
    for number, shot in sorted(shots, key=lambda each: each[1].control not in first):
        file = kept_file(record.folder, shot.artifact.path)
        if file is None:
            continue
        there.add(number)
        size = file.stat().st_size * 4 // 3 + 64
        if size <= room:
            data[number] = _address(file)
            room -= size
    strips: dict[str, list[Frame]] = {dialect: [] for dialect in titles}
    for number, shot in shots:
        strips.setdefault(shot.dialect, []).append(
            Frame(
                number,
                shot.control,
                scenario_title(shot.scenario),
                shot.artifact.title,
                shot.artifact.path,
                number in there,
                data.get(number),
            )
        )
    return [
        Journey(titles.get(id_, SENTENCES["no_dialect"]), tuple(strip))
        for id_, strip in strips.items()
        if strip
    ]


def _shots(record: RunRecord) -> list[_Shot]:
    """Every picture once, a dialect after the other, in the order its checks began."""
    order = {each.id: place for place, each in enumerate(all_dialects())}
    seen: dict[str, _Shot] = {}
    for check in sorted(record.checks, key=lambda each: (each.started, each.control)):
        for artifact in check.artifacts:
            if Path(artifact.path).suffix.lower() in PICTURES:
                seen.setdefault(artifact.path, _Shot(check.control, check.scenario, check.dialect, artifact))
    ordered = sorted(seen.values(), key=lambda each: order.get(each.dialect, len(order)))
    return ordered[:MOST_PICTURES]


def _address(file: Path) -> str:
    return f"data:{PICTURES[file.suffix.lower()]};base64,{b64encode(file.read_bytes()).decode()}"
