"""What a release manager reads first: the true answer, whose turn it is, what to type, on few sheets."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from harness.core.control import Outcome
from harness.evidence import RunRecord
from harness.verdict import Price
from reports.build import PAGE, build
from tests.reports.sample_run import outcomes, sample_run


def page_of(record: RunRecord) -> str:
    build(record.folder)
    return (record.folder / PAGE).read_text("utf-8")


def answer(page: str) -> tuple[str, str]:
    found = re.search(r'<h1 id="answer" class="(\w+)">.*?lang="en">(.*?)</span>', page)
    assert found
    return found[1], found[2]


@pytest.mark.parametrize(
    ("found", "said"),
    [({"CBK-11": Outcome.FAIL}, ("no", "No")), ({}, ("wait", "Not known"))],
    ids=["failing", "passing"],
)
def test_a_narrowed_run_answers_the_question_truly(
    runs: Path, found: dict[str, Outcome], said: tuple[str, str]
) -> None:
    page = page_of(sample_run(runs, selection=True, change=outcomes(found)))
    assert answer(page) == said
    assert "golive run" in page


def test_how_much_failed_and_whose_turn_it_is_stand_outside_every_fold(runs: Path) -> None:
    record = sample_run(runs, change=outcomes({"CBK-11": Outcome.FAIL}))
    page = page_of(record)
    top = page[page.index('class="failures"') : page.index('class="gates"')]
    assert "1 of 1 checks: fail · who mends it: The app" in top
    assert "1 次检查中 1 次不合格 · 由谁修复：应用开发" in top
    assert 'class="badge F"' in top
    row = page[page.index('id="CBK-11"') :]
    assert "whose turn: merchant" in row[: row.index("</summary>")]


def test_each_price_says_what_to_type(runs: Path) -> None:
    page = page_of(sample_run(runs))
    gates = page[page.index('class="gates"') : page.index('class="pair"')]
    folded = re.sub(r"<details.*?</details>", "", gates, flags=re.DOTALL)
    for price in (Price.EXPERIENCE_RUN, Price.PAPER):
        assert price.command.en in folded


def test_a_paper_and_an_approval_are_asked_for_with_the_command_that_takes_them() -> None:
    assert Price.PAPER.command.en.startswith("golive attest ID --by")
    assert Price.APPROVAL.command.zh.startswith("golive approve 编号 --by")
