"""`golive explain`: what a control asks, why, how to mend a failure, and what proves the control itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from textwrap import TextWrapper
from typing import Any

import click
import pytest
from rich.cells import cell_len

import scenarios
from harness.cli.clauses import pages_of
from harness.cli.language import language_option
from harness.cli.output import print_document
from harness.core.control import Control, Defect, Language
from harness.core.did_you_mean import did_you_mean
from harness.core.errors import UsageError
from harness.core.plain_text import json_text
from harness.core.terminal_language import terminal_language
from harness.core.texts import read_texts
from harness.shop.defects.registry import DEFECTS as SHOP_DEFECTS
from harness.simulator.defects import DEFECTS as ENDPOINT_DEFECTS
from harness.verdict.papers import wants_paper, wants_two_persons
from reports.checklist import Checklist, Clause, load
from reports.checklist.official import load_official

DEFECTS: tuple[Defect, ...] = (*SHOP_DEFECTS, *ENDPOINT_DEFECTS)

SCHEMA = 1
"""Of what `--json` prints; counts up when a member changes its meaning."""

_TEXTS = read_texts(Path(__file__).with_name("explain.yaml"))


@click.command(
    "explain",
    epilog="""\b
Examples:
  golive explain              every control, by section
  golive explain CBK          the controls of a section
  golive explain CBK-03 --lang zh
  golive explain C07          a clause of a platform, and the controls that rest on it
  golive explain CBK-03 --json

