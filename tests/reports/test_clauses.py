"""Every control names the clauses it rests on, of which page and date, or says what it rests on instead."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.core.control import Language
from harness.core.errors import HarnessError
from reports.checklist import CHECKLIST, Checklist, folder_of, load
from reports.checklist.loader import read
from reports.checklist.official import load_official
from reports.checklist.register import read_register
from reports.clause_pages import PAGES, coverage, page
from reports.doc_pages import DOCS

CHINESE = re.compile("[\u4e00-\u9fff]")
CITED = re.compile(r"\b[CQ]\d+\b")


@pytest.fixture(scope="module")
def checklist() -> Checklist:
    return load()


def edited(folder: Path, name: str, change: Callable[[str], str]) -> Path:
    """A copy of the newest set, and of those it is based on, with one file of the register changed."""
    sets = folder_of(CHECKLIST).parent
    for each in sets.glob("*/exercised.lock"):
        shutil.copytree(each.parent, folder / each.parent.name)
    file = folder / CHECKLIST / "clauses" / name
    before = file.read_text("utf-8")
    assert change(before) != before
    file.write_text(change(before), "utf-8")
    return folder / CHECKLIST


def test_each_control_has_clauses_or_says_what_it_rests_on(checklist: Checklist) -> None:
    assert [each.id for each in checklist.controls if bool(each.clauses) == bool(each.own)] == []
    own = [each.own for each in checklist.controls if each.own]
    assert [each for each in own if "Not in the register" in each.en] == []


def test_a_control_rests_on_whatever_its_source_cites(checklist: Checklist) -> None:
    for control in checklist.controls:
        assert set(CITED.findall(control.source)) <= set(control.clauses), control.id


def test_a_control_rests_on_the_rows_that_it_answers(checklist: Checklist) -> None:
    official = load_official()
    for control in checklist.controls:
        assert {row.id for _, row in official.naming(control.id)} <= set(control.clauses), control.id


def test_every_row_of_every_official_list_is_a_clause(checklist: Checklist) -> None:
    rows = {row.id for each in load_official().lists for row in each.rows}
    assert rows <= {each.id for each in checklist.clauses}


def test_a_clause_cites_pages_or_says_why_not(checklist: Checklist) -> None:
    assert [each.id for each in checklist.clauses if bool(each.pages) == bool(each.unpaged)] == []


def test_every_clause_of_the_april_register_has_its_pages(checklist: Checklist) -> None:
    numbered = [each for each in checklist.clauses if re.fullmatch(r"C\d\d", each.id)]
    assert [each.id for each in numbered] == [f"C{number:02d}" for number in range(1, 57)]
    assert sum(len(each.pages) for each in numbered) == 142
    assert len({page.address for each in numbered for page in each.pages}) == 89


def test_a_page_has_a_date_or_the_text_that_was_read(checklist: Checklist) -> None:
    undated = {page.title for each in checklist.clauses for page in each.pages if not page.when}
    assert {title for title in undated if not title.startswith("alipay.")} == {"对账说明", "异步通知说明"}


def test_what_is_asked_is_said_in_both_languages(checklist: Checklist) -> None:
    for clause in checklist.clauses:
        for text in filter(None, (clause.statement, clause.unpaged, clause.uncovered)):
            assert CHINESE.search(text.zh), clause.id
            assert not CHINESE.search(text.en.replace("支付宝公钥", "")), clause.id


def test_a_clause_that_no_control_answers_says_why(checklist: Checklist) -> None:
    idle = [each for each in checklist.clauses if not checklist.resting_on(each.id)]
    assert {"C44", "C55", "C56"} < {each.id for each in idle}
    assert [each.id for each in idle if each.uncovered is None] == []


def test_equal_records_have_equal_digests_and_others_not(checklist: Checklist) -> None:
    clause = checklist.clause("C07")
    assert clause.digest == load().clause("C07").digest
    moved = clause.pages[0].model_copy(update={"date": clause.pages[1].date})
    assert clause.model_copy(update={"pages": (moved, *clause.pages[1:])}).digest != clause.digest
    assert len({each.digest for each in checklist.clauses}) == len(checklist.clauses)


def test_a_snapshot_reads_back_as_the_same_checklist(checklist: Checklist) -> None:
    again = Checklist.model_validate(checklist.dump())
    assert again == checklist
    assert again.dump() == checklist.dump()


def test_an_earlier_set_has_no_register() -> None:
    earlier = load("2026-11-23")
    assert earlier.clauses == ()
    assert [each.id for each in earlier.controls if each.clauses or each.own] == []


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("mcp.yaml", lambda text: text.replace("  M1: [", "  M8: ["), "M1, M8"),
        ("mcp.yaml", lambda text: text.replace('M7: ["2026-07-28"]', 'M7: ["2027-01-01"]'), "2027-01-01"),
        ("mcp.yaml", lambda text: text.replace("https://", "ftp://"), "address"),
        ("mcp.yaml", lambda text: text.replace("date: 2026-07-28}", "date: lately}"), "date"),
        ("mcp.yaml", lambda text: text.replace("platform: mcp", "platform: ["), "cannot be read"),
        ("mcp.yaml", lambda text: text.replace("  - id: M2", "  - id: M1"), "M2"),
        ("wechatpay.yaml", lambda text: text.replace("[3-wechat-summer, ", "["), "Q1"),
        ("without-clauses.yaml", lambda text: text.replace("[MCP-08]", "[MCP-07, MCP-08]"), "MCP-07 wants"),
        ("without-clauses.yaml", lambda text: text.replace("why:", "because:", 1), "cannot be read"),
    ],
)
def test_a_mistake_in_the_register_is_named(
    tmp_path: Path, name: str, change: Callable[[str], str], said: str
) -> None:
    with pytest.raises(HarnessError, match=said):
        read(edited(tmp_path, name, change))


def test_a_control_that_somebody_added_rests_on_its_source(tmp_path: Path) -> None:
    read_from = edited(tmp_path, "without-clauses.yaml", lambda text: text.replace("[MCP-08]", "[SEC-11]"))
    own = read(read_from).control("MCP-08").own
    assert own is not None
    assert own.en == "Not in the register; its source: P§3"


@pytest.mark.parametrize("lang", PAGES)
def test_the_committed_page_is_what_the_register_says(lang: Language) -> None:
    register = read_register(folder_of(CHECKLIST))
    assert (DOCS / PAGES[lang]).read_text("utf-8") == page(load(), register, lang), "stale: make lists"


def test_the_page_counts_what_is_covered(checklist: Checklist) -> None:
    register = read_register(folder_of(CHECKLIST))
    text = page(checklist, register, "en")
    counted = re.findall(
        r"^\| (.+?) \| (\d+) \| (\d+) \(([\d.]+) %\) \| (\d+) \(([\d.]+) %\) \|$", text, re.MULTILINE
    )
    assert [row[0] for row in counted[:-1]] == [each.name.en for each in register.platforms]
    for platform, (_, total, covered, percent, live, _) in zip(register.platforms, counted[:-1], strict=True):
        found = coverage(checklist, platform)
        assert len(found) == int(total)
        assert sum(1 for each in found if each.controls) == int(covered)
        assert sum(1 for each in found if each.live) == int(live) <= int(covered)
        assert float(percent) == round(100 * int(covered) / int(total), 1)
    assert [int(cell) for cell in counted[-1][1:3]] == [
        sum(int(row[place]) for row in counted[:-1]) for place in (1, 2)
    ]


def test_the_page_names_each_clause_that_nothing_covers(checklist: Checklist) -> None:
    text = page(checklist, read_register(folder_of(CHECKLIST)), "en")
    section = text.partition("## Clauses that no control covers")[2].partition("\n## ")[0]
    named = {
        line.split(" | ")[0].removeprefix("| ") for line in section.splitlines() if line.startswith("| ")
    }
    idle = {each.id for each in checklist.clauses if not checklist.resting_on(each.id)}
    assert named == idle | {"Clause", "---"}


def test_the_page_names_pages_that_moved_on(checklist: Checklist) -> None:
    text = page(checklist, read_register(folder_of(CHECKLIST)), "en")
    section = text.partition("## Pages that have moved on")[2].partition("\n## ")[0]
    moved = {each.address for clause in checklist.clauses for each in clause.pages if each.newer}
    assert len(moved) == 3
    assert all(address in section for address in moved)
