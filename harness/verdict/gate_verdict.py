"""The verdict of one gate, with what is missing and what it costs to get."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from harness.core.control import APPROVAL, PHONE, Control, Grade, Method, Outcome, Scope, Severity, Text
from harness.verdict.case import Case
from harness.verdict.gates import Gate, Requirement
from harness.verdict.judgement import FAILING, Count, GateVerdict
from harness.verdict.precedence import Standing
from harness.verdict.price import Missing, Price, price_of
from harness.verdict.readiness import Readiness
from harness.verdict.reasons import NOTHING_RAN, readiness_short, reason

_SEVERITIES = list(Severity)
_FAILS = (Standing.FAIL, Standing.WAIVED_OVER_BUDGET)


def gate_verdict(
    case: Case, gate: Gate, needs: frozenset[Requirement], ready: Readiness, notes: Sequence[Text]
) -> GateVerdict:
    """The verdict of one gate.

    Args:
        needs: its requirements.
        ready: readiness.
        notes: what keeps every gate from GO, whatever the controls.
    """
    missing: list[Missing] = []
    warnings: list[str] = []
    counts = dict.fromkeys(Scope, Count())
    required = [list(group) for _, group in groupby(sorted(needs), key=lambda each: each.control)]
    for group in required:
        control = case.controls[group[0].control]
        standings = {each: _standing(case, each) for each in group}
        soft = {
            each
            for each, standing in standings.items()
            if standing in _FAILS and control.severity is Severity.SHOULD and case.only_warns(each)
        }
        open_ = [each for each in group if not standings[each].satisfies and each not in soft]
        if open_:
            missing.append(_missing(case, control, open_, standings))
        elif soft or Standing.WARN in standings.values():
            warnings.append(control.id)
        met = set(standings.values()) <= {Standing.PASS, Standing.WARN}
        counted = counts[control.scope]
        counts[control.scope] = Count(passed=counted.passed + met, required=counted.required + 1)
    notes = list(notes)
    if gate.readiness is not None and ready.percent < gate.readiness:
        notes.append(readiness_short(ready, gate.readiness))
    if not counts[Scope.APP].passed and NOTHING_RAN not in notes:
        notes.append(NOTHING_RAN)
    missing.sort(key=lambda each: _rank(case.controls[each.control], each))
    failing = any(each.price in FAILING for each in missing)
    return GateVerdict(
        verdict="NO-GO" if failing else "NOT YET" if missing or notes else "GO",
        passed=sum(each.passed for each in counts.values()),
        required=len(required),
        scopes={scope: count for scope, count in counts.items() if count.required},
        missing=tuple(missing),
        warnings=tuple(warnings),
        notes=tuple(notes),
    )


def _standing(case: Case, requirement: Requirement) -> Standing:
    """Where a requirement stands. A waiver that is exceeded covers nothing, so no open part beside its
    failures hides them: the verdict is that without it, and only what to do about it is said otherwise."""
    return Standing.WAIVED_OVER_BUDGET if case.over_budget(requirement) else case.standing(requirement)


def _missing(
    case: Case,
    control: Control,
    open_: Sequence[Requirement],
    standings: Mapping[Requirement, Standing],
) -> Missing:
    """One entry for a control: its failure if it fails, else the dearest of what is open."""

    def dearness(each: Requirement) -> tuple[bool, int, Grade]:
        price = _price(case, control, each, standings[each])
        return price in FAILING, price.order, each.grade

    chosen = max(open_, key=dearness)
    standing = standings[chosen]
    found = case.result(chosen)
    return Missing(
        control=control.id,
        standing=standing,
        grade=chosen.grade.label,
        price=_price(case, control, chosen, standing),
        reason=reason(
            standing,
            chosen.grade,
            case.absent(chosen),
            app_silent=found is not None and found.app_silent,
            attested=Method.ATTEST in control.methods,
            paper="".join(row.check.message for row in found.rows if row.paper) if found else "",
        ),
        tried=found is not None and found.tried,
        needs=case.needs(control),
    )


def _price(case: Case, control: Control, requirement: Requirement, standing: Standing) -> Price:
    """A failing S control is missing only for what is undecided beside its failure, so it is run again."""
    if standing in _FAILS and control.severity is Severity.SHOULD:
        standing = Standing.INCONCLUSIVE
    found = case.result(requirement)
    open_ = [row.check for row in found.rows if row.check.outcome is Outcome.NEEDS_HUMAN] if found else []
    # Whoever was there with a phone, and did not say what it showed, lacked nothing.
    by_phone = any(check.lacks in (PHONE, "") for check in open_)
    unapproved = bool(open_) and all(check.lacks == APPROVAL for check in open_)
    return price_of(control, requirement.grade, standing, by_phone=by_phone, unapproved=unapproved)


def _rank(control: Control, missing: Missing) -> tuple[int, int, str]:
    return missing.price.order, _SEVERITIES.index(control.severity), control.id
