"""Compares two measurements of the same load, endpoint by endpoint: slower, no slower, or not known yet.

Neither is claimed of a run that was late, cut short or too small.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Literal

from pydantic import AwareDatetime, Field

from harness.core.control import Model
from harness.core.errors import UsageError
from harness.core.plain_text import json_text
from harness.core.whole_file import write_whole
from load.acceptance import accept
from load.comparing.row import Answer, Row, Rules, failures_row, percentile_row
from load.criteria.model import LoadSet
from load.lateness import why_void
from load.measurement import Measurement
from load.resampling import blocks_of
from load.series import Series
from load.timelines import observed

FILE = "measurements/comparison.json"
"""Below the folder of the newer run."""
SHARES = (0.5, 0.95, 0.99)
_QUIET_MS = 2.0
"""A generator that is late by less, at p99, ran on a quiet machine."""


class Comparison(Model):
    """Every question about two runs."""

    schema_: Literal[1] = Field(default=1, alias="schema")
    set: str
    """The load that both of them played."""
    before: AwareDatetime
    """When the older one began; `now` alike."""
    now: AwareDatetime
    tolerance: float
    """A share by which a percentile may grow."""
    reason: str = ""
    """Why nothing can be claimed of any row; empty where it can."""
    rows: tuple[Row, ...]

    @property
    def answer(self) -> Answer:
        """The worst: what is proven bad counts more than what is not known."""
        answers = {each.answer for each in self.rows} or {Answer.UNKNOWN}
        return next(each for each in (Answer.WORSE, Answer.UNKNOWN, Answer.HELD) if each in answers)

    def write(self, folder: Path) -> None:
        """Keep it beside the newer measurement."""
        path = folder / FILE
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, json_text(self.model_dump(mode="json", by_alias=True), indent=1) + "\n")


def compare(
    before: Measurement,
    now: Measurement,
    criteria: LoadSet,
    *,
    older: LoadSet | None = None,
    tolerance: float = 0.05,
) -> Comparison:
    """Compare two runs.

    Args:
        criteria: what the newer one played; `older`: what the other one did, if that is on record apart.
        tolerance: a share by which a percentile may grow.

    Raises:
        UsageError: they played different loads.
    """
    _same_load(criteria, older or criteria)
    reason = (
        _why_not("the older run", before, older or criteria)
        or _why_not("this run", now, criteria)
        or _why_not_alike(before, now)
    )
    old, new = _endpoints(before), _endpoints(now)
    endpoints = sorted(old.keys() | new.keys())
    rules = Rules(tolerance, questions=len(endpoints) * (len(SHARES) + 1), sure=not reason)
    rows: list[Row] = []
    for endpoint in endpoints:
        was, is_ = blocks_of(old.get(endpoint, ())), blocks_of(new.get(endpoint, ()))
        rows += [percentile_row(endpoint, share, was, is_, rules) for share in SHARES]
        rows.append(failures_row(endpoint, was, is_, rules))
    return Comparison(
        set=criteria.id,
        before=before.started,
        now=now.started,
        tolerance=tolerance,
        reason=reason,
        rows=tuple(rows),
    )


def _same_load(criteria: LoadSet, older: LoadSet) -> None:
    played = ("arrivals", "users", "amount", "timeout")
    other = [name for name in played if getattr(criteria, name) != getattr(older, name)]
    if other:
        raise UsageError(
            f"the two runs played different loads: {', '.join(other)} differ",
            where=f"{older.id} and {criteria.id}",
            remedy="play the set of the older run again, and compare with that",
        )


def _why_not(which: str, measurement: Measurement, criteria: LoadSet) -> str:
    """Why nothing may be claimed from a run; empty where something may."""
    if not measurement.requests:
        return f"{which} measured nothing"
    if not measurement.complete:
        return f"{which} was cut short"
    late = why_void(measurement) or accept(measurement, criteria).late
    return f"of {which} nothing can be claimed: {late}" if late else ""


def _why_not_alike(before: Measurement, now: Measurement) -> str:
    """Why the machine, and not the build, may be the difference; empty where it is not.

    Whoever is asked on the generator's own machine is as busy as that is, and how late the generator was
    tells how busy.
    """
    if not any(each.same_machine for run in (before, now) for each in run.series.values()):
        return ""
    lags = [observed(run.lag, 0.99) or 0.0 for run in (before, now)]
    if max(lags) <= max(_QUIET_MS, 2 * min(lags)):
        return ""
    was, is_ = (f"{lag:.3g}" for lag in lags)
    return (
        f"the generator's own lag at p99 went from {was} ms to {is_} ms: this machine, which runs what was "
        "asked, was not equally busy"
    )


def _endpoints(measurement: Measurement) -> dict[str, list[Series]]:
    """The series of each endpoint: in the same load each has the same part of it."""
    found: defaultdict[str, list[Series]] = defaultdict(list)
    for _, each in sorted(measurement.series.items()):
        found[each.endpoint].append(each)
    return dict(found)
