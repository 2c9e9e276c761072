"""What is known not to be offered, with reasons: `docs/conformance/expected-failures.yaml`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from harness.core.control import Text
from harness.core.errors import ConfigurationError

FOLDER = Path(__file__).parents[2] / "docs" / "conformance"
FILE = FOLDER / "expected-failures.yaml"
SESSIONS, STATELESS = "2025-11-25", "2026-07-28"
REVISIONS = (SESSIONS, STATELESS)


@dataclass(frozen=True, slots=True)
class Group:
    """Checks that fail for one reason.

    Args:
        lines: by revision, `scenario:check`; of what is not scored the scenario alone.
        scored: whether the revision requires them.
    """

    reason: Text
    lines: Mapping[str, Sequence[str]]
    scored: bool


def groups(text: str | None = None) -> list[Group]:
    """The groups, in the order of the file.

    Args:
        text: what is read in place of the file.

    Raises:
        ConfigurationError: a group has lines of no revision that is asked; nothing would answer to them.
    """
    told = yaml.safe_load(FILE.read_text("utf-8") if text is None else text)
    for group in told:
        if strange := [str(name) for name in group if name not in {"reason", "scored", *REVISIONS}]:
            raise ConfigurationError(
                f"no revision that is asked: {', '.join(strange)}",
                where=FILE.name,
                remedy=f"take its lines out, or write it as one of {', '.join(REVISIONS)}, in quotes",
            )
    return [
        Group(
            Text(**group["reason"]),
            {name: group[name] for name in REVISIONS if name in group},
            group.get("scored", True),
        )
        for group in told
    ]


def lines(revision: str, *, scored: bool = True) -> list[str]:
    """Everything of a revision that is expected to fail: what it requires, or what is not scored."""
    return [line for group in groups() if group.scored is scored for line in group.lines.get(revision, ())]
