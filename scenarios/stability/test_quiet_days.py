"""Seven Beijing days pass without a serious error, and what they prove is said (P§4)."""

from __future__ import annotations

from harness.core.control import Blame
from harness.plugin import Journal, WatchedDays, control


@control("STB-01", dialects=(), blame=Blame.ENDPOINT)
def test_seven_days_pass_without_a_serious_error(watched_days: WatchedDays, journal: Journal) -> None:
    found = watched_days.judged()
    if found.limit:
        journal.limit(found.limit)
    journal.observe(found.sentence)
    assert not found.fails, found.sentence
    if found.undecided:
        journal.doubt(found.sentence)


@control("STB-02", dialects=(), blame=Blame.ENDPOINT)
def test_what_quiet_days_prove_is_said(watched_days: WatchedDays, journal: Journal) -> None:
    found = watched_days.bounded()
    journal.observe(found.sentence)
    journal.limit(found.sentence)
    assert not found.fails, found.sentence
    if found.undecided:
        journal.doubt(found.undecided)
