"""How a run ends: its record is searched for every secret that was in play before anybody may show it."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from harness.core.clock import wire_now
from harness.core.control import Blame, Check, Grade, Outcome
from harness.core.exchange import MERCHANT_DIALECT, Exchange
from harness.evidence import Recorder, RunMeta, RunRecord
from harness.plugin.marks import Exercise
from harness.plugin.options import Options
from harness.plugin.session.rehearsal import Rehearsal
from harness.plugin.target.policy import EMBEDDED_POLICY
from reports.checklist import load
from reports.judging import take_snapshots

SECRET = "canary-0d6f2b7a9c"


@pytest.fixture
def rehearsal(tmp_path: Path) -> Rehearsal:
    """A run that has begun, with one secret in play."""
    checklist = load().model_copy(update={"scenarios": ()})  # a check a control will do
    meta = RunMeta(
        id="run",
        started=wire_now(),
        target="simulator",
        host="embedded simulator",
        grade=Grade.SIMULATED,
        gate="rehearsal",
        merchant="shop",
        subject="s",
        environment="e",
        registered=tuple(checklist.exercised),
        checklist=checklist.date,
    )
    record = RunRecord.create(tmp_path / "run", meta)
    take_snapshots(record, checklist)
    options = Options(gate="rehearsal", runs=tmp_path)
    run = Rehearsal(options, record, Recorder(record), EMBEDDED_POLICY)
    run.hide([SECRET])
    run.recorder(answer_of_the_app(200))
    return run


def answer_of_the_app(status: int | None) -> Exchange:
    return Exchange(
        dialect=MERCHANT_DIALECT,
        operation="create",
        method="POST",
        url="http://127.0.0.1:3000/",
        started=wire_now(),
        duration_s=0.1,
        status=status,
    )


def record_every_control(rehearsal: Rehearsal, outcome: Outcome = Outcome.PASS, message: str = "") -> None:
    for control in sorted(load().exercised):
        rehearsal.record.append(
            Check(
                control=control,
                scenario=f"scenarios/{control}",
                provider="wechat",
                dialect="apiv3",
                outcome=outcome,
                grade=Grade.SIMULATED,
                started=wire_now(),
                duration_s=0.0,
                message=message,
                blame=Blame.MERCHANT if outcome is Outcome.FAIL else None,
                exercised=1,
            )
        )


def test_a_clean_run_with_every_control_passed_is_go(rehearsal: Rehearsal) -> None:
    record_every_control(rehearsal)
    ending = rehearsal.finish()
    assert (ending.code, ending.lines[0].split(" · ")[0]) == (0, "REHEARSAL GO")


def test_what_the_record_writes_itself_is_redacted(rehearsal: Rehearsal) -> None:
    record_every_control(rehearsal, message=f"the merchant printed {SECRET}")
    rehearsal.record.add_artifact("page.txt", f"<p>{SECRET}</p>".encode())
    assert rehearsal.finish().code == 0
    kept = "".join(path.read_text("utf-8") for path in rehearsal.record.folder.rglob("*") if path.is_file())
    assert SECRET not in kept


def test_a_secret_that_another_program_left_in_the_record_spoils_the_verdict(rehearsal: Rehearsal) -> None:
    record_every_control(rehearsal)
    (rehearsal.record.folder / "allure-results").mkdir()
    (rehearsal.record.folder / "allure-results" / "x-result.json").write_text(f'{{"parameters": "{SECRET}"}}')
    ending = rehearsal.finish()
    assert ending.code == 5
    assert "REHEARSAL GO" not in ending.lines[0]
    assert "allure-results/x-result.json" in "\n".join(ending.lines)
    assert SECRET not in "\n".join(ending.lines)


def test_a_run_that_the_app_never_answered_is_never_go(rehearsal: Rehearsal) -> None:
    record_every_control(rehearsal)
    rehearsal.recorder.app_answers = 0
    rehearsal.recorder(answer_of_the_app(None))  # nothing listens there
    ending = rehearsal.finish()
    assert (ending.code, ending.lines[0].split(" · ")[0]) == (2, "REHEARSAL NOT YET")
    assert "the app never answered" in ending.lines[0]


def test_a_clock_that_is_set_back_while_it_runs_makes_it_no_go(
    rehearsal: Rehearsal, monkeypatch: pytest.MonkeyPatch
) -> None:
    record_every_control(rehearsal)
    an_hour_ago = wire_now() - timedelta(hours=1)
    monkeypatch.setattr("harness.plugin.session.rehearsal.wire_now", lambda: an_hour_ago)
    ending = rehearsal.finish()
    assert (ending.code, ending.lines[0].split(" · ")[0]) == (2, "REHEARSAL NOT YET")
    # It is told by what passed meanwhile, too.
    assert re.search(r"the clock was set back by about 36\d\d s", ending.lines[0])


def test_failures_found_before_the_clock_was_set_back_count(
    rehearsal: Rehearsal, monkeypatch: pytest.MonkeyPatch
) -> None:
    record_every_control(rehearsal, Outcome.FAIL)
    an_hour_ago = wire_now() - timedelta(hours=1)
    monkeypatch.setattr("harness.plugin.session.rehearsal.wire_now", lambda: an_hour_ago)
    assert rehearsal.finish().code == 1


def test_an_interrupted_run_is_never_go(rehearsal: Rehearsal) -> None:
    record_every_control(rehearsal)
    rehearsal.planned = 1
    ending = rehearsal.finish()
    assert (ending.code, ending.lines[0].split(" · ")[0]) == (2, "REHEARSAL NOT YET")


def test_a_run_that_exercised_nothing_is_never_go(rehearsal: Rehearsal) -> None:
    ending = rehearsal.finish()
    assert ending.code == 5
    assert "REHEARSAL NOT YET" in ending.lines[0]


def test_a_broken_invariant_fails_the_run(rehearsal: Rehearsal) -> None:
    record_every_control(rehearsal)
    rehearsal.break_invariant("RCN-03", "scenarios/x.py::test_y", "apiv3", "one fen off")
    ending = rehearsal.finish()
    assert ending.code == 1
    assert "REHEARSAL NO-GO" in ending.lines[0]
    assert "RCN-03" in ending.lines[0]


def test_whoever_is_told_of_a_check_is_told_no_secret(rehearsal: Rehearsal) -> None:
    exercise = Exercise("CBK-03", ("apiv3",), Blame.MERCHANT)
    result = rehearsal.begin("scenarios/x.py::test_x", (exercise,), "apiv3")
    result.journal.warn(f"the page shows {SECRET}")
    (told,) = rehearsal.conclude(result)
    assert SECRET not in repr(told)


def test_the_last_lines_hold_no_secret_and_nothing_that_a_terminal_obeys(rehearsal: Rehearsal) -> None:
    state = f"OPEN, close it by hand: you sent {SECRET}\n\x1b[31mREHEARSAL GO"
    assert rehearsal.tellable(state) == (
        "OPEN, close it by hand: you sent [redacted]\\n\\x1b[31mREHEARSAL GO"
    )


def test_on_a_full_disk_nobody_is_blamed_but_the_machine(
    rehearsal: Rehearsal, monkeypatch: pytest.MonkeyPatch
) -> None:
    exercise = Exercise("CBK-03", ("apiv3",), Blame.MERCHANT)
    result = rehearsal.begin("scenarios/x.py::test_x", (exercise,), "apiv3")
    result.called(AssertionError("the shop answered 500"))
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=0))
    (told,) = rehearsal.conclude(result)
    assert (told.outcome, told.blame) == (Outcome.INCONCLUSIVE, Blame.ENVIRONMENT)
    assert "disk" in told.message
    assert "the shop answered 500" in told.message


def test_on_a_full_disk_neither_the_books_nor_we_are_found_wrong(
    rehearsal: Rehearsal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=0))
    exercise = Exercise("CBK-03", ("apiv3",), Blame.MERCHANT)
    result = rehearsal.begin("scenarios/x.py::test_x", (exercise,), "apiv3")
    result.called(OSError("No space left on device"))
    (ours,) = rehearsal.conclude(result)
    rehearsal.break_invariant("RCN-03", "scenarios/x.py::test_x", "apiv3", "an order is missing in the books")
    books = rehearsal.record.checks[-1]
    for told in (ours, books):
        assert (told.outcome, told.blame) == (Outcome.INCONCLUSIVE, Blame.ENVIRONMENT)
    assert "No space left" in ours.message
    assert "missing in the books" in books.message


@pytest.mark.parametrize("gone", [False, True])
@pytest.mark.parametrize(
    "name", ["artifacts/page.txt", "artifacts/exchanges.ndjson", "snapshots/history.json"]
)
def test_evidence_edited_before_the_end_is_never_go_and_named(
    rehearsal: Rehearsal, name: str, gone: bool
) -> None:
    record_every_control(rehearsal)
    rehearsal.record.add_artifact("page.txt", b"<p>paid</p>")
    rehearsal.record.snapshot("history", [])
    path = rehearsal.record.folder / name
    path.unlink() if gone else path.write_text(path.read_text("utf-8") + " ", "utf-8")
    assert rehearsal.finish().code == 5
    (fault,) = rehearsal.record.meta.faults
    assert name in fault


def test_results_edited_before_the_end_are_never_go_and_named(rehearsal: Rehearsal) -> None:
    record_every_control(rehearsal, Outcome.FAIL, "credited twice")
    results = rehearsal.record.folder / "results.ndjson"
    forged = results.read_text("utf-8").replace('"fail"', '"pass"').replace(',"blame":"merchant"', "")
    results.write_text(forged, "utf-8")
    rehearsal.record.reload()
    assert {each.outcome for each in rehearsal.record.checks} == {Outcome.PASS}
    assert rehearsal.finish().code == 5
    (fault,) = rehearsal.record.meta.faults
    assert "results.ndjson was altered while the run went on" in fault
