"""`golive replay`: what failed in a run is rehearsed again, against what it failed on."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from harness.cli import replay
from harness.core.control import AFTERWARDS, Check, Outcome
from harness.core.errors import UsageError
from harness.plugin.options import Options
from tests.reports.sample_run import check as sample_check
from tests.reports.sample_run import outcomes, sample_run

BELIEVED = "3 of 1000 were taken for genuine; again: golive run --only CBK-16 --mutation 417"
FAILING = {"CBK-11": Outcome.FAIL, "CBK-16": Outcome.FAIL, "PAY-07": Outcome.WARN}


@pytest.fixture
def rehearsed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[Options]:
    """The options of every rehearsal that was begun."""
    begun = list[Options]()

    def begin(options: Options) -> int:
        begun.append(options)
        return 1

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(replay, "rehearsed", begin)
    return begun


def replayed(*arguments: str) -> Result:
    return CliRunner().invoke(replay.command, list(arguments), standalone_mode=False)


def test_what_failed_is_rehearsed_again_with_what_was_drawn(rehearsed: list[Options]) -> None:
    sample_run(Path("runs"), "run-1", change=outcomes(FAILING, BELIEVED))
    result = replayed("run-1")
    assert result.return_value == 1
    assert "golive run --only CBK-11,CBK-16 --mutation 417" in result.output
    (options,) = rehearsed
    assert (options.only, options.mutation) == (frozenset({"CBK-11", "CBK-16"}), 417)


def test_it_is_thrown_at_the_same_and_chooses_nothing_else_of_then(rehearsed: list[Options]) -> None:
    chosen, thrown_at = (
        "--set smoke --only CBK --out runs/run-1",
        "--target http://127.0.0.1:8765 --env-file .env.app",
    )
    Path(".env.app").touch()
    line = f"PYTHONPATH=. golive run {chosen} {thrown_at} --merchant my-shop.toml"
    sample_run(Path("runs"), "run-1", change=outcomes(FAILING), command=line)
    result = replayed("run-1", "cbk-11")
    assert result.return_value == 1, result.exception
    (options,) = rehearsed
    assert (options.only, options.smoke, options.out) == (frozenset({"CBK-11"}), False, None)
    assert (options.target, options.merchant) == ("http://127.0.0.1:8765", "my-shop.toml")


def test_a_run_of_pytest_is_rehearsed_again_too(rehearsed: list[Options]) -> None:
    line = "pytest scenarios -q --defect=skips-signature"
    sample_run(Path("runs"), "run-1", change=outcomes(FAILING), command=line)
    replayed("run-1")
    assert [each.defects for each in rehearsed] == [("skips-signature",)]


def test_books_that_did_not_agree_are_rehearsed_with_the_scenario_they_were_compared_after(
    rehearsed: list[Options],
) -> None:
    after = sample_check("PAY-07").scenario + AFTERWARDS

    def compared_after_an_order(check: Check) -> Check:
        if check.control != "RCN-03":
            return check
        return sample_check("RCN-03", scenario=after, outcome=Outcome.FAIL)

    sample_run(Path("runs"), "run-1", change=compared_after_an_order)
    replayed("run-1")
    assert [each.only for each in rehearsed] == [frozenset({"PAY-07", "RCN-03"})]


@pytest.mark.parametrize(
    ("command", "chosen", "why"),
    [
        ("golive run", "PAY-07", "nothing of that failed in this run: PAY-07"),
        ("golive load --run brief", "CBK-11", "made by another command: golive load --run brief"),
    ],
)
def test_where_there_is_nothing_to_repeat_nothing_is_begun(
    rehearsed: list[Options], command: str, chosen: str, why: str
) -> None:
    sample_run(Path("runs"), "run-1", change=outcomes(FAILING), command=command)
    refused = replayed("run-1", chosen)
    assert isinstance(refused.exception, UsageError)
    assert why in str(refused.exception)
    assert not rehearsed
