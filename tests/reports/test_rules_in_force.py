"""A run in which rules of one's own were in force is never taken for a correct rehearsal."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from harness.core.control import Language, Outcome
from harness.verdict import exit_code, made_faulty, verdict_lines
from reports.build import PAGE, build
from reports.earlier_runs import rows_of
from reports.judging import judge_record
from tests.reports.sample_run import START, outcomes, sample_run

RULES = ("outage rate-limited: operation=any action=status value=429 times=always", "mine.yaml: x=1")
LATER = START + timedelta(hours=1)


@pytest.mark.parametrize(("narrowed", "said"), [(False, "REHEARSAL NOT YET"), (True, "SELECTION NOT YET")])
def test_where_everything_passed_it_is_not_go_and_every_door_says_by_which_rules(
    runs: Path, *, narrowed: bool, said: str
) -> None:
    record = sample_run(runs, fault_rules=RULES, selection=narrowed)
    judgement = judge_record(record)
    assert exit_code(judgement, "rehearsal") == 2
    told: tuple[tuple[Language, str], ...] = (("en", "no correct rehearsal"), ("zh", "不是正确的演练"))
    for language, why in told:
        line = verdict_lines(judgement, "rehearsal", language)[0]
        assert line.startswith(said)
        assert why in line
        assert all(rule in line for rule in RULES)
    if not narrowed:
        build(record.folder)
        assert RULES[0] in (record.folder / PAGE).read_text("utf-8")


def test_a_rule_that_hit_nothing_is_told_as_one_and_does_not_read_as_exercised(runs: Path) -> None:
    record = sample_run(runs, fault_rules=RULES, unmet_rules=RULES[1:])
    judgement = judge_record(record)
    told: tuple[tuple[Language, str], ...] = (
        ("en", "not known to have hit anything"),
        ("zh", "未见命中任何请求"),
    )
    for language, why in told:
        line = verdict_lines(judgement, "rehearsal", language)[0]
        assert line.index(RULES[0]) < line.index(why) < line.rindex(RULES[1])
    build(record.folder)
    page = (record.folder / PAGE).read_text("utf-8")
    assert "not known to have hit anything" in page or "未见命中任何请求" in page
    assert len(made_faulty(RULES)) == 1


def test_its_failures_count_later_and_its_passes_do_not(runs: Path) -> None:
    broken = outcomes({"CBK-03": Outcome.FAIL})
    faulty = sample_run(runs, "20261123T020000Z-0001", fault_rules=RULES, change=broken)
    assert judge_record(faulty).gates["rehearsal"].verdict == "NO-GO"
    assert not any(row.complete for row in rows_of(faulty))
    sound = sample_run(runs, "20261123T030000Z-0002", start=LATER)
    judgement = judge_record(sound)
    assert judgement.gates["rehearsal"].verdict == "GO"
    assert all(set(each.runs) <= {sound.meta.id} for each in judgement.controls)


def test_of_many_rules_three_are_named_and_the_rest_counted() -> None:
    assert made_faulty(()) == []
    (doubt,) = made_faulty([f"rule-{number}" for number in range(9)])
    assert "rule-2 · +6" in doubt.en
    assert "rule-3" not in doubt.zh
