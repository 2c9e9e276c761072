"""Messages of a worker process to the first process, in the order in which things happen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from harness.core.control import Check
from harness.evidence.digests import Digests


@dataclass(frozen=True, slots=True)
class Started:
    """A scenario begins: should the worker die, this is where."""

    nodeid: str


@dataclass(frozen=True, slots=True)
class Secrets:
    """Texts that must not stand in the record, told before the first of them can get there."""

    texts: frozenset[str]


@dataclass(frozen=True, slots=True)
class Written:
    """Lines and files of the record are on disk."""

    digests: Digests


@dataclass(frozen=True, slots=True)
class Judged:
    """A scenario was judged; its checks are on disk."""

    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True)
class Reported:
    """A phase of a scenario, as pytest serialises its report."""

    report: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Ended:
    """The worker has ended its fixtures."""

    trouble: tuple[str, ...]
    """What broke in it outside of any scenario."""
    app_answers: int
    """How many answers of the app itself it heard."""
