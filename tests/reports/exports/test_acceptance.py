"""验收报告 as python-docx and pypdf open it: its first page answers, every control is in it."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from docx import Document
from docx.document import Document as Report
from pypdf import PdfReader

from harness.browser.pdf import print_pdf
from harness.core.errors import EnvironmentUnreachable
from harness.evidence import RunRecord
from reports.checklist import load
from reports.export import reviewed
from reports.exports.acceptance import acceptance_page
from reports.exports.document import document
from reports.exports.review import Review, signing_roles
from reports.exports.words import WORDS
from tests.reports.sample_run import sample_run

MOMENT = datetime(2026, 11, 23, 2, 3, 11, tzinfo=UTC)


def read(text: str) -> str:
    """A text of a PDF, which names a glyph by its first character: a radical where they look alike."""
    return unicodedata.normalize("NFKC", text).translate(str.maketrans("⻔⻚⻅⻆⻛⻬", "门页见角风齐"))


def report(review: Review, language: str = "zh") -> Report:
    return Document(BytesIO(document(review, language)))  # type: ignore[arg-type]


def cells(made: Report) -> list[str]:
    return [cell.text for table in made.tables for row in table.rows for cell in row.cells]


def test_the_first_page_answers_says_what_is_missing_and_who_brings_it(review: Review) -> None:
    made = report(review)
    paragraphs = [each.text for each in made.paragraphs]
    assert paragraphs[0] == "验收报告"
    assert paragraphs[1] == "可以上线、收取真实货款吗？ 不可以"
    gates, missing, facts, sign, *_ = made.tables
    assert [row.cells[0].text for row in gates.rows][1:] == ["演练", "体验版", "生产"]
    failed = "（不合格）"  # how all of a task came to be missing stands behind it
    told = {
        (row.cells[0].text, row.cells[3].text): row.cells[2].text.removesuffix(failed) for row in missing.rows
    }
    assert [row.cells[2].text.endswith(failed) for row in missing.rows].count(True) >= 2
    titles = {id_: f"{id_} {load().control(id_).title.zh}" for id_ in ("CBK-11", "CFG-05", "MCP-04")}
    assert set(told["应用开发", "2"].split(" · ")) == {titles["CBK-11"], titles["CFG-05"]}
    assert told["支付接口提供方", "1"] == titles["MCP-04"]
    counts = [int(row.cells[3].text) for row in missing.rows[1:]]
    assert sum(counts[:-1]) == counts[-1] == len(review.cards[0].verdict.missing)
    assert review.meta.id in [row.cells[1].text for row in facts.rows]
    assert [row.cells[0].text for row in sign.rows][1:] == [role.zh for role in signing_roles()]
    assert {cell.text for row in sign.rows[1:] for cell in row.cells[1:]} == {""}


def test_every_control_stands_with_criterion_result_and_evidence(review: Review) -> None:
    said = cells(report(review))
    for control in load().controls:
        (what,) = [each for each in said if each.startswith(f"{control.id} {control.title.zh}\n")]
        assert what == f"{control.id} {control.title.zh}\n{control.criterion.zh}"
    assert any("it was credited twice" in each and "→ 应用开发：" in each for each in said)


def test_a_picture_of_the_evidence_is_in_it(review: Review) -> None:
    made = report(review)
    (picture,) = made.inline_shapes
    assert picture.width.cm == pytest.approx(3, abs=0.01)


def test_it_prints_on_a4_and_repeats_the_head_of_each_table(review: Review) -> None:
    made = report(review)
    page = made.sections[0]
    assert page.page_width is not None
    assert page.page_height is not None
    assert (round(page.page_width.cm, 1), round(page.page_height.cm, 1)) == (21.0, 29.7)
    for table in made.tables[4:]:
        assert "w:tblHeader" in table.rows[0]._tr.xml


def test_it_speaks_english_when_asked(review: Review) -> None:
    paragraphs = [each.text for each in report(review, "en").paragraphs]
    assert paragraphs[1] == "May we go live and take real money? No"


def test_hostile_words_are_words_in_the_document(hostile: RunRecord) -> None:
    data = document(reviewed(hostile.folder))
    said = "\n".join(cells(Document(BytesIO(data))))
    assert "<script>alert(1)</script>" in said
    assert "\\ud83d" in said
    with ZipFile(BytesIO(data)) as members:
        assert not [name for name in members.namelist() if b'TargetMode="External"' in members.read(name)]


def test_the_same_record_and_moment_are_the_same_document(flawed: RunRecord) -> None:
    one, two = (document(reviewed(flawed.folder)) for _ in range(2))
    assert one == two
    assert document(reviewed(flawed.folder, flawed.as_of + timedelta(days=20))) != one


def test_hostile_words_are_text_in_the_page_that_is_printed(hostile: RunRecord) -> None:
    page = acceptance_page(reviewed(hostile.folder))
    assert "<script" not in page
    assert "onerror=alert(1)&gt;" in page
    assert not re.findall(r'(?:src|href)="(?!data:image/png;base64,)', page)


def test_an_interrupted_or_narrowed_run_says_so_on_the_first_page(tmp_path: Path) -> None:
    cut = reviewed(sample_run(tmp_path / "runs", "cut", interrupted=True).folder)
    part = reviewed(sample_run(tmp_path / "runs", "part", selection=True).folder)
    for review, said in (
        (cut, WORDS["interrupted"].zh),
        (part, WORDS["not_gates"].zh),
        (part, "所选检查全部通过。"),
    ):
        assert said in acceptance_page(review)
        assert said in [each.text for each in report(review).paragraphs]


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The PDF of a rehearsal in which everything passed."""
    review = reviewed(sample_run(tmp_path_factory.mktemp("pdf") / "runs").folder)
    return print_pdf(acceptance_page(review), foot="GoLive run", moment=MOMENT)


