"""Whatever is missing has somebody who brings it, and a day by which it has to be there."""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from harness.core.control import Blame, Check, Outcome
from harness.evidence import RunRecord
from harness.verdict import Price
from reports.build import PAGE, build
from reports.checklist import load
from reports.judging import judge_record
from reports.page.gates import fewer_in_place, gate_cards
from reports.page.missing import MOST_NAMED, Stage, Task, running_out, stages
from reports.page.roles import roles
from tests.reports.sample_run import outcomes, sample_run


def stages_of(record: RunRecord) -> list[Stage]:
    judgement = judge_record(record)
    return stages(load(), judgement, gate_cards(load(), judgement, record.meta.gate))


def tasks_of(record: RunRecord) -> list[Task]:
    return [task for stage in stages_of(record) for task in stage.tasks]


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
    assert whose["APP"] == whose["BIZ"] == "The company (legal, finance, business)"
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


def test_the_next_gates_tasks_stand_first_and_of_each_gate_what_is_cheapest(rehearsed: RunRecord) -> None:
    found = stages_of(rehearsed)
    assert [stage.card.id for stage in found] == ["experience", "production"]
    for stage in found:
        orders = [task.price.order for task in stage.tasks]
        assert orders == sorted(orders)
    assert [task.number for task in tasks_of(rehearsed)] == [*range(1, len(tasks_of(rehearsed)) + 1)]


def test_what_a_gate_lacks_is_the_sum_of_its_tasks_and_of_the_gates_before(runs: Path) -> None:
    for stage in stages_of(sample_run(runs, change=outcomes({"CBK-11": Outcome.FAIL}))):
        addends = [int(each) for each in stage.addends.split(" + ")]
        assert sum(addends) == len(stage.card.verdict.missing)
        assert stage.card.in_place + sum(addends) == stage.card.verdict.required


def test_what_is_in_place_is_a_sum_by_what_it_is_about(runs: Path) -> None:
    record = sample_run(runs, change=outcomes({"CBK-11": Outcome.NOT_APPLICABLE}))
    judgement = judge_record(record)
    for card in gate_cards(load(), judgement, record.meta.gate):
        assert sum(map(int, re.findall(r" (\d+)", card.addends.en))) == card.in_place
        assert "set aside (not applicable, waived or only a warning) 1" in card.addends.en


def test_a_task_names_its_controls_or_how_many_of_each_section(rehearsed: RunRecord) -> None:
    assert {len(task.items) > MOST_NAMED for task in tasks_of(rehearsed)} == {True, False}
    for task in tasks_of(rehearsed):
        if len(task.items) > MOST_NAMED:
            assert sum(each.count for each in task.named) == len(task.items)
        else:
            titles = [(item.control.id, item.control.title) for item in task.items]
            assert [(each.code, each.name) for each in task.named] == titles


def test_everything_is_due_before_the_first_evidence_stops_counting(rehearsed: RunRecord) -> None:
    first = running_out(judge_record(rehearsed).controls)
    assert first is not None
    assert first.moment == min(check.started for check in rehearsed.checks) + timedelta(
        days=14, seconds=rehearsed.checks[0].duration_s
    )


def test_each_missing_control_says_whether_it_failed_was_inconclusive_or_never_run(runs: Path) -> None:
    changed = {"CBK-11": Outcome.FAIL, "PAY-02": Outcome.INCONCLUSIVE}
    first, later, _ = stages_of(sample_run(runs, change=outcomes(changed)))
    assert {item.control.id: item.state.en for task in first.tasks for item in task.items} == {
        "CBK-11": "fail",
        "PAY-02": "inconclusive",
    }
    assert {(task.price, task.states.en) for task in later.tasks} == {
        (Price.PAPER, "not handed in"),
        (Price.EXPERIENCE_RUN, "never run"),
    }


def test_of_a_later_gate_it_is_told_who_brings_how_many(rehearsed: RunRecord) -> None:
    _, later = stages_of(rehearsed)
    counts = re.findall(r" (\d+)(?: ·|$)", later.told("later").en)
    assert sum(map(int, counts)) == later.count
    for task in later.tasks:
        assert task.role.en in later.told("later").en
        assert task.role.zh in later.told("later").zh


def test_why_a_later_gate_has_fewer_in_place_is_a_sum_of_its_row(rehearsed: RunRecord) -> None:
    cards = gate_cards(load(), judge_record(rehearsed), rehearsed.meta.gate)
    said = fewer_in_place(cards)
    assert said is not None
    sums = re.findall(r"(\d+) \+ (\d+) more − (\d+) of these missing = (\d+)", said.en)
    falls = [(before, card) for before, card in pairwise(cards) if card.in_place < before.in_place]
    assert falls
    for (before, card), found in zip(falls, sums, strict=True):
        had, more, lacks, has = map(int, found)
        assert (had, has) == (before.in_place, card.in_place)
        assert had + more - lacks == has
        assert more == card.verdict.required - before.verdict.required
    assert fewer_in_place(cards[:1]) is None


def test_each_paper_has_its_own_command(rehearsed: RunRecord) -> None:
    build(rehearsed.folder)
    page = (rehearsed.folder / PAGE).read_text("utf-8")
    assert "golive attest APP-01 --by" in page
    listed = page[page.index('id="each-missing"') :].partition("</section>")[0]
    assert not re.search(r"\bID\b", listed)


def test_nothing_is_due_where_nothing_counts() -> None:
    assert running_out(()) is None
