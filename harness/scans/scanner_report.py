"""What a vulnerability scanner found, in one form whatever wrote it down."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, NamedTuple

from harness.core.plain_text import one_line

LONGEST_NAME = 80


class Severity(StrEnum):
    """After the bands of CVSS."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    NONE = "none"
    UNKNOWN = "unknown"
    """The scanner does not say, so that nobody can say it is not high."""


WORDS = {
    **{each.value: each for each in Severity},
    "moderate": Severity.MEDIUM,
    "info": Severity.NONE,
    "negligible": Severity.LOW,
    "important": Severity.HIGH,
}
"""What scanners call them."""


class Vulnerability(NamedTuple):
    """One finding."""

    id: str
    """Of the advisory, e.g. `GHSA-…` or `CVE-…`."""
    package: str
    severity: Severity

    @property
    def told(self) -> str:
        """In a few words."""
        return (
            f"{self.package} {self.id} ({self.severity})" if self.package else f"{self.id} ({self.severity})"
        )


@dataclass(slots=True, kw_only=True)
class ScannerReport:
    """One file of one scanner."""

    format: str
    tool: str
    looked_at: int = 0
    """How many packages, files or rules it says it looked at; 0: it says of none."""
    found: list[Vulnerability] = field(default_factory=list)
    suppressed: int = 0
    """High and critical ones that somebody told the scanner to leave out."""
    skipped: int = 0
    """Packages that it says it could not look at."""
    finished: datetime | None = None
    """When the scan ended; None: the file does not say."""
    revision: str = ""
    """The commit that was scanned, where the file says it."""
    open: list[str] = field(default_factory=list)
    """Why it is not a whole scan, in sentences; empty: nothing speaks against it."""


def banded(score: object) -> Severity:
    """A CVSS score, as a number or as text."""
    try:
        value = float(score)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return Severity.UNKNOWN
    if not math.isfinite(value) or not 0 <= value <= 10:
        return Severity.UNKNOWN
    bands = ((9.0, Severity.CRITICAL), (7.0, Severity.HIGH), (4.0, Severity.MEDIUM), (0.1, Severity.LOW))
    return next((severity for least, severity in bands if value >= least), Severity.NONE)


def worded(word: object) -> Severity:
    """A severity as a scanner calls it."""
    return WORDS.get(word.lower(), Severity.UNKNOWN) if isinstance(word, str) else Severity.UNKNOWN


def members(value: Any) -> dict[str, Any]:
    """The object that should stand there; empty where another thing does."""
    return value if isinstance(value, dict) else {}


def items(value: Any) -> list[Any]:
    """The list that should stand there; empty where another thing does."""
    return value if isinstance(value, list) else []


def name(value: Any) -> str:
    """A short text that no terminal obeys; empty where another thing stands there."""
    return one_line(value[:LONGEST_NAME]) if isinstance(value, str) else ""


def count(value: Any) -> int:
    """A number of things; 0 where another thing stands there."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0


def moment(value: Any) -> datetime | None:
    """A time with its zone, or in UTC where it names none; None where another thing stands there."""
    try:
        read = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)
