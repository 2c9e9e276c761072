"""The glossary holds: both languages list the same words, and pages and checklist use exactly its terms."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pytest
import yaml

from harness.core.control import Text
from harness.core.dialects import all_dialects
from harness.verdict import Standing
from harness.verdict.reasons import GRADES
from reports.checklist import load
from reports.kill_matrix import translations as matrix
from reports.page import translations

ROOT = Path(__file__).parents[2]
HEADING = re.compile(r"^## (.+)$", re.MULTILINE)
ROOMS = ("harness", "reports", "load", "scenarios")
READ = {".py", ".yaml", ".html", ".j2", ".js", ".toml"}
FROZEN = {path.name for path in (ROOT / "reports/checklist").glob("20*")} - {load().date}
"""Older sets keep their words, as runs that were judged by them do."""
_CLAUSE = ["docs/clauses.zh-CN.md", "reports/checklist/2026-11-30/clauses/envelope.yaml"]
_ROW = ["docs/clauses.zh-CN.md", "docs/official-lists.zh-CN.md"]
_LISTS = "reports/checklist/2026-11-30/official-lists"
CITED = {
    "经典 API": _CLAUSE,
    "回退": _CLAUSE,
    "描述文件": [*_ROW, f"{_LISTS}/1-alipay.yaml"],
    "探测签名": [*_ROW, f"{_LISTS}/4-wechat-april.yaml"],
}
"""Where the newest set and the pages made of it keep an older word; the next set is written without."""
Table = list[tuple[str, str]]


def tables(page: str) -> dict[str, Table]:
    """Each section's table, as pairs of its first two columns."""
    _, *parts = HEADING.split((ROOT / "docs" / page).read_text("utf-8"))
    rows = {title: re.findall(r"^\| (.+?) \| (.+?) \|", text, re.MULTILINE) for title, text in pairs(parts)}
    return {title: table[1:] for title, table in rows.items()}


def pairs(parts: list[str]) -> Iterable[tuple[str, str]]:
    return zip(parts[::2], parts[1::2], strict=True)


ENGLISH, CHINESE = tables("glossary.md"), tables("glossary.zh-CN.md")
*SECTIONS, AVOIDED = ENGLISH
WORDS = {word: term for section in SECTIONS for word, term in ENGLISH[section]}


def test_both_languages_list_the_same_words_in_the_same_order() -> None:
    *chinese, avoided = CHINESE.values()
    assert [[(word, term) for term, word in table] for table in chinese] == [ENGLISH[s] for s in SECTIONS]
    assert avoided == ENGLISH[AVOIDED]


def test_a_word_has_one_term_and_a_term_one_word() -> None:
    rows = [row for section in SECTIONS for row in ENGLISH[section]]
    assert len({word for word, _ in rows}) == len(rows)
    assert len({term for _, term in rows}) == len(rows)


