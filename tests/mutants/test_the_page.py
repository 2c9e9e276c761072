"""The kill matrix as a page: every defect and control is on it, in both languages, on any screen, offline."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from harness.core.clock import wire_now
from harness.evidence.kill_matrix import Alarm, CorrectRun, KillMatrix, Mutant
from harness.plugin.defects import DEFECTS
from reports.checklist import load
from reports.kill_matrix import build
from reports.kill_matrix.render import render
from reports.kill_matrix.translations import answer
from reports.kill_matrix.view import Cell, cell, draw
from tests.reports.reader import SCREENS

LIVING = "no-fallback"


def mutants(*, living: str = "") -> tuple[Mutant, ...]:
    return tuple(
        Mutant.of(
            defect,
            killed=defect.id != living,
            state="survived" if defect.id == living else "killed",
            killed_by=() if defect.id == living else (defect.control, "RCN-03"),
            ran=(defect.control, "RCN-03", "PAY-02"),
            broken=("PAY-13",),
            scenario="scenarios/payments/test_qr.py::test_it_pays[mcp]",
            message="<b>seen</b>",
            seconds=2.0,
        )
        for defect in DEFECTS.values()
    )


def matrix(*, living: str = "", alarmed: bool = False, interrupted: bool = False) -> KillMatrix:
    run = CorrectRun(
        name="correct-1", state="alarm" if alarmed else "silent", checks=9, whole=True, seconds=50.0
    )
    alarm = Alarm(
        run=run.name, control="PAY-02", scenario="s.py::test_y", dialect="mcp", message="cried wolf"
    )
    return KillMatrix(
        mode="wide",
        started=wire_now(),
        seconds=99.0,
        jobs=2,
        planned=len(DEFECTS) + 1,
        interrupted=interrupted,
        defects=mutants(living=living),
        correct=(run,),
        alarms=(alarm,) if alarmed else (),
        false_alarms=("PAY-02",) if alarmed else (),
    )


def test_every_defect_stands_in_the_section_of_its_control() -> None:
    drawing = draw(matrix(), load())
    rows = [row for chapter in drawing.chapters for row in chapter.rows]
    assert {row.mutant.id for row in rows} == set(DEFECTS)
    assert all(
        row.control.section == chapter.section.id for chapter in drawing.chapters for row in chapter.rows
    )
    assert {control.id for control in drawing.columns} == {each.control for each in DEFECTS.values()}
    assert sum(span for _, span in drawing.spans) == len(drawing.columns)


@pytest.mark.parametrize(
    ("control", "expected"),
    [
        ("DEG-01", Cell.CAUGHT),
        ("RCN-03", Cell.ALSO),
        ("PAY-02", Cell.SILENT),
        ("PAY-13", Cell.BROKEN),
        ("CBK-02", Cell.UNASKED),
    ],
)
def test_a_cell_says_what_the_control_said(control: str, expected: Cell) -> None:
    row = next(each for each in mutants() if each.id == LIVING)
    assert cell(row, control) is expected


def test_a_survivor_is_a_missed_cell_and_the_first_thing_told() -> None:
    row = next(each for each in mutants(living=LIVING) if each.id == LIVING)
    assert cell(row, "DEG-01") is Cell.MISSED
    page = render(matrix(living=LIVING), load())
    assert page.index(f'href="#{LIVING}"') < page.index('id="matrix"')


@pytest.mark.parametrize(
    ("options", "said", "colour"),
    [
        ({}, "Yes, every one", "go"),
        ({"living": LIVING}, "Not all of them", "no"),
        ({"alarmed": True}, "Yes, but they cry wolf", "no"),
        ({"interrupted": True}, "Not decided", "wait"),
    ],
    ids=["all-caught", "survivor", "false-alarm", "interrupted"],
)
def test_the_answer(options: dict[str, object], said: str, colour: str) -> None:
    text, hue = answer(matrix(**options))  # type: ignore[arg-type]
    assert (text.en, hue) == (said, colour)


@pytest.mark.parametrize(("alarmed", "said"), [(False, "Never"), (True, "Yes")])
def test_a_soak_answers_its_own_question(*, alarmed: bool, said: str) -> None:
    soak = matrix(alarmed=alarmed).model_copy(update={"mode": "soak", "defects": ()})
    assert answer(soak)[0].en == said
    page = render(soak, load())
    assert "Is the correct shop ever accused?" in page
    assert 'id="matrix"' not in page


def test_a_false_alarm_is_on_the_page_with_its_words() -> None:
    assert "cried wolf" in render(matrix(alarmed=True), load())


def test_the_page_holds_no_address_and_no_markup_of_others() -> None:
    page = render(matrix(), load())
    assert re.findall(r"(?:src|href)=\"(?!#|data:)[^\"]*", page) == []
    assert "<b>seen</b>" not in page


@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
@pytest.mark.parametrize("screen", SCREENS)
def test_the_page_opens_from_disk_on_any_screen(
    chromium: Browser, tmp_path: Path, screen: str, locale: str
) -> None:
    matrix(living=LIVING).write(tmp_path)
    context = chromium.new_context(locale=locale, viewport=SCREENS[screen])  # type: ignore[arg-type]
    tab = context.new_page()
    trouble: list[str] = []
    tab.on("pageerror", lambda error: trouble.append(str(error)))
    tab.on("console", lambda message: trouble.append(message.text))
    tab.goto(f"{build(tmp_path).as_uri()}#skips-signature")
    expect(tab.locator("#skips-signature")).to_have_attribute("open", "")
    expect(tab.locator("h1")).to_have_text(
        "不是每一项" if locale == "zh-CN" else "Not all of them", use_inner_text=True
    )
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert tab.locator(".matrix td.missed").count() == 1
    context.close()
    assert trouble == []
