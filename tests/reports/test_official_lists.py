"""Every row of the platforms' own lists leads to a control or a reason, and the page says what they say."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from harness.core.control import Language
from harness.core.dialects import all_dialects
from harness.core.errors import HarnessError
from harness.verdict.locked_parts import LockedPart
from reports.checklist import Checklist, load
from reports.checklist.official import Proof, Reach, load_official, read_official
from reports.doc_pages import DOCS
from reports.official_lists import PAGES, page

CHINESE = re.compile("[\u4e00-\u9fff]")
LISTS = {"Alipay's official check list": 44, "What Alipay's documents ask beside it": 16}
LISTS |= {"WeChat Pay's official check list, summer of 2026": 19}
LISTS |= {"What WeChat Pay asks before launch, sources of April 2026": 56}
LISTS |= {"WeChat Pay's product packs, 2026": 16, "What WeChat Pay's product guides ask to note, 2026": 22}
PLANNED = "MON-05"
"""A control with no check, and no paper either, in `an_older_checklist`."""
ROW = "- {id: AB-1, text: {zh: 一, en: one}, source: PI"


def an_older_checklist() -> Checklist:
    """The newest one, as it stood before it had a check of `PLANNED`."""
    newest = load()
    parts = [each for each in newest.scenarios if LockedPart.read(each).control != PLANNED]
    return newest.model_copy(update={"exercised": newest.exercised - {PLANNED}, "scenarios": tuple(parts)})


def written(folder: Path, *rows: str, dialects: str = "[alipay]") -> Path:
    head = f"title: {{zh: 表, en: list}}\nabout: {{zh: 来源, en: source}}\ndialects: {dialects}\nrows:\n"
    (folder / "a.yaml").write_text(head + "\n".join(rows) + "\n", "utf-8")
    return folder


def test_every_row_of_the_sources_stands_in_its_list_once() -> None:
    official = load_official()
    assert {each.title.en: len(each.rows) for each in official.lists} == LISTS
    ids = [row.id for each in official.lists for row in each.rows]
    assert len(set(ids)) == len(ids)
    assert {f"C{number:02d}" for number in range(1, 57)} | {f"Q{number}" for number in range(1, 20)} < set(
        ids
    )


def test_what_a_row_says_is_said_in_both_languages() -> None:
    for each in load_official().lists:
        for row in each.rows:
            for text in (row.text, row.gap, row.reason):
                assert text is None or (
                    CHINESE.search(text.zh) and not CHINESE.search(text.en.replace("支付宝公钥", ""))
                )


def test_a_list_counts_wires_that_there_are() -> None:
    known = {each.id for each in all_dialects()}
    assert all(set(each.dialects) <= known for each in load_official().lists)


@pytest.mark.parametrize(
    "answer",
    [
        "}",
        ", controls: [CBK-01], reason: {zh: 无, en: none}}",
        ", gap: {zh: 缺, en: gap}, reason: {zh: 无, en: no}}",
    ],
    ids=["neither", "both", "a gap of nothing"],
)
def test_a_row_has_controls_or_a_reason(tmp_path: Path, answer: str) -> None:
    with pytest.raises(HarnessError, match=r"a\.yaml"):
        read_official(written(tmp_path, ROW + answer), load())


def test_a_row_names_controls_of_the_checklist(tmp_path: Path) -> None:
    with pytest.raises(HarnessError, match="unknown controls: CBK-99"):
        read_official(written(tmp_path, ROW + ", controls: [CBK-01, CBK-99]}"), load())


def test_no_two_rows_share_a_number(tmp_path: Path) -> None:
    row = ROW + ", controls: [CBK-01]}"
    with pytest.raises(HarnessError, match="given twice: AB-1"):
        read_official(written(tmp_path, row, row), load())


@pytest.mark.parametrize(
    ("answer", "proof"),
    [
        ("controls: [CBK-01]", Proof.PROVED),
        ("controls: [CBK-01], gap: {zh: 缺, en: open}", Proof.PARTLY),
        ("controls: [CBK-01, CBK-03]", Proof.PARTLY),
        (f"controls: [CBK-01, {PLANNED}]", Proof.PARTLY),
        (f"controls: [CBK-03, {PLANNED}]", Proof.PLANNED),
        ("controls: [CBK-01, OPS-01]", Proof.PROVED),
        ("controls: [CBK-03, OPS-01]", Proof.PARTLY),
        ("controls: [OPS-01, OPS-02]", Proof.PAPER),
        ("controls: [OPS-01], gap: {zh: 缺, en: open}", Proof.PARTLY),
        ("reason: {zh: 无, en: none}", Proof.NONE),
    ],
)
def test_a_row_is_proved_by_live_controls_alone(tmp_path: Path, answer: str, proof: Proof) -> None:
    official = read_official(written(tmp_path, f"{ROW}, {answer}}}"), an_older_checklist())
    (asked,) = official.lists
    assert official.proof(asked.rows[0], asked) is proof
    assert official.counts(asked) == {each: int(each is proof) for each in Proof}


def test_a_control_of_another_platforms_wires_is_no_proof(tmp_path: Path) -> None:
    row = ROW + ", controls: [CBK-03]}"
    official = read_official(written(tmp_path, row), load())
    assert official.reach("CBK-03", official.lists[0]) is Reach.ELSEWHERE
    official = read_official(written(tmp_path, row, dialects="[apiv3]"), an_older_checklist())
    assert official.reach("CBK-03", official.lists[0]) is Reach.LIVE
    assert official.reach("CFG-01", official.lists[0]) is Reach.LIVE
    assert official.reach("OPS-01", official.lists[0]) is Reach.PAPER
    assert official.reach(PLANNED, official.lists[0]) is Reach.PLANNED


@pytest.mark.parametrize("lang", PAGES)
def test_the_committed_page_is_what_the_data_says(lang: Language) -> None:
    assert (DOCS / PAGES[lang]).read_text("utf-8") == page(load_official(), lang), "stale: make lists"


def test_the_counts_at_the_top_are_those_of_the_rows() -> None:
    top, *lists = page(load_official(), "en").split("\n## ")
    counted = re.findall(r"^\| (.+?) \| (\d+)" + 5 * r" \| (\d+)" + r" \|$", top, re.MULTILINE)
    assert [title for title, *_ in counted] == list(LISTS)
    for (title, rows, *numbers), text in zip(counted, lists, strict=True):
        states = Counter(re.findall(r"\| (proved|by a person|partly|planned|no control) \|", text))
        assert text.startswith(title)
        words = ("proved", "by a person", "partly", "planned", "no control")
        assert [states[word] for word in words] == [*map(int, numbers)]
        assert sum(states.values()) == int(rows)
