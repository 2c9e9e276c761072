"""Whatever is missing has somebody who brings it, and a day by which it has to be there."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from harness.core.control import Blame, Check, Outcome
from harness.evidence import RunRecord
from harness.verdict import Price
from reports.build import PAGE, build
from reports.checklist import load
from reports.judging import judge_record
from reports.page.gates import gate_cards
from reports.page.missing import Task, running_out, tasks
from reports.page.roles import roles
from tests.reports.sample_run import outcomes, sample_run


def tasks_of(record: RunRecord) -> list[Task]:
    judgement = judge_record(record)
    return tasks(load(), judgement, gate_cards(load(), judgement, record.meta.gate))


def test_every_price_and_every_turn_has_somebody() -> None:
    table = roles()
    assert set(table.prices) == set(Price)
    assert set(table.turns) == set(Blame)
    named = {*table.prices.values(), *table.papers.values(), *table.turns.values()}
    assert named <= set(table.roles)


def test_each_missing_control_is_brought_once_by_one(rehearsed: RunRecord) -> None:
    judgement = judge_record(rehearsed)
    missing = {each.control for verdict in judgement.gates.values() for each in verdict.missing}
    found = [item.control.id for task in tasks_of(rehearsed) for item in task.items]
    assert sorted(found) == sorted(missing)


def test_papers_are_the_companys_operations_or_developers_by_section(rehearsed: RunRecord) -> None:
    whose = {
        item.control.section: task.role.en
        for task in tasks_of(rehearsed)
        if task.price is Price.PAPER
        for item in task.items
    }
    assert whose["APP"] == whose["BIZ"] == "The company"
    assert whose["OPS"] == "Operations"


@pytest.mark.parametrize(
    ("blame", "role"),
    [
        (Blame.MERCHANT, "The app's developers"),
        (Blame.ENDPOINT, "The payment endpoint's provider"),
        (Blame.ENVIRONMENT, "Operations"),
    ],
)
def test_what_fails_is_mended_by_whoever_has_the_turn(runs: Path, blame: Blame, role: str) -> None:
    failed = outcomes({"CBK-11": Outcome.FAIL})

    def blamed(check: Check) -> Check | None:
        changed = failed(check)
        if changed is not None and changed.outcome is Outcome.FAIL:
            return changed.model_copy(update={"blame": blame})
        return changed

    first = tasks_of(sample_run(runs, change=blamed))[0]
    assert (first.price, first.role.en) == (Price.MEND, role)


def test_what_is_cheapest_stands_first(rehearsed: RunRecord) -> None:
    orders = [task.price.order for task in tasks_of(rehearsed)]
    assert orders == sorted(orders)


def test_everything_is_due_before_the_first_evidence_stops_counting(rehearsed: RunRecord) -> None:
    first = running_out(judge_record(rehearsed).controls)
    assert first is not None
    assert first.moment == min(check.started for check in rehearsed.checks) + timedelta(
        days=14, seconds=rehearsed.checks[0].duration_s
    )


def test_each_paper_has_its_own_command(rehearsed: RunRecord) -> None:
    build(rehearsed.folder)
    page = (rehearsed.folder / PAGE).read_text("utf-8")
    assert "golive attest APP-01 --by" in page
    listed = page[page.index('id="each-missing"') :].partition("</section>")[0]
    assert not re.search(r"\bID\b", listed)


def test_nothing_is_due_where_nothing_counts() -> None:
    assert running_out(()) is None
