"""`junit.xml`: the checks for a CI server, a suite a section, a case a check; then the criteria of a load.

What a CI server must not take for a pass is an error there: inconclusive, needs-human, harness-error, and
what spoils the run as a whole: edited, interrupted, broken. Servers
show the text of a failure, or its message, so each holds what was found; the text also says how it is mended.

It satisfies the schema by which Jenkins' xUnit plugin judges (junit-10.xsd). That knows no `file` of a case,
so a case's name begins with its file. GitLab takes the first picture that stands as `[[ATTACHMENT|path]]` in
the output of a case that failed. ZenTao knows failures alone and takes an error for a pass: for it there is a
form of its own (`for_zentao`).

What passed only when it was tried again is a failure here as everywhere, so that no reader takes it for a
pass; beside that it has Surefire's `flakyFailure`, a line of its output, and a property of its suite.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

from junitparser import Error, Failure, JUnitXml, Skipped, TestCase, TestSuite
from junitparser.xunit2 import FlakyFailure

from harness.core.control import Outcome
from harness.evidence import RunMeta
from harness.evidence.load_summary import LoadSummary, Sentence, Subject
from harness.verdict import Judgement, Standing
from reports.checklist import Checklist
from reports.exports.cases import Case, cases_of, of_the_run

_GOOD = (Standing.PASS, Standing.WARN)
RETRIED = "golive.passed-only-when-retried"
"""The property of a suite that names such a case; a case has none by the schema."""
_UNTOLD = re.compile(r"[\[\]|\s]")
"""What a path may not hold between the marks of an attachment."""


def write(folder: Path, meta: RunMeta, checklist: Checklist, judgement: Judgement) -> None:
    """Write `junit.xml`; equal judgements give equal bytes."""
    (folder / "junit.xml").write_bytes(document(folder, meta, checklist, judgement))


def for_zentao(folder: Path, meta: RunMeta, checklist: Checklist, judgement: Judgement) -> bytes:
    """The same cases for ZenTao (禅道) and its ZTF: what is an error for other servers is a failure."""
    return document(folder, meta, checklist, judgement, undecided=Failure)


def document(
    folder: Path,
    meta: RunMeta,
    checklist: Checklist,
    judgement: Judgement,
    *,
    undecided: type[Error | Failure] = Error,
) -> bytes:
    """The file's bytes.

    Args:
        folder: of the record.
        undecided: what a case is that neither passed nor failed.
    """
    made = JUnitXml(f"GoLive {meta.id}")
    names = {section.id: section.name.en for section in checklist.sections}
    sections = groupby(cases_of(checklist, judgement), key=lambda case: case.control.section)
    for section, group in sections:
        cases = list(group)
        began = min(case.check.started for case in cases)
        told = [_case(case, meta.id, undecided) for case in cases]
        suite = _suite(f"{section} {names[section]}", began.isoformat(), told)
        for case in cases:
            if case.retried:
                suite.add_property(RETRIED, f"{case.check.control} {case.check.scenario}{case.wire}")
        made.add_testsuite(suite)
    if said := of_the_run(meta, judgement):
        whole = [_of_the_run(each, undecided) for each in said]
        made.add_testsuite(_suite("The run as a whole", meta.started.isoformat(), whole))
    load = LoadSummary.read(folder)
    if load is not None and load.subjects:
        made.add_testsuite(_criteria(load, undecided))
    return _bytes(made)


def of_load(load: LoadSummary, *, undecided: type[Error | Failure] = Error) -> bytes:
    """The file of a load that was judged and has no record: its criteria alone."""
    made = JUnitXml(f"GoLive load {load.set}")
    made.add_testsuite(_criteria(load, undecided))
    return _bytes(made)


def _bytes(made: JUnitXml) -> bytes:
    for counted in (made, *made):
        counted.time = max(round(counted.time or 0, 3), 0.0)
    made._elem.attrib.pop("skipped", None)
    text: bytes = made.tostring()  # type: ignore[no-untyped-call]
    return text + b"\n"


def _suite(name: str, began: str, cases: Iterable[TestCase]) -> TestSuite:
    suite = TestSuite(name)
    suite.timestamp = began
    suite.add_testcases(list(cases))
    return suite


def _case(case: Case, run: str, undecided: type[Error | Failure]) -> TestCase:
    check = case.check
    where = f" [{check.provider}/{check.dialect}]" if case.wire else ""
    again = f" ({case.turn})" if case.turn > 1 else ""
    told = TestCase(f"{check.scenario}{where}{again}", check.control, max(round(check.duration_s, 3), 0.0))
    if case.standing not in _GOOD:
        blame = check.blame.value if check.blame and case.standing is Standing.FAIL else case.standing.value
        told.result = [_problem(case.standing, case.said, blame, case.explanation, undecided)]
        lines = []
        if case.retried:
            told.append(FlakyFailure(case.said, blame))  # type: ignore[no-untyped-call]
            lines.append(case.retried)
        if case.standing is not Standing.NOT_APPLICABLE:
            pictures = [each.path for each in check.artifacts if _plain_path(each.path)]
            lines += [f"[[ATTACHMENT|runs/{run}/{path}]]" for path in pictures]
        if lines:
            told.system_out = "\n".join(lines)
    elif check.message:
        told.system_out = check.message.replace("[[ATTACHMENT|", "[[ATTACHMENT ")  # nobody else attaches here
    return told


def _of_the_run(said: str, undecided: type[Error | Failure]) -> TestCase:
    told = TestCase(said, "RUN")
    told.result = [undecided(said, Standing.INCONCLUSIVE.value)]
    return told


def _plain_path(path: str) -> bool:
    """Whether a server can tell where it ends, and it leads into the record's folder."""
    return not _UNTOLD.search(path) and ".." not in path.split("/") and not path.startswith("/")