Exit code: 0 · 4 there is no such control, section or clause.""",
)
@click.argument("control", required=False)
@language_option
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON, in both languages.")
def command(control: str | None, lang: Language | None, as_json: bool) -> int:
    """Say what CONTROL asks: criterion, severity, grade, how to mend it, what checks it, which clauses it
    rests on, with title, page and date. A section lists its controls; a clause says who answers for it."""
    language = lang or terminal_language()
    checklist = load()
    word = (control or "").upper()
    if not word or word in {section.id for section in checklist.sections}:
        if as_json:
            print_document(json_text(overview(checklist, word), indent=2))
            return 0
        lines = _overview(checklist, word, language)
    elif (clause := _clause(checklist, word)) is not None:
        if as_json:
            print_document(json_text(clause_document(checklist, clause), indent=2))
            return 0
        lines = _clause_explained(checklist, clause, language)
    else:
        found = _control(checklist, word)
        if as_json:
            print_document(json_text(control_document(checklist, found), indent=2))
            return 0
        lines = _explanation(checklist, found, language)
    for line in lines:
        click.echo(line)
    return 0


def scenarios_of(control_id: str) -> list[str]:
    """The scenarios that exercise a control, as `file::test`, read from their marks; none is run."""
    root = Path(scenarios.__path__[0])
    found: list[str] = []
    for path in sorted(root.rglob("test_*.py")):
        relative = path.relative_to(root.parent)
        module = import_module(".".join(relative.with_suffix("").parts))
        for name, test in vars(module).items():
            if name.startswith("test_"):
                cases = _cases(getattr(test, "pytestmark", ()), control_id)
                more = f" ({cases} cases)" if cases > 1 else ""
                found += [f"{relative.as_posix()}::{name}{more}"] if cases else []
    return found


def _spoken(scenario: str, lang: Language) -> str:
    return scenario.replace(" cases)", " 例)") if lang == "zh" else scenario


def _cases(marks: Iterable[pytest.Mark | pytest.MarkDecorator], control_id: str) -> int:
    """How many cases of one test exercise a control, by its own marks and by those of its cases."""
    count = 0
    for mark in marks:
        if mark.name == "control":
            count += mark.args[0].control == control_id
        elif mark.name == "parametrize":
            count += sum(_cases(getattr(case, "marks", ()), control_id) for case in mark.args[1])
    return count


def _control(checklist: Checklist, word: str) -> Control:
    ids = {control.id: control for control in checklist.controls}
    if word in ids:
        return ids[word]
    raise UsageError(
        f"there is no control {word!r}",
        where="golive explain",
        remedy=did_you_mean(
            word, [*ids, *(each.id for each in checklist.clauses)], otherwise="golive explain lists them all"
        ),
    )


def _clause(checklist: Checklist, word: str) -> Clause | None:
    return next((each for each in checklist.clauses if each.id.upper() == word), None)


def _clause_explained(checklist: Checklist, clause: Clause, lang: Language) -> Iterator[str]:
    none = _TEXTS["sentences"]["uncovered"].spoken(lang)
    controls = [checklist.control(id_) for id_ in checklist.resting_on(clause.id)]
    facts = [
        ("pages", [*pages_of(clause, lang)] or [clause.unpaged.spoken(lang) if clause.unpaged else none]),
        ("controls", [f"{each.id} {each.title.spoken(lang)}" for each in controls] or [none]),
        ("why", [clause.uncovered.spoken(lang)] if clause.uncovered else []),
    ]
    yield f"{clause.id}  {clause.statement.spoken(lang)}"
    yield ""
    yield from _told(facts, lang)


def _overview(checklist: Checklist, section_id: str, lang: Language) -> Iterator[str]:
    for section in checklist.sections:
        if section_id in ("", section.id):
            yield f"{section.id}  {section.name.spoken(lang)}"
            for control in checklist.controls:
                if control.section == section.id:
                    unchecked = "✎" if wants_paper(control) else "○"
                    state = "✓" if control.id in checklist.exercised else unchecked
                    yield f"  {state} {control.id}  {control.severity}  {control.title.spoken(lang)}"
            yield ""
    checked = len(checklist.exercised)
    rest = [each for each in checklist.controls if each.id not in checklist.exercised]
    papers = sum(map(wants_paper, rest))
    counts = {"checked": checked, "papers": papers, "rest": len(rest) - papers}
    yield _TEXTS["sentences"]["total"].filled(**counts).spoken(lang)


def _explanation(checklist: Checklist, control: Control, lang: Language) -> Iterator[str]:
    grade = control.confirmed_at.label
    found = scenarios_of(control.id)
    proven = [defect for defect in DEFECTS if defect.control == control.id]
    facts: list[tuple[str, list[str]]] = [
        ("criterion", [control.criterion.spoken(lang)]),
        ("remedy", [control.remedy.spoken(lang)]),
        ("severity", [_TEXTS["severities"][control.severity].spoken(lang)]),
        ("method", [" + ".join(control.methods)]),
        ("grade", [f"simulated → {grade}" if control.rehearsed and grade != "simulated" else grade]),
        ("needs", [control.capability] if control.capability else []),
        ("source", [control.source]),
        ("clauses", [*_cited(checklist, control, lang)]),
        ("own", [control.own.spoken(lang)] if control.own else []),
        (
            "scenarios",
            [*(_spoken(each, lang) for each in found), *_signed(control, lang)]
            or [_TEXTS["sentences"]["none"].spoken(lang)],
        ),
        ("defects", [f"{each.id} ({each.side}): {each.text.spoken(lang)}" for each in proven]),
    ]
    yield f"{control.id}  {control.title.spoken(lang)}"
    yield ""
    yield from _told(facts, lang)


def _signed(control: Control, lang: Language) -> Iterator[str]:
    """The commands by which persons attest a control."""
    if wants_paper(control):
        yield _TEXTS["sentences"]["attested"].filled(control=control.id).spoken(lang)
    if wants_paper(control) and wants_two_persons(control):
        yield _TEXTS["sentences"]["approved"].filled(control=control.id).spoken(lang)


def _cited(checklist: Checklist, control: Control, lang: Language) -> Iterator[str]:
    """Each clause of a control on one line, and a line for each of its pages."""
    for id_ in control.clauses:
        clause = checklist.clause(id_)
        yield f"{id_} {clause.statement.spoken(lang)}"
        yield from (f"— {page}" for page in pages_of(clause, lang))


def _told(facts: Iterable[tuple[str, list[str]]], lang: Language) -> Iterator[str]:
    for name, values in facts:
        label = _TEXTS["labels"][name].spoken(lang)
        for value in values:
            yield from _wrapped(label, value)
            label = ""


def overview(checklist: Checklist, section: str) -> dict[str, Any]:
    """Every control of a section as JSON-able data; of all sections where it is empty."""
    controls = [
        {"id": each.id, "title": each.title.model_dump(), "severity": each.severity}
        | {"checked": each.id in checklist.exercised, "clauses": each.clauses}
        for each in checklist.controls
        if section in ("", each.section)
    ]
    return {"schema": SCHEMA, "checklist": checklist.date, "controls": controls}


def control_document(checklist: Checklist, control: Control) -> dict[str, Any]:
    """A control as JSON-able data, with its clauses, scenarios, defects and rows of official lists."""
    defects = [each.model_dump(mode="json") for each in DEFECTS if each.control == control.id]
    rows = [{"id": row.id, "text": row.text.model_dump()} for _, row in load_official().naming(control.id)]
    clauses = [checklist.clause(id_).model_dump(mode="json") for id_ in control.clauses]
    told = control.model_dump(mode="json") | {"confirmed_at": control.confirmed_at.label, "clauses": clauses}
    told |= {"scenarios": scenarios_of(control.id), "defects": defects, "official": rows}
    return {"schema": SCHEMA, "checklist": checklist.date, "control": told}


def clause_document(checklist: Checklist, clause: Clause) -> dict[str, Any]:
    """A clause as JSON-able data, with the controls that rest on it."""
    controls = [checklist.control(id_) for id_ in checklist.resting_on(clause.id)]
    told = clause.model_dump(mode="json") | {"digest": clause.digest}
    told |= {"controls": [{"id": each.id, "title": each.title.model_dump()} for each in controls]}
    return {"schema": SCHEMA, "checklist": checklist.date, "clause": told}


def _wrapped(label: str, value: str) -> list[str]:
    """A label with its value beside it, folded at blanks; Chinese has none and the terminal folds it."""
    head = f"  {label}" + " " * max(12 - cell_len(label), 1)
    wrapper = TextWrapper(
        100, initial_indent=head, subsequent_indent=" " * 14, break_long_words=False, break_on_hyphens=False
    )
    return wrapper.wrap(value) or [head]
