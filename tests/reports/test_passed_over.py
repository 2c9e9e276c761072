"""Earlier runs that count for nothing are told in one sentence, however many there are."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from harness.core.control import Text
from harness.core.errors import UsageError
from harness.evidence import RunRecord
from reports.build import PAGE, build
from reports.earlier_runs import collect
from reports.passed_over import DAMAGED, PassedOver, told
from tests.reports.sample_run import START, sample_run

UNSEALED = Text(zh="没有封印", en="without a seal")


def runs_named(*names: str, kind: Text = UNSEALED) -> list[PassedOver]:
    return [PassedOver(run=name, kind=kind) for name in names]


def unsealed(runs: Path, *names: str) -> None:
    for name in names:
        (sample_run(runs, name).folder / "seal.json").unlink()


def test_three_are_named_and_the_rest_is_counted_by_reason() -> None:
    said = told([*runs_named("a", "b", "c", "d"), *runs_named("e", kind=DAMAGED)])
    assert said is not None
    assert said.en == "earlier runs that count for nothing (4 without a seal, 1 damaged): a, b, c and 2 more"
    assert said.zh == "不作数的先前运行（没有封印 4、已损坏 1）：a、b、c，另有 2 个"


@pytest.mark.parametrize("count", [1, 3])
def test_few_are_all_named(count: int) -> None:
    names = ["a", "b", "c"][:count]
    said = told(runs_named(*names))
    assert said is not None
    assert said.en.endswith(f"({count} without a seal): {', '.join(names)}")


def test_where_there_are_none_nothing_is_said(runs: Path) -> None:
    assert told([]) is None
    record = sample_run(runs, "run-2")
    assert record.read_snapshot("passed-over") is None
    build(record.folder)
    assert "count for nothing" not in (record.folder / PAGE).read_text("utf-8")


def test_the_page_says_what_the_terminal_says_and_the_record_is_sealed_with_it(runs: Path) -> None:
    unsealed(runs, "run-1", "run-2", "run-3", "run-4")
    record = sample_run(runs, "run-5", start=START + timedelta(hours=1))
    build(record.folder)
    page = (record.folder / PAGE).read_text("utf-8")
    assert "earlier runs that count for nothing (4 without a seal): run-1, run-2, run-3 and 1 more" in page
    assert "不作数的先前运行（没有封印 4）：run-1、run-2、run-3，另有 1 个" in page
    assert RunRecord.open(record.folder).broken_seal() is None


def test_records_of_many_keys_or_files_are_of_one_kind(runs: Path) -> None:
    for name in ("run-1", "run-2"):
        folder = sample_run(runs, name).folder
        (folder / "artifacts").mkdir(exist_ok=True)
        (folder / "artifacts" / f"{name}.txt").write_text("added")
    passed_over = collect(
        runs, subject="sha256:5f2a9c31", before=START + timedelta(days=2), but_not="now"
    ).passed_over
    assert {each.kind.en for each in passed_over} == {"altered after sealing"}


def test_a_damaged_list_is_damage(runs: Path) -> None:
    record = sample_run(runs, "run-1")
    record.snapshot("passed-over", [{"run": "x"}])
    with pytest.raises(UsageError, match="passed-over"):
        build(record.folder)