def _criteria(load: LoadSummary, undecided: type[Error | Failure]) -> TestSuite:
    cases = [_criterion(each, line, undecided) for each in load.subjects for line in each.sentences]
    return _suite(f"Load criteria: {load.title.en}", load.started.isoformat(), cases)


def _criterion(subject: Subject, sentence: Sentence, undecided: type[Error | Failure]) -> TestCase:
    of = " ".join((subject.endpoint, subject.scenario, subject.dialect))
    told = TestCase(f"{of}: {sentence.text}", subject.control)
    if sentence.outcome not in (Outcome.PASS, Outcome.WARN):
        standing = Standing(sentence.outcome.value)
        text = f"{standing.value}: {of}: {sentence.text}\n\n{sentence.message}"
        told.result = [
            _problem(standing, sentence.message or standing.value, standing.value, text, undecided)
        ]
    said = [] if told.result else [sentence.message]
    told.system_out = "\n".join(filter(None, [*said, _measured(subject, sentence)]))
    return told


_UNITS = {"share": "", "duration": " ms", "count": "", "growth": " MB/h", "change": ""}


def _measured(subject: Subject, sentence: Sentence) -> str:
    """What was measured, its bounds, the limit and the number of requests: to be read by a program."""
    figures = {"measured": sentence.observed, "at_least": sentence.low, "at_most": sentence.high}
    unit = _UNITS[sentence.kind]
    known = [f"{name}={value:.6g}{unit}" for name, value in figures.items() if value is not None]
    return " ".join([*known, f"threshold={sentence.limit:.6g}{unit}", f"n={subject.requests}"])


def _problem(
    standing: Standing, message: str, kind: str, text: str, undecided: type[Error | Failure]
) -> Error | Failure | Skipped:
    if standing is Standing.NOT_APPLICABLE:
        return Skipped(message)
    problem = (Failure if standing is Standing.FAIL else undecided)(message, kind)
    problem.text = text
    return problem
