"""上线评审表 as openpyxl opens it: what stands in it, how it prints, and that nothing in it is computed."""

from __future__ import annotations

import resource
import time
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from harness.core.control import Text
from harness.evidence import RunRecord
from reports.checklist import load
from reports.export import reviewed
from reports.exports.cells import LONGEST, cell_text, looks_like_a_formula
from reports.exports.review import Review, signing_roles
from reports.exports.spreadsheet import MOST_CHECKS, spreadsheet
from reports.exports.words import WORDS
from reports.people import Kind, Papers
from tests.reports.exports.conftest import HOSTILE
from tests.reports.sample_papers import entry
from tests.reports.sample_run import START, check, sample_run

COLUMNS = (
    *("id", "section", "control", "criterion", "severity", "grade", "result", "evidence", "picture", "when"),
    *("task", "confirmed", "date"),
)


def opened(data: bytes) -> Workbook:
    return load_workbook(BytesIO(data))


def sheets(review: Review, language: str | None = "zh") -> list[Worksheet]:
    return list(opened(spreadsheet(review, language)).worksheets)  # type: ignore[arg-type]


def texts(sheet: Worksheet) -> list[str]:
    return [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]


def test_the_first_sheet_answers_and_says_what_is_missing_and_who_brings_it(review: Review) -> None:
    first = sheets(review)[0]
    said = texts(first)
    assert "可以上线、收取真实货款吗？ 不可以" in said
    rows = {row[0]: row for row in first.iter_rows(values_only=True)}
    assert rows["CBK-11"][2:4] == ("修复不合格的", "应用开发")
    assert rows["MCP-04"][3] == "支付接口提供方"
    assert "golive explain CBK-11" in str(rows["CBK-11"][4])
    wanted = {each.control for verdict in review.judgement.gates.values() for each in verdict.missing}
    assert wanted <= set(rows)


def test_every_control_has_its_line_in_the_order_of_the_checklist(review: Review) -> None:
    sheet = sheets(review)[1]
    head, *rows = sheet.iter_rows(values_only=True)
    assert head == tuple(WORDS[name].zh for name in COLUMNS)
    assert [row[0] for row in rows] == [control.id for control in load().controls]
    by_id = {row[0]: row for row in rows}
    control = load().control("CBK-11")
    assert by_id["CBK-11"][3] == control.criterion.zh
    assert by_id["CBK-11"][6] == "不合格"
    assert "it was credited twice" in str(by_id["CBK-11"][7])


def test_a_picture_stands_beside_what_it_proves(review: Review) -> None:
    sheet = sheets(review)[1]
    (picture,) = sheet._images  # type: ignore[attr-defined]
    row = picture.anchor._from.row + 1
    assert sheet.cell(row, 1).value == "PAY-02"
    assert picture.width <= 132
    assert picture.height <= 100
    assert (sheet.row_dimensions[row].height or 0) >= picture.height * 0.75


@pytest.mark.parametrize("number", [1, 2])
def test_long_sheets_scroll_filter_and_print_with_their_head(review: Review, number: int) -> None:
    sheet = sheets(review)[number]
    assert sheet.freeze_panes == "B2"
    assert sheet.print_title_rows == "$1:$1"
    assert sheet.auto_filter.ref == sheet.dimensions


def test_every_sheet_is_printed_on_a4_and_as_wide_as_its_page(review: Review) -> None:
    for sheet in sheets(review):
        setup = sheet.page_setup
        assert (setup.orientation, setup.paperSize) == ("landscape", 9)
        assert (setup.fitToWidth, setup.fitToHeight) == (1, 0)
        assert sheet.sheet_properties.pageSetUpPr is not None
        assert sheet.sheet_properties.pageSetUpPr.fitToPage


def test_there_are_cells_to_sign_in(review: Review) -> None:
    sheet = sheets(review)[3]
    roles = [
        row for row in sheet.iter_rows(values_only=True) if row[0] in {each.zh for each in signing_roles()}
    ]
    assert len(roles) == len(signing_roles())
    assert {cell for row in roles for cell in row[1:]} == {None}


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (None, "可以上线、收取真实货款吗？ 不可以\nMay we go live and take real money? No"),
        ("zh", "可以上线、收取真实货款吗？ 不可以"),
        ("en", "May we go live and take real money? No"),
    ],
)
def test_it_speaks_both_languages_or_the_one_asked_for(
    review: Review, language: str | None, said: str
) -> None:
    assert said in texts(sheets(review, language)[0])


