"""Somebody who never saw the page finds four answers on its first printed sheet, in either language."""

from __future__ import annotations

import io
import re
import unicodedata
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from pypdf import PdfReader

from harness.core.control import Grade, Outcome
from harness.evidence import RunRecord
from reports.build import PAGE, build
from reports.checklist import load
from reports.judging import judge_record, take_snapshots
from reports.page.fingerprints import record_digest
from tests.reports.sample_papers import every_paper
from tests.reports.sample_run import START, check, everything, meta, outcomes, sample_run

ZH, EN = "zh-CN", "en-US"
RADICALS = str.maketrans("⻬⻔⻓⻅⻚⻋⻢⻉⻘⻝⻛⻆", "齐门长见页车马贝青食风角")
"""Letters that come out of a PDF as the radicals that look like them: fonts have one shape for both."""


def sheets(record: RunRecord, chromium: Browser, locale: str) -> list[str]:
    """The texts of the sheets that the page prints as, without blanks, ligatures and compatibility forms."""
    build(record.folder)
    context = chromium.new_context(locale=locale)
    page = context.new_page()
    page.goto((record.folder / PAGE).as_uri())
    printed = page.pdf(prefer_css_page_size=True, print_background=True)
    context.close()
    texts = [sheet.extract_text() for sheet in PdfReader(io.BytesIO(printed)).pages]
    return [_plain(text) for text in texts]


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text).translate(RADICALS))


def has(sheet: str, *words: str) -> bool:
    """Whether the words stand on a sheet, blanks aside."""
    return all(_plain(each) in sheet for each in words)


def test_not_yet_is_answered_with_what_is_missing_who_brings_it_and_who_says_so(
    runs: Path, chromium: Browser
) -> None:
    record = sample_run(runs)
    english, chinese = sheets(record, chromium, EN)[0], sheets(record, chromium, ZH)[0]
    assert has(english, "May we go live and take real money?", "Not yet")
    assert has(chinese, "可以上线、收取真实货款吗？", "还不可以")
    assert has(english, "What is missing for the experience edition gate, and who brings it", "2026-12-07")
    assert has(chinese, "体验版门禁还差什么，由谁补齐", "2026-12-07")
    assert has(english, "The company", "QA", "golive run --target experience")
    assert has(chinese, "公司", "测试(QA)", "golive run --target experience")
    (lacks,) = re.findall(r"Missingfortheexperienceeditiongate:([\d+]+)=(\d+)", english)
    assert sum(map(int, lacks[0].split("+"))) == int(lacks[1])
    assert has(english, f"{lacks[1]} of ", "Later, for the production gate")
    assert has(chinese, f"还差 {lacks[1]} 项", "之后，生产门禁")
    assert has(english, "shop 0.1.0, build fingerprint 5f2a9c31", "given back automatically", "never run")
    assert has(chinese, "shop 0.1.0，构建指纹 5f2a9c31", "自动退回", "从未运行")
    for sheet in (english, chinese):
        assert re.search(r"2026-12-07\d\d:\d\d(?!:)", sheet), "the minute is enough"
    ready = judge_record(record).readiness
    assert has(
        english, f"({ready.points} of {ready.of_points} points, {ready.controls} of {ready.of_controls} contr"
    )
    assert has(chinese, f"{ready.of_points} 分中得 {ready.points} 分")
    assert has(english, "Who says so", "GoLive 0.1.0", record.meta.id, record.sealed_by[8:16], "nobody yet")
    assert has(chinese, "谁这么说", "GoLive 0.1.0", record.meta.id, record.sealed_by[8:16], "尚无人签字")


def test_no_code_stands_on_it_without_its_name(runs: Path, chromium: Browser) -> None:
    failed = ("CBK-11", "PAY-02", "PAY-06", "CBK-02", "CBK-03", "CBK-04", "CBK-05", "QRY-01")
    record = sample_run(runs, change=outcomes(dict.fromkeys(failed, Outcome.FAIL), "it was credited twice"))
    for locale in (ZH, EN):
        first = sheets(record, chromium, locale)[0]
        for id_ in dict.fromkeys(re.findall(r"[A-Z]{3}-\d\d", first)):
            title = load().control(id_).title.spoken("zh" if locale == ZH else "en")
            assert first.count(id_) == first.count(_plain(f"{id_} {title}")), (id_, locale)


def test_no_is_answered_with_what_must_be_mended_by_whom(runs: Path, chromium: Browser) -> None:
    record = sample_run(runs, change=outcomes({"CBK-11": Outcome.FAIL}, "it was credited twice"))
    english, chinese = sheets(record, chromium, EN)[0], sheets(record, chromium, ZH)[0]
    assert has(english, "No", "CBK-11", "it was credited twice", "The app's developers", "Mend what fails")
    assert has(chinese, "不可以", "CBK-11", "it was credited twice", "应用开发", "修复不合格的")


def test_yes_is_answered_with_who_signed_and_how_long_it_holds(runs: Path, chromium: Browser) -> None:
    ids = tuple(control.id for control in load().controls)
    record = RunRecord.create(runs / "run-1", meta("run-1", registered=ids, grade=Grade.PRODUCTION))
    take_snapshots(record, load().model_copy(update={"scenarios": ()}))
    everything(record)
    every_paper(record)
    record.finish(ended=START + timedelta(hours=1), interrupted=False)
    english, chinese = sheets(record, chromium, EN)[0], sheets(record, chromium, ZH)[0]
    assert has(english, "Yes", "Every gate is GO.", "Nothing is missing.", "This holds until 2026-12-07")
    assert has(chinese, "可以", "三个门禁全部放行。", "一项不缺。", "裁决有效至 2026-12-07")
    assert has(english, "Signed by", "release manager, head of operations")
    assert has(chinese, "签字人", "release manager, head of operations")


@pytest.mark.parametrize(("locale", "failures"), [(ZH, 0), (EN, 2000)])
def test_two_to_six_sheets_are_signed_and_each_names_the_run_and_its_digest(
    runs: Path, chromium: Browser, locale: str, failures: int
) -> None:
    record = sample_run(runs, finished=False)
    for number in range(failures):
        record.append(check("CBK-11", number, scenario=f"test_x[{number}]", outcome=Outcome.FAIL))
    record.finish(ended=START + timedelta(hours=9), interrupted=False)
    printed = sheets(record, chromium, locale)
    assert 2 <= len(printed) <= 6
    for number, sheet in enumerate(printed, 1):
        assert has(sheet, record.meta.id, record_digest(record)[:32], f"{number} / {len(printed)}")
    words = ("签署", "姓名", "日期") if locale == ZH else ("Signatures", "Name", "Date")
    assert any(has(sheet, *words) for sheet in printed)


def test_a_hostile_name_of_a_run_cannot_leave_the_foot_of_a_sheet(runs: Path, chromium: Browser) -> None:
    record = sample_run(runs, 'a"; } body { display none } </style><script>x=1<', host="</style>")
    build(record.folder)
    page = (record.folder / PAGE).read_text("utf-8")
    style = page[page.index("<style>") : page.index("</style>")]
    assert "display none }" not in style
    assert has(sheets(record, chromium, EN)[0], "Not yet")
