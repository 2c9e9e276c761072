"""What is known not to be offered, with reasons: `docs/conformance/expected-failures.yaml`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from harness.core.control import Text

FOLDER = Path(__file__).parents[2] / "docs" / "conformance"
FILE = FOLDER / "expected-failures.yaml"
SESSIONS, STATELESS = "2025-11-25", "2026-07-28"
REVISIONS = (SESSIONS, STATELESS)


@dataclass(frozen=True, slots=True)
class Group:
    """Checks that fail for one reason.

    Args:
        lines: by revision, `scenario:check`.
    """

    reason: Text
    lines: Mapping[str, Sequence[str]]


def groups() -> list[Group]:
    """The groups, in the order of the file."""
    told = yaml.safe_load(FILE.read_text("utf-8"))
    return [
        Group(Text(**group["reason"]), {name: group[name] for name in REVISIONS if name in group})
        for group in told
    ]


def lines(revision: str) -> list[str]:
    """Every check of a revision that is expected to fail."""
    return [line for group in groups() for line in group.lines.get(revision, ())]
