"""How a narrowed run ends: it judges no gate."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Literal, NamedTuple

from harness.core.control import Check, Severity
from harness.verdict.case import Case
from harness.verdict.precedence import Standing, parts_of, standing_of_control, worst

Ending = Literal["PASS", "FAIL", "NOT YET"]


class Selection(NamedTuple):
    """How a narrowed run ends, from its own checks alone."""

    ending: Ending
    failing: tuple[str, ...]
    open: tuple[str, ...]


def selection_of(case: Case, own: Sequence[Check]) -> Selection:
    """How the controls that it exercised stand, from the checks of the narrowed run."""
    standings: dict[str, Standing] = {}
    for id_, checks in groupby(sorted(own, key=lambda check: check.control), key=lambda check: check.control):
        severity = case.controls[id_].severity
        found = list(checks)
        parts = parts_of(found, severity, case.waivers.get(id_, ()))
        over_budget = Standing.WAIVED_OVER_BUDGET in parts.values()  # then the waiver covers nothing
        standing = Standing.FAIL if over_budget else standing_of_control(parts, found)
        soft = standing is Standing.FAIL and severity is Severity.SHOULD
        standings[id_] = Standing.WARN if soft else standing
    for id_ in case.unplanned:
        standings[id_] = worst([standings.get(id_, Standing.INCONCLUSIVE), Standing.INCONCLUSIVE])
    failing = tuple(id_ for id_, standing in standings.items() if standing is Standing.FAIL)
    open_ = tuple(id_ for id_, each in standings.items() if not each.satisfies and id_ not in failing)
    exercised = {Standing.PASS, Standing.WARN} & set(standings.values())
    if failing or case.unplanned or not own:
        return Selection("FAIL", failing, open_)
    if not exercised:  # what does not apply is no pass, and no failure either
        return Selection("NOT YET", failing, tuple(standings))
    return Selection("NOT YET" if open_ else "PASS", failing, open_)


def ending_of(picked: Selection, *, spoilt: bool, doubted: bool) -> Ending:
    """The ending with what befell the run; a doubt takes a pass away and is no failure."""
    if spoilt:
        return "FAIL"
    return "NOT YET" if doubted and picked.ending == "PASS" else picked.ending