@pytest.mark.parametrize(
    ("section", "labels"),
    [
        ("Outcomes", {s.value: word.zh for s, (_, word, _) in translations.STANDINGS.items()}),
        ("Verdicts", {word: text.zh for word, (_, text, _) in translations.VERDICTS.items()}),
        ("Grades", {grade.label: text.zh for grade, text in GRADES.items()}),
        ("Severities", {text.en: text.zh for text in translations.SEVERITIES.values()}),
        ("Methods", {text.en: text.zh for text in translations.METHODS.values()}),
        ("Whose turn", {blame.value: text.zh for blame, text in translations.BLAMES.items()}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_page_labels_are_exactly_the_glossarys(section: str, labels: dict[str, str]) -> None:
    assert labels == dict(ENGLISH[section])


@pytest.mark.parametrize(
    ("word", "label"),
    [
        ("merchant", translations.WORDS["merchant"]),
        ("target", translations.WORDS["target"]),
        ("grade", translations.WORDS["grade"]),
        ("check", translations.WORDS["checks"]),
        ("checklist", translations.WORDS["checklist"]),
        ("dialect", translations.WORDS["dialects"]),
        ("control", translations.WORDS["controls"]),
        ("criterion", translations.WORDS["criterion"]),
        ("severity", translations.WORDS["severity"]),
        ("scenario", translations.WORDS["scenario"]),
        ("outcome", translations.WORDS["outcome"]),
        ("evidence", translations.WORDS["evidence"]),
        ("blame", translations.WORDS["blame"]),
        ("price of GO", translations.WORDS["price"]),
        ("criterion", translations.LOAD_WORDS["criteria"]),
        ("load", translations.LOAD_WORDS["load"]),
        ("kill matrix", matrix.WORDS["title"]),
        ("defect", matrix.WORDS["defect"]),
        ("false alarm", matrix.WORDS["false_alarm"]),
        ("shop", matrix.SIDES["shop"]),
        ("endpoint", matrix.SIDES["endpoint"]),
        *((gate.name.en.lower(), gate.name) for gate in load().gates),
    ],
)
def test_a_label_of_a_page_or_gate_is_the_words_own_term(word: str, label: Text) -> None:
    assert label.zh == WORDS[word]


def test_dialects_are_called_by_their_terms() -> None:
    titles = " ".join(dialect.title.zh for dialect in all_dialects())
    assert WORDS["envelope"] in titles
    assert WORDS["classic API"] in titles


@pytest.mark.parametrize("avoided", [old for old, _ in ENGLISH[AVOIDED]])
def test_a_term_that_another_replaced_is_used_nowhere(avoided: str) -> None:
    assert used_in(avoided) == CITED.get(avoided, [])


def test_a_reader_is_addressed_in_one_way() -> None:
    quoted = ["harness/simulator/wire/kit/errors.py"]  # the gateway's own words
    named = ["docs/configuration.zh-CN.md", "harness/settings/placeholders.py"]  # `[您的…]`
    assert used_in("您") == named + quoted


def used_in(word: str) -> list[str]:
    """The pages and modules that speak Chinese and hold a word."""
    places = [ROOT / "README.zh-CN.md"]
    for room in (*ROOMS, "docs", "examples"):
        places += (ROOT / room).rglob("*.zh-CN.md")
    for room in ROOMS:
        places += [path for path in (ROOT / room).rglob("*") if path.suffix in READ]
    return sorted(
        path.relative_to(ROOT).as_posix()
        for path in places
        if not path.name.startswith("glossary")
        and FROZEN.isdisjoint(path.parts)
        and word in path.read_text("utf-8")
    )


ONE_TERM = {
    "dialect": "接入协议",
    "lever": "控制接口",
    "criterion": "判定标准",
    "gate": "门禁",
    "generator": "施压端",
    "lag": "发送延迟",
    "kill matrix": "缺陷检出矩阵",
    "checklist": "检查清单",
    "decision": "设计决策",
    "inconclusive": "无从判断",
}


PAGE_TERMS = {"measured": "已证实", "plan_today": "方案自称的现状"}


@pytest.mark.parametrize(("word", "term"), PAGE_TERMS.items())
def test_the_page_calls_what_is_proven_and_what_the_plan_claims_by_one_term(word: str, term: str) -> None:
    assert translations.WORDS[word].zh == term


def test_what_decides_nothing_is_called_by_the_same_term_on_the_page() -> None:
    assert translations.STANDINGS[Standing.INCONCLUSIVE][1].zh == ONE_TERM["inconclusive"]


def test_chinese_words_have_full_width_colons() -> None:
    half = re.compile("[\u4e00-\u9fff）」”}]:(?=\\s|$|[\u4e00-\u9fff{])")
    places = [path for room in ROOMS for path in (ROOT / room).rglob("*.yaml")]
    chinese = [text for path in places for text in told_in_chinese(yaml.safe_load(path.read_text("utf-8")))]
    assert len(chinese) > 500
    assert [text for text in chinese if half.search(text)] == []


def told_in_chinese(node: object) -> Iterable[str]:
    """Every text below a member `zh`."""
    if isinstance(node, dict):
        for name, value in node.items():
            yield from [value] if name == "zh" and isinstance(value, str) else told_in_chinese(value)
    elif isinstance(node, list):
        for value in node:
            yield from told_in_chinese(value)


@pytest.mark.parametrize(("word", "term"), ONE_TERM.items())
def test_a_word_is_called_by_its_one_term(word: str, term: str) -> None:
    assert WORDS[word] == term