def test_nothing_that_others_wrote_is_a_formula(hostile: RunRecord) -> None:
    for sheet in sheets(reviewed(hostile.folder), None):
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type in ("s", "n"), cell.coordinate
                assert cell.value is None or isinstance(cell.value, str)
                if isinstance(cell.value, str) and looks_like_a_formula(cell.value):
                    assert cell.quotePrefix, cell.coordinate  # not when somebody edits it, either
                assert len(str(cell.value).encode("utf-16-le")) // 2 <= LONGEST


def test_what_others_wrote_is_still_to_be_read(hostile: RunRecord) -> None:
    everything = "\n".join(texts(sheets(reviewed(hostile.folder))[2]))
    for said in ("=cmd|' /C calc'!A0", "<script>alert(1)</script>", "half an emoji \\ud83d, a NUL \\x00"):
        assert said in everything
    assert "_x005F_x000D_" in everything  # which a spreadsheet shows as _x000D_


@pytest.mark.parametrize("said", HOSTILE)
def test_a_cell_holds_what_a_cell_can_hold(said: str) -> None:
    shown = cell_text(said)
    assert len(shown.encode("utf-16-le")) // 2 <= LONGEST
    assert cell_text(said, 10).encode("utf-16-le").decode("utf-16-le")


def test_nothing_in_it_leads_anywhere_or_runs(hostile: RunRecord) -> None:
    with ZipFile(BytesIO(spreadsheet(reviewed(hostile.folder)))) as members:
        for name in members.namelist():
            data = members.read(name)
            assert not name.endswith((".bin", ".vba"))
            assert b"<f>" not in data
            assert b'TargetMode="External"' not in data
            assert b"hyperlink" not in data.lower() or name.endswith(".rels") is False


def test_the_same_record_and_moment_are_the_same_bytes(flawed: RunRecord) -> None:
    one, two = (spreadsheet(reviewed(flawed.folder)) for _ in range(2))
    assert one == two
    later = spreadsheet(reviewed(flawed.folder, flawed.as_of + timedelta(days=20)))
    assert later != one


def test_ten_thousand_results_take_little_time_and_memory(tmp_path: Path) -> None:
    record = sample_run(tmp_path / "runs", finished=False)
    for number in range(MOST_CHECKS):
        record.append(
            check("CBK-11", scenario=f"test_case[{number}]", started=START + timedelta(seconds=number / 10))
        )
    record.finish(ended=START + timedelta(hours=1), interrupted=False)
    review = reviewed(record.folder)
    before, kilobytes = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    data = spreadsheet(review, "zh")
    assert time.process_time() - before < 15
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - kilobytes < 300_000
    sheet = opened(data).worksheets[2]
    assert sheet.max_row == 1 + MOST_CHECKS + 1
    rest = len(RunRecord.open(record.folder).checks) - MOST_CHECKS
    assert f"另有 {rest} 次检查未在此列出" in str(sheet.cell(sheet.max_row, 1).value)


def test_who_signed_and_approved_a_paper_is_named_where_the_record_knows(tmp_path: Path) -> None:
    record = sample_run(tmp_path / "runs", finished=False)
    approval = entry(
        2, Kind.APPROVAL, "OPS-02", author="head of operations", person="head", about=f"{1:064x}"
    )
    entries = (entry(1, control="OPS-02"), approval, entry(3, control="OPS-03"))
    papers = Papers(taken=START, lines=3, entries=entries)
    record.snapshot("papers", papers.model_dump(mode="json", by_alias=True, exclude_defaults=True))
    record.finish(ended=START + timedelta(hours=1), interrupted=False)
    rows = {row[0]: row for row in sheets(reviewed(record.folder))[1].iter_rows(values_only=True)}
    assert rows["OPS-02"][11] == "release manager 2026-11-21\n批准：head of operations 2026-11-21"
    assert rows["OPS-02"][6] == "通过"
    assert str(rows["OPS-02"][7]).startswith("书面证明\n由 release manager 证明")
    assert rows["OPS-03"][11] is None  # nobody approved it yet
    assert "golive approve OPS-03" in str(rows["OPS-03"][10])
    expired = sheets(reviewed(record.folder, START + timedelta(days=400)))[1].iter_rows(values_only=True)
    assert {row[0]: row[11] for row in expired}["OPS-02"] is None


def test_a_text_is_the_same_in_both_languages_once(review: Review) -> None:
    assert Text.same("shop").spoken("zh") in texts(sheets(review, None)[0])
