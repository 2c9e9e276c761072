"""Nobody is kept out: axe finds nothing in either view, language and colour scheme."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page

from harness.core.control import Outcome
from reports.build import build
from reports.history.trends import keep_trends
from tests.reports.reader import SCREENS, UNFOLD, Open
from tests.reports.sample_load import climb, troubled
from tests.reports.sample_messages import deliver
from tests.reports.sample_papers import every_paper
from tests.reports.sample_run import START, check, outcomes, sample_run
from tests.reports.sample_trends import nights

AXE = Path(__file__).parents[2] / ".tools/node/node_modules/axe-core/axe.min.js"
FOUND = """
async () => (await axe.run(document, { resultTypes: ["violations"] })).violations
  .map(each => `${each.id}: ${each.nodes.slice(0, 3).map(node => node.target.join(" ")).join(" | ")}`)
"""
FOLDS = "details:not(.control), .control.failing, .control.open, #APP-01, #PAY-02, #PRF-01, #CBK-02"
"""Controls that passed look alike: a few of them are opened."""
FAILED = "scenarios/cbk/test_cbk.py::test_twice[mcp]"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A record with everything that a page can show."""
    record = sample_run(
        tmp_path_factory.mktemp("axe") / "runs",
        finished=False,
        change=outcomes({"QRY-01": Outcome.INCONCLUSIVE, "CBK-02": Outcome.WARN}, "nobody knows"),
        capabilities=("login", "qr"),
    )
    record.append(check("CBK-11", scenario=FAILED, outcome=Outcome.FAIL, message="it was credited twice"))
    deliver(record, FAILED)
    every_paper(record)
    keep_trends(record, nights(7))
    troubled().write(record.folder)
    climb().write(record.folder)
    record.finish(ended=START + timedelta(hours=1), interrupted=False)
    build(record.folder)
    return record.folder


def complaints(page: Page) -> list[str]:
    page.locator(FOLDS).evaluate_all(UNFOLD)
    page.evaluate(AXE.read_text("utf-8"))
    found: list[str] = page.evaluate(FOUND)
    return found


@pytest.mark.parametrize(
    ("view", "locale", "scheme"),
    [  # every two of them meet
        ("sign", "zh-CN", "light"),
        ("sign", "en-US", "dark"),
        ("engineers", "zh-CN", "dark"),
        ("engineers", "en-US", "light"),
    ],
)
def test_axe_finds_nothing(visit: Open, view: str, locale: str, scheme: str) -> None:
    page = visit(locale=locale, color_scheme=scheme)
    page.locator(f"#view-{view}").check()
    assert complaints(page) == []


@pytest.mark.parametrize("view", ["sign", "engineers"])
def test_axe_finds_nothing_on_a_phone_and_nothing_scrolls_sideways(visit: Open, view: str) -> None:
    page = visit(viewport=SCREENS["phone"])
    page.locator(f"#view-{view}").check()
    assert complaints(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
