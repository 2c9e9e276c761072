"""A failure names its cause once: what only follows from others stands below them and says so."""

from __future__ import annotations

from pathlib import Path

from harness.core.control import AFTERWARDS, Blame, Check, Outcome
from reports.build import PAGE, build
from tests.reports.sample_run import sample_run


def head(folder: Path, *, books_part_after: str) -> str:
    """The list of failures when CBK-11 failed, and books differed after a scenario of this control."""
    scenarios: dict[str, str] = {}

    def note(plain: Check) -> Check:
        scenarios[plain.control] = plain.scenario
        return plain

    sample_run(folder / "before", change=note)

    def change(plain: Check) -> Check:
        failed = {"outcome": Outcome.FAIL, "message": "as was seen"}
        if plain.control == "CBK-11":
            return Check.model_validate(dict(plain) | failed | {"blame": Blame.MERCHANT})
        if plain.control == "RCN-03":
            name = scenarios[books_part_after] + AFTERWARDS
            return Check.model_validate(dict(plain) | failed | {"scenario": name, "blame": Blame.AMBIGUOUS})
        return plain

    record = sample_run(folder / "run", change=change)
    build(record.folder)
    page = (record.folder / PAGE).read_text("utf-8")
    return page[page.index('class="failures"') : page.index('class="gates"')]


def test_books_that_differ_after_a_failure_follow_from_it(tmp_path: Path) -> None:
    told = head(tmp_path, books_part_after="CBK-11")
    assert told.index("CBK-11") < told.index("RCN-03")
    assert "This follows, and is mended with:" in told
    assert told.count("as was seen") == 1


def test_books_that_differ_after_a_scenario_that_passed_stand_for_themselves(tmp_path: Path) -> None:
    told = head(tmp_path, books_part_after="CBK-01")
    assert "This follows" not in told
    assert told.count("as was seen") == 2
