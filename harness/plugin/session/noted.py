"""Takes over into a scenario's journal what a scan found."""

from __future__ import annotations

from harness.plugin.session.journal import Journal
from harness.scans.findings import Findings


def noted(journal: Journal, found: Findings) -> None:
    """Note everything, and fail where something is wrong.

    Raises:
        AssertionError: something is wrong.
    """
    for each in found.seen:
        journal.observe(each)
    for each in found.unwise:
        journal.warn(each)
    for each in found.open:
        journal.doubt(each)
    for each in found.untried:
        journal.limit(each)
    if found.wrong:
        raise AssertionError("; ".join(dict.fromkeys(found.wrong)))