def test_the_pdf_answers_on_its_first_page_and_has_every_control(printed: bytes) -> None:
    pages = [read(page.extract_text()) for page in PdfReader(BytesIO(printed)).pages]
    for word in (
        "验收报告",
        "可以上线、收取真实货款吗？",
        "还不可以",
        "体验版门禁还差什么，由谁补齐",
        "签字",
        "发布经理",
    ):
        assert read(word) in pages[0], word
    everything = "".join(pages)
    assert [each.id for each in load().controls if each.id not in everything] == []


def test_the_pdf_is_a4_and_carries_its_chinese_font(printed: bytes) -> None:
    reader = PdfReader(BytesIO(printed))
    assert {tuple(round(float(each)) for each in page.mediabox[2:]) for page in reader.pages} == {(595, 842)}
    fonts = [font.get_object() for font in reader.pages[0]["/Resources"]["/Font"].values()]  # type: ignore[index]
    assert fonts
    for font in fonts:
        if font["/Subtype"] == "/Type3":  # its glyphs are drawn in the file itself
            assert font["/CharProcs"]
        else:
            inside = font["/DescendantFonts"][0].get_object()
            assert {"/FontFile2", "/FontFile3"} & set(inside["/FontDescriptor"].get_object()), font[
                "/BaseFont"
            ]


def test_the_pdf_says_the_judged_moment_and_nothing_of_when_it_was_printed(printed: bytes) -> None:
    reader = PdfReader(BytesIO(printed))
    assert reader.metadata is not None
    assert reader.metadata.creation_date == reader.metadata.modification_date == MOMENT
    assert "/OpenAction" not in reader.trailer["/Root"]  # type: ignore[operator]


def test_a_page_printed_twice_is_the_same_pdf_whatever_it_says(hostile: RunRecord) -> None:
    page = acceptance_page(reviewed(hostile.folder))
    one, two = (print_pdf(page, foot='<img src="x">', moment=MOMENT) for _ in range(2))
    assert one == two
    assert "<script>" in "".join(each.extract_text() for each in PdfReader(BytesIO(one)).pages)


def test_without_a_browser_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOLIVE_BROWSER", "/nowhere/chromium")
    with pytest.raises(EnvironmentUnreachable):
        print_pdf("<p>", foot="", moment=MOMENT)
