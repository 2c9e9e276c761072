"""A ledger whose end was cut off is named, by what the newest run saw of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reports.checklist import load
from reports.judging import papers_in, take_snapshots
from reports.people import Papers, papers_of
from tests.reports.people.signed import OTHER, Office
from tests.reports.sample_run import sample_run


def run_that_sees(office: Office, runs: Path, name: str = "20261123T020000Z-a1b2") -> Papers | None:
    record = sample_run(runs, name)
    take_snapshots(record, load(), office.folder)
    return papers_in(record)


def whole(office: Office, runs: Path) -> list[str]:
    found = papers_of(office.folder, office.now, runs)
    return [each.why.en for each in found.refused if each.number == 0]


def test_a_ledger_that_only_grew_is_whole(office: Office, runs: Path) -> None:
    office.attest("OPS-01")
    run_that_sees(office, runs)
    office.attest("OPS-02")
    assert whole(office, runs) == []


def test_a_withdrawal_that_was_cut_off_is_named(office: Office, runs: Path) -> None:
    office.attest("OPS-01")
    office.desk(OTHER).withdraw(1, reason="a gap on Sunday")
    run_that_sees(office, runs)
    office.ledger.write_bytes(office.lines()[0])
    said = "when run 20261123T020000Z-a1b2 began the ledger had 2 lines, and line 2 is not what it was then"
    assert whole(office, runs) == [said]
    office.attest("OPS-02")
    assert whole(office, runs) == [said]
    kept = run_that_sees(office, runs, "20261124T020000Z-a1b2")
    assert kept
    assert said in [each.why.en for each in kept.refused]
    assert whole(office, runs) == [said]


@pytest.mark.parametrize("text", ["", "[]", "{", '{"lines":"x"}', '{"lines":null}', "[" * 100_000])
def test_a_damaged_snapshot_of_another_run_says_nothing(office: Office, runs: Path, text: str) -> None:
    office.attest()
    run_that_sees(office, runs)
    (runs / "20261123T020000Z-a1b2" / "snapshots" / "papers.json").write_text(text, "utf-8")
    assert whole(office, runs) == []


def test_runs_without_papers_are_passed_over(office: Office, runs: Path) -> None:
    office.attest()
    run_that_sees(office, runs)
    sample_run(runs, "20261125T020000Z-a1b2")
    office.ledger.unlink()
    assert len(whole(office, runs)) == 1
    path = runs / "20261123T020000Z-a1b2" / "snapshots" / "papers.json"
    path.write_text(json.dumps({"lines": 0}), "utf-8")
    assert whole(office, runs) == []
