"""Who signed for a control, as far as a record says: its snapshot of papers, where it has one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from harness.core.plain_text import plain
from harness.evidence import RunRecord

SNAPSHOT = "papers"
_NAMES = ("by", "name", "person", "author")
_MOMENTS = ("signed", "at", "recorded", "moment")


@dataclass(frozen=True, slots=True)
class Signed:
    """One person's signature under a paper of one control."""

    name: str
    moment: str
    """As the snapshot writes it; empty where it does not say."""

    def __str__(self) -> str:
        return f"{self.name} {self.moment}".strip()


def signed_papers(record: RunRecord) -> Mapping[str, tuple[Signed, ...]]:
    """Signatures by control. Whether a paper is valid a judge says; a shape nobody knows signs nothing."""
    found: dict[str, list[Signed]] = {}
    for row in _rows(record.read_snapshot(SNAPSHOT)):
        name, moment = (_first(row, names) for names in (_NAMES, _MOMENTS))
        control = row.get("control")
        if isinstance(control, str) and name:
            found.setdefault(control, []).append(Signed(plain(name), plain(moment[:10])))
    return {control: tuple(signed) for control, signed in found.items()}


def _rows(snapshot: Any) -> list[Mapping[str, Any]]:
    held = snapshot.get(SNAPSHOT) if isinstance(snapshot, dict) else snapshot
    return [row for row in held if isinstance(row, dict)] if isinstance(held, list) else []


def _first(row: Mapping[str, Any], names: tuple[str, ...]) -> str:
    return next((row[name] for name in names if isinstance(row.get(name), str)), "")
