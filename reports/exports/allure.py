"""`allure-results/`: the checks for Allure, a result a check, under the checklist's sections and controls.

Written from the record rather than while it runs, so that a control, not a Python function, is what Allure
shows, and a report can be built again. `pytest scenarios --alluredir` has what Allure's own plugin sees.

Allure knows five statuses. What is no pass and no failure is `unknown` there, and `broken` where a tool or
the environment broke: neither can be taken for a pass.
"""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from allure_commons.model2 import (
    Attachment,
    Label,
    Parameter,
    Status,
    StatusDetails,
    TestResult,
    TestStepResult,
)
from allure_commons.types import LabelType
from attr import asdict

from harness.core.control import Blame, Check, Control, Severity
from harness.core.plain_text import json_text
from harness.evidence import RunMeta, kept_file
from harness.verdict import Judgement, Standing, standing_of
from reports.checklist import Checklist

_SEVERITIES = {Severity.FATAL: "blocker", Severity.MUST: "critical", Severity.SHOULD: "normal"}
_STATUSES = {
    Standing.FAIL: Status.FAILED,
    Standing.HARNESS_ERROR: Status.BROKEN,
    Standing.NOT_APPLICABLE: Status.SKIPPED,
    Standing.PASS: Status.PASSED,
    Standing.WARN: Status.PASSED,
}
_CATEGORIES = [
    {"name": "The merchant or the endpoint fails a control", "matchedStatuses": [Status.FAILED]},
    {"name": "The harness or the environment broke", "matchedStatuses": [Status.BROKEN]},
    {"name": "Not decided: nothing proven either way", "matchedStatuses": [Status.UNKNOWN]},
]


def write(folder: Path, meta: RunMeta, checklist: Checklist, judgement: Judgement) -> None:
    """Write what Allure reads into `folder/allure-results`, in place of what stands there.

    Args:
        folder: of the record, whose pictures are linked rather than copied where the disk can.
    """
    place = folder / "allure-results"
    if place.is_symlink() or place.is_file():
        place.unlink()
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    met: Counter[tuple[str, ...]] = Counter()
    sections = {section.id: section.name.en for section in checklist.sections}
    for status in judgement.controls:
        control = checklist.control(status.id)
        for check in status.checks:
            lasting = _lasting(check)
            met[lasting] += 1
            again = (str(met[lasting]),) if met[lasting] > 1 else ()  # no result may replace its like
            uuid = _digest(meta.id, *lasting, *again)
            result = _result(uuid, control, f"{control.section} {sections[control.section]}", check)
            for picture, attachment in zip(check.artifacts, result.attachments, strict=True):
                kept = kept_file(folder, picture.path)
                if kept is not None:  # a record that was thinned out still has its results
                    _link(kept, place / attachment.source)
            data = asdict(result, filter=lambda _, value: bool(value) or value is False)
            (place / f"{result.uuid}-result.json").write_text(json_text(data), "utf-8")
    (place / "environment.properties").write_text(_properties(meta), "utf-8")
    (place / f"{_digest(meta.id)}-globals.json").write_text(json_text(_errors(meta)), "utf-8")
    (place / "categories.json").write_text(json_text(_CATEGORIES), "utf-8")


def _lasting(check: Check) -> tuple[str, ...]:
    """What a check is from run to run."""
    return check.control, check.scenario, check.provider, check.dialect


def _result(uuid: str, control: Control, section: str, check: Check) -> TestResult:
    wire = "" if check.dialect == "-" else f" [{check.dialect}]"
    lasting = _lasting(check)
    start = _milliseconds(check.started)
    standing = standing_of(check)
    status = _status(check, standing)
    return TestResult(
        uuid=uuid,
        historyId=_digest(*lasting),
        testCaseId=_digest(*lasting[:2]),
        fullName=check.scenario,
        name=f"{control.id} {control.title.en}{wire}",
        titlePath=[section, control.id],
        description=f"{control.criterion.en}\n\n{control.criterion.zh}",
        status=status,
        statusDetails=_details(control, check, standing),
        stage="finished",
        start=start,
        stop=start + round(check.duration_s * 1000),
        steps=[
            TestStepResult(
                name=step.name,
                # The record does not say in which step a check broke off, so then no step has a status.
                status=Status.PASSED if status == Status.PASSED else None,
                start=start + round(step.offset_s * 1000),
                stop=start + round((step.offset_s + step.duration_s) * 1000),
            )
            for step in check.steps
        ],
        attachments=[
            Attachment(name=each.title.en, source=f"{uuid}-{number}-attachment.png", type="image/png")
            for number, each in enumerate(check.artifacts, start=1)
        ],
        parameters=[
            Parameter(name="dialect", value=check.dialect),
            Parameter(name="grade", value=check.grade.label),
            Parameter(name="rests on", value=str(check.exercised)),
        ],
        labels=_labels(control, section, check),
    )


def _status(check: Check, standing: Standing) -> str:
    if standing is Standing.INCONCLUSIVE and check.blame is Blame.ENVIRONMENT:
        return Status.BROKEN
    return _STATUSES.get(standing, Status.UNKNOWN)


def _details(control: Control, check: Check, standing: Standing) -> StatusDetails | None:
    """Why it is no plain pass, and how a failure is usually mended."""
    if standing is Standing.PASS and not check.message:
        return None
    mended = f"\n\n{control.remedy.en}\n{control.remedy.zh}" if standing is Standing.FAIL else ""
    blamed = f" ({check.blame.value})" if check.blame else ""
    said = check.message or "nothing was exercised"
    return StatusDetails(message=f"{standing.value}{blamed}: {said}{mended}")


def _labels(control: Control, section: str, check: Check) -> list[Label]:
    pairs: Iterable[tuple[str, str]] = (
        (LabelType.EPIC, "GoLive"),
        (LabelType.FEATURE, section),
        (LabelType.STORY, f"{control.id} {control.title.en}"),
        (LabelType.SEVERITY, _SEVERITIES[control.severity]),
        (LabelType.PARENT_SUITE, section),
        (LabelType.SUITE, control.id),
        (LabelType.TAG, control.id),
        (LabelType.TAG, check.dialect),
        (LabelType.FRAMEWORK, "golive"),
    )
    return [Label(name=name, value=value) for name, value in pairs if value != "-"]


def _properties(meta: RunMeta) -> str:
    facts: Mapping[str, str] = {
        "run": meta.id,
        "target": meta.target,
        "host": meta.host,
        "grade": meta.grade.label,
        "merchant": meta.merchant,
        "checklist": meta.checklist,
        **meta.versions,
    }
    return "".join(f"{name}={value}\n" for name, value in facts.items())


def _digest(*parts: str) -> str:
    """The same for every run, so that Allure can tell a check's history."""
    return uuid5(NAMESPACE_URL, "/".join(parts)).hex


def _errors(meta: RunMeta) -> dict[str, list[dict[str, str]]]:
    """What spoils the run as a whole, whatever its checks say; Allure 3 shows it beside the results."""
    said = [f"harness error: {fault}" for fault in meta.faults]
    said += ["the run was interrupted: what it says is incomplete"] if meta.cut_short else []
    return {"errors": [{"message": each} for each in said]}


def _milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # another disk, or one that knows no links
        shutil.copyfile(source, target)
