"""`junit.xml`: the checks for a CI server, a suite a section, a case a check; then the criteria of a load.

What a CI server must not take for a pass is an error there: inconclusive, needs-human, harness-error. Servers
show the text of a failure, or its message, so each holds what was found; the text also says how it is mended.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

from junitparser import Error, Failure, JUnitXml, Skipped, TestCase, TestSuite

from harness.core.control import Outcome
from harness.evidence import RunMeta
from harness.evidence.load_summary import LoadSummary, Sentence, Subject
from harness.verdict import Judgement, Standing
from reports.checklist import Checklist
from reports.exports.cases import Case, cases_of

_GOOD = (Standing.PASS, Standing.WARN)


def write(folder: Path, meta: RunMeta, checklist: Checklist, judgement: Judgement) -> None:
    """Write `junit.xml`; equal judgements give equal bytes."""
    document = JUnitXml(f"GoLive {meta.id}")
    names = {section.id: section.name.en for section in checklist.sections}
    sections = groupby(cases_of(checklist, judgement), key=lambda case: case.control.section)
    for section, group in sections:
        cases = list(group)
        began = min(case.check.started for case in cases)
        document.add_testsuite(_suite(f"{section} {names[section]}", began.isoformat(), map(_case, cases)))
    load = LoadSummary.read(folder)
    if load is not None and load.subjects:
        criteria = [_criterion(each, line) for each in load.subjects for line in each.sentences]
        document.add_testsuite(_suite(f"Load criteria: {load.title.en}", load.started.isoformat(), criteria))
    text: bytes = document.tostring()  # type: ignore[no-untyped-call]
    (folder / "junit.xml").write_bytes(text + b"\n")


def _suite(name: str, began: str, cases: Iterable[TestCase]) -> TestSuite:
    suite = TestSuite(name)
    suite.timestamp = began
    suite.add_testcases(list(cases))
    return suite


def _case(case: Case) -> TestCase:
    check = case.check
    where = f" [{check.provider}/{check.dialect}]" if case.wire else ""
    again = f" ({case.turn})" if case.turn > 1 else ""
    told = TestCase(f"{check.scenario}{where}{again}", check.control, round(check.duration_s, 3))
    if case.standing not in _GOOD:
        blame = check.blame.value if check.blame and case.standing is Standing.FAIL else case.standing.value
        told.result = [_problem(case.standing, case.said, blame, case.explanation)]
    elif check.message:
        told.system_out = check.message
    return told


def _criterion(subject: Subject, sentence: Sentence) -> TestCase:
    of = " ".join((subject.endpoint, subject.scenario, subject.dialect))
    told = TestCase(f"{of}: {sentence.text}", subject.control)
    if sentence.outcome not in (Outcome.PASS, Outcome.WARN):
        standing = Standing(sentence.outcome.value)
        text = f"{standing.value}: {of}: {sentence.text}\n\n{sentence.message}"
        told.result = [_problem(standing, sentence.message or standing.value, standing.value, text)]
    elif sentence.message:
        told.system_out = sentence.message
    return told


def _problem(standing: Standing, message: str, kind: str, text: str) -> Error | Failure | Skipped:
    if standing is Standing.NOT_APPLICABLE:
        return Skipped(message)
    problem = (Failure if standing is Standing.FAIL else Error)(message, kind)
    problem.text = text
    return problem
