"""How a comparison ends: with differences, with none, or with nothing that can be said."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

import harness.cli.drift as drift_module
from harness.cli import golive
from harness.core.errors import UsageError
from harness.drift.accepted import Accepted, read_accepted, sort
from harness.drift.answer import Answer
from harness.drift.capture import Line, read
from harness.drift.documented import DOCUMENTED, DOCUMENTED_ACCEPTED
from harness.drift.drift import Drift, Open, compare
from harness.drift.shown import as_text, exit_code
from harness.levers.models import Fault
from harness.simulator.embedded import RunningSimulator

TODAY = date(2026, 11, 30)
APIV3 = frozenset({"apiv3"})


@pytest.fixture
def replays(running: RunningSimulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command asks the simulator that is there, rather than start another."""

    @contextmanager
    def there(**_: object) -> Iterator[RunningSimulator]:
        yield running

    monkeypatch.setattr(drift_module, "running_simulator", there)


@pytest.mark.usefixtures("replays")
def test_the_documents_differ_from_the_simulator_exactly_where_it_is_said() -> None:
    drift = drift_module.replayed(read(DOCUMENTED))
    known = read_accepted(DOCUMENTED_ACCEPTED)
    assert {each.id for each in drift.findings} == {line.id for line in known}
    assert all(each.source for each in drift.findings)
    assert (drift.compared, drift.open) == (28, ())
    found = sort(drift, known, today=TODAY, looked_at=APIV3)
    assert (found.fresh, found.stale, exit_code(drift, found)) == ((), (), 0)
    told = as_text(read(DOCUMENTED).head, drift, found, "en")
    assert told.endswith("28 operations compared, no difference but the accepted ones: 3\n")
    over = sort(drift, known, today=date(2028, 1, 1), looked_at=APIV3)
    assert (len(over.fresh), [each.why for each in over.stale]) == (3, ["over"] * 3)


@pytest.mark.usefixtures("replays")
def test_a_capture_is_made_and_compared_by_commands(running: RunningSimulator, tmp_path: Path) -> None:
    settings = tmp_path / ".env"
    values = running.environment(notify_url="https://shop.example/notify")
    values |= {"GOLIVE_LEVERS_URL": running.levers_url, "GOLIVE_LEVERS_TOKEN": running.levers_token}
    settings.write_text("".join(f"{name}={value!r}\n" for name, value in values.items()), "utf-8")
    out = tmp_path / "kept.ndjson"
    run = CliRunner(env={"LC_ALL": "C"}).invoke
    chosen = ["--target", running.base_url, "--env-file", str(settings), "--dialect", "envelope"]
    captured = run(golive, ["capture", *chosen, "--out", str(out)], standalone_mode=False)
    assert captured.return_value == 0, captured.output
    assert "21 answers kept" in captured.output
    assert read(out).head.grade == "simulated"
    told = run(golive, ["drift", str(out), "--as", "json"], standalone_mode=False)
    report = json.loads(told.output)
    assert (told.return_value, report["outcome"], report["blame"]) == (0, "none", "simulator")
    told = run(golive, ["drift", str(out), "--lang", "zh"], standalone_mode=False)
    assert "这不是平台的实际：主机是本机" in told.output
    assert "21 个操作没有差异" in told.output


def test_a_simulator_under_rules_is_no_record_of_a_platform(
    running: RunningSimulator, tmp_path: Path
) -> None:
    settings = tmp_path / ".env"
    values = running.environment(notify_url="https://shop.example/notify")
    settings.write_text("".join(f"{name}={value!r}\n" for name, value in values.items()), "utf-8")
    out = tmp_path / "kept.ndjson"
    chosen = ["--target", running.base_url, "--env-file", str(settings), "--dialect", "envelope"]
    faults = running.simulator.faults
    faults.stand("mine.yaml", [Fault(operation="query", action="trade_state", value="WEIRD", times="always")])
    try:
        with pytest.raises(UsageError, match=r"nothing is kept: mine\.yaml") as refused:
            CliRunner().invoke(
                golive, ["capture", *chosen, "--out", str(out)], standalone_mode=False, catch_exceptions=False
            )
    finally:
        faults.stand("", [])
    assert refused.value.exit_code == 4
    assert not out.exists()


def one(simulated: tuple[Line, ...], operation: str) -> Line:
    return next(line for line in simulated if (line.dialect, line.ask.id) == ("apiv3", operation))


def test_nothing_that_could_be_compared_is_never_no_drift(simulated: tuple[Line, ...]) -> None:
    silent = [
        line.model_copy(update={"answer": Answer(error="no answer came")})
        for line in simulated
        if line.dialect == "apiv3"
    ]
    drift = compare(silent, simulated)
    assert (drift.compared, drift.findings, len(drift.open)) == (0, (), 1)
    assert exit_code(drift, sort(drift, (), today=TODAY, looked_at=APIV3)) == 2


def test_an_endpoint_that_refuses_the_account_teaches_nothing(simulated: tuple[Line, ...]) -> None:
    same = one(simulated, "query-unknown").answer
    alike = [line.model_copy(update={"answer": same}) for line in simulated if line.dialect == "apiv3"]
    drift = compare(alike, simulated)
    assert (drift.compared, drift.findings) == (0, ())
    assert [each.why for each in drift.open] == [
        "it answered every operation alike, as whoever refuses the account does"
    ]


def test_what_is_left_out_is_told_and_leaves_it_open(simulated: tuple[Line, ...]) -> None:
    every = [line for line in simulated if line.dialect == "apiv3"]
    drift = compare(every, every, [Open("echo", "", "nothing knows how to ask it for a capture")])
    assert exit_code(drift, sort(drift, (), today=TODAY, looked_at=APIV3)) == 2


def test_an_accepted_line_holds_for_one_operation_or_for_all_and_fails_once_it_is_unseen(
    simulated: tuple[Line, ...],
) -> None:
    line = one(simulated, "query-unknown")
    other = line.model_copy(update={"answer": line.answer.model_copy(update={"status": 410})})
    drift = compare([other], [line])
    for operation, fresh in (("query-unknown", 0), ("*", 0), ("echo", 1)):
        known = Accepted(id=f"apiv3:{operation}:status:", reason="known", until=TODAY)
        assert len(sort(drift, [known], today=TODAY, looked_at=APIV3).fresh) == fresh
    gone = Accepted(id="apiv3:*:header-missing:Via", reason="known", until=TODAY)
    found = sort(Drift(compared=1, findings=(), open=()), [gone], today=TODAY, looked_at=APIV3)
    assert ([each.why for each in found.stale], exit_code(drift, found)) == (["unseen"], 1)
    elsewhere = sort(drift, [gone], today=TODAY, looked_at=frozenset({"mcp"}))
    assert elsewhere.stale == ()
