"""What changed between two runs is told, and what chance moved is not."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from harness.core.control import Check, Grade, Outcome
from harness.verdict import Standing
from reports.checklist import load
from reports.history.difference import Change, Difference, difference
from reports.history.difference_text import markdown_lines, text_lines
from reports.history.entry import KeptLatency, Percentile, RunEntry, entry_of
from reports.judging import judge_record
from tests.reports.sample_run import START, outcomes, sample_run
from tests.reports.sample_run import Change as Edit

DAY = timedelta(days=1)


def entry(runs: Path, name: str, of: dict[str, Outcome] | None = None, **changes: object) -> RunEntry:
    """What is kept of a run with some outcomes."""
    edit: Edit = changes.pop("change", None) or outcomes(of or {})  # type: ignore[assignment]
    record = sample_run(runs / name, name, start=START, change=edit, **changes)  # type: ignore[arg-type]
    return entry_of(record, judge_record(record))


def without(control: str) -> Edit:
    def change(check: Check) -> Check | None:
        return None if check.control == control else check

    return change


def measured(run: RunEntry, low: float, observed: float, high: float | None, name: str = "p95") -> RunEntry:
    """The run with one percentile of one series."""
    found = Percentile(observed_ms=observed, low_ms=low, high_ms=high)
    series = KeptLatency(
        endpoint="create", scenario="h5", dialect="mcp", requests=900, failed=0, percentiles={name: found}
    )
    return run.model_copy(update={"latencies": (series,)})


def changes(found: Difference) -> list[tuple[str, Change, bool]]:
    return [(each.control, each.change, each.worse) for each in found.controls]


def test_two_runs_that_are_alike_differ_in_nothing(runs: Path) -> None:
    found = difference(entry(runs, "one"), entry(runs, "two"))
    assert changes(found) == []
    assert (found.worse, found.verdicts, found.members, found.latencies) == (False, (), (), ())
    assert "nothing changed" in list(text_lines(found, "en"))


@pytest.mark.parametrize(
    ("before", "after", "change", "worse"),
    [
        (Outcome.PASS, Outcome.FAIL, Change.WORSE, True),
        (Outcome.FAIL, Outcome.PASS, Change.BETTER, False),
        (Outcome.PASS, Outcome.WARN, Change.WORSE, True),
        (Outcome.FAIL, Outcome.INCONCLUSIVE, Change.BETTER, False),
        (Outcome.PASS, Outcome.NOT_APPLICABLE, Change.OTHER, False),
        (Outcome.INCONCLUSIVE, Outcome.NEEDS_HUMAN, Change.OTHER, False),
    ],
)
def test_a_control_goes_one_way(
    runs: Path, before: Outcome, after: Outcome, change: Change, worse: bool
) -> None:
    found = difference(entry(runs, "one", {"CBK-11": before}), entry(runs, "two", {"CBK-11": after}))
    assert changes(found) == [("CBK-11", change, worse)]
    assert found.worse is worse


def test_a_control_that_a_whole_run_no_longer_exercises_is_worse(runs: Path) -> None:
    found = difference(entry(runs, "one"), entry(runs, "two", change=without("CBK-11")))
    assert changes(found) == [("CBK-11", Change.WORSE, True)]
    back = difference(entry(runs, "three", change=without("CBK-11")), entry(runs, "four"))
    assert changes(back) == [("CBK-11", Change.NEW, False)]


def test_a_new_control_that_fails_is_worse(runs: Path) -> None:
    found = difference(
        entry(runs, "one", change=without("CBK-11")), entry(runs, "two", {"CBK-11": Outcome.FAIL})
    )
    assert changes(found) == [("CBK-11", Change.NEW, True)]


def test_what_a_narrowed_run_left_out_is_not_compared_and_that_is_said(runs: Path) -> None:
    found = difference(entry(runs, "one"), entry(runs, "two", change=without("CBK-11"), selection=True))
    assert changes(found) == []
    assert "two was narrowed, interrupted, or under rules" in found.notes[0].en


def test_the_parts_that_fail_now_are_named(runs: Path) -> None:
    found = difference(entry(runs, "one"), entry(runs, "two", {"CBK-11": Outcome.FAIL}))
    assert found.controls[0].parts == ("test_11 (apiv3)",)


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        ((10, 12, 14), (15, 17, 19), Change.WORSE),
        ((15, 17, 19), (10, 12, 14), Change.BETTER),
        ((10, 12, 14), (13, 17, 19), None),
        ((10, 12, 14), (14, 17, 19), None),
        ((10, 12, None), (15, 17, 19), None),
        ((10, 12, 14), (15, 17, None), Change.WORSE),
    ],
    ids=["apart", "faster", "overlap", "touch", "endless before", "endless after"],
)
def test_a_latency_changed_only_where_the_intervals_are_apart(
    runs: Path,
    before: tuple[float, float, float | None],
    after: tuple[float, float, float | None],
    change: Change | None,
) -> None:
    one, two = measured(entry(runs, "one"), *before), measured(entry(runs, "two"), *after)
    found = difference(one, two)
    assert [each.change for each in found.latencies] == ([change] if change else [])
    assert found.worse is (change is Change.WORSE)


def test_a_latency_is_told_with_both_intervals(runs: Path) -> None:
    one, two = measured(entry(runs, "one"), 10, 12, 14), measured(entry(runs, "two"), 15, 17, None)
    said = "\n".join(text_lines(difference(one, two), "en"))
    assert "create/h5/mcp p95  slower  12.0 ms (10.0–14.0) → 17.0 ms (15.0–?)" in said


def test_a_run_without_a_load_says_nothing_of_latencies(runs: Path) -> None:
    assert difference(measured(entry(runs, "one"), 1, 2, 3), entry(runs, "two")).latencies == ()


def test_whatever_was_told_of_the_runs_and_differs_is_named(runs: Path) -> None:
    found = difference(
        entry(runs, "one", versions={"python": "3.11.2", "chromium": "140.0"}),
        entry(runs, "two", versions={"python": "3.12.0"}, environment="e2", plugins=("pytest-x 1",)),
    )
    assert [(each.name, each.before, each.after) for each in found.members] == [
        ("environment", "sha256:0c77e1d4", "e2"),
        ("versions.chromium", "140.0", "-"),
        ("versions.python", "3.11.2", "3.12.0"),
        ("plugins", "-", "pytest-x 1"),
    ]
    assert not found.worse


def test_runs_that_judge_another_merchant_or_grade_are_said_to(runs: Path) -> None:
    found = difference(entry(runs, "one"), entry(runs, "two", grade=Grade.EXPERIENCE, gate="experience"))
    assert any("at another grade" in note.en for note in found.notes)


def test_controls_that_two_requirement_sets_have_differently_are_named(runs: Path) -> None:
    controls = load().controls
    first, second, *rest = controls
    changed = second.model_copy(update={"criterion": first.criterion})
    found = difference(entry(runs, "one"), entry(runs, "two"), (controls, (changed, *rest[:-1], rest[-1])))
    assert [(each.control, each.change) for each in found.catalogue] == [
        (first.id, Change.GONE),
        (second.id, Change.OTHER),
    ]
    assert found.catalogue[1].members == ("criterion",)


def test_controls_of_a_new_set_that_changed_alike_stand_in_one_line(runs: Path) -> None:
    controls = load().controls
    changed = tuple(each.model_copy(update={"source": "P§9"}) for each in controls)
    found = difference(entry(runs, "one"), entry(runs, "two"), (controls, changed))
    told = list(text_lines(found, "en"))
    (line,) = told[told.index("Requirement set:") + 1 : -1]
    assert line.endswith(f"… +{len(controls) - 12}  changed  source")


def test_texts_of_others_become_no_markup(runs: Path) -> None:
    hostile = "</table><script>alert(1)</script>|x|\n# GO\n`"
    found = difference(entry(runs, "one"), entry(runs, "two", merchant=hostile))
    lines = list(markdown_lines(found, "en"))
    row = next(line for line in lines if "merchant" in line)
    assert "<script>" not in row
    assert r"\<script\>" in row
    assert not any(line.startswith("# GO") for line in lines)


def test_a_verdict_and_a_flake_are_told(runs: Path) -> None:
    two = entry(runs, "two", {"CBK-11": Outcome.FAIL})
    part = next(each for each in two.parts if each.control == "CBK-11")
    others = tuple(each for each in two.parts if each is not part)
    two = two.model_copy(update={"parts": (*others, part.model_copy(update={"retried": True}))})
    found = difference(entry(runs, "one"), two)
    first = found.verdicts[0]
    assert (first.gate, first.before, first.after) == ("rehearsal", "GO", "NO-GO")
    assert found.flaky == ("CBK-11 test_11 (apiv3)",)
    assert part.outcome is Standing.FAIL
