"""What a settled number of loads says of a page: in time, late, or not known yet.

Pass: every load was in time, and none is set aside. Fail: a load was late while nothing else had the
processor, for each has to be in time; or so many were late, whatever the machine did, that fewer are proven
(exact one-sided test, 95 %) to be in time than a pass would have proven. Between lie a few loads that were
late while other programs had the processor: they neither pass nor fail.

The number is settled beforehand, and a page that is late gets no loads to make up for it: who repeats late
loads until enough were in time passes a page that is late in every third.
"""

from __future__ import annotations

from statistics import median
from typing import Protocol

from harness.verdict.rates import ALPHA, lower_bound, p_if_met


class Journal(Protocol):
    """Takes down what was observed, and what that leaves in doubt."""

    def observe(self, fact: str, /) -> None: ...
    def doubt(self, message: str, /) -> None: ...


class PageLoads:
    """The loads of one page, as they come.

    Args:
        planned: how many there are to be.
        limit_s: seconds, which a load in time stays below.
    """

    def __init__(self, *, planned: int, limit_s: float) -> None:
        self.planned = planned
        self.limit_s = limit_s
        self.claimed = lower_bound(0, planned)
        """What a pass proves: the share of all loads that are in time at least, if all those planned were."""
        self._took: list[float] = []
        self._undisturbed = 0
        """Loads that were late for no other reason than the page."""

    def add(self, seconds: float, *, disturbed: bool) -> None:
        """Note a load.

        Args:
            seconds: until the page could be used.
            disturbed: whether other programs had the processor; it excuses from failing, not from passing.
        """
        self._took.append(seconds)
        self._undisturbed += seconds >= self.limit_s and not disturbed

    @property
    def late(self) -> int:
        """How many were late, for whatever reason."""
        return sum(seconds >= self.limit_s for seconds in self._took)

    @property
    def proven_late(self) -> bool:
        """Whether so many were late that no load still to come could take back the proof.

        Loads still to come count as in time, so looking early errs no more often than looking at the end.
        """
        return p_if_met(self.late, self.planned, self.claimed) <= ALPHA

    @property
    def over(self) -> bool:
        """Whether no further load is wanted: all are made, or nothing could come of more."""
        return self.proven_late or len(self._took) >= self.planned

    def settle(self, journal: Journal) -> None:
        """Pass, doubt or fail; without a load, nothing was observed.

        Raises:
            AssertionError: the page is late.
        """
        if not self._took:
            return
        made, late = len(self._took), self.late
        figures = f"half within {median(self._took):.2f} s, the slowest in {max(self._took):.2f} s"
        missed = f"{late} of {made} loads took {self.limit_s:g} s or longer"
        journal.observe(f"{made - late} of {made} loads below {self.limit_s:g} s: {figures}")
        if self.proven_late:
            raise AssertionError(
                f"{missed}, which proves (95 %) that fewer than {self.claimed:.0%} of all loads are in time: "
                f"{figures}"
            )
        if self._undisturbed:
            raise AssertionError(f"{missed}, {self._undisturbed} of them on a quiet machine: {figures}")
        if late:
            journal.doubt(
                f"{missed}, each while this machine was busy with other programs: run it when it is quiet"
            )
        elif made < self.planned:
            journal.doubt(f"only {made} of {self.planned} loads were made: too few to prove anything")
        else:
            journal.observe(f"proven (95 %): at least {self.claimed:.1%} of all loads are in time")
