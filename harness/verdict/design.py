"""When a run may be judged: settled before it begins, because it decides which statistics hold."""

from __future__ import annotations

from enum import StrEnum


class Design(StrEnum):
    """When a run may be judged."""

    FIXED = "fixed"
    """Once, after a number of requests or a time that was settled before it began."""
    SEQUENTIAL = "sequential"
    """At any moment; it may stop as soon as it knows."""
