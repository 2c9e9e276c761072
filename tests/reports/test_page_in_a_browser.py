"""The page as a person meets it: opened from disk, switched, filtered, searched, enlarged, on any screen."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from harness.core.control import Method, Outcome
from reports.build import build
from reports.checklist import load
from tests.reports.reader import CONTRAST, SCREENS, UNFOLD, Open, as_engineer
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


@pytest.fixture
def engineer(visit: Open) -> Open:
    """Opens the page as an engineer does."""
    return as_engineer(visit)


def shown(page: Page) -> list[str]:
    ids = page.locator(".control:visible").evaluate_all("rows => rows.map(row => row.id)")
    return [str(id_) for id_ in ids]


@pytest.mark.parametrize(("locale", "answer"), [("zh-CN", "不可以"), ("en-US", "No"), ("de-DE", "No")])
def test_the_browsers_language_decides_at_first(visit: Open, locale: str, answer: str) -> None:
    expect(visit(locale=locale).locator("h1")).to_have_text(answer, use_inner_text=True)


def test_the_chosen_language_is_remembered(visit: Open) -> None:
    page = visit()
    page.get_by_role("radio", name="中文").check()
    expect(page.locator("h1")).to_have_text("不可以", use_inner_text=True)
    expect(page).to_have_title("GoLive · 上线裁决 · 20261123T020000Z-a1b2")
    assert page.locator("html").get_attribute("lang") == "zh-CN"
    page.reload()
    expect(page.locator("h1")).to_have_text("不可以", use_inner_text=True)
    expect(page.get_by_role("radio", name="中文")).to_be_checked()


def test_the_language_is_set_before_anything_is_painted(visit: Open) -> None:
    page = visit(java_script_enabled=True)
    order = page.evaluate("[...document.querySelectorAll('script, style, body')].map(each => each.tagName)")
    assert order[:3] == ["SCRIPT", "STYLE", "BODY"]


@pytest.mark.parametrize(("language", "answer"), [("zh", "不可以"), ("en", "No")])
def test_without_scripts_both_views_are_read_in_either_language(
    visit: Open, language: str, answer: str
) -> None:
    page = visit(java_script_enabled=False)
    page.locator(f"#speak-{language}").check()
    expect(page.locator("h1")).to_have_text(answer, use_inner_text=True)
    expect(page.locator(".tasks").first).to_be_visible()
    expect(page.locator("#print")).to_be_hidden()
    page.locator("#view-engineers").check()
    assert len(page.locator(".control:visible").all()) == 131
    page.locator("#CBK-11 > summary").click()
    expect(page.locator("#CBK-11 .body")).to_be_visible()


def test_without_scripts_a_link_to_a_control_leads_into_the_other_view(visit: Open) -> None:
    page = visit(java_script_enabled=False)
    page.locator(".failures a").first.click()
    expect(page.locator("#CBK-11")).to_be_in_viewport()


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
def test_no_screen_scrolls_sideways(engineer: Open, screen: str, locale: str) -> None:
    page = engineer(locale=locale, viewport=SCREENS[screen])
    page.locator("details").evaluate_all(UNFOLD)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_chip_shows_the_controls_of_its_kind(engineer: Open) -> None:
    page = engineer()
    page.get_by_role("button", name="Failing").click()
    assert shown(page) == ["CBK-11"]
    expect(page.locator("#shown")).to_have_text("1")
    page.get_by_role("button", name="Failing").click()
    assert len(shown(page)) == 131


def test_what_is_open_is_what_nobody_knows_yet_and_what_wants_a_paper(engineer: Open) -> None:
    page = engineer()
    page.get_by_role("button", name="Open").click()
    ids = shown(page)
    assert "QRY-01" in ids
    papers = {control.id for control in load().controls if control.methods == (Method.ATTEST,)}
    assert papers <= set(ids)
    assert not {"CBK-11", "CBK-02", "PAY-02"} & set(ids)


def test_counts_on_the_chips_add_up(engineer: Open) -> None:
    counts = engineer().locator("[data-group-filter] b").all_inner_texts()
    assert sum(map(int, counts)) == 131


def test_a_gates_chip_shows_what_stands_in_its_way(engineer: Open) -> None:
    page = engineer()
    page.locator("[data-gate-filter=rehearsal]").click()
    assert shown(page) == ["QRY-01", "CBK-11"]


def test_all_means_all_whatever_gate_was_chosen(engineer: Open) -> None:
    page = engineer()
    page.locator("[data-gate-filter=rehearsal]").click()
    page.locator("[data-group-filter=all]").click()
    assert len(shown(page)) == 131


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        ("credited GL20260042 failing", []),
        ("gl20260042 twice", []),
        ("重复回调只生效一次", ["CBK-11"]),
        ("cbk-11", ["CBK-11"]),
    ],
)
def test_words_find_controls_in_either_language(engineer: Open, words: str, ids: list[str]) -> None:
    page = engineer()
    page.get_by_role("searchbox").fill(words)
    assert shown(page) == ids
    expect(page.locator("#none-shown")).to_be_visible(visible=not ids)


def test_a_link_of_the_signers_view_opens_its_control_for_engineers(visit: Open) -> None:
    page = visit()
    page.locator(".failures a").first.click()
    expect(page.locator("#CBK-11 .body")).to_be_visible()
    expect(page.locator("#CBK-11 > summary")).to_be_focused()
    expect(page.get_by_role("radio", name="For engineers")).to_be_checked()


def test_a_link_opens_its_control_though_the_filter_hides_it(engineer: Open) -> None:
    page = engineer()
    page.get_by_role("searchbox").fill("nothing of the kind")
    page.locator(".failures a").first.click()
    expect(page.locator("#CBK-11 .body")).to_be_visible()
    expect(page.locator("#CBK-11 > summary")).to_be_focused()


def test_a_page_opened_at_a_control_shows_it(visit: Open) -> None:
    expect(visit("#PAY-02").locator("#PAY-02 .body")).to_be_in_viewport()


def test_a_picture_is_enlarged_by_keyboard_and_closed_again(engineer: Open) -> None:
    page = engineer()
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
def test_all_text_is_legible(engineer: Open, scheme: str) -> None:
    page = engineer(color_scheme=scheme)
    page.locator("details").evaluate_all(UNFOLD)
    assert page.evaluate(CONTRAST) == []


def test_dark_follows_the_readers_preference(engineer: Open) -> None:
    grounds = [
        engineer(color_scheme=scheme).evaluate("getComputedStyle(document.body).backgroundColor")
        for scheme in ("light", "dark")
    ]
    assert grounds[0] != grounds[1]


def test_paper_is_for_the_one_who_signs_whatever_was_looked_at(engineer: Open) -> None:
    page = engineer()
    page.emulate_media(media="print")
    expect(page.locator(".tools")).to_be_hidden()
    expect(page.locator(".failures")).to_be_visible()
    expect(page.locator(".tasks").first).to_be_visible()
    expect(page.locator(".signatures")).to_be_visible()
    expect(page.locator("#controls")).to_be_hidden()


def test_every_choice_is_reached_by_keyboard_and_seen(visit: Open) -> None:
    page = visit()
    for name, arrow in (("To sign", "ArrowRight"), ("English", "ArrowLeft")):
        page.get_by_role("radio", name=name).focus()
        page.keyboard.press(arrow)
    expect(page.get_by_role("radio", name="工程")).to_be_checked()
    expect(page.get_by_role("radio", name="中文")).to_be_checked()
    ring = page.locator("#speak-zh + span").evaluate("each => getComputedStyle(each).outlineStyle")
    assert ring == "solid"


def test_every_fold_is_opened_by_keyboard(engineer: Open) -> None:
    page = engineer()
    folds = page.locator("details:visible > summary")
    assert folds.count() > 100
    assert folds.evaluate_all("all => all.filter(each => each.tabIndex < 0).length") == 0
    page.locator("#CBK-11 > summary").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#CBK-11 .body")).to_be_visible()
