"""`golive explain`: what a control asks, why, how to mend a failure, and what proves the control itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from textwrap import TextWrapper
from unicodedata import east_asian_width

import click
import pytest

import scenarios
from harness.cli.language import language_option
from harness.core.control import Control, Defect, Language
from harness.core.did_you_mean import did_you_mean
from harness.core.errors import UsageError
from harness.core.terminal_language import terminal_language
from harness.core.texts import read_texts
from harness.shop.defects.registry import DEFECTS as SHOP_DEFECTS
from harness.simulator.defects import DEFECTS as ENDPOINT_DEFECTS
from reports.checklist import Checklist, load
from reports.checklist.official import load_official

DEFECTS: tuple[Defect, ...] = (*SHOP_DEFECTS, *ENDPOINT_DEFECTS)

_TEXTS = read_texts(Path(__file__).with_name("explain.yaml"))


@click.command(
    "explain",
    epilog="""\b
Examples:
  golive explain              every control, by section
  golive explain CBK          the controls of a section
  golive explain CBK-03 --lang zh""",
)
@click.argument("control", required=False)
@language_option
def command(control: str | None, lang: Language | None) -> int:
    """Say what CONTROL asks: criterion, source, severity, grade, how to mend it, and what checks it."""
    language = lang or terminal_language()
    checklist = load()
    word = (control or "").upper()
    sections = {section.id for section in checklist.sections}
    if not word or word in sections:
        lines = _overview(checklist, word, language)
    else:
        lines = _explanation(_control(checklist, word), language)
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
        remedy=did_you_mean(word, ids, otherwise="golive explain lists them all"),
    )


def _overview(checklist: Checklist, section_id: str, lang: Language) -> Iterator[str]:
    for section in checklist.sections:
        if section_id in ("", section.id):
            yield f"{section.id}  {section.name.spoken(lang)}"
            for control in checklist.controls:
                if control.section == section.id:
                    state = "✓" if control.id in checklist.exercised else "○"
                    yield f"  {state} {control.id}  {control.severity}  {control.title.spoken(lang)}"
            yield ""
    checked = len(checklist.exercised)
    rest = len(checklist.controls) - checked
    yield _TEXTS["sentences"]["total"].filled(checked=checked, rest=rest).spoken(lang)


def _explanation(control: Control, lang: Language) -> Iterator[str]:
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
        (
            "scenarios",
            [_spoken(each, lang) for each in found] or [_TEXTS["sentences"]["none"].spoken(lang)],
        ),
        ("defects", [f"{each.id} ({each.side}): {each.text.spoken(lang)}" for each in proven]),
        (
            "official",
            [f"{row.id} {row.text.spoken(lang)}" for _, row in load_official().naming(control.id)],
        ),
    ]
    yield f"{control.id}  {control.title.spoken(lang)}"
    yield ""
    for name, values in facts:
        label = _TEXTS["labels"][name].spoken(lang)
        for value in values:
            yield from _wrapped(label, value)
            label = ""


def _wrapped(label: str, value: str) -> list[str]:
    """A label with its value beside it, folded at blanks; Chinese has none and the terminal folds it."""
    head = f"  {label}" + " " * max(12 - sum(2 if east_asian_width(each) in "WF" else 1 for each in label), 1)
    wrapper = TextWrapper(
        100, initial_indent=head, subsequent_indent=" " * 14, break_long_words=False, break_on_hyphens=False
    )
    return wrapper.wrap(value) or [head]
