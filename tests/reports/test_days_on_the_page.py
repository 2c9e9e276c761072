"""How things went over the days stands on the page where a record knows of days before it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from harness.evidence import RunRecord
from reports.build import PAGE, build
from reports.history.trends import Trends, keep_trends
from tests.reports.history.test_database import retried
from tests.reports.sample_run import START, sample_run
from tests.reports.sample_trends import nights


def page_of(runs: Path, trends: Trends) -> str:
    record = sample_run(runs, finished=False)
    keep_trends(record, trends)
    record.finish(ended=START + timedelta(hours=1), interrupted=False)
    build(record.folder)
    return (record.folder / PAGE).read_text("utf-8")


def part(page: str) -> str:
    return page[page.index('id="trends"') :].partition("</section>")[0]


def test_pass_rate_readiness_latency_and_flaky_parts_are_drawn(runs: Path) -> None:
    told = part(page_of(runs, nights(7)))
    assert "8 days: pass rate at last 100.0%" in told
    assert "create&lt;script&gt; · h5 · mcp" in told
    assert "passed 4, failed 2, passed when tried again 1" in told
    assert told.count('<path class="answered"') == 1


@pytest.mark.parametrize("narrowed", [True, False])
def test_a_pass_that_only_a_retry_made_is_a_failure_with_a_word_of_its_own(
    runs: Path, *, narrowed: bool
) -> None:
    record = sample_run(runs, change=retried("CBK-11"), selection=narrowed)
    build(record.folder)
    page = (record.folder / PAGE).read_text("utf-8")
    assert "passed 0, failed 0, passed when tried again 1" in part(page)
    control = page[page.index('id="CBK-11"') :].partition("</details>")[0]
    assert control.count("passed only when retried") == 2  # in its heading, and beside the check
    assert page.count("passed only when retried") == 2


def test_a_year_of_nights_stays_small(runs: Path) -> None:
    assert len(part(page_of(runs, nights(365)))) < 40_000


def test_a_record_that_knows_of_no_day_before_it_draws_nothing(rehearsed: RunRecord) -> None:
    build(rehearsed.folder)
    assert 'id="trends"' not in (rehearsed.folder / PAGE).read_text("utf-8")
