"""The page as a person meets it: opened from disk, switched, filtered, searched, enlarged, on any screen."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from harness.core.control import Outcome
from reports.build import build
from tests.reports.reader import CONTRAST, SCREENS, UNFOLD, Open
from tests.reports.sample_run import outcomes, sample_run


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A record with one failure, one undecided control and one warning."""
    record = sample_run(
        tmp_path_factory.mktemp("page") / "runs",
        change=outcomes(
            {"CBK-11": Outcome.FAIL, "QRY-01": Outcome.INCONCLUSIVE, "CBK-02": Outcome.WARN},
            "order GL20260042 was credited 2 times, expected 1",
        ),
        capabilities=("login", "qr"),
    )
    build(record.folder)
    return record.folder


def shown(page: Page) -> list[str]:
    ids = page.locator(".control:visible").evaluate_all("rows => rows.map(row => row.id)")
    return [str(id_) for id_ in ids]


@pytest.mark.parametrize(("locale", "answer"), [("zh-CN", "不可以"), ("en-US", "No"), ("de-DE", "No")])
def test_the_browsers_language_decides_at_first(visit: Open, locale: str, answer: str) -> None:
    expect(visit(locale=locale).locator("h1")).to_have_text(answer, use_inner_text=True)


def test_the_chosen_language_is_remembered(visit: Open) -> None:
    page = visit()
    page.get_by_role("button", name="中文").click()
    expect(page.locator("h1")).to_have_text("不可以", use_inner_text=True)
    expect(page).to_have_title("GoLive · 上线裁决 · 20261123T020000Z-a1b2")
    assert page.locator("html").get_attribute("lang") == "zh-CN"
    page.reload()
    expect(page.locator("h1")).to_have_text("不可以", use_inner_text=True)
    expect(page.get_by_role("button", name="中文")).to_have_attribute("aria-pressed", "true")


def test_the_language_is_set_before_anything_is_painted(visit: Open) -> None:
    page = visit(java_script_enabled=True)
    order = page.evaluate("[...document.querySelectorAll('script, style, body')].map(each => each.tagName)")
    assert order[:3] == ["SCRIPT", "STYLE", "BODY"]


def test_without_scripts_the_page_is_readable_in_chinese(visit: Open) -> None:
    page = visit(java_script_enabled=False)
    expect(page.locator("h1")).to_have_text("不可以", use_inner_text=True)
    assert len(page.locator(".control:visible").all()) == 131


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
def test_no_screen_scrolls_sideways(visit: Open, screen: str, locale: str) -> None:
    page = visit(locale=locale, viewport=SCREENS[screen])
    page.locator("details").evaluate_all(UNFOLD)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(
    ("chip", "ids"),
    [("Failing", ["CBK-11"]), ("Open", ["QRY-01"])],
)
def test_a_chip_shows_the_controls_of_its_kind(visit: Open, chip: str, ids: list[str]) -> None:
    page = visit()
    page.get_by_role("button", name=chip).click()
    assert shown(page) == ids
    expect(page.locator("#shown")).to_have_text("1")
    page.get_by_role("button", name=chip).click()
    assert len(shown(page)) == 131


def test_counts_on_the_chips_add_up(visit: Open) -> None:
    counts = visit().locator("[data-group-filter] b").all_inner_texts()
    assert sum(map(int, counts)) == 131


def test_a_gates_chip_shows_what_stands_in_its_way(visit: Open) -> None:
    page = visit()
    page.locator("[data-gate-filter=rehearsal]").click()
    assert shown(page) == ["QRY-01", "CBK-11"]


def test_all_means_all_whatever_gate_was_chosen(visit: Open) -> None:
    page = visit()
    page.locator("[data-gate-filter=rehearsal]").click()
    page.locator("[data-group-filter=all]").click()
    assert len(shown(page)) == 131


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        ("credited GL20260042 failing", []),
        ("gl20260042 twice", []),
        ("重复回调", ["CBK-11"]),
        ("cbk-11", ["CBK-11"]),
    ],
)
def test_words_find_controls_in_either_language(visit: Open, words: str, ids: list[str]) -> None:
    page = visit()
    page.get_by_role("searchbox").fill(words)
    assert shown(page) == ids
    expect(page.locator("#none-shown")).to_be_visible(visible=not ids)


def test_a_link_opens_its_control_though_the_filter_hides_it(visit: Open) -> None:
    page = visit()
    page.get_by_role("searchbox").fill("nothing of the kind")
    page.locator(".failures a").click()
    expect(page.locator("#CBK-11 .body")).to_be_visible()
    expect(page.locator("#CBK-11 > summary")).to_be_focused()


def test_a_page_opened_at_a_control_shows_it(visit: Open) -> None:
    expect(visit("#PAY-02").locator("#PAY-02 .body")).to_be_in_viewport()


def test_a_picture_is_enlarged_by_keyboard_and_closed_again(visit: Open) -> None:
    page = visit()
    page.locator(".frame button").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    assert page.locator("#viewer img").evaluate("picture => picture.naturalWidth") == 960
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.locator(".frame button").first).to_be_focused()


def test_the_first_tab_stop_leads_to_the_controls(visit: Open) -> None:
    page = visit()
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_text_is_legible(visit: Open, scheme: str) -> None:
    page = visit(color_scheme=scheme)
    page.locator("details").evaluate_all(UNFOLD)
    assert page.evaluate(CONTRAST) == []


def test_dark_follows_the_readers_preference(visit: Open) -> None:
    grounds = [
        visit(color_scheme=scheme).evaluate("getComputedStyle(document.body).backgroundColor")
        for scheme in ("light", "dark")
    ]
    assert grounds[0] != grounds[1]


def test_paper_shows_failures_and_no_controls_of_the_screen(visit: Open) -> None:
    page = visit()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    expect(page.locator(".filter")).to_be_hidden()
    expect(page.locator("#CBK-11 .body")).to_be_visible()
    expect(page.locator("#CBK-12 .body")).to_be_hidden()
