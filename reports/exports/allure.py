"""`allure-results/`: the checks for Allure, a result a check, under the checklist's sections and controls.

Written from the record rather than while it runs, so that a control, not a Python function, is what Allure
shows, and a report can be built again. `pytest scenarios --alluredir` has what Allure's own plugin sees.

`allurerc.json` beside it holds what Allure 3 reads nowhere else: categories by whose turn it is, and where
the history lies. `npx allure awesome` in the run's folder takes both.

Allure knows five statuses. What is no pass and no failure is `unknown` there, and `broken` where a tool or
the environment broke: neither can be taken for a pass.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from allure_commons.model2 import Status
from allure_commons.types import LabelType

from harness.core.control import Artifact, Blame, Severity, Step
from harness.core.plain_text import json_text, one_line
from harness.evidence import RunMeta, kept_file
from harness.verdict import Judgement, Standing
from reports.checklist import Checklist
from reports.exports.cases import Case, cases_of, of_the_run
from reports.exports.rewritten_folder import RewrittenFolder

_SEVERITIES = {Severity.FATAL: "blocker", Severity.MUST: "critical", Severity.SHOULD: "normal"}
_STATUSES = {
    Standing.FAIL: Status.FAILED,
    Standing.HARNESS_ERROR: Status.BROKEN,
    Standing.NOT_APPLICABLE: Status.SKIPPED,
    Standing.PASS: Status.PASSED,
    Standing.WARN: Status.PASSED,
}
_KINDS = (
    ("A defect of the merchant", Blame.MERCHANT),
    ("A defect of the payment endpoint", Blame.ENDPOINT),
    ("The harness broke", Blame.HARNESS),
    ("The environment did not answer", Blame.ENVIRONMENT),
    ("Whose defect it is has to be found out", Blame.AMBIGUOUS),
)
"""Categories by whose turn it is."""
_UNDECIDED = "Not decided: nothing proven either way"
_NOT_PASSED = [Status.FAILED, Status.BROKEN, Status.UNKNOWN]
_CATEGORIES = [
    *(
        {"name": name, "matchedStatuses": _NOT_PASSED, "messageRegex": rf"^[a-z-]+ \({blame}\)[\s\S]*"}
        for name, blame in _KINDS
    ),
    {"name": _UNDECIDED, "matchedStatuses": [Status.UNKNOWN]},
]
"""As a results folder has them; Allure 2 reads them, and Allure 3's report in the old form."""
RESULTS = "allure-results"
CONFIGURATION = "allurerc.json"
_RESULT, _GLOBALS = "-result.json", "-globals.json"
_OUR_GLOBALS = re.compile(rf"[0-9a-f]{{32}}{re.escape(_GLOBALS)}")
"""Ours have no dashes in their digest, those of Allure's own have."""
FRAMEWORK = "golive"
"""The label by which our results are told from those of others in one folder."""
HISTORY = "allure-history.jsonl"
"""Beside the runs, so that one run's report shows the trend from those before it."""
_SETTINGS = {
    "historyPath": f"../{HISTORY}",
    "categories": [
        *(
            {"name": name, "matchers": [{"statuses": _NOT_PASSED, "labels": {"blame": f"^{blame}$"}}]}
            for name, blame in _KINDS
        ),
        {"name": _UNDECIDED, "matchers": [{"statuses": [Status.UNKNOWN]}]},
    ],
}
"""What Allure 3 wants in a file of its own."""


def write(folder: Path, meta: RunMeta, checklist: Checklist, judgement: Judgement) -> None:
    """Write what Allure reads into `folder/allure-results`, in place of what stands there.

    Args:
        folder: of the record, whose pictures are linked rather than copied where the disk can.
    """
    write_into(folder, folder, meta, checklist, judgement)


def write_into(place: Path, folder: Path, meta: RunMeta, checklist: Checklist, judgement: Judgement) -> None:
    """The same into any folder.

    Args:
        place: where `allure-results` and its settings go.
        folder: of the record.
    """
    results = RewrittenFolder(place / RESULTS)
    sections = {section.id: section.name.en for section in checklist.sections}
    for case in cases_of(checklist, judgement):
        uuid = _digest(meta.id, *case.identity)
        result = _result(uuid, case, f"{case.control.section} {sections[case.control.section]}")
        for number, picture in enumerate(case.check.artifacts, start=1):
            kept = kept_file(folder, picture.path)
            if kept is not None:  # a record that was thinned out still has its results
                results.link(kept, _attachment(uuid, number))
        results.write(f"{uuid}{_RESULT}", json_text(result))
    results.write(f"{_digest(meta.id)}{_GLOBALS}", json_text(_errors(meta, judgement)))
    results.write("categories.json", json_text(_CATEGORIES))
    results.write("environment.properties", _properties(meta))
    results.write("executor.json", json_text(_executor(meta)))
    results.remove_the_rest()
    settings = json_text({"name": f"GoLive {meta.id}", **_SETTINGS}, indent=1)
    (place / CONFIGURATION).write_text(f"{settings}\n", "utf-8")


