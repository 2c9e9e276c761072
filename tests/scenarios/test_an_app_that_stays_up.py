"""A correct app that is judged again and again beside the same simulator, whose clocks earlier runs moved."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.core.control import Outcome
from tests.scenarios.outside_app import started
from tests.scenarios.running import Rehearsed

NO_CLOCK = (r"^clock = .*$", "")
NO_MCP = (r', "mcp"', "")
NO_WIRE_NAMED = (r"^dialect = .*$", "")
AT_THE_ENDPOINT = "MCP-04,MCP-05,MCP-06,MCP-07,EXP-05"


def place(folder: Path, name: str) -> Path:
    (folder / name).mkdir()
    return folder / name


def told(run: Rehearsed) -> set[str]:
    return {check.message for check in run.checks if check.outcome is Outcome.INCONCLUSIVE}


BY_TIME = (
    r'^clock = .*$([^\[]*token = "(.*)"[^\[]*)',
    r"""\1

[time]
request = "POST /golive/clock/advance"
json = { seconds = "{seconds}" }
headers = { Authorization = "Bearer \2" }
""",
)


def test_the_table_of_time_moves_the_clock_as_the_observers_line_does(tmp_path: Path) -> None:
    with started(tmp_path, "true") as app:
        run = app.judged(tmp_path, "PAY-16,QRY-02,CBK-18", BY_TIME)
    for control in ("PAY-16", "QRY-02", "CBK-18"):
        assert Outcome.PASS in run.outcomes(control), (control, run.output)
        assert not {Outcome.FAIL, Outcome.INCONCLUSIVE} & run.outcomes(control), (control, run.output)


def test_a_second_run_finds_the_same_lifetime_of_an_order(tmp_path: Path) -> None:
    with started(tmp_path, "true") as app:
        for name in ("first", "second"):
            run = app.judged(place(tmp_path, name), "PAY-16")
            assert Outcome.PASS in run.outcomes("PAY-16"), run.output
            assert Outcome.FAIL not in run.outcomes("PAY-16"), run.output


@pytest.mark.parametrize(
    ("mcp", "dialect", "edits"),
    [
        pytest.param("false", "mcp", (NO_MCP, NO_WIRE_NAMED), id="without MCP"),
        pytest.param("true", "envelope", (NO_WIRE_NAMED,), id="on the envelope"),
    ],
)
def test_every_wire_of_a_run_finds_one_app_with_one_clock(
    mcp: str, dialect: str, edits: tuple[tuple[str, str], ...], tmp_path: Path
) -> None:
    with started(tmp_path, mcp, dialect=dialect) as app:
        run = app.judged(tmp_path, "PAY-16,EXP-02,MCP-04", *edits)
    assert Outcome.PASS in run.outcomes("PAY-16"), run.output
    assert Outcome.FAIL not in {check.outcome for check in run.checks}, run.output


def test_a_simulator_that_was_moved_is_to_be_restarted_for_an_app_without_a_clock(tmp_path: Path) -> None:
    with started(tmp_path, "true") as app:
        app.judged(place(tmp_path, "moved"), "PAY-16")
        run = app.judged(place(tmp_path, "after"), f"{AT_THE_ENDPOINT},PAY-08,PAY-01", NO_CLOCK)
    assert run.outcomes("PAY-08") == {Outcome.INCONCLUSIVE, Outcome.NOT_APPLICABLE}, run.output
    assert all("restart the simulator" in each for each in told(run)), told(run)
    assert not any("add [time]" in each for each in told(run))
    for control in AT_THE_ENDPOINT.split(","):
        assert Outcome.PASS in run.outcomes(control), (control, run.output)
        assert Outcome.INCONCLUSIVE not in run.outcomes(control), (control, told(run))
    at_the_endpoint = [check for check in run.checks if "test_at_the_endpoint" in check.scenario]
    assert Outcome.PASS in {check.outcome for check in at_the_endpoint}
    assert Outcome.INCONCLUSIVE not in {check.outcome for check in at_the_endpoint}
