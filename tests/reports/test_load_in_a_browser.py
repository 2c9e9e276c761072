"""The load section as a person meets it: on any screen, in the dark, on paper, without a network."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from reports.build import build
from tests.reports.reader import CONTRAST, SCREENS, UNFOLD, Open, as_engineer
from tests.reports.sample_load import climb, troubled
from tests.reports.sample_run import sample_run

STRAY = """
() => [...document.querySelectorAll(".load .drawing")].flatMap(drawing => {
  const frame = drawing.getBoundingClientRect();
  return [...drawing.querySelectorAll("text")].filter(text => {
    const box = text.getBoundingClientRect();
    return box.width && (box.left < frame.left - 1 || box.right > frame.right + 1
      || box.top < frame.top - 1 || box.bottom > frame.bottom + 1);
  }).map(text => text.textContent);
})
"""
"""Texts that leave their drawing."""
COLLIDING = """
selector => [...document.querySelectorAll(".load .plot")].flatMap(plot => {
  const texts = [...plot.querySelectorAll(selector)];
  const boxes = texts.map(each => [each.textContent, each.getBoundingClientRect()]);
  const beside = (a, b) => a.right <= b.left || a.bottom <= b.top + 1;
  const apart = (a, b) => beside(a, b) || beside(b, a);
  return boxes.flatMap(([one, a], number) => boxes.slice(number + 1)
    .filter(([, b]) => a.width && !apart(a, b)).map(([other]) => `${one} / ${other}`));
})
"""
"""Pairs of texts of one kind that overlap."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A record whose load met a freeze and failures, with a climb to the capacity."""
    record = sample_run(tmp_path_factory.mktemp("load") / "runs")
    troubled().write(record.folder)
    climb().write(record.folder)
    build(record.folder)
    return record.folder


@pytest.fixture
def engineer(visit: Open) -> Open:
    """Opens the page as an engineer does."""
    return as_engineer(visit)


@pytest.mark.parametrize(
    ("locale", "answer"), [("zh-CN", "6 条判定标准中 5 条不合格。"), ("en-US", "5 of 6 criteria failed.")]
)
def test_the_answer_comes_first_in_the_reader_s_language(engineer: Open, locale: str, answer: str) -> None:
    expect(engineer(locale=locale).locator(".load .answer").first).to_have_text(answer, use_inner_text=True)


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
def test_nothing_leaves_its_place_on_any_screen(engineer: Open, screen: str, locale: str) -> None:
    page = engineer(locale=locale, viewport=SCREENS[screen])
    page.locator("details").evaluate_all(UNFOLD)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate(STRAY) == []
    assert page.evaluate(COLLIDING, "text.limit") == []
    assert page.evaluate(COLLIDING, ".ticks span") == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_text_is_legible(engineer: Open, scheme: str) -> None:
    page = engineer(color_scheme=scheme)
    page.locator("details").evaluate_all(UNFOLD)
    assert page.evaluate(CONTRAST) == []


def test_a_series_is_folded_and_unfolded_by_keyboard(engineer: Open) -> None:
    page = engineer()
    series = page.locator(".series").first
    expect(series.locator(".plot").first).to_be_visible()
    series.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(series.locator(".plot").first).to_be_hidden()


def test_a_control_s_id_leads_to_the_control(engineer: Open) -> None:
    page = engineer()
    page.locator(".sentence .id").first.click()
    expect(page.locator("#PRF-01 .body")).to_be_visible()


def test_the_freeze_is_drawn_where_it_was(engineer: Open) -> None:
    page = engineer()
    drawing = page.locator(".load .drawing").first.bounding_box()
    gap = page.locator(".load .drawing .gap").first.bounding_box()
    assert drawing is not None
    assert gap is not None
    assert (gap["x"] - drawing["x"]) / drawing["width"] == pytest.approx(0.4, abs=0.02)
    assert gap["width"] / drawing["width"] == pytest.approx(0.2, abs=0.02)


def test_paper_leaves_the_engineers_charts_out(engineer: Open) -> None:
    page = engineer()
    page.emulate_media(media="print")
    expect(page.locator(".load").first).to_be_hidden()


def test_charts_tell_what_they_show_to_those_who_do_not_see_them(engineer: Open) -> None:
    labels = (
        engineer()
        .locator(".load .drawing")
        .evaluate_all("drawings => drawings.map(each => each.getAttribute('aria-label'))")
    )
    assert len(labels) == 9
    assert "Latency over time: p99 up to 20 s" in labels[0]
    assert "6000 due, 5875 answered, 125 failed" in labels[1]
    assert "Capacity: knee at 160 requests a second" in labels[-1]