def remove_earlier(results: Path, *, keep: Collection[str]) -> None:
    """Take an earlier export out of a folder: its results, pictures and errors would stand beside others
    as if both were one run. What another tool left there stays.

    Args:
        results: the folder.
        keep: names of the files that belong to the new export.
    """
    others = [file for file in results.iterdir() if file.is_file() and file.name not in keep]
    mark = json_text({"name": LabelType.FRAMEWORK, "value": FRAMEWORK})
    earlier = {
        file.name.removesuffix(_RESULT)
        for file in others
        if file.name.endswith(_RESULT) and mark in file.read_text("utf-8", "replace")
    }
    for file in others:
        if _OUR_GLOBALS.fullmatch(file.name) or file.name.partition("-")[0] in earlier:
            file.unlink()


def _result(uuid: str, case: Case, section: str) -> dict[str, Any]:
    """A result as its file holds it. The names are those of `allure_commons.model2.TestResult`, whose classes
    take five times as long for as many checks as a load has."""
    control, check = case.control, case.check
    start = _milliseconds(check.started)
    status = _status(case)
    result = {
        "uuid": uuid,
        "historyId": _digest(*case.identity),
        "testCaseId": _digest(*case.identity[:2]),
        "fullName": check.scenario,
        "name": f"{control.id} {case.name}",
        "titlePath": [section, control.id],
        "description": f"{control.criterion.en}\n\n{control.criterion.zh}",
        "status": status,
        "statusDetails": _details(case),
        "stage": "finished",
        "start": start,
        "stop": start + round(check.duration_s * 1000),
        "steps": [_step(each, start, status) for each in check.steps],
        "attachments": [_picture(uuid, *each) for each in enumerate(check.artifacts, start=1)],
        "parameters": [
            {"name": "dialect", "value": check.dialect},
            {"name": "grade", "value": check.grade.label},
            {"name": "rests on", "value": str(check.exercised)},
        ],
        "labels": [{"name": name, "value": value} for name, value in _labels(case, section) if value != "-"],
    }
    return {name: value for name, value in result.items() if value}


def _step(step: Step, start: int, status: str) -> dict[str, object]:
    """The record does not say in which step a check broke off, so then no step has a status."""
    began = start + round(step.offset_s * 1000)
    ended = start + round((step.offset_s + step.duration_s) * 1000)
    passed = {"status": Status.PASSED} if status == Status.PASSED else {}
    return {"name": step.name, **passed, "start": began, "stop": ended}


def _picture(uuid: str, number: int, artifact: Artifact) -> dict[str, str]:
    return {"name": artifact.title.en, "source": _attachment(uuid, number), "type": "image/png"}


def _attachment(uuid: str, number: int) -> str:
    return f"{uuid}-{number}-attachment.png"


def _status(case: Case) -> str:
    if case.standing is Standing.INCONCLUSIVE and case.check.blame is Blame.ENVIRONMENT:
        return Status.BROKEN
    return _STATUSES.get(case.standing, Status.UNKNOWN)


def _details(case: Case) -> dict[str, str | bool] | None:
    """Why it is no plain pass, and how a failure is usually mended; flaky, where it passed when retried."""
    if case.standing is Standing.PASS and not case.check.message:
        return None
    return {"message": case.explanation, **({"flaky": True} if case.retried else {})}


def _labels(case: Case, section: str) -> Iterable[tuple[str, str]]:
    control = case.control
    return (
        (LabelType.EPIC, "GoLive"),
        (LabelType.FEATURE, section),
        (LabelType.STORY, f"{control.id} {control.title.en}"),
        (LabelType.SEVERITY, _SEVERITIES[control.severity]),
        (LabelType.PARENT_SUITE, section),
        (LabelType.SUITE, control.id),
        (LabelType.TAG, control.id),
        (LabelType.TAG, case.check.dialect),
        (LabelType.FRAMEWORK, FRAMEWORK),
        ("blame", case.check.blame.value if case.check.blame else "-"),
    )


def _executor(meta: RunMeta) -> dict[str, object]:
    """Who ran it; builds are told apart, and put in order, by when they began."""
    return {
        "name": "GoLive",
        "type": "golive",
        "buildName": meta.id,
        "buildOrder": int(meta.started.timestamp()),
        "reportName": f"GoLive {meta.id}",
    }


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
    return "".join(f"{_property(name)}={_property(value)}\n" for name, value in facts.items())


def _property(text: str) -> str:
    """A text as a line of properties holds it: what others wrote begins no line of its own."""
    return one_line(text).replace("\\", "\\\\")


def _digest(*parts: str) -> str:
    """The same for every run, so that Allure can tell a check's history."""
    return uuid5(NAMESPACE_URL, "/".join(parts)).hex


def _errors(meta: RunMeta, judgement: Judgement) -> dict[str, list[dict[str, str]]]:
    """What spoils the run as a whole; Allure 3 shows it beside the results."""
    return {"errors": [{"message": each} for each in of_the_run(meta, judgement)]}


def _milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
