"""What the record of one run says: of its defect, or of the correct shop. Reads files, starts nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from harness.core.control import Check, Defect, Outcome, Severity
from harness.core.errors import UsageError
from harness.evidence import RunRecord
from harness.evidence.kill_matrix import Alarm, CorrectRun, Mutant
from harness.mutants.child import RECORD
from harness.mutants.pool import OUTPUT, Ended
from harness.plugin.target.needs import Prerequisite
from harness.processes.child import last_words

UNDECIDED = {Outcome.INCONCLUSIVE, Outcome.HARNESS_ERROR}
TO_BE_BROUGHT = {Prerequisite.SCANS}
"""What a check may lack in a correct run: somebody has to bring it, and nobody does so for our shop."""
LAST_LINES = 12


class Heard(NamedTuple):
    """A correct run, and every check of it that failed."""

    run: CorrectRun
    alarms: tuple[Alarm, ...]
    unsaid: tuple[str, ...]
    """Controls to ask again, where inconclusive checks are all that keeps the run from being silent."""


def judge_mutant(finished: Ended, defect: Defect) -> Mutant:
    """What became of the defect. It is killed only in a run that was sound: a crash catches nothing."""
    record, trouble = _read(finished)
    checks = record.checks if record else []
    own = [check for check in checks if check.control == defect.control]
    failed = [check for check in own if check.outcome is Outcome.FAIL]
    undecided = [check for check in own if check.outcome in UNDECIDED]
    first: Check | None = None
    if trouble:
        state, message = "error", trouble
    elif failed:
        state, first = "killed", failed[0]
        message = first.message
    elif undecided:
        state, first = "error", undecided[0]
        message = f"{first.outcome}: {first.message}"
    elif not own:
        state, message = "error", f"no scenario of {defect.control} ran"
    else:
        state, message = "survived", f"{len(own)} checks of {defect.control} ran, and none failed"
    return Mutant.of(
        defect,
        state=state,
        killed=state == "killed",
        killed_by=_controls(check for check in checks if check.outcome is Outcome.FAIL),
        scenario=first.scenario if first else "",
        message=message,
        ran=_controls(checks),
        broken=_controls(check for check in checks if check.outcome in UNDECIDED),
        seconds=round(finished.seconds, 2),
        kept="" if state == "killed" else finished.folder.name,
    )


def judge_correct(finished: Ended) -> Heard:
    """Whether the correct shop was let through: a warning is no alarm, an undecided check no silence."""
    record, trouble = _read(finished)
    checks = record.checks if record else []
    alarms = tuple(
        Alarm(
            run=finished.job.name,
            control=check.control,
            scenario=check.scenario,
            dialect=check.dialect,
            message=check.message,
        )
        for check in checks
        if check.outcome is Outcome.FAIL
    )
    undecided = [each for each in checks if each.outcome in UNDECIDED and each.lacks not in TO_BE_BROUGHT]
    message = trouble
    unsaid: tuple[str, ...] = ()
    if not message and undecided and not finished.job.leaves_open:
        if not alarms and all(check.outcome is Outcome.INCONCLUSIVE for check in undecided):
            unsaid = _controls(undecided)
        message = "\n".join(
            f"{each.outcome} in {each.control}, {each.scenario}: {each.message}" for each in undecided
        )
    state: Literal["silent", "alarm", "error"] = "alarm" if alarms else "error" if message else "silent"
    run = CorrectRun(
        name=finished.job.name,
        variant=finished.job.variant,
        state=state,
        checks=len(checks),
        whole=not finished.job.controls,
        message=message,
        seconds=round(finished.seconds, 2),
        kept="" if state == "silent" else finished.folder.name,
    )
    return Heard(run, alarms, unsaid)


def _read(finished: Ended) -> tuple[RunRecord | None, str]:
    """The run's record where there is one, and why it proves nothing where it does not."""
    try:
        record = RunRecord.open(finished.folder / RECORD)
    except UsageError:
        record = None
    if finished.code is None:
        return record, f"it was stopped after {finished.job.patience_s} s"
    if record is None:
        return None, f"it ended with {finished.code} and left no record:\n{_said(finished)}"
    return record, _unsound(record, finished)


def _unsound(record: RunRecord, finished: Ended) -> str:
    """Why a record cannot be relied on; empty when it can."""
    if record.meta.ended is None or record.torn:
        return f"it broke off with {finished.code}:\n{_said(finished)}"
    if record.meta.faults:
        return f"the harness itself was at fault: {record.meta.faults[0]}"
    if not record.checks:
        return "no check was made"
    hard = _hard(record, [check for check in record.checks if check.outcome is Outcome.FAIL])
    # The exit code is what CI believes: it must say what the checks say.
    if hard and finished.code != 1:
        return f"it ended with {finished.code}, although {hard[0]} failed:\n{_said(finished)}"
    if not hard and finished.code == 1:
        return f"it ended with 1, although nothing failed that may end a run so:\n{_said(finished)}"
    return ""


def _hard(record: RunRecord, failed: Sequence[Check]) -> tuple[str, ...]:
    """The failed controls that are more than a warning, by the checklist that the run was judged by."""
    snapshot = record.read_snapshot("checklist") or {"controls": []}
    soft = {each["id"] for each in snapshot["controls"] if each["severity"] == Severity.SHOULD}
    return tuple(control for control in _controls(failed) if control not in soft)


def _controls(checks: Iterable[Check]) -> tuple[str, ...]:
    """Their controls, each once, in the order in which they came."""
    return tuple(dict.fromkeys(check.control for check in checks))


def _said(finished: Ended) -> str:
    return last_words(finished.folder / OUTPUT, LAST_LINES)
